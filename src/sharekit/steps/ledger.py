"""``ledger``: look at it, begin it, and settle by hand what no run can know."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.errors import ConfigError, LedgerError
from sharekit.ledgers.records import ahead, brought_back
from sharekit.model import Receipt
from sharekit.planning import SEED
from sharekit.ports import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.ports import Ledger, LedgerEntry

BY_HAND = "by hand"


def seed(ledger: Ledger, *, at: datetime, run: str) -> LedgerEntry:
    """Note that everything up to ``at`` counts as out."""
    moment = at.strftime("%Y-%m-%dT%H-%M-%SZ")
    entry = ledger.claim(f"{SEED}{moment}", at=at, run=run)
    outcome = Outcome(state="delivered", at=at, receipt=Receipt(id=moment, url=None, at=at), reason="counts as out")
    return ledger.settle(entry.key, outcome, nonce=entry.nonce)


def _id_in(url: str) -> str:
    """The id that an address ends in, as on X and Mastodon, so that the next part can answer it; else the address."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return last if last.isdecimal() else url


def settle(ledger: Ledger, key: str, *, delivered: str | None, release: bool, at: datetime, run: str) -> LedgerEntry:
    """Write down what a person found out: that it is out at the URL ``delivered``, or that it may be sent again.

    A key that no run ever claimed can be settled as delivered: it went out by hand. A record that a wrong clock dated in
    the future needs neither: it stays what it is, from ``at`` on, and an open claim is looked up by the next run. Raises
    ConfigError where neither is said of another.
    """
    entry = ledger.get(key)
    redated = brought_back(entry, at).outcome if entry and ahead(entry, at) else None
    known = redated.receipt if redated else None
    if delivered and not release:
        receipt = known if known and known.url == delivered else Receipt(id=_id_in(delivered), url=delivered, at=at)
        outcome = Outcome(state="delivered", at=at, receipt=receipt, reason=f"settled {BY_HAND}")
    elif release and not delivered:
        outcome = Outcome(state="released", at=at, reason=f"released {BY_HAND}")
    elif entry and ahead(entry, at) and not delivered:
        outcome = redated or Outcome(state="unknown", at=at, reason="claimed by a run whose clock was ahead")
    else:
        raise ConfigError("say what happened to it: --delivered URL, or --release")
    if entry is None:
        if release:
            raise LedgerError(
                f"{key} was never claimed, so there is nothing to release", hint="List the keys with: sharekit plan"
            )
        # It went out at another time, by hand: it keeps no other act waiting.
        entry = ledger.claim(key, at=at, run=run, sent={"by": "hand"})
    return ledger.settle(key, outcome, nonce=entry.nonce)
