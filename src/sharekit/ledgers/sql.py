"""The ledger in a database: an SQLite file for one machine, PostgreSQL for several.

A change reads the row, decides and writes within one transaction, into which no other writer of the key can come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sharekit.databases import PATIENCE, sqlite_file
from sharekit.errors import LedgerUnavailable
from sharekit.ledgers.base import BaseLedger
from sharekit.ledgers.mark import Mark
from sharekit.ledgers.rows import COLUMNS, entry_of, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sharekit.ledgers.base import Change
    from sharekit.ports import LedgerEntry

    Row = Mapping[Any, Any]
    Execute = Callable[..., list[Row]]

TABLE = "sharekit_ledger"
EVERY = f"SELECT * FROM {TABLE}"  # noqa: S608 - here and below, our own names of table and columns
ONE = f"{EVERY} WHERE key = :key"
# A range, not LIKE, which does not tell upper from lower case in SQLite.
BEGINNING = f"{EVERY} WHERE key >= :prefix AND key < :beyond"
CLAIMS = f"SELECT coalesce(sum(attempts), 0) AS claims FROM {TABLE}"  # noqa: S608
INSERT = (
    f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)}) "  # noqa: S608
    "ON CONFLICT (key) DO NOTHING RETURNING key"
)
UPDATE = f"UPDATE {TABLE} SET {', '.join(f'{name} = :{name}' for name in COLUMNS)} WHERE key = :key"  # noqa: S608


class Database(Protocol):
    """A database that can hold the table. All methods raise LedgerUnavailable."""

    name: str
    collation: str
    lock: str

    def columns(self) -> set[str]:
        """The columns of the table, none where it is not there. A look makes no database."""
        ...

    def reading(self) -> AbstractContextManager[Execute]:
        """Executes statements that only read."""
        ...

    def writing(self) -> AbstractContextManager[Execute]:
        """Executes statements in one transaction, which is on the disk when the block ends."""
        ...


class SqlLedger(BaseLedger):
    """The ledger at a URL of SQLAlchemy's form; a relative SQLite file lies in ``root``."""

    def __init__(
        self,
        url: str,
        *,
        root: Path,
        state: Path | None = None,
        patience: float = PATIENCE,
        setting: str = "SHAREKIT_LEDGER_URL",
    ) -> None:
        """``state`` keeps a mark by which a restored backup is known; ``patience`` is the seconds that a writer waits.

        Opens nothing yet. Raises ConfigError, which names ``setting``, for a URL of no database that can be used.
        """
        file = sqlite_file(url, root=root, setting=setting)
        self._database: Database
        if file:
            from sharekit.ledgers.sqlite import Sqlite

            self._database = Sqlite(file, patience=patience)
        else:
            from sharekit.ledgers.postgres import Postgres

            self._database = Postgres(url, root=root, setting=setting, patience=patience)
        self._mark = Mark(state, self._database.name) if state else None
        self._checked = False
        self._ready = False

    def get(self, key: str) -> LedgerEntry | None:
        """The entry of a key."""
        rows = self._read(ONE, key=key)
        return entry_of(rows[0]) if rows else None

    def entries(self, prefix: str = "") -> Iterator[LedgerEntry]:
        """Every entry whose key starts with ``prefix``, in order of key."""
        rows = self._read(BEGINNING, prefix=prefix, beyond=prefix + "\U0010ffff") if prefix else self._read(EVERY)
        return iter(sorted(map(entry_of, rows), key=lambda entry: entry.key))

    def _read(self, query: str, **values: object) -> list[Row]:
        self._check()
        if not self._ready and not self._database.columns():
            return []
        with self._database.reading() as execute:
            return execute(query, values)

    def _change(self, key: str, change: Change) -> LedgerEntry:
        self._check()
        self._prepare()
        while True:
            with self._database.writing() as execute:
                rows = execute(ONE + self._database.lock, {"key": key})
                before = entry_of(rows[0]) if rows else None
                after = change(before)
                # Where another one inserted the key in between, it is read again.
                written = after == before or execute(UPDATE if rows else INSERT, row_of(after)) or rows
            if written:
                if self._mark:
                    self._mark.note(self._claims())
                return after

    def _prepare(self) -> None:
        if self._ready:
            return
        missing = COLUMNS.keys() - self._database.columns()
        types = COLUMNS | {"key": COLUMNS["key"] + self._database.collation}
        try:
            if len(missing) == len(COLUMNS):
                every = ", ".join(f"{name} {kind}" for name, kind in types.items())
                with self._database.writing() as execute:
                    execute(f"CREATE TABLE IF NOT EXISTS {TABLE} ({every})", {})
            elif missing:
                with self._database.writing() as execute:
                    for name in sorted(missing):
                        execute(f"ALTER TABLE {TABLE} ADD COLUMN {name} {types[name]}", {})
        except LedgerUnavailable:
            # Of two that make it at the same moment, one fails, in PostgreSQL in spite of IF NOT EXISTS.
            if COLUMNS.keys() - self._database.columns():
                raise
        self._ready = True

    def _check(self) -> None:
        if self._mark and not self._checked:
            self._mark.check(self._claims() if self._database.columns() else 0)
        self._checked = True

    def _claims(self) -> int:
        with self._database.reading() as execute:
            return int(execute(CLAIMS, {})[0]["claims"])
