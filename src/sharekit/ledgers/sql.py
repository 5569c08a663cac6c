"""The ledger in a database: SQLite for a list of one's own, PostgreSQL where one machine is outgrown.

A claim is one statement that inserts the key or takes it over where it is free, so the database itself decides between
two runs that want the same key.
"""

from __future__ import annotations

import secrets
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from sharekit.databases import PATIENCE, guard, open_engine, shown
from sharekit.errors import AlreadyClaimed, LedgerError
from sharekit.ledgers.rows import entry_of, moment, row_of
from sharekit.ledgers.seen import Mark
from sharekit.ledgers.table import LEDGER
from sharekit.records import claimed, noted, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sharekit.ports import LedgerEntry, Outcome

# Keys in one statement: SQLite takes 32,766 values in one, and a claim has six.
AT_ONCE = 1000
PAGE = 5000


class SqlLedger:
    """The ledger at a URL of SQLAlchemy's form; a relative SQLite file lies in ``root``."""

    def __init__(self, url: str, *, root: Path, state: Path | None = None, patience: float = PATIENCE) -> None:
        """``state`` keeps a mark by which a restored backup is known; ``patience`` is the seconds that a writer waits.

        Opens nothing yet. Raises ConfigError for a URL that names no database that we know.
        """
        self._engine = open_engine(url, root=root, setting="[ledger] url (or SHAREKIT_LEDGER_URL)", patience=patience)
        self._file = None
        if self._engine.dialect.name == "sqlite":
            self._file = Path(self._engine.url.database or "")
            sa.event.listen(self._engine, "connect", _durable)
        self._dialect: Any = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        # Connections are kept between calls, and closed with the ledger.
        weakref.finalize(self, self._engine.dispose)
        self._made = False
        name = str(self._file.resolve()) if self._file else shown(self._engine.url)
        self._mark = Mark(state, name) if state else None

    def get(self, key: str) -> LedgerEntry | None:
        """The entry of a key."""
        if not self._is_there():
            return None
        with self._guard(), self._engine.connect() as connection:
            row = connection.execute(sa.select(LEDGER).where(LEDGER.c.key == key)).mappings().one_or_none()
        return entry_of(row) if row else None

    def entries(self, prefix: str = "") -> Iterator[LedgerEntry]:
        """Every entry whose key starts with ``prefix``, in order of key; read in pages, so that none is held long."""
        if not self._is_there():
            return
        last = ""
        # A range, not LIKE, which does not tell upper from lower case in SQLite.
        begins = sa.and_(LEDGER.c.key >= prefix, LEDGER.c.key < prefix + "\U0010ffff")
        query = sa.select(LEDGER).where(begins if prefix else sa.true()).order_by(LEDGER.c.key).limit(PAGE)
        while True:
            with self._guard(), self._engine.connect() as connection:
                rows = connection.execute(query.where(LEDGER.c.key > last)).mappings().all()
            yield from (entry_of(row) for row in rows)
            if len(rows) < PAGE:
                return
            last = rows[-1]["key"]

    def claim(self, key: str, *, at: datetime, run: str) -> LedgerEntry:
        """Take the key for this run. Raises AlreadyClaimed."""
        taken = self.claim_many([key], at=at, run=run)
        if taken:
            return taken[0]
        claimed(self.get(key), key, at=at, run=run, nonce="")
        raise AlreadyClaimed(f"{key} was claimed at the same moment by another run")

    def claim_many(self, keys: Sequence[str], *, at: datetime, run: str) -> list[LedgerEntry]:
        """Take those of the keys that are free, in one transaction for a thousand; what was taken, in the order given."""
        self._make()
        taken: dict[str, LedgerEntry] = {}
        for start in range(0, len(keys), AT_ONCE):
            with self._guard(), self._engine.begin() as connection:
                rows = connection.execute(self._claims(keys[start : start + AT_ONCE], at=at, run=run)).mappings().all()
            taken |= {row["key"]: entry_of(row) for row in rows}
            if rows and self._mark:
                self._mark.note(moment(at))
        return [taken[key] for key in dict.fromkeys(keys) if key in taken]

    def _claims(self, keys: Sequence[str], *, at: datetime, run: str) -> Any:
        fresh = [
            row_of(claimed(None, key, at=at, run=run, nonce=secrets.token_hex(8)))
            # In one order: two transactions that take the same rows in two orders would wait for each other for ever.
            for key in sorted(set(keys))
        ]
        insert = self._dialect.insert(LEDGER).values(fresh)
        again = {name: insert.excluded[name] for name in fresh[0] if name not in ("key", "attempts")}
        reached = sa.or_(LEDGER.c.retry_at.is_(None), LEDGER.c.retry_at <= moment(at))
        is_free = sa.or_(LEDGER.c.state == "released", sa.and_(LEDGER.c.state == "waiting", reached))
        return insert.on_conflict_do_update(
            index_elements=[LEDGER.c.key], set_=again | {"attempts": LEDGER.c.attempts + 1}, where=is_free
        ).returning(LEDGER)

    def settle(self, key: str, outcome: Outcome, *, nonce: str) -> LedgerEntry:
        """Store what came of a claim. Raises LedgerError when the claim is not ours."""
        after = self._change(key, lambda before: settled(before, key, outcome, nonce=nonce))
        if self._mark:
            self._mark.note(moment(outcome.at))
        return after

    def note(self, key: str, facts: Mapping[str, str], *, nonce: str) -> LedgerEntry:
        """Add facts to an open claim. Raises LedgerError when it is not ours."""
        return self._change(key, lambda before: noted(before, key, facts, nonce=nonce))

    def _change(self, key: str, change: Callable[[LedgerEntry | None], LedgerEntry]) -> LedgerEntry:
        for _ in range(3):
            before = self.get(key)
            after = change(before)
            if before is None or after == before:
                return after
            # What was decided on must still be so when it is written.
            same = sa.and_(LEDGER.c.key == key, LEDGER.c.nonce == before.nonce, LEDGER.c.state == before.state)
            with self._guard(), self._engine.begin() as connection:
                done = connection.execute(sa.update(LEDGER).where(same).values(row_of(after)))
            if done.rowcount:
                return after
        raise LedgerError(f"{key} is being settled by another run")

    def settle_many(self, settled_as: Sequence[tuple[LedgerEntry, Outcome]]) -> None:
        """Store what came of claims of one's own, a thousand in one transaction. Raises LedgerError when one is not ours.

        For large mailings; of a thousand that hold one which is not ours, none is stored.
        """
        ours = (LEDGER.c.key == sa.bindparam("own_key"), LEDGER.c.nonce == sa.bindparam("own_nonce"))
        update = sa.update(LEDGER).where(*ours, sa.or_(LEDGER.c.state == "claimed", LEDGER.c.state == "unknown"))
        for start in range(0, len(settled_as), AT_ONCE):
            rows = []
            for entry, outcome in settled_as[start : start + AT_ONCE]:
                after = settled(entry, entry.key, outcome, nonce=entry.nonce)
                rows.append(row_of(after) | {"own_key": entry.key, "own_nonce": entry.nonce})
            with self._guard(), self._engine.begin() as connection:
                if connection.execute(update, rows).rowcount != len(rows):
                    raise LedgerError("a claim of these was settled or taken by another run", hint="sharekit ledger verify")

    def _is_there(self) -> bool:
        """Whether there is a ledger yet: a look must not make one."""
        if not self._made:
            if self._file is None or self._file.exists():
                with self._guard():
                    self._made = sa.inspect(self._engine).has_table(LEDGER.name)
            if self._mark:
                self._mark.check(self._latest() if self._made else "")
        return self._made

    def _latest(self) -> str:
        query = sa.select(sa.func.max(LEDGER.c.claimed_at), sa.func.max(LEDGER.c.settled_at))
        with self._guard(), self._engine.connect() as connection:
            return max(filter(None, connection.execute(query).one()), default="")

    def _make(self) -> None:
        if self._is_there():
            return
        with self._guard():
            try:
                with self._engine.begin() as connection:
                    connection.execute(CreateTable(LEDGER, if_not_exists=True))
            except DBAPIError:
                # PostgreSQL lets one of two that make the same table at the same moment fail, in spite of IF NOT EXISTS.
                if not self._is_there():
                    raise
            if self._file:
                # Readers go on while one writes. The file remembers it.
                with self._engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def _guard(self) -> AbstractContextManager[None]:
        return guard(self._engine, "the ledger at")


def _durable(connection: Any, _record: object) -> None:
    # A claim is on the disk before anything is sent.
    connection.execute("PRAGMA synchronous=FULL")
