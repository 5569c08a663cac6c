"""The recipients of a mailing as a queue that many connections share: claimed in batches, begun one by one, results kept.

This is the one hot path of the database, so it speaks to the driver itself. A claim waits for the disk; what follows
survives the death of the process alone, and is taken for held with the machine (:func:`sharekit.list.mailing.owner_now`).

To begin an attempt is a compare-and-swap: the row is still claimed by us, and its subscriber still wants it. So neither a
process that was stopped for an hour nor an unsubscription in the last second sends what it should not.
"""

from __future__ import annotations

import contextlib
import heapq
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from sharekit.databases import PATIENCE
from sharekit.errors import ConfigError
from sharekit.list.database import LONGEST_WORDS, guard, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

SECONDS = {"s": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0}
RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*([a-z]+)\s*")
# Nothing but the marks of parameters is ever put into these texts.
# ruff: noqa: S608
ROW = "mailing_id = {p} AND reader_id = {p}"
ACTIVE = "EXISTS (SELECT 1 FROM sharekit_subscribers s WHERE s.id = reader_id AND s.state = 'active')"
STATE, ADDRESS = (f"(SELECT s.{name} FROM sharekit_subscribers s WHERE s.id = reader_id)" for name in ("state", "address"))
# To a state, or to "skipped" for whoever left meanwhile.
MOVE = (
    f"UPDATE sharekit_deliveries SET owner = {{p}}, state = CASE WHEN {ACTIVE} THEN '%s' ELSE 'skipped' END,"
    f" said = CASE WHEN {ACTIVE} THEN said ELSE coalesce({STATE}, 'erased') END"
)
CLAIM = (
    "WITH chosen AS MATERIALIZED (SELECT reader_id FROM sharekit_deliveries WHERE mailing_id = {p} AND state = 'queued'"
    " AND reader_id BETWEEN {p} AND {p} AND next_at <= {p} AND {which} LIMIT {p}{lock})"
    f" {MOVE % 'claimed'} WHERE mailing_id = {{p}} AND reader_id IN (SELECT reader_id FROM chosen)"
    f" RETURNING attempts, reader_id, state, {ADDRESS}"
)
STATEMENTS = {
    # Those who were tried already come last: one whom the server answers badly must not keep the others from their letter.
    "FRESH": CLAIM.replace("{which}", "attempts = 0 ORDER BY reader_id"),
    "TRIED": CLAIM.replace("{which}", "attempts > 0 ORDER BY attempts, reader_id"),
    "BEGIN": f"{MOVE % 'sending'} WHERE {ROW} AND state = 'claimed' AND owner = {{p}} RETURNING state",
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


class Recipient(msgspec.Struct, frozen=True, gc=False):
    """A subscriber whom an attempt is made for; ``attempts`` is how many there were before."""

    id: int
    address: str
    attempts: int

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2].lower()


class SendResult(msgspec.Struct, frozen=True, gc=False):
    """What came of an attempt: sent, failed, held, queued until ``next_at`` (Unix seconds), claimed while unclear."""

    recipient: Recipient
    state: str
    code: int | None = None
    said: str = ""
    next_at: float = 0.0
    doubt: bool = False
    suppress: bool = False


