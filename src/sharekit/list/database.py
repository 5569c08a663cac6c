"""The database of the subscribers, and of what each of them was sent: one, because a sending asks both at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import databases
from sharekit.databases import PATIENCE, open_engine
from sharekit.git import keep_out_of_git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

URL_VARIABLE = "SHAREKIT_SUBSCRIBERS_URL"
DEFAULT_URL = "sqlite:///subscribers.sqlite"
# The most characters of a server's words that are kept.
LONGEST_WORDS = 200
SETTING = f"the URL of the subscribers' database ({URL_VARIABLE}, or database in its table)"
# Turns what the database raises into LedgerUnavailable, without values and without the URL's password.
guard = partial(databases.guard, name="the subscribers' database")


def open_database(url: str, *, root: Path, patience: float = PATIENCE) -> sa.Engine:
    """The database of a URL of SQLAlchemy's form, with its tables; a relative SQLite file lies in ``root``.

    ``patience`` is the seconds that a writer of SQLite waits for another. Raises ConfigError for what is no such URL (which
    may hold a password and is never repeated), LedgerUnavailable.
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
    from sharekit.list.tables import METADATA

    with guard(engine):
        METADATA.create_all(engine)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    # What is erased is overwritten, not only unlinked. The log may grow to 32 MB: so no page is written over and over.
    for setting in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "wal_autocheckpoint=8000"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: sa.Connection) -> None:
    # A transaction that reads first and then writes would fail at once where another one wrote in between.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def transaction(where: sa.Engine | sa.Connection, *, reads: bool = False) -> Iterator[sa.Connection]:
    """A transaction, which waits for nobody if it only ``reads``; within one already, that one. Raises LedgerUnavailable."""
    import sqlalchemy as sa

    with guard(where.engine):
        if isinstance(where, sa.Connection):
            yield where
        else:
            with where.execution_options(reads=True).connect() if reads else where.begin() as connection:
                yield connection


def fetch(where: sa.Engine | sa.Connection, query: sa.Select[Any]) -> Sequence[Any]:
    """The rows of a query."""
    with transaction(where, reads=True) as connection:
        return connection.execute(query).all()


def change(where: sa.Engine | sa.Connection, statement: sa.Update | sa.Delete) -> int:
    """Change rows; how many."""
    with transaction(where) as connection:
        return connection.execute(statement).rowcount
