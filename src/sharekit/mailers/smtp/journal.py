"""The readers' rows while a mailing runs: batches claimed, attempts begun, results kept.

This is the one hot path of the ledger, so it speaks to the driver itself, with one prepared statement per step and one
transaction for all steps that are ready at once. A claim waits for the disk. What follows does not: it survives the death
of the process, and what it would lose with the machine is taken for held (see :mod:`sharekit.mailers.smtp.owner`).

To begin an attempt is a compare-and-swap: the row is still claimed by us, and its reader still wants it. So neither a
process that was stopped for an hour nor an unsubscription in the last second sends what it should not.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharekit.mailers.smtp.owner import epoch, own_name
from sharekit.mailers.smtp.transactions import Transactions
from sharekit.subscribers.database import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

# Nothing but the marks of parameters is ever put into these texts.
# ruff: noqa: S608
ROW = "mailing_id = {p} AND reader_id = {p}"
ACTIVE = "EXISTS (SELECT 1 FROM sharekit_subscribers s WHERE s.id = reader_id AND s.state = 'active')"
FREE = (
    "SELECT d.reader_id, s.address, s.state, d.attempts FROM sharekit_deliveries d"
    " LEFT JOIN sharekit_subscribers s ON s.id = d.reader_id"
    " WHERE d.mailing_id = {p} AND d.state = 'queued' AND d.reader_id BETWEEN {p} AND {p} AND d.next_at <= {p}"
    " ORDER BY d.reader_id LIMIT {p}{lock}"
)
CLAIM = f"UPDATE sharekit_deliveries SET state = 'claimed', owner = {{p}} WHERE {ROW}"
SKIP = f"UPDATE sharekit_deliveries SET state = 'skipped', said = {{p}}, at = {{p}} WHERE {ROW}"
BEGIN = f"UPDATE sharekit_deliveries SET state = 'sending' WHERE {ROW} AND state = 'claimed' AND owner = {{p}} AND {ACTIVE}"
LEFT = (
    f"UPDATE sharekit_deliveries SET state = 'skipped', said = 'unsubscribed', at = {{p}} WHERE {ROW}"
    f" AND state = 'claimed' AND owner = {{p}} AND NOT {ACTIVE}"
)
# A row that was taken for held meanwhile, and is ours, gets the answer that came after all.
SETTLE = (
    "UPDATE sharekit_deliveries SET state = {p}, code = {p}, said = {p}, next_at = {p}, at = {p}, doubts = doubts + {p},"
    " attempts = attempts + 1"
    f" WHERE {ROW} AND owner = {{p}} AND state IN ('sending', 'claimed', 'held')"
)
SUPPRESS = (
    "UPDATE sharekit_subscribers SET state = 'suppressed', reason = {p}, changed_at = {p}"
    " WHERE id = {p} AND state = 'active'"
)
RELEASE = (
    "UPDATE sharekit_deliveries SET state = 'queued', owner = NULL"
    " WHERE mailing_id = {p} AND state = 'claimed' AND owner = {p}"
)
BEAT = "INSERT INTO sharekit_senders (owner, beat) VALUES ({p}, {p}) ON CONFLICT (owner) DO UPDATE SET beat = excluded.beat"
STATEMENTS = {
    "FREE": FREE,
    "CLAIM": CLAIM,
    "SKIP": SKIP,
    "BEGIN": BEGIN,
    "LEFT": LEFT,
    "SETTLE": SETTLE,
    "SUPPRESS": SUPPRESS,
    "RELEASE": RELEASE,
    "BEAT": BEAT,
}
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Target:
    """A reader whom an attempt is made for."""

    reader_id: int
    address: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt. ``state`` is sent, failed, held, or queued until ``next_at`` (Unix seconds)."""

    reader_id: int
    state: str
    code: int | None = None
    said: str = ""
    next_at: float = 0.0
    doubt: bool = False
    suppress: bool = False


class Journal:
    """One process's hand on the rows of one mailing. Not safe between threads: it is used by one at a time."""

    def __init__(self, engine: sa.Engine, mailing_id: int, *, within: tuple[int, int] | None = None) -> None:
        self._mailing = mailing_id
        self._low, self._high = within or (0, 2**31 - 1)
        self._cursor = self._low
        with reading(engine).connect() as connection:
            self.owner = own_name(epoch(connection))
        self._rows = Transactions(engine)
        mark, lock = ("%s", " FOR UPDATE OF d SKIP LOCKED") if self._rows.postgres else ("?", "")
        self._sql = {name: text.format(p=mark, lock=lock) for name, text in STATEMENTS.items()}

    @property
    def waits(self) -> bool:
        """Whether a commit waits for another process, and so belongs into a thread."""
        return self._rows.postgres

    def close(self) -> None:
        """Give back what is claimed and was not begun, and the connection."""
        with self._rows.begin(durable=False) as cursor:
            cursor.execute(self._sql["RELEASE"], (self._mailing, self.owner))
        self._rows.close()

    def claim(self, count: int) -> list[Target]:
        """Take the next readers, in order of their ids and from the start again after the last; empty for none."""
        now = time.time()
        for start in dict.fromkeys((self._cursor, self._low)):
            with self._rows.begin(durable=True) as cursor:
                cursor.execute(self._sql["FREE"], (self._mailing, start, self._high, now, count))
                rows = cursor.fetchall()
                gone = [(state or "erased", now, self._mailing, number) for number, _, state, _ in rows if state != "active"]
                mine = [(self.owner, self._mailing, number) for number, _, state, _ in rows if state == "active"]
                if mine:
                    cursor.executemany(self._sql["CLAIM"], mine)
                if gone:
                    cursor.executemany(self._sql["SKIP"], gone)
            if rows:
                self._cursor = rows[-1][0] + 1
                taken = [Target(number, address, attempts) for number, address, state, attempts in rows if state == "active"]
                # A batch of nobody but unsubscribed ones is not the end.
                return taken or self.claim(count)
        return []

    def turn(self, results: Sequence[Result], begins: Sequence[int]) -> set[int]:
        """Keep the results and begin the attempts, in one transaction; the readers whose attempt may begin."""
        now = time.time()
        with self._rows.begin(durable=False) as cursor:
            for result in results:
                self._settle(cursor, result, now)
            started = set()
            for reader_id in begins:
                cursor.execute(self._sql["BEGIN"], (self._mailing, reader_id, self.owner))
                if cursor.rowcount:
                    started.add(reader_id)
                else:
                    cursor.execute(self._sql["LEFT"], (now, self._mailing, reader_id, self.owner))
        return started

    def _settle(self, cursor: Any, result: Result, now: float) -> None:
        said = result.said[:LONGEST_WORDS]
        values = (result.state, result.code, said, result.next_at, now, int(result.doubt))
        cursor.execute(self._sql["SETTLE"], (*values, self._mailing, result.reader_id, self.owner))
        if result.suppress:
            moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now))
            cursor.execute(self._sql["SUPPRESS"], (f"{result.code} {said}", moment, result.reader_id))

    def beat(self) -> None:
        """Show that this process is alive."""
        with self._rows.begin(durable=False) as cursor:
            cursor.execute(self._sql["BEAT"], (self.owner, time.time()))
