"""What the connections of one run share: the readers who are next, the ledger's desk, and the count."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sharekit.errors import Refused
from sharekit.mailers.smtp.verdict import impossible

if TYPE_CHECKING:
    from sharekit.mailers.smtp.connect import Server
    from sharekit.mailers.smtp.desk import Desk
    from sharekit.mailers.smtp.journal import Result, Target
    from sharekit.mailers.smtp.limits import Limits
    from sharekit.mailers.smtp.mailing import Policy
    from sharekit.mailers.smtp.splice import Splicer
    from sharekit.mailers.smtp.supply import Supply

# Failures in a row, with nothing sent in between, after which it is the sender and not the readers.
MOST_FAILURES = 25


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a mailing is to be sent. ``sender`` is the envelope's; ``batch`` readers are claimed for each connection.

    ``pause`` is in seconds, before the second attempt to connect; it doubles with each.
    """

    server: Server
    sender: str
    limits: Limits
    policy: Policy = "hold"
    connections: int = 4
    batch: int = 50
    pause: float = 1.0


@dataclass
class Progress:
    """How far a run is. ``seconds`` since it began."""

    total: int
    counts: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def rate(self) -> float:
        """Messages in a second, since the beginning."""
        return self.done / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """A message in hand."""

    target: Target
    body: bytes


class Office:
    """Hands out messages, and takes back what came of them."""

    def __init__(self, way: Way, splicer: Splicer, desk: Desk, supply: Supply, progress: Progress) -> None:
        self.way = way
        self.desk = desk
        self.supply = supply
        self.progress = progress
        self._splicer = splicer
        self._streak = 0

    async def next(self) -> Job | None:
        """The next message, when it may go; None when nobody is left."""
        while target := await self.supply.take():
            job, wrong = self._made(target)
            if job:
                return job
            await self.settle(wrong)
        return None

    def next_now(self) -> tuple[Job | None, Result | None]:
        """The next message if it may go at this moment; or the result for one that cannot be made."""
        target = self.supply.take_now()
        return self._made(target) if target else (None, None)

    def _made(self, target: Target) -> tuple[Job | None, Result | None]:
        try:
            return Job(target, self._splicer.message(target.reader_id, target.address)), None
        except ValueError as error:
            return None, impossible(target, str(error))

    async def settle(self, *results: Result | None) -> None:
        """Keep what came of attempts. Raises Refused when it is the sender that nobody wants."""
        kept = [result for result in results if result]
        if kept:
            await self.desk.turn(*kept)
            self.count(*kept)

    async def begin(self, job: Job, done: Result | None) -> bool:
        """Keep what came of the message before, and begin this one, at once; whether it may begin."""
        begun = await self.desk.turn(*filter(None, [done]), begin=job.target.reader_id)
        if done:
            self.count(done)
        return begun

    def count(self, *results: Result) -> None:
        """Count results that are kept."""
        for result in results:
            self.progress.counts[result.state] += 1
            self._streak = self._streak + 1 if result.state == "failed" else 0
            if self._streak >= MOST_FAILURES:
                raise Refused(
                    f"the last {MOST_FAILURES} readers were all refused, the last one with: {result.code} {result.said}",
                    hint="That is about the letter or its sender. Nobody else was tried; mend it, then release the key.",
                )
