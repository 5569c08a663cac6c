"""The ledger's table in an SQLite file, through the standard library."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sharekit.databases import failed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sharekit.ledgers.sql import Execute, Row


class Sqlite:
    """A :class:`sharekit.ledgers.sql.Database` in ``file``. Each use opens it anew, so threads and forks share nothing."""

    collation = ""
    lock = ""

    def __init__(self, file: Path, *, patience: float) -> None:
        self.name = f"sqlite:///{file}"
        self._file = file
        self._patience = patience

    def columns(self) -> set[str]:
        """The columns of the table, none where it is not there."""
        if not self._file.exists():
            return set()
        with self.reading() as execute:
            return {row["name"] for row in execute("PRAGMA table_info(sharekit_ledger)", {})}

    @contextmanager
    def reading(self) -> Iterator[Execute]:
        """Executes statements that only read."""
        try:
            with closing(self._connect()) as connection:
                yield _executing(connection)
        except sqlite3.Error as error:
            raise failed(f"the ledger at {self.name}", error) from None

    @contextmanager
    def writing(self) -> Iterator[Execute]:
        """Executes statements in one transaction, alone."""
        with self.reading() as execute:
            # Readers go on while one writes. The file remembers it.
            execute("PRAGMA journal_mode=WAL", {})
            execute("PRAGMA synchronous=FULL", {})
            # A transaction that reads first and then writes would fail at once where another one wrote in between.
            execute("BEGIN IMMEDIATE", {})
            yield execute
            execute("COMMIT", {})

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=self._patience, isolation_level=None)


def _executing(connection: sqlite3.Connection) -> Execute:
    def execute(statement: str, values: Mapping[str, object]) -> list[Row]:
        try:
            return _rows(connection.execute(statement, values))
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise
        # One text that is not UTF-8 must not hide the others. Without it, the faster way is taken.
        connection.text_factory = _text
        return _rows(connection.execute(statement, values))

    return execute


def _rows(cursor: sqlite3.Cursor) -> list[Row]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
