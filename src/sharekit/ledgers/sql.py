"""The ledger in a database: an SQLite file for one machine, PostgreSQL for several.

A change reads the row, decides and writes within one transaction, into which no other writer of the key can come.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import weakref
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from sharekit.databases import PATIENCE, failed, guard, open_engine, shown, sqlite_file
from sharekit.errors import LedgerError, LedgerUnavailable
from sharekit.ledgers.records import UNREADABLE, BaseLedger, damaged, from_fields, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import sqlalchemy as sa

    from sharekit.ledgers.records import Change
    from sharekit.model import LedgerEntry

    Row = Mapping[Any, Any]
    Execute = Callable[..., list[Row]]

# A column → its type, and its place in the record. Moments are texts in UTC of one width, so that every database compares
# and shows them alike; tables are JSON. What was noted on the way is in "detail" until there is a receipt.
COLUMNS = {
    "key": ("TEXT NOT NULL PRIMARY KEY", "key"),
    "state": ("TEXT NOT NULL", "state"),
    "claimed_at": ("TEXT NOT NULL", "claimed.at"),
    "run": ("TEXT NOT NULL", "claimed.run"),
    "nonce": ("TEXT NOT NULL", "claimed.nonce"),
    "attempts": ("INTEGER NOT NULL", "attempts"),
    "settled_at": ("TEXT", "settled.at"),
    "remote_id": ("TEXT", "settled.id"),
    "url": ("TEXT", "settled.url"),
    "sent_at": ("TEXT", "settled.sent"),
    "detail": ("TEXT", "settled.detail"),
    "reason": ("TEXT", "settled.reason"),
    "retry_at": ("TEXT", "settled.retry_at"),
    "form": ("INTEGER NOT NULL DEFAULT 1", "form"),
    # Added to a table that was made without them.
    "sent": ("TEXT", "claimed.sent"),
    "paused": ("INTEGER", "settled.paused"),
}
# Only our own names of the table and its columns are put into these texts.
# ruff: noqa: S608
TABLE = "sharekit_ledger"
EVERY = f"SELECT * FROM {TABLE}"
ONE = f"{EVERY} WHERE key = :key"
# A range, not LIKE, which does not tell upper from lower case in SQLite.
BEGINNING = f"{EVERY} WHERE key >= :prefix AND key < :beyond"
CLAIMS = f"SELECT coalesce(sum(attempts), 0) AS claims FROM {TABLE}"
INSERT = (
    f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)}) "
    "ON CONFLICT (key) DO NOTHING RETURNING key"
)
UPDATE = f"UPDATE {TABLE} SET {', '.join(f'{name} = :{name}' for name in COLUMNS)} WHERE key = :key"
RESTORED = (
    "Was an old copy restored, or a row changed by hand? What went out since may be forgotten. Put the newer one back;\n"
    "or take it as it is, with everything that is due counted as out: rm {mark} && sharekit ledger seed"
)


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
        self._database = Sqlite(file, patience) if file else Postgres(url, root=root, setting=setting, patience=patience)
        self._mark = Mark(state, self._database.name) if state else None
        self._checked = False
        self._ready = False

    def get(self, key: str) -> LedgerEntry | None:
        rows = self._read(ONE, key=key)
        return entry_of(rows[0]) if rows else None

    def entries(self, prefix: str = "") -> Iterator[LedgerEntry]:
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
        types = {name: kind for name, (kind, _) in COLUMNS.items()}
        types["key"] += self._database.collation
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


class Sqlite:
    """A file with the table. Each use opens it anew, so threads and forks share nothing. All raise LedgerUnavailable."""

    collation = ""
    lock = ""

    def __init__(self, file: Path, patience: float) -> None:
        self.name = f"sqlite:///{file}"
        self._file = file
        self._patience = patience

    def columns(self) -> set[str]:
        """The columns of the table, none where it is not there. A look makes no database."""
        if not self._file.exists():
            return set()
        with self.reading() as execute:
            return {row["name"] for row in execute("PRAGMA table_info(sharekit_ledger)", {})}

    @contextlib.contextmanager
    def reading(self) -> Iterator[Execute]:
        """Executes statements that only read."""
        try:
            connecting = sqlite3.connect(self._file, timeout=self._patience, isolation_level=None)
            with contextlib.closing(connecting) as connection:
                yield _on_sqlite(connection)
        except sqlite3.Error as error:
            raise failed(f"the ledger at {self.name}", error) from None

    @contextlib.contextmanager
    def writing(self) -> Iterator[Execute]:
        """Executes statements in one transaction, which is on the disk when the block ends."""
        with self.reading() as execute:
            if execute("PRAGMA journal_mode", {})[0]["journal_mode"] != "wal":
                # Readers go on while one writes. The file remembers it. Of several who ask for it at once each would wait
                # for the others, so nobody waits, and one of the next writers gets it.
                execute("PRAGMA busy_timeout = 0", {})
                with contextlib.suppress(sqlite3.OperationalError):
                    execute("PRAGMA journal_mode=WAL", {})
                execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}", {})
            execute("PRAGMA synchronous=FULL", {})
            # A transaction that reads first and then writes would fail at once where another one wrote in between.
            execute("BEGIN IMMEDIATE", {})
            yield execute
            execute("COMMIT", {})


def _on_sqlite(connection: sqlite3.Connection) -> Execute:
    # One text that is not UTF-8 must not hide the others.
    connection.text_factory = _text

    def execute(statement: str, values: Mapping[str, object]) -> list[Row]:
        cursor = connection.execute(statement, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    return execute


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


class Postgres:
    """A server with the table, through SQLAlchemy: the extra ``postgres``. The methods are those of :class:`Sqlite`."""

    # By code point, as Python and SQLite compare, and not by the words of the database's language.
    collation = ' COLLATE "C"'
    # Whoever wants the same key waits for the end of the transaction.
    lock = " FOR UPDATE"

    def __init__(self, url: str, *, root: Path, setting: str, patience: float) -> None:
        self._engine = open_engine(url, root=root, setting=setting)
        # Connections are kept between calls, and closed with the ledger.
        weakref.finalize(self, self._engine.dispose)
        self._patience = int(patience * 1000)
        self.name = shown(self._engine.url)

    def columns(self) -> set[str]:
        query = (
            "SELECT attname AS name FROM pg_attribute "
            "WHERE attrelid = to_regclass('sharekit_ledger') AND attnum > 0 AND NOT attisdropped"
        )
        with self.reading() as execute:
            return {row["name"] for row in execute(query, {})}

    @contextlib.contextmanager
    def reading(self) -> Iterator[Execute]:
        with guard(self._engine, "the ledger at"), self._engine.connect() as connection:
            yield _on_postgres(connection)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Execute]:
        with guard(self._engine, "the ledger at"), self._engine.begin() as connection:
            execute = _on_postgres(connection)
            execute(f"SET LOCAL lock_timeout = {self._patience}", {})
            # A process that is stopped in the middle would keep the others from its key.
            execute(f"SET LOCAL idle_in_transaction_session_timeout = {self._patience}", {})
            yield execute


def _on_postgres(connection: sa.Connection) -> Execute:
    import sqlalchemy as sa

    def execute(statement: str, values: Mapping[str, object]) -> list[Row]:
        result = connection.execute(sa.text(statement), dict(values))
        return list(result.mappings()) if result.returns_rows else []

    return execute


class Mark:
    """Recognises a restored backup, by how many claims the database was seen to hold: a file in ``folder``.

    Claims are counted, for clocks can be wrong.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"ledger-claims-{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    def check(self, claims: int) -> None:
        """Raise LedgerError when the database holds fewer claims than it did."""
        if claims < self._seen():
            raise LedgerError(
                f"the ledger holds {claims} claims, and was seen to hold {self._seen()}",
                hint=RESTORED.format(mark=self._path),
            )

    def note(self, claims: int) -> None:
        """Keep a number, where it is higher than the mark; a machine without a home keeps none."""
        if claims <= self._seen():
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(f".{os.getpid()}")
            beside.write_text(str(claims))
            beside.replace(self._path)

    def _seen(self) -> int:
        try:
            return int(self._path.read_text())
        except (OSError, ValueError):
            return 0


