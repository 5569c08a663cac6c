"""The readers who are next: claimed in batches before they are needed, and held back by the limits."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharekit.mailers.smtp.journal import Journal, Result, Target
    from sharekit.mailers.smtp.limits import Limits

    Turn = tuple[Sequence[Result], int | None, asyncio.Future[bool]]

# A transaction waits until a third of the connections are ready for it, but no longer than so many seconds: if it waited
# for all, the server would have nothing to do meanwhile.
SHARE, PATIENCE = 3, 0.001


class Supply:
    """Hands out readers one by one. At most a batch and a half of them is in memory."""

    def __init__(self, do: Desk, limits: Limits, *, batch: int) -> None:
        self._do = do
        self._limits = limits
        self._batch = batch
        self._ready: deque[Target] = deque()
        self._parked: list[tuple[float, int, Target]] = []
        self._dry = False
        self.stopped = False
        self._hungry, self._food = asyncio.Event(), asyncio.Event()
        self._hungry.set()

    async def feed(self) -> None:
        """Claim batches while there are any."""
        while not (self._dry or self.stopped):
            await self._hungry.wait()
            self._hungry.clear()
            if len(self._ready) + len(self._parked) < self._batch // 2 + 1 and not self.stopped:
                claimed = await self._do.claim(self._batch)
                self._dry = not claimed
                self._ready.extend(claimed)
                self._food.set()

    def stop(self) -> None:
        """Hand out nobody any more."""
        self.stopped = True
        self._hungry.set()
        self._food.set()

    def give_back(self, target: Target) -> None:
        """A reader whose attempt never began is the next one."""
        self._ready.appendleft(target)
        self._food.set()

    def take_now(self) -> Target | None:
        """The next reader, when there is one who may be sent to at this moment."""
        if self.stopped:
            return None
        if self._limits.none:
            found = self._ready.popleft() if self._ready else None
        else:
            found = self._within_limits(time.monotonic())
        if len(self._ready) + len(self._parked) < self._batch // 2 + 1 and not self._dry:
            self._hungry.set()
        return found

    def _within_limits(self, now: float) -> Target | None:
        if self._limits.total_wait(now) > 0:
            return None
        for _ in range(len(self._parked)):
            if self._parked[0][0] > now:
                break
            self._ready.appendleft(heapq.heappop(self._parked)[2])
        while self._ready:
            target = self._ready.popleft()
            wait = self._limits.wait(target.address.rpartition("@")[2].lower(), now)
            if wait <= 0:
                return target
            heapq.heappush(self._parked, (now + wait, target.reader_id, target))
        return None

    async def take(self) -> Target | None:
        """The next reader, when there is one; None when there is nobody left, or nobody is to be sent to any more."""
        while not self.stopped:
            found = self.take_now()
            if found:
                return found
            if self._dry and not self._ready and not self._parked:
                return None
            self._food.clear()
            try:
                async with asyncio.timeout(self._pause()):
                    await self._food.wait()
            except TimeoutError:
                continue
        return None

    def _pause(self) -> float | None:
        now = time.monotonic()
        waits = [self._parked[0][0] - now] if self._parked else []
        if self._ready and not self._limits.none:
            waits.append(self._limits.total_wait(now))
        return max(0.001, min(waits)) if waits else None


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
