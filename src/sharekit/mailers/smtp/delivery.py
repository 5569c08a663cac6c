"""The sending itself: some connections, each with one message on its way and the next one announced behind it.

With PIPELINING (RFC 2920) a message and the envelope of the next one leave in one piece, so that a message costs one round
trip. A server that has taken the envelope waits for the message, and that is the moment at which the attempt is written
down: one transaction keeps what came of the message before and that this one begins. Before it the message was certainly
not sent; after it, until the reply, nobody knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sharekit.errors import LedgerUnavailable, Refused, Unavailable
from sharekit.mailers.smtp.supply import Desk, Supply
from sharekit.mailers.smtp.verdict import impossible, judge, unanswered
from sharekit.mailers.smtp.wire import AFTER_DOT, Connection, Lost, Reply, Server, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.mailers.smtp.journal import Journal, Result, Target
    from sharekit.mailers.smtp.limits import Limits
    from sharekit.mailers.smtp.mailing import Policy
    from sharekit.mailers.smtp.splice import Splicer

# Failures in a row, with nothing sent in between, after which it is the sender and not the readers.
MOST_FAILURES = 25
# Attempts to connect, each after a pause that doubles.
MOST_CONNECTS = 5
TICK, BEAT = 0.25, 10.0


@dataclass(frozen=True)
class Job:
    """A message in hand."""

    target: Target
    body: bytes


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


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a mailing is to be sent. ``sender`` is the envelope's; ``batch`` is claimed at once for each connection."""

    server: Server
    sender: str
    limits: Limits
    policy: Policy = "hold"
    connections: int = 4
    batch: int = 50
    pause: float = 1.0


