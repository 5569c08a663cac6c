"""Transactions on the readers' rows through the driver itself: how each database begins one, and waits for the disk."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

from sharekit.databases import PATIENCE
from sharekit.errors import LedgerUnavailable

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    import sqlalchemy as sa

# SQLite tidies its log up after so many pages of 4 KB.
PAGES = 8000


class Transactions:
    """A connection of its own, and one transaction after the other on it: ``with rows.begin(durable=True) as cursor``.

    A durable one waits for the disk. The transaction is kept whole when the block ends, and not at all when it fails; what
    fails in the database is raised as LedgerUnavailable. PostgreSQL ends one in which nothing was asked for ``patience``
    seconds. Not safe between threads: it is used by one at a time.
    """

    def __init__(self, engine: sa.Engine, *, patience: float = PATIENCE) -> None:
        self.postgres = engine.dialect.name == "postgresql"
        self._raw: Any = engine.raw_connection()
        driver: Any = self._raw.driver_connection
        if self.postgres:
            driver.rollback()
            driver.autocommit = True
            driver.execute("SET synchronous_commit = off")
            # A process that is stopped in the middle would keep all others from its rows until it goes on, or for ever.
            driver.execute(f"SET idle_in_transaction_session_timeout = '{int(patience * 1000)}ms'")
        else:
            # Nothing that it overwrites names anybody, and it overwrites much.
            driver.execute("PRAGMA secure_delete=OFF")
            driver.execute(f"PRAGMA wal_autocheckpoint={PAGES}")
        self._driver = driver
        self._cursor = driver.cursor()
        self._durable: bool | None = None

    def begin(self, *, durable: bool) -> Self:
        """Begin one. Raises LedgerUnavailable."""
        try:
            if self.postgres:
                self._cursor.execute("BEGIN")
                if durable:
                    self._cursor.execute("SET LOCAL synchronous_commit = on")
            else:
                # How long it waits for the disk cannot be changed within a transaction.
                if durable is not self._durable:
                    self._cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                    self._durable = durable
                self._cursor.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._abandon(error)
            raise
        return self

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self._abandon(error)
            return
        try:
            self._cursor.execute("COMMIT")
        except BaseException as failure:
            self._abandon(failure)
            raise

    def close(self) -> None:
        """Give the connection back as it was."""
        self._cursor.close()
        if self.postgres:
            self._driver.execute("SET synchronous_commit = on")
            self._driver.execute("RESET idle_in_transaction_session_timeout")
            self._driver.autocommit = False
        else:
            self._driver.execute("PRAGMA secure_delete=ON")
        self._raw.close()

    def _abandon(self, error: BaseException) -> None:
        failures = self._errors()
        with contextlib.suppress(*failures):  # it is not in a transaction, or not there any more: nothing is kept either way
            self._cursor.execute("ROLLBACK")
        if isinstance(error, failures):
            said = " ".join(str(error).split())
            hint = "What was sent and could not be written down is named as held by the next run."
            raise LedgerUnavailable(f"the readers' database failed: {said}", hint=hint) from None

    def _errors(self) -> tuple[type[Exception], ...]:
        if self.postgres:
            import psycopg

            return (psycopg.Error,)
        return (sqlite3.Error,)
