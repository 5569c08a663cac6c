"""The recipients of a mailing as a queue: batches claimed, attempts begun, results kept, by many connections at once.

This is the one hot path of the database, so it speaks to the driver itself, with one prepared statement per step and one
transaction for all steps that are ready at once. A claim waits for the disk. What follows does not: it survives the death
of the process, and what it would lose with the machine is taken for held (see :func:`sharekit.list.mailing.owner_now`).

To begin an attempt is a compare-and-swap: the row is still claimed by us, and its subscriber still wants it. So neither a
process that was stopped for an hour nor an unsubscription in the last second sends what it should not.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharekit.list.database import Transactions, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sqlalchemy as sa

    from sharekit.list.limits import Limits

    Turn = tuple[Sequence["SendResult"], int | None, asyncio.Future[bool]]

# The most characters of a server's words that are kept.
LONGEST_WORDS = 200
# Nothing but the marks of parameters is ever put into these texts.
# ruff: noqa: S608
ROW = "mailing_id = {p} AND reader_id = {p}"
ACTIVE = "EXISTS (SELECT 1 FROM sharekit_subscribers s WHERE s.id = reader_id AND s.state = 'active')"
FREE = (
    "SELECT d.reader_id, s.address, s.state, d.attempts FROM sharekit_deliveries d"
    " LEFT JOIN sharekit_subscribers s ON s.id = d.reader_id"
    " WHERE d.mailing_id = {p} AND d.state = 'queued' AND d.reader_id BETWEEN {p} AND {p} AND d.next_at <= {p}"
)
LIMIT = " LIMIT {p}{lock}"
STATEMENTS = {
    # Those who were tried already come last: one whom the server answers badly must not keep the others from their letter.
    "FRESH": f"{FREE} AND d.attempts = 0 ORDER BY d.reader_id{LIMIT}",
    "TRIED": f"{FREE} AND d.attempts > 0 ORDER BY d.attempts, d.reader_id{LIMIT}",
    "CLAIM": f"UPDATE sharekit_deliveries SET state = 'claimed', owner = {{p}} WHERE {ROW}",
    "SKIP": f"UPDATE sharekit_deliveries SET state = 'skipped', said = {{p}}, at = {{p}} WHERE {ROW}",
    "BEGIN": f"UPDATE sharekit_deliveries SET state = 'sending' WHERE {ROW} AND state = 'claimed' AND owner = {{p}}"
    f" AND {ACTIVE}",
    "LEFT": f"UPDATE sharekit_deliveries SET state = 'skipped', said = 'unsubscribed', at = {{p}} WHERE {ROW}"
    f" AND state = 'claimed' AND owner = {{p}} AND NOT {ACTIVE}",
    # A row that was taken for held meanwhile, and is ours, gets the answer that came after all.
    "SETTLE": "UPDATE sharekit_deliveries SET state = {p}, code = {p}, said = {p}, next_at = {p}, at = {p},"
    f" doubts = doubts + {{p}}, attempts = {{p}} WHERE {ROW} AND owner = {{p}} AND state IN ('sending', 'claimed', 'held')",
    "SUPPRESS": "UPDATE sharekit_subscribers SET state = 'suppressed', reason = {p}, changed_at = {p}"
    " WHERE id = {p} AND state = 'active'",
    "RELEASE": "UPDATE sharekit_deliveries SET state = 'queued', owner = NULL"
    " WHERE mailing_id = {p} AND state = 'claimed' AND owner = {p}",
    "BEAT": "INSERT INTO sharekit_senders (owner, beat) VALUES ({p}, {p})"
    " ON CONFLICT (owner) DO UPDATE SET beat = excluded.beat",
}
# A transaction waits until a third of the connections are ready for it, but no longer than so many seconds: if it waited
# for all, the server would have nothing to do meanwhile.
SHARE, PATIENCE = 3, 0.001


@dataclass(frozen=True, slots=True)
class Recipient:
    """A subscriber whom an attempt is made for; ``attempts`` is how many there were before."""

    id: int
    address: str
    attempts: int

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class SendResult:
    """What came of an attempt.

    ``state`` is sent, failed, held, queued until ``next_at`` (Unix seconds), or claimed while its meaning is not clear.
    """

    recipient: Recipient
    state: str
    code: int | None = None
    said: str = ""
    next_at: float = 0.0
    doubt: bool = False
    suppress: bool = False


class Rows:
    """One process's hand on the rows of one mailing. Not safe between threads: it is used by one at a time."""

    def __init__(self, engine: sa.Engine, mailing_id: int, *, within: tuple[int, int] | None = None) -> None:
        # It needs SQLAlchemy, and a mailer declares itself without.
        from sharekit.list.mailing import owner_now

        self._mailing = mailing_id
        self._low, self._high = within or (0, 2**31 - 1)
        self._cursor = self._low
        with reading(engine).connect() as connection:
            self.owner = owner_now(connection)
        self._rows = Transactions(engine)
        # Whether a commit waits for another process, and so belongs into a thread.
        self.waits = self._rows.postgres
        mark, lock = ("%s", " FOR UPDATE OF d SKIP LOCKED") if self._rows.postgres else ("?", "")
        self._sql = {name: text.format(p=mark, lock=lock) for name, text in STATEMENTS.items()}

    def close(self) -> None:
        """Give back what is claimed and was not begun, and the connection."""
        with self._rows.begin(durable=False) as cursor:
            cursor.execute(self._sql["RELEASE"], (self._mailing, self.owner))
        self._rows.close()

    def claim(self, count: int) -> list[Recipient]:
        """Take the next recipients, in order of their ids and from the start again after the last; empty for none."""
        now = time.time()
        for name, start in dict.fromkeys((("FRESH", self._cursor), ("FRESH", self._low), ("TRIED", self._low))):
            with self._rows.begin(durable=True) as cursor:
                cursor.execute(self._sql[name], (self._mailing, start, self._high, now, count))
                rows = cursor.fetchall()
                gone = [(state or "erased", now, self._mailing, number) for number, _, state, _ in rows if state != "active"]
                mine = [(self.owner, self._mailing, number) for number, _, state, _ in rows if state == "active"]
                if mine:
                    cursor.executemany(self._sql["CLAIM"], mine)
                if gone:
                    cursor.executemany(self._sql["SKIP"], gone)
            if rows:
                if name == "FRESH":
                    self._cursor = rows[-1][0] + 1
                taken = [Recipient(number, address, tried) for number, address, state, tried in rows if state == "active"]
                # A batch of nobody but unsubscribed ones is not the end.
                return taken or self.claim(count)
        return []

    def turn(self, results: Sequence[SendResult], begins: Sequence[int]) -> set[int]:
        """Keep the results and begin the attempts, in one transaction; the recipients whose attempt may begin."""
        now = time.time()
        with self._rows.begin(durable=False) as cursor:
            for result in results:
                self._settle(cursor, result, now)
            started = set()
            for number in begins:
                cursor.execute(self._sql["BEGIN"], (self._mailing, number, self.owner))
                if cursor.rowcount:
                    started.add(number)
                else:
                    cursor.execute(self._sql["LEFT"], (now, self._mailing, number, self.owner))
        return started

    def _settle(self, cursor: Any, result: SendResult, now: float) -> None:
        said, recipient = result.said[:LONGEST_WORDS], result.recipient
        values = (result.state, result.code, said, result.next_at, now, int(result.doubt), recipient.attempts + 1)
        cursor.execute(self._sql["SETTLE"], (*values, self._mailing, recipient.id, self.owner))
        if result.suppress:
            moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now))
            cursor.execute(self._sql["SUPPRESS"], (f"{result.code} {said}", moment, recipient.id))

    def beat(self) -> None:
        """Show that this process is alive."""
        with self._rows.begin(durable=False) as cursor:
            cursor.execute(self._sql["BEAT"], (self.owner, time.time()))


