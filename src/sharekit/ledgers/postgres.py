"""The ledger's table in PostgreSQL, through SQLAlchemy: the extra ``postgres``."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sharekit.databases import guard, open_engine, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import sqlalchemy as sa

    from sharekit.ledgers.sql import Execute, Row

# PostgreSQL has no NUL in a text. This code point is set aside for a program's own use: no text has it (Unicode, 23.7).
NUL = "\ufdd0"


class Postgres:
    """A :class:`sharekit.ledgers.sql.Database` at a URL."""

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
        """The columns of the table, none where it is not there."""
        query = (
            "SELECT attname AS name FROM pg_attribute "
            "WHERE attrelid = to_regclass('sharekit_ledger') AND attnum > 0 AND NOT attisdropped"
        )
        with self.reading() as execute:
            return {row["name"] for row in execute(query, {})}

    @contextmanager
    def reading(self) -> Iterator[Execute]:
        """Executes statements that only read."""
        with guard(self._engine, "the ledger at"), self._engine.connect() as connection:
            yield _executing(connection)

    @contextmanager
    def writing(self) -> Iterator[Execute]:
        """Executes statements in one transaction."""
        with guard(self._engine, "the ledger at"), self._engine.begin() as connection:
            execute = _executing(connection)
            execute(f"SET LOCAL lock_timeout = {self._patience}", {})
            # A process that is stopped in the middle would keep the others from its key.
            execute(f"SET LOCAL idle_in_transaction_session_timeout = {self._patience}", {})
            yield execute


def _executing(connection: sa.Connection) -> Execute:
    import sqlalchemy as sa

    def execute(statement: str, values: Mapping[str, object]) -> list[Row]:
        stored = {name: _translated(value, "\0", NUL) for name, value in values.items()}
        result = connection.execute(sa.text(statement), stored)
        if not result.returns_rows:
            return []
        return [{name: _translated(value, NUL, "\0") for name, value in row.items()} for row in result.mappings()]

    return execute


def _translated(value: object, old: str, new: str) -> object:
    return value.replace(old, new) if isinstance(value, str) and old in value else value
