"""Opens SQLite or PostgreSQL by a URL of SQLAlchemy's form, and says their failures in our words.

A URL may hold a password: it is never repeated.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from sharekit.errors import ConfigError, LedgerUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Seconds that a writer waits for another one's transaction.
PATIENCE = 30
HINTS = {
    "locked": "Another program kept it all the time. Is one stopped in the middle?",
    "full": "Make room, and run it again: what is written is whole.",
    "No space": "Make room, and run it again: what is written is whole.",
    "malformed": "Restore it from a backup.",
    "not a database": "Restore it from a backup.",
}


def open_engine(url: str, *, root: Path, setting: str, patience: float = PATIENCE, **sqlite: Any) -> sa.Engine:
    """The engine for a URL; a relative SQLite file lies in ``root``. Opens nothing yet.

    ``setting`` names where the URL stands, ``patience`` is the seconds that a writer of SQLite waits, and ``sqlite`` goes to
    its driver. Raises ConfigError for what is no such URL.
    """
    try:
        made = sa.make_url(url)
        if made.get_backend_name() == "postgresql":
            # The driver that we install; SQLAlchemy's own default is another.
            return sa.create_engine(made.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        if made.get_backend_name() == "sqlite" and made.database:
            # An absolute path stays what it is.
            place = made.set(database=str(root / made.database))
            return sa.create_engine(place, connect_args={"timeout": patience, **sqlite})
    except ModuleNotFoundError as error:
        hint = "Install sharekit with its extra: postgres"
        raise ConfigError(f"{setting} names PostgreSQL, whose driver is not installed", hint=hint) from error
    except (ArgumentError, NoSuchModuleError):
        pass
    raise ConfigError(
        f"{setting} is not the URL of a database that can be used",
        hint="sqlite:///FILE.sqlite or postgresql://user@host/database",
    )


def shown(url: sa.URL) -> str:
    """The URL without user, password and options."""
    return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"


@contextmanager
def guard(engine: sa.Engine, name: str) -> Iterator[None]:
    """Turn what a database raises into LedgerUnavailable, without values; ``name`` is what we call the database."""
    try:
        yield
    except DBAPIError as error:
        said = " ".join(str(error.orig).split()) if error.orig else type(error).__name__
        hint = next((hint for words, hint in HINTS.items() if words in said), None)
        raise LedgerUnavailable(f"{name} {shown(engine.url)} failed: {said}", hint=hint) from None
    except SQLAlchemyError as error:
        raise LedgerUnavailable(f"{name} {shown(engine.url)} failed: {type(error).__name__}") from None