class Delivery:
    """One run over what waits in a mailing."""

    def __init__(
        self, journal: Journal, splicer: Splicer, way: Way, *, progress: Progress, watch: Callable[[Progress], None]
    ) -> None:
        self._way = way
        self._splicer = splicer
        self._journal = journal
        self._progress = progress
        self._watch = watch
        self._streak = 0
        self._why: Exception | None = None

    async def run(self) -> None:
        """Send to everybody who is due. Raises what stopped it: Refused, Unavailable or LedgerUnavailable."""
        self._desk = Desk(self._journal)
        self._supply = Supply(self._desk, self._way.limits, batch=self._way.batch * self._way.connections)
        ticker = asyncio.create_task(self._tick())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._guarded(self._supply.feed()))
                for _ in range(self._way.connections):
                    group.create_task(self._guarded(self._session()))
        finally:
            ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticker
            self._desk.close()
            self._watch(self._progress)
        if self._why:
            raise self._why

    def drain(self) -> None:
        """Begin nothing any more, and wait for what is on its way."""
        if hasattr(self, "_supply"):
            self._supply.stop()

    async def _guarded(self, work: object) -> None:
        # One that fails stops the others in order, with their answers read and written down; it never cancels them.
        try:
            await work  # type: ignore[misc]  # a coroutine
        except Exception as error:  # noqa: BLE001 - raised by run() when all have come to rest
            self._why = self._why or error
            self._supply.stop()

    async def _tick(self) -> None:
        beaten = 0.0
        while True:
            if time.monotonic() - beaten > BEAT:
                beaten = time.monotonic()
                await self._desk.run(self._journal.beat)
            self._watch(self._progress)
            await asyncio.sleep(TICK)

    async def _session(self) -> None:
        failures = 0
        while job := await self._next():
            before = self._progress.done
            try:
                connection = await connect(self._way.server)
            except (OSError, TimeoutError, Unavailable) as error:
                self._supply.give_back(job.target)
                failures += 1
                await self._later(failures, error)
                continue
            except Exception:
                self._supply.give_back(job.target)
                raise
            self._check_size(connection, job)
            failure = await self._pump(connection, job)
            if failure:
                failures = 0 if self._progress.done > before else failures + 1
                await self._later(failures, failure)

    async def _later(self, failures: int, error: Exception) -> None:
        if failures >= MOST_CONNECTS:
            server = self._way.server
            said = str(error) or "no answer in time"
            raise Unavailable(f"{server.host}:{server.port} takes no mail now: {said}") from error
        if failures:
            await asyncio.sleep(self._way.pause * 2 ** (failures - 1))

    def _check_size(self, connection: Connection, job: Job) -> None:
        if 0 < connection.most_bytes < len(job.body):
            connection.wire.close()
            self._supply.give_back(job.target)
            raise Refused(
                f"{self._way.server.host} takes messages of {connection.most_bytes} bytes, and the issue has {len(job.body)}",
                hint='variant = "cards" in [issue] sends excerpts instead of whole articles.',
            )

    async def _next(self) -> Job | None:
        while target := await self._supply.take():
            job, wrong = self._made(target)
            if job:
                return job
            await self._settle(wrong)
        return None

    def _next_now(self) -> tuple[Job | None, Result | None]:
        target = self._supply.take_now()
        return self._made(target) if target else (None, None)

    def _made(self, target: Target) -> tuple[Job | None, Result | None]:
        try:
            return Job(target, self._splicer.message(target.reader_id, target.address)), None
        except ValueError as error:
            return None, impossible(target, str(error))

    async def _settle(self, *results: Result | None) -> None:
        kept = [result for result in results if result]
        if kept:
            await self._desk.turn(*kept)
            self._count(kept)

    def _count(self, results: list[Result]) -> None:
        for result in results:
            self._progress.counts[result.state] += 1
            self._streak = self._streak + 1 if result.state == "failed" else 0
            if self._streak >= MOST_FAILURES:
                raise Refused(
                    f"the last {MOST_FAILURES} readers were all refused, the last one with: {result.code} {result.said}",
                    hint="That is about the letter or its sender. Nobody else was tried; mend it, then release the key.",
                )

    async def _pump(self, connection: Connection, job: Job | None) -> Exception | None:
        """Send over one connection until nobody is left, or it ends; why it ended."""
        wire, flight, done = connection.wire, None, None
        try:
            await self._announce(connection, job)
            while True:
                if flight:
                    reply = await wire.reply(AFTER_DOT)
                    done, flight = judge(flight.target, reply, time.time()), None
                    if reply.code == 421:
                        raise Lost(str(reply))
                if job is None:
                    await self._settle(done)
                    done = None
                    job = await self._next()
                    if job is None:
                        await wire.quit()
                        return None
                    await self._announce(connection, job)
                refusal = await self._envelope(connection, job)
                if refusal:
                    target, job = job, None
                    await self._settle(done, refusal)
                    done = None
                    await wire.command("RSET")
                    continue
                begun = await self._desk.turn(*filter(None, [done]), begin=job.target.reader_id)
                if done:
                    self._count([done])
                done = None
                if not begun:
                    # The server waits for a message that must not come: only hanging up takes the envelope back.
                    job = None
                    raise Lost("a reader left in the last moment")
                following, wrong = self._next_now() if connection.pipelining else (None, None)
                self._write(connection, job, following)
                flight, job = job, following
                await self._settle(wrong)
        except (Lost, OSError) as error:
            wire.close()
            if flight:
                done = unanswered(flight.target, str(error), self._way.policy, time.time())
            if job:
                self._supply.give_back(job.target)
            await self._settle(done)
            return error
        except Exception:
            wire.close()
            if job:
                self._supply.give_back(job.target)
            # What was answered is kept even so; the ledger itself may be what failed.
            with contextlib.suppress(LedgerUnavailable):
                await self._settle(done)
            raise

    def _write(self, connection: Connection, job: Job, following: Job | None) -> None:
        connection.wire.write(job.body + self._commands(connection, following) if following else job.body)

    async def _announce(self, connection: Connection, job: Job | None) -> None:
        if job and connection.pipelining:
            connection.wire.write(self._commands(connection, job))

    def _commands(self, connection: Connection, job: Job) -> bytes:
        mail, rcpt = self._mail(connection, job), job.target.address
        return f"{mail}\r\nRCPT TO:<{rcpt}>\r\nDATA\r\n".encode()

    def _mail(self, connection: Connection, job: Job) -> str:
        extensions = connection.wire.extensions
        line = f"MAIL FROM:<{self._way.sender}>"
        if "SIZE" in extensions:
            line += f" SIZE={len(job.body)}"
        if not job.target.address.isascii():
            line += " SMTPUTF8" + (" BODY=8BITMIME" if "8BITMIME" in extensions else "")
        return line

    async def _envelope(self, connection: Connection, job: Job) -> Result | None:
        """Have the envelope taken, so that the server waits for the message; or why it was not."""
        wire, now = connection.wire, time.time()
        accents = not job.target.address.isascii() and not connection.utf8
        if connection.pipelining:
            mail, rcpt, data = await wire.reply(), await wire.reply(), await wire.reply()
        else:
            mail = await wire.command(self._mail(connection, job))
            rcpt = await wire.command(f"RCPT TO:<{job.target.address}>") if mail.ok else mail
            data = await wire.command("DATA") if rcpt.ok else rcpt
        if data.code == 354 and not rcpt.ok:
            # RFC 2920 §3.1: there is nobody to send to, so what is sent is nothing.
            await wire.command(".")
        if accents and not rcpt.ok:
            return impossible(job.target, "the server takes no address with accents (SMTPUTF8)")
        self._check_sender(mail)
        if not rcpt.ok:
            return judge(job.target, rcpt, now)
        return None if data.code == 354 else judge(job.target, data if not data.ok else Reply(451, str(data)), now)

    def _check_sender(self, mail: Reply) -> None:
        if mail.ok:
            return
        if mail.code < 500:
            raise Lost(str(mail))
        raise Refused(
            f"{self._way.server.host} refuses the sender {self._way.sender}: {' '.join(str(mail).split())}",
            hint="from in [issue], or sender in [mailers.smtp], must be an address that this server may send for.",
        )