@dataclass
class Limit:
    """At most ``count`` in any ``seconds`` of this process: one that starts again counts afresh."""

    count: int
    seconds: float
    moments: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more may go."""
        while self.moments and self.moments[0] <= now - self.seconds:
            self.moments.popleft()
        return 0.0 if len(self.moments) < self.count else max(0.0, self.moments[0] + self.seconds - now)


def read_limit(text: str, *, setting: str) -> Limit:
    """``14/s``, ``100/min``, ``500/h`` or ``50000/day``. Raises ConfigError for anything else."""
    found = RATE.fullmatch(text.lower())
    seconds = SECONDS.get(found[2]) if found else None
    if found is None or seconds is None or float(found[1]) <= 0:
        raise ConfigError(f'{setting} = "{text}" is not a rate', hint='Write it as in "14/s", "100/min" or "50000/day".')
    count = float(found[1])
    return Limit(int(count), seconds) if count >= 1 else Limit(1, seconds / count)


class Limits:
    """All limits of a mailing. ``domains`` maps a domain to its own; ``every_domain`` is for the others."""

    def __init__(self, total: list[Limit], domains: dict[str, str], every_domain: str | None) -> None:
        self.total, self._rates, self._every = total, domains, every_domain
        self._domains: dict[str, list[Limit]] = {}

    def wait(self, domain: str, now: float) -> float:
        """Seconds until a message to this domain may go; 0 takes its place in every limit."""
        if (rate := self._rates.get(domain, self._every)) and domain not in self._domains:
            self._domains[domain] = [read_limit(rate, setting=f"mailers.smtp.domains.{domain}")]
        return take_place(self.total + self._domains.get(domain, []), now)


def longest_wait(limits: Sequence[Limit], now: float) -> float:
    """Seconds until one more may go by all of these."""
    return max((limit.wait(now) for limit in limits), default=0.0)


def take_place(limits: Sequence[Limit], now: float) -> float:
    """Seconds until one more may go by all of these; 0 takes its place in each."""
    if not (longest := longest_wait(limits, now)):
        for limit in limits:
            limit.moments.append(now)
    return longest


class RecipientQueue:
    """The recipients of one mailing, for the threads of one process. ``within`` bounds the subscribers' ids.

    Batches of ``size`` are claimed when they are needed, and held back by the limits: no more are ever in memory.
    Raises LedgerUnavailable for what fails in the database.
    """

    def __init__(
        self, engine: sa.Engine, mailing_id: int, limits: Limits, *, size: int, within: tuple[int, int] | None = None
    ) -> None:
        # It needs SQLAlchemy, and a mailer declares itself without.
        from sharekit.list.mailing import owner_now

        self._engine, self._mailing, self._limits, self._size = engine, mailing_id, limits, size
        self._low, self._high = within or (0, 2**31 - 1)
        self._start = self._low
        self._ready: deque[Recipient] = deque()
        self._parked: list[tuple[float, int, Recipient]] = []
        # Domains of which nobody is handed out any more. Who is claimed already goes back in the end.
        self.avoided: set[str] = set()
        self._dry = self.stopped = False
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._postgres = engine.dialect.name == "postgresql"
        mark, lock = ("%s", " FOR UPDATE SKIP LOCKED") if self._postgres else ("?", "")
        self._sql = {name: text.format(p=mark, lock=lock) for name, text in STATEMENTS.items()}
        with transaction(engine, reads=True) as connection:
            self._owner = owner_now(connection)
        with guard(engine):
            self._connection = engine.raw_connection()
            driver: Any = self._connection.driver_connection
            if self._postgres:
                driver.rollback()
                driver.autocommit = True
            self._cursor = driver.cursor()
            if self._postgres:
                self._cursor.execute("SET synchronous_commit = off")
                # A process that is stopped in the middle would keep all others from its rows until it goes on, or for ever.
                self._cursor.execute(f"SET idle_in_transaction_session_timeout = '{PATIENCE}s'")
            else:
                # Nothing that it overwrites names anybody, and it overwrites much.
                self._cursor.execute("PRAGMA secure_delete=OFF")
        self._durable: bool | None = None

    def close(self) -> None:
        """Give back what is claimed and was not begun."""
        with self.transaction() as cursor:
            cursor.execute(self._sql["RELEASE"], (self._mailing, self._owner))
        self._cursor.close()
        # Its settings are nobody else's.
        self._connection.invalidate()

    def take(self, *, wait: bool = True) -> Recipient | None:
        """The next recipient, as soon as they may be sent to; None when nobody is left, or nobody is to be sent to any more.

        Without ``wait`` None also when that is not now.
        """
        with self._changed:
            while not self.stopped:
                found, seconds = self._next(time.monotonic())
                if found or not wait or seconds is None:
                    return found
                self._changed.wait(seconds)
        return None

    def give_back(self, recipient: Recipient) -> None:
        """A recipient whose attempt never began is the next one."""
        with self._changed:
            self._ready.appendleft(recipient)
            self._changed.notify()

    def stop(self) -> None:
        """Hand out nobody any more."""
        with self._changed:
            self.stopped = True
            self._changed.notify_all()

    def sleep(self, seconds: float) -> None:
        """Wait, unless it is stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self.stopped, seconds)

    def turn(self, results: Sequence[SendResult], begin: int | None = None) -> bool:
        """Keep results and begin an attempt, all at once; whether it may begin."""
        now, begun = time.time(), True
        with self._writing, self.transaction() as cursor:
            for result in results:
                said, recipient = result.said[:LONGEST_WORDS], result.recipient
                outcome = (result.state, result.code, said, result.next_at, now, int(result.doubt), recipient.attempts + 1)
                cursor.execute(self._sql["SETTLE"], (*outcome, self._mailing, recipient.id, self._owner))
                if result.suppress:
                    moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now))
                    cursor.execute(self._sql["SUPPRESS"], (f"{result.code} {said}", moment, recipient.id))
            if begin is not None:
                cursor.execute(self._sql["BEGIN"], (self._owner, self._mailing, begin, self._owner))
                begun = cursor.fetchone() == ("sending",)
        return begun

    def beat(self) -> None:
        """Show that this process is alive."""
        with self._writing, self.transaction() as cursor:
            cursor.execute(self._sql["BEAT"], (self._owner, time.time()))

    def _next(self, now: float) -> tuple[Recipient | None, float | None]:
        """Who may be sent to now, or else how many seconds to wait; None for both where nobody is left."""
        while self._parked and self._parked[0][0] <= now:
            self._ready.appendleft(heapq.heappop(self._parked)[2])
        while self._fill():
            if seconds := longest_wait(self._limits.total, now):
                return None, seconds
            recipient = self._ready.popleft()
            if recipient.domain in self.avoided:
                continue
            seconds = self._limits.wait(recipient.domain, now)
            if seconds <= 0:
                return recipient, None
            # The other domains need not wait for this one.
            heapq.heappush(self._parked, (now + seconds, recipient.id, recipient))
        return None, max(0.001, self._parked[0][0] - now) if self._parked else None

    def _fill(self) -> bool:
        """Whether somebody is ready, from a new batch where that is needed."""
        if not (self._ready or self._dry) and len(self._parked) < self._size:
            self._ready.extend(self._claim())
            self._dry = not self._ready
        return bool(self._ready)

    def _claim(self) -> list[Recipient]:
        """Take the next recipients, in order of their ids and from the start again after the last; empty for none."""
        now = time.time()
        for name, start in dict.fromkeys((("FRESH", self._start), ("FRESH", self._low), ("TRIED", self._low))):
            with self._writing, self.transaction(durable=True) as cursor:
                whose = (self._mailing, start, self._high, now, self._size, self._owner, self._mailing)
                cursor.execute(self._sql[name], whose)
                rows = sorted(cursor.fetchall())
            if rows:
                if name == "FRESH":
                    self._start = rows[-1][1] + 1
                taken = [Recipient(number, address, tried) for tried, number, state, address in rows if state == "claimed"]
                # A batch of nobody but unsubscribed ones is not the end.
                return taken or self._claim()
        return []

    @contextlib.contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Any]:
        """A transaction: kept whole when the block ends, and not at all when it fails. A durable one waits for the disk.

        PostgreSQL ends one in which nothing is asked for ``PATIENCE`` seconds.
        """
        cursor = self._cursor
        try:
            if self._postgres:
                cursor.execute("BEGIN")
                if durable:
                    cursor.execute("SET LOCAL synchronous_commit = on")
            else:
                # How long it waits for the disk cannot be changed within a transaction.
                if durable is not self._durable:
                    cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                    self._durable = durable
                cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")
        except BaseException:
            # It is not in a transaction, or not there any more: nothing is kept either way.
            with contextlib.suppress(Exception):
                cursor.execute("ROLLBACK")
            with guard(self._engine):
                raise