class TurnQueue:
    """The rows, used by many connections at once: one transaction serves some of them, and the others stay at work.

    Where a commit waits for another process it is made in a thread, and what came meanwhile is the next transaction.
    """

    def __init__(self, rows: Rows, *, connections: int) -> None:
        self._rows = rows
        self._enough = max(1, connections // SHARE)
        self._pool = ThreadPoolExecutor(1) if rows.waits else None
        self._waiting: list[Turn] = []
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    async def claim(self, count: int) -> list[Recipient]:
        """See :meth:`Rows.claim`."""
        found: list[Recipient] = await self._call(self._rows.claim, count)
        return found

    async def beat(self) -> None:
        """See :meth:`Rows.beat`."""
        await self._call(self._rows.beat)

    async def turn(self, results: Sequence[SendResult], begin: int | None = None) -> bool:
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
            started = self._rows.turn(*_merged(waiting))
        except Exception as error:  # noqa: BLE001 - it is theirs who wait, and is raised there
            _fail(waiting, error)
        else:
            _answer(waiting, started)

    async def _write_aside(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                started = await self._call(self._rows.turn, *_merged(waiting))
            except Exception as error:  # noqa: BLE001 - it is theirs who wait, and is raised there
                _fail(waiting, error)
            else:
                _answer(waiting, started)

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if self._pool is None:
            return function(*arguments)
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def close(self) -> None:
        """Give back what was not begun."""
        if self._pool:
            self._pool.shutdown()
        self._rows.close()


def _merged(waiting: Sequence[Turn]) -> tuple[list[SendResult], list[int]]:
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


class Batches:
    """The recipients who are next, one by one: claimed in batches before they are needed, and held back by the limits.

    At most a batch and a half of them is in memory.
    """

    def __init__(self, queue: TurnQueue, limits: Limits, *, size: int) -> None:
        self._queue = queue
        self._limits = limits
        self._size = size
        self._ready: deque[Recipient] = deque()
        self._parked: list[tuple[float, int, Recipient]] = []
        self._dry = False
        self._avoided: set[str] = set()
        self.stopped = False
        self._hungry, self._food = asyncio.Event(), asyncio.Event()
        self._hungry.set()

    async def feed(self) -> None:
        """Claim batches while there are any."""
        while not (self._dry or self.stopped):
            await self._hungry.wait()
            self._hungry.clear()
            if self._low and not self.stopped:
                claimed = await self._queue.claim(self._size)
                self._dry = not claimed
                self._ready.extend(claimed)
                self._food.set()

    @property
    def _low(self) -> bool:
        return len(self._ready) + len(self._parked) < self._size // 2 + 1

    def stop(self) -> None:
        """Hand out nobody any more."""
        self.stopped = True
        self._hungry.set()
        self._food.set()

    def avoid(self, domain: str) -> None:
        """Hand out nobody of a domain any more. Who is claimed already goes back to the queue in the end."""
        self._avoided.add(domain)

    def give_back(self, recipient: Recipient) -> None:
        """A recipient whose attempt never began is the next one."""
        self._ready.appendleft(recipient)
        self._food.set()

    def take_now(self) -> Recipient | None:
        """The next recipient, when there is one who may be sent to at this moment."""
        if self.stopped:
            return None
        while self._avoided and self._ready and self._ready[0].domain in self._avoided:
            self._ready.popleft()
        if self._limits.none:
            found = self._ready.popleft() if self._ready else None
        else:
            found = self._within_limits(time.monotonic())
        if self._low and not self._dry:
            self._hungry.set()
        return found

    def _within_limits(self, now: float) -> Recipient | None:
        if self._limits.total_wait(now) > 0:
            return None
        for _ in range(len(self._parked)):
            if self._parked[0][0] > now:
                break
            self._ready.appendleft(heapq.heappop(self._parked)[2])
        while self._ready:
            recipient = self._ready.popleft()
            if recipient.domain in self._avoided:
                continue
            wait = self._limits.wait(recipient.domain, now)
            if wait <= 0:
                return recipient
            heapq.heappush(self._parked, (now + wait, recipient.id, recipient))
        return None

    async def take(self) -> Recipient | None:
        """The next recipient, when there is one; None when there is nobody left, or nobody is to be sent to any more."""
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
