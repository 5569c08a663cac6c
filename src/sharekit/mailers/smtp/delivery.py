"""The sending itself: some connections at work until nobody is left, each replaced when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from sharekit.errors import Refused, Unavailable
from sharekit.mailers.smtp.connect import Connection, connect
from sharekit.mailers.smtp.courier import Courier
from sharekit.mailers.smtp.desk import Desk
from sharekit.mailers.smtp.office import Job, Office, Progress, Way
from sharekit.mailers.smtp.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from sharekit.mailers.smtp.journal import Journal
    from sharekit.mailers.smtp.splice import Splicer

# Attempts to connect, each after a pause that doubles.
MOST_CONNECTS = 5
TICK, BEAT = 0.25, 10.0


class Delivery:
    """One run over what waits in a mailing. It is made and used in one event loop."""

    def __init__(
        self, journal: Journal, splicer: Splicer, way: Way, *, progress: Progress, watch: Callable[[Progress], None]
    ) -> None:
        self._way = way
        self._journal = journal
        self._watch = watch
        self._why: Exception | None = None
        self._desk = Desk(journal, connections=way.connections)
        self._supply = Supply(self._desk, way.limits, batch=way.batch * way.connections)
        self._office = Office(way, splicer, self._desk, self._supply, progress)

    async def run(self) -> None:
        """Send to everybody who is due. Raises what stopped it: Refused, Unavailable or LedgerUnavailable."""
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
            self._watch(self._office.progress)
        if self._why:
            raise self._why

    def drain(self) -> None:
        """Begin nothing any more, and wait for what is on its way."""
        self._supply.stop()

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        # One that fails stops the others in order, with their answers read and written down; it never cancels them.
        try:
            await work
        except Exception as error:  # noqa: BLE001 - raised by run() when all have come to rest
            self._why = self._why or error
            self._supply.stop()

    async def _tick(self) -> None:
        beaten = 0.0
        while True:
            if time.monotonic() - beaten > BEAT:
                beaten = time.monotonic()
                await self._desk.run(self._journal.beat)
            self._watch(self._office.progress)
            await asyncio.sleep(TICK)

    async def _session(self) -> None:
        failures, progress = 0, self._office.progress
        while job := await self._office.next():
            before = progress.done
            try:
                connection = await connect(self._way.server)
            except (OSError, TimeoutError, Unavailable) as error:
                self._supply.give_back(job.target)
                failures += 1
                await self._pause(failures, error)
                continue
            except Exception:
                self._supply.give_back(job.target)
                raise
            self._check_size(connection, job)
            failure = await Courier(self._office, connection, job).work()
            if failure:
                failures = 0 if progress.done > before else failures + 1
                await self._pause(failures, failure)

    async def _pause(self, failures: int, error: Exception) -> None:
        if failures >= MOST_CONNECTS:
            server = self._way.server
            said = str(error) or "no answer in time"
            raise Unavailable(f"{server.host}:{server.port} takes no mail now: {said}") from error
        if failures:
            await asyncio.sleep(self._way.pause * 2 ** (failures - 1))

    def _check_size(self, connection: Connection, job: Job) -> None:
        most, size = connection.most_bytes, len(job.body)
        if 0 < most < size:
            connection.wire.close()
            self._supply.give_back(job.target)
            raise Refused(
                f"{self._way.server.host} takes messages of {most} bytes, and the issue has {size}",
                hint='variant = "cards" in [issue] sends excerpts instead of whole articles.',
            )