# --- an entry as a row ------------------------------------------------------------------------------------------------


def row_of(entry: LedgerEntry) -> dict[str, Any]:
    record = written(entry)
    row = {}
    for column, (_, place) in COLUMNS.items():
        table, _, name = place.rpartition(".")
        part = getattr(record, table) if table else record
        row[column] = None if part is None else _stored(getattr(part, name))
    return row if row["remote_id"] is not None else row | {"detail": _stored(record.facts)}


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode() if value else None
    return int(value) if isinstance(value, bool) else value


def entry_of(row: Mapping[Any, Any]) -> LedgerEntry:
    """The entry of a row; one that cannot be read gives what :func:`sharekit.ledgers.records.damaged` makes.

    Text that is not UTF-8 is expected as bytes.
    """
    key = row["key"]
    key = key.decode(errors="backslashreplace") if isinstance(key, bytes) else str(key)
    parts: dict[str, dict[str, Any]] = {"": {}, "claimed": {}, "settled": {}}
    try:
        for column, (_, place) in COLUMNS.items():
            table, _, name = place.rpartition(".")
            value = row.get(column)
            if value is not None:
                parts[table][name] = msgspec.json.decode(value) if column in ("detail", "sent") else value
    except (*UNREADABLE, TypeError) as error:
        return damaged(key, f"its record cannot be read: {error}")
    fields, settled = parts[""] | {"claimed": parts["claimed"]}, parts["settled"]
    if row["remote_id"] is None:
        fields["facts"] = settled.pop("detail", {})
    if row["settled_at"] is not None:
        fields["settled"] = settled | {"paused": bool(settled.get("paused"))}
    return from_fields(fields, key)
