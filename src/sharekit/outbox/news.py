"""News: what needs a person and was not reported yet. It makes one run fail, so that CI sends its mail; then the ledger
remembers that it was reported, for CI starts from fresh clones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.errors import AlreadyClaimed, DeliveryError, DraftError, OutcomeUnknown
from sharekit.files import digest
from sharekit.model import Receipt
from sharekit.ports import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sharekit.ports import Ledger, LedgerEntry

# The prefix of the keys, as ledgers have it since the first version.
NEWS = "told/"
NOBODY_KNOWS = ("unknown", "damaged", "orphan", "ledger-damaged")


@dataclass(frozen=True)
class News:
    """Something that needs a person: ``rule`` and ``subject`` (a ledger key, or a file) make it the same news again."""

    rule: str
    subject: str
    of_a_file: bool = False

    @property
    def key(self) -> str:
        """The ledger's key for having reported it. A digest: subjects are long, and hold what a path of a key may not."""
        return f"{NEWS}{self.rule}/{digest(self.subject)}"

    @property
    def exit_code(self) -> int:
        """What a run that brings it ends with."""
        if self.rule in NOBODY_KNOWS:
            return OutcomeUnknown.exit_code
        return DraftError.exit_code if self.of_a_file else DeliveryError.exit_code


def is_reported(news: News, entries: Mapping[str, LedgerEntry]) -> bool:
    """Whether an earlier run reported it. One that ended between claim and settlement failed, and was seen for that."""
    entry = entries.get(news.key)
    return entry is not None and entry.state in ("claimed", "delivered")


def report(
    current: Iterable[News], entries: Mapping[str, LedgerEntry], *, ledger: Ledger, at: datetime, run: str
) -> Sequence[News]:
    """Remember what is news; return it. What was reported and has ended is forgotten, so that its return is news again.

    What another run reports at the same moment is its news, not this one's.

    Raises LedgerUnavailable.
    """
    now = {news.key: news for news in current}
    fresh = []
    for news in now.values():
        if is_reported(news, entries):
            continue
        try:
            claim = ledger.claim(news.key, at=at, run=run, sent={"subject": news.subject})
        except AlreadyClaimed:
            continue
        fresh.append(news)
        ledger.settle(claim.key, Outcome(state="delivered", at=at, receipt=_receipt(news, at)), nonce=claim.nonce)
    for key, entry in entries.items():
        if key.startswith(NEWS) and key not in now and entry.state in ("claimed", "delivered"):
            ledger.settle(key, Outcome(state="released", at=at, reason="it has ended"), nonce=entry.nonce)
    return fresh


def _receipt(news: News, at: datetime) -> Receipt:
    return Receipt(id=news.rule, url=None, at=at)
