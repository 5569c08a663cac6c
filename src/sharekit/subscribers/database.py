"""The database of the readers, and of what each of them was sent: one, because a sending asks both at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sharekit import databases
from sharekit.databases import open_engine
from sharekit.subscribers.private import keep_out_of_git

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

URL_VARIABLE = "SHAREKIT_SUBSCRIBERS_URL"
DEFAULT_URL = "sqlite:///subscribers.sqlite"
SETTING = f"the URL of the readers' database ({URL_VARIABLE}, or database in its table)"
METADATA = sa.MetaData()


def open_database(url: str, *, root: Path) -> sa.Engine:
    """The engine for a URL of SQLAlchemy's form; a relative SQLite file lies in ``root`` and is its owner's alone.

    Raises ConfigError for what is no such URL. The URL may hold a password and is never repeated.
    """
    engine = open_engine(url, root=root, setting=SETTING, check_same_thread=False)
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        if not path.exists() and path.parent.is_dir():
            # It holds addresses: made readable for its owner alone, before SQLite would make it for everybody.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            keep_out_of_git(path)
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


def guard(engine: sa.Engine) -> AbstractContextManager[None]:
    """Turn what the database raises into LedgerUnavailable, without values and without the URL's password."""
    return databases.guard(engine, "the readers' database")
