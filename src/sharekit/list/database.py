"""The database of the subscribers, and of what each of them was sent: one, because a sending asks both at once."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import databases
from sharekit.databases import PATIENCE, open_engine
from sharekit.errors import LedgerUnavailable
from sharekit.git import git_output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Self

    import sqlalchemy as sa

URL_VARIABLE = "SHAREKIT_SUBSCRIBERS_URL"
DEFAULT_URL = "sqlite:///subscribers.sqlite"
SETTING = f"the URL of the subscribers' database ({URL_VARIABLE}, or database in its table)"
# SQLite tidies its log up after so many pages of 4 KB.
PAGES = 8000


def open_database(url: str, *, root: Path, patience: float = PATIENCE) -> sa.Engine:
    """The engine for a URL of SQLAlchemy's form; a relative SQLite file lies in ``root`` and is its owner's alone.

    ``patience`` is the seconds that a writer of SQLite waits for another.
    Raises ConfigError for what is no such URL. The URL may hold a password and is never repeated.
    """
    engine = open_engine(url, root=root, setting=SETTING, patience=patience, check_same_thread=False)
    if engine.dialect.name == "sqlite":
        from sqlalchemy.event import listen

        path = Path(str(engine.url.database))
        if not path.exists() and path.parent.is_dir():
            # It holds addresses: made readable for its owner alone, before SQLite would make it for everybody.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            keep_out_of_git(path)
        listen(engine, "connect", _prepare)
        listen(engine, "begin", _begin)
    return engine


def open_subscribers(tables: Iterable[Mapping[str, Any]], *, environment: Mapping[str, str], root: Path) -> sa.Engine:
    """The subscribers' database: SHAREKIT_SUBSCRIBERS_URL, else the first ``database`` in the tables of SMTP mailers."""
    named = (str(table["database"]) for table in tables if "database" in table)
    return open_database(environment.get(URL_VARIABLE) or next(named, DEFAULT_URL), root=root)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What is erased is overwritten, not only unlinked.
    connection.execute("PRAGMA secure_delete=ON")


def _begin(connection: sa.Connection) -> None:
    # A transaction that reads first and then writes would fail at once where another one wrote in between.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def reading(engine: sa.Engine) -> sa.Engine:
    """The same database, for transactions that only read: they wait for nobody."""
    return engine.execution_options(reads=True)


def guard(engine: sa.Engine) -> AbstractContextManager[None]:
    """Turn what the database raises into LedgerUnavailable, without values and without the URL's password."""
    return databases.guard(engine, "the subscribers' database")


def keep_out_of_git(file: Path) -> None:
    """Have git ignore a new file and what SQLite lays beside it: in this clone's own exclude file (gitignore(5)).

    Does nothing where git ignores it already, where there is no git, and outside of a repository.
    """
    top = git_output(file.parent, "rev-parse", "--show-toplevel")
    if top is None or git_output(file.parent, "check-ignore", "--no-index", "-q", file.name) is not None:
        return
    place = git_output(file.parent, "rev-parse", "--git-path", "info/exclude")
    if place is None:
        return
    exclude = file.parent / place
    exclude.parent.mkdir(parents=True, exist_ok=True)
    kept = exclude.read_text(encoding="utf-8", errors="surrogateescape") if exclude.exists() else ""
    name = file.resolve().relative_to(Path(top).resolve()).as_posix()
    literal = "".join(f"\\{char}" if char in "\\*?[]!# " else char for char in name)
    with exclude.open("a", encoding="utf-8") as opened:
        opened.write(f"{'' if not kept or kept.endswith(chr(10)) else chr(10)}/{literal}*\n")


class Transactions:
    """A connection of its own, and one transaction after the other on it: ``with rows.begin(durable=True) as cursor``.

    They go through the driver itself. A durable one waits for the disk. The transaction is kept whole when the block ends,
    and not at all when it fails; what fails in the database is raised as LedgerUnavailable. PostgreSQL ends one in which
    nothing was asked for ``patience`` seconds. Not safe between threads: it is used by one at a time.
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
            raise LedgerUnavailable(f"the subscribers' database failed: {said}", hint=hint) from None

    def _errors(self) -> tuple[type[Exception], ...]:
        if self.postgres:
            import psycopg

            return (psycopg.Error,)
        return (sqlite3.Error,)
