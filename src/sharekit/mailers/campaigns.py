"""What all providers have in common: a campaign is drafted, tested, and sent, and ours is known by a mark.

The mark stands in the campaign's name (or in its metadata)::

    2022-06 · sharekit 1f2e3d4c5b6a/aa11bb22
                       │            └ the fingerprint of what we wrote: `-` while we are writing
                       └ the key: the same for every attempt

It is looked for before anything is created, so that a draft is updated and never doubled. A campaign whose words are no
longer those of its fingerprint was touched by a person and is theirs. A campaign can be sent only once, by every
provider's own rules; so to send again what is still a draft is harmless.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NoReturn

from sharekit.errors import ChannelPaused, Refused
from sharekit.mailers.letter import Dialect, Letter, fingerprint, marker, sender_of, write_letter
from sharekit.model import Receipt
from sharekit.ports import Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sharekit.config import IssueSettings
    from sharekit.http import Answer, Client
    from sharekit.model import RenderedIssue, Site

MARK = re.compile(r"sharekit ([0-9a-f]{12})/([0-9a-f]{8}|-)")
WRITING = "-"


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign as the provider lists it. ``url`` is where readers see it, ``place`` where its owner does."""

    id: str
    mark: str
    state: Literal["draft", "scheduled", "out", "stopped"]
    said: str
    url: str | None = None
    place: str | None = None
    at: datetime | None = None

    @property
    def written(self) -> str:
        """The fingerprint that our last words had, or ``-``."""
        found = MARK.search(self.mark)
        return found.group(2) if found else WRITING


def utc_now() -> datetime:
    """The moment it is (aware, UTC): the clock of an adapter that was given none."""
    return datetime.now(UTC)


def paused(client: Client, answer: Answer, hint: str | None = None) -> ChannelPaused:
    """What an answer about the account means: its key, its permissions, its plan or its credit."""
    said = client.redact(answer.words())
    message = f"{client.name} answered {answer.status}" + (f": {said}" if said else "")
    return ChannelPaused(message, hint=hint or client.login)


class CampaignMailer(ABC):
    """A :class:`sharekit.ports.ListMailer` over the few requests in which providers differ."""

    NAME: str
    DIALECT: Dialect

    def __init__(self, *, site: Site, issue: IssueSettings, clock: Callable[[], datetime] = utc_now) -> None:
        self._site = site
        self._sender = sender_of(issue)
        self._clock = clock

    @abstractmethod
    def campaigns(self, marked: str) -> Iterator[Campaign]:
        """Every campaign that may carry the mark, in any state."""

    @abstractmethod
    def campaign(self, campaign_id: str) -> Campaign:
        """One campaign as it is now."""

    @abstractmethod
    def words(self, campaign_id: str) -> tuple[str, str]:
        """The subject and the HTML that a campaign has now."""

    @abstractmethod
    def create(self, letter: Letter, mark: Callable[[str], str]) -> str:
        """Make a draft; its id. ``mark`` gives the mark for a fingerprint."""

    @abstractmethod
    def update(self, campaign_id: str, letter: Letter, mark: Callable[[str], str]) -> None:
        """Write the letter into a draft of ours."""

    @abstractmethod
    def launch(self, campaign_id: str, letter: Letter, at: datetime | None) -> datetime | None:
        """Send a draft, or schedule it: the one request after which mail leaves. The moment that the provider took."""

    @abstractmethod
    def rehearse(self, campaign_id: str, letter: Letter, addresses: Sequence[str]) -> None:
        """Send a draft to these addresses alone."""

    @abstractmethod
    def readers(self) -> int:
        """How many readers the list has."""

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        """Draft it where there is no draft, and send it."""
        return self._send(issue, key, None)

    def schedule(self, issue: RenderedIssue, key: str, at: datetime) -> Receipt:
        """Draft it where there is no draft, and leave it with the provider until ``at``."""
        return self._send(issue, key, at)

    def test(self, issue: RenderedIssue, key: str, addresses: Sequence[str]) -> str:
        """Draft it where there is no draft, and send that to these addresses alone; the draft's id."""
        letter = write_letter(issue, sender=self._sender, dialect=self.DIALECT)
        there = self._find(key)
        if there and there.state != "draft":
            self._leave(there, f"is {there.said} already")
        draft = self._draft(letter, key, there)
        self.rehearse(draft, letter, addresses)
        return draft

    def find(self, key: str) -> Lookup:
        """Whether a campaign with our mark is out; one that is still a draft may be sent again, because only once."""
        there = self._find(key)
        if there is None or there.state == "draft":
            return Lookup(certain=True, repeat_is_harmless=True)
        if there.state == "stopped":
            return Lookup()
        return Lookup(receipt=self._receipt(there), certain=True)

    def _send(self, issue: RenderedIssue, key: str, at: datetime | None) -> Receipt:
        letter = write_letter(issue, sender=self._sender, dialect=self.DIALECT)
        there = self._find(key)
        if there and there.state in ("out", "scheduled"):
            return self._receipt(there, note=f"it was {there.said} there already")
        if there and there.state == "stopped":
            self._leave(there, f"is {there.said}")
        draft = self._draft(letter, key, there)
        # Looked at once more: between our words and this line a person may have been faster.
        before = self.campaign(draft)
        if before.state != "draft":
            return self._receipt(before, note=f"it was {before.said} there already")
        if not self.readers():
            raise Refused(f"the list at {self.NAME} has no reader", hint="Is it the right list, and the right account?")
        moment = self.launch(draft, letter, at)
        detail = {"scheduled": moment.isoformat()} if moment else {}
        return Receipt(id=draft, url=before.url, at=self._clock(), detail=detail)

    def _draft(self, letter: Letter, key: str, there: Campaign | None) -> str:
        def mark(written: str) -> str:
            return f"{letter.issue_id} · sharekit {marker(self._site, key)}/{written}"

        if there is None:
            return self.create(letter, mark)
        if there.written != WRITING and fingerprint(*self.words(there.id)) != there.written:
            self._leave(there, "was changed there by a person")
        if there.written != letter.fingerprint:
            self.update(there.id, letter, mark)
        return there.id

    def _find(self, key: str) -> Campaign | None:
        ours = marker(self._site, key)
        found = [each for each in self.campaigns(ours) if (mark := MARK.search(each.mark)) and mark.group(1) == ours]
        drafts = [each for each in found if each.state == "draft"]
        settled = [each for each in found if each.state != "draft"]
        if len(settled) > 1 or (not settled and len(drafts) > 1):
            names = ", ".join(each.place or each.id for each in found)
            raise Refused(
                f"{self.NAME} has {len(found)} campaigns with the mark of this issue: {names}",
                hint="One of them is a copy. Delete it there, or take the mark out of its name, then release the key.",
            )
        return next(iter(settled or drafts), None)

    def _leave(self, there: Campaign, why: str) -> NoReturn:
        raise Refused(
            f"the campaign {there.place or there.id} at {self.NAME} {why}; it is left alone",
            hint="Send it there, then: sharekit ledger settle KEY --delivered URL\n"
            "Or delete it there, and start over: sharekit ledger settle KEY --release",
        )

    def _receipt(self, there: Campaign, note: str = "") -> Receipt:
        detail = {"note": note} if note else {}
        if there.state == "scheduled" and there.at:
            detail["scheduled"] = there.at.isoformat()
        return Receipt(id=there.id, url=there.url, at=there.at or self._clock(), detail=detail)
