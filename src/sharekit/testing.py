"""For tests, yours too: a ledger in memory, a channel and a mailer that record, a clock that stands, and faults on demand.

``docs/writing-an-adapter.md`` shows them in use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sharekit.errors import OutcomeUnknown
from sharekit.ledgers.records import MemoryLedger
from sharekit.model import Receipt
from sharekit.ports import Lookup

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.model import RenderedIssue, Share

__all__ = ["LOST", "NOON", "Faulty", "FrozenClock", "MemoryLedger", "RecordingChannel", "RecordingMailer"]

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class FrozenClock:
    """Tells the moment that it was set to; ``clock()`` reads it, :meth:`advance` moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        """Move on by ``timedelta(**span)``; the new moment."""
        self.now += timedelta(**span)
        return self.now


@dataclass
class RecordingChannel:
    """A :class:`sharekit.ports.Channel` that keeps what it was given in :attr:`posted`, in order, as (key, share).

    ``idempotent`` says that it takes a key only once, as Bluesky does: a repeat is harmless then.
    """

    limit: int = 280
    idempotent: bool = False
    clock: Callable[[], datetime] = field(default_factory=FrozenClock)
    posted: list[tuple[str, Share]] = field(default_factory=list)

    def measure(self, text: str) -> int:
        return len(text)

    def post(self, share: Share, key: str) -> Receipt:
        known = self._receipt(key)
        if known and self.idempotent:
            return known
        self.posted.append((key, share))
        return Receipt(id=key, url=f"https://network.example/{key}", at=self.clock())

    def find(self, share: Share, key: str) -> Lookup:
        return Lookup(receipt=self._receipt(key), certain=True, repeat_is_harmless=self.idempotent)

    def _receipt(self, key: str) -> Receipt | None:
        there = any(key == known for known, _ in self.posted)
        return Receipt(id=key, url=f"https://network.example/{key}", at=self.clock()) if there else None


@dataclass
class RecordingMailer:
    """A :class:`sharekit.ports.Mailer` that keeps what it was given in :attr:`sent`, in order, as (key, issue)."""

    clock: Callable[[], datetime] = field(default_factory=FrozenClock)
    sent: list[tuple[str, RenderedIssue]] = field(default_factory=list)

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        self.sent.append((key, issue))
        return Receipt(id=key, url=f"https://letters.example/{key}", at=self.clock())

    def find(self, key: str) -> Lookup:
        there = any(key == known for known, _ in self.sent)
        receipt = Receipt(id=key, url=f"https://letters.example/{key}", at=self.clock()) if there else None
        return Lookup(receipt=receipt, certain=True)


class Faulty:
    """Any port, with faults: ``Faulty(channel, post=[error, None, LOST])``.

    Each call of a named method takes the next item of its list: an exception is raised instead of the call, ``None``
    lets the call through, and so does everything after the list's end. :data:`LOST` makes the call and then loses the
    answer: what it raises is OutcomeUnknown, and what it did stays done.
    """

    def __init__(self, port: object, **faults: list[BaseException | str | None]) -> None:
        self._port = port
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        waiting = self._faults.get(name)
        if not waiting:
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            fault = waiting.pop(0) if waiting else None
            if isinstance(fault, BaseException):
                raise fault
            answer = real(*arguments, **named)
            if fault == LOST:
                raise OutcomeUnknown("the answer was lost on its way")
            return answer

        return call


LOST = "the answer is lost"
