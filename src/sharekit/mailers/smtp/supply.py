"""The readers who are next: claimed in batches before they are needed, and held back by the limits."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sharekit.mailers.smtp.desk import Desk
    from sharekit.mailers.smtp.journal import Target
    from sharekit.mailers.smtp.limits import Limits


class Supply:
    """Hands out readers one by one. At most a batch and a half of them is in memory."""

    def __init__(self, desk: Desk, limits: Limits, *, batch: int) -> None:
        self._desk = desk
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
                claimed = await self._desk.claim(self._batch)
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
