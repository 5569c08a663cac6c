"""The journal for many connections at once: what several of them want is one transaction."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharekit.mailers.smtp.journal import Journal, Result, Target

    Turn = tuple[Sequence[Result], int | None, asyncio.Future[bool]]

# A transaction waits until a third of the connections are ready for it, but no longer than so many seconds: if it waited
# for all, the server would have nothing to do meanwhile.
SHARE, PATIENCE = 3, 0.001


class Desk:
    """The journal, used by many connections at once: one transaction serves some of them, and the others stay at work.

    Where a commit waits for another process it is made in a thread, and what came meanwhile is the next transaction.
    """

    def __init__(self, journal: Journal, *, connections: int) -> None:
        self._journal = journal
        self._enough = max(1, connections // SHARE)
        self._pool = ThreadPoolExecutor(1) if journal.waits else None
        self._waiting: list[Turn] = []
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    async def claim(self, count: int) -> list[Target]:
        """See :meth:`Journal.claim`."""
        found: list[Target] = await self.run(self._journal.claim, count)
        return found

    async def turn(self, *results: Result, begin: int | None = None) -> bool:
        """Keep results and begin an attempt; whether it may begin. What it says is written down before it returns."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((results, begin, future))
        if self._pool is not None:
            if self._task is None or self._task.done():
                self._task = loop.create_task(self._write_aside())
        elif len(self._waiting) >= self._enough:
            self._write()
        elif self._timer is None:
            self._timer = loop.call_later(PATIENCE, self._write)
        return await future

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        try:
            started = self._journal.turn(*_merged(waiting))
        except Exception as error:  # noqa: BLE001 - it is theirs who wait, and is raised there
            _fail(waiting, error)
        else:
            _answer(waiting, started)

    async def _write_aside(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                started = await self.run(self._journal.turn, *_merged(waiting))
            except Exception as error:  # noqa: BLE001 - it is theirs who wait, and is raised there
                _fail(waiting, error)
            else:
                _answer(waiting, started)

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call the journal: here, or in its thread where it waits for another process."""
        if self._pool is None:
            return function(*arguments)
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def close(self) -> None:
        """Give back what was not begun."""
        if self._pool:
            self._pool.shutdown()
        self._journal.close()


def _merged(waiting: Sequence[Turn]) -> tuple[list[Result], list[int]]:
    results = [result for each, _, _ in waiting for result in each]
    return results, [begin for _, begin, _ in waiting if begin is not None]


def _answer(waiting: Sequence[Turn], started: set[int]) -> None:
    for _, begin, future in waiting:
        if not future.done():
            future.set_result(begin is None or begin in started)


def _fail(waiting: Sequence[Turn], error: Exception) -> None:
    for _, _, future in waiting:
        if not future.done():
            future.set_exception(error)
