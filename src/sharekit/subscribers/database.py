"""The database of the readers, and of what each of them was sent: one, because a sending asks both at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from sharekit.errors import ConfigError, LedgerUnavailable
from sharekit.subscribers.private import keep_out_of_git

if TYPE_CHECKING:
    from collections.abc import Iterator

URL_VARIABLE = "SHAREKIT_SUBSCRIBERS_URL"
DEFAULT_URL = "sqlite:///subscribers.sqlite"
METADATA = sa.MetaData()
# Seconds that a writer waits for another one's transaction.
PATIENCE = 30


def open_database(url: str, *, root: Path) -> sa.Engine:
    """The engine for a URL of SQLAlchemy's form; a relative SQLite file lies in ``root`` and is its owner's alone.

    Raises ConfigError for what is no such URL. The URL may hold a password and is never repeated.
    """
    try:
        made = sa.make_url(url)
        if made.get_backend_name() == "postgresql":
            return sa.create_engine(made.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        if made.get_backend_name() == "sqlite" and made.database:
            return _sqlite(made.set(database=str(root / made.database)))
    except ModuleNotFoundError as error:
        hint = "Install sharekit with its extra: postgres"
        raise ConfigError("the readers are in PostgreSQL, whose driver is not installed", hint=hint) from error
    except (ArgumentError, NoSuchModuleError):
        pass
    raise ConfigError(
        f"the URL of the readers' database ({URL_VARIABLE}, or database in its table) cannot be used",
        hint="sqlite:///subscribers.sqlite or postgresql://user@host/database",
    )


def _sqlite(url: sa.URL) -> sa.Engine:
    path = Path(str(url.database))
    if not path.exists() and path.parent.is_dir():
        # It holds addresses: made readable for its owner alone, before SQLite would make it for everybody.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        keep_out_of_git(path)
    engine = sa.create_engine(url, connect_args={"timeout": PATIENCE, "check_same_thread": False})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


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


@contextmanager
def guard(engine: sa.Engine) -> Iterator[None]:
    """Turn what the database raises into LedgerUnavailable, without values and without the URL's password."""
    try:
        yield
    except DBAPIError as error:
        said = " ".join(str(error.orig).split()) if error.orig else type(error).__name__
        shown = f"{engine.url.get_backend_name()}://{engine.url.host or ''}/{engine.url.database or ''}"
        hint = None
        if "full" in said or "No space" in said:
            hint = "Make room, and run it again: what is written is whole."
        elif "locked" in said:
            hint = f"Another program kept it for {PATIENCE} s. Is one stopped in the middle?"
        raise LedgerUnavailable(f"the readers' database {shown} failed: {said}", hint=hint) from None
