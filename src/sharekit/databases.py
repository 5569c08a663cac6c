"""Opens SQLite or PostgreSQL by a URL of SQLAlchemy's form, and reports failures without the URL's password.

SQLAlchemy is imported when a database is opened through it: the default ledger needs the standard library alone.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any

from sharekit.errors import ConfigError, LedgerUnavailable, not_installed
from sharekit.text.visible import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import sqlalchemy as sa

# Seconds that a writer waits for another one's transaction.
PATIENCE = 30
SQLITE = re.compile(r"sqlite(?:\+pysqlite)?:///([^?]+)")
HINTS = {
    "locked|lock timeout": "Another program kept it locked. Is one of them suspended?",
    "full|No space": "Free some space and run it again; nothing is half written.",
    "malformed|not a database": "Restore it from a backup.",
}


def sqlite_file(url: str, *, root: Path, setting: str) -> Path | None:
    """The file of a URL of SQLite, a relative one in ``root``; None for another database.

    Raises ConfigError, which names ``setting``, where it names no file.
    """
    if url.partition(":")[0].partition("+")[0] != "sqlite":
        return None
    named = SQLITE.fullmatch(url)
    if named is None or named[1] == ":memory:":
        raise _no_url(setting, "A file that is kept: sqlite:///FILE.sqlite")
    return root / named[1]


def open_engine(url: str, *, root: Path, setting: str, patience: float = PATIENCE, **sqlite: Any) -> sa.Engine:
    """The engine for a URL; a relative SQLite file lies in ``root``. Opens nothing yet.

    ``setting`` names where the URL stands, ``patience`` is the seconds that a writer of SQLite waits, and ``sqlite`` goes to
    its driver. Raises ConfigError for what is no such URL.
    """
    file = sqlite_file(url, root=root, setting=setting)
    try:
        import sqlalchemy as sa

        if file is None:
            return _postgres(url, setting)
        place = sa.URL.create("sqlite", database=str(file))
        return sa.create_engine(place, connect_args={"timeout": patience, **sqlite})
    except ModuleNotFoundError as error:
        what = f"{setting}: {error.name}, which opens this database,"
        raise not_installed(what, "postgres" if file is None else "smtp") from None


def _postgres(url: str, setting: str) -> sa.Engine:
    import sqlalchemy as sa

    user, at, _ = url.partition("://")[2].partition("@")
    # Where "@" stands twice, or the password of a query is taken for that of a user, its rest would be taken for a host.
    if url.count("@") > 1 or (at and "password=" in user):
        raise _no_url(setting, "In user and password, write @ as %40, : as %3A, / as %2F and % as %25.")
    try:
        made = sa.make_url(url)
        sound = made.get_backend_name() in ("postgresql", "postgres") and _is_host(made.host or "")
        if not sound or "@" in (made.database or "") or made.port not in (None, *range(1, 65536)):
            raise ValueError
        # The driver that we install; SQLAlchemy's own default is another.
        engine = sa.create_engine(made.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        _check_options(engine)
    except (ValueError, sa.exc.ArgumentError, sa.exc.NoSuchModuleError):
        # Their own words may repeat a part of the password.
        raise _no_url(setting) from None
    return engine


def _check_options(engine: sa.Engine) -> None:
    """Raise ValueError for an option that the driver does not know; it would repeat its name when it connects."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    _, options = engine.dialect.create_connect_args(engine.url)
    try:
        make_conninfo(**{name: value for name, value in options.items() if name != "context"})
    except psycopg.Error:
        raise ValueError from None


def _is_host(host: str) -> bool:
    try:
        return re.fullmatch(r"[\w.-]*", host) is not None or bool(IPv6Address(host))
    except ValueError:
        return False


def _no_url(setting: str, hint: str | None = None) -> ConfigError:
    return ConfigError(
        f"{setting} is not the URL of a database that can be used",
        hint=hint or "sqlite:///FILE.sqlite or postgresql://user@host:port/database",
    )


def shown(url: sa.URL) -> str:
    """The URL without user, password and options."""
    return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"


def failed(name: str, error: BaseException, secrets: Iterable[str] = ()) -> LedgerUnavailable:
    """What a driver raised, as our own error; ``name`` is what we call the database."""
    said = redact(" ".join(str(error).split()), secrets)
    hint = next((hint for words, hint in HINTS.items() if re.search(words, said)), None)
    return LedgerUnavailable(f"{name} failed: {said}", hint=hint)


@contextmanager
def guard(engine: sa.Engine, name: str) -> Iterator[None]:
    """Turn what a database or its driver raises into LedgerUnavailable, without values; ``name`` is what we call it."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    name, driver = f"{name} {shown(engine.url)}", engine.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, driver.Error) as error:
        raise failed(name, getattr(error, "orig", None) or error, _secrets(engine.url)) from None
    except SQLAlchemyError as error:
        raise LedgerUnavailable(f"{name} failed: {type(error).__name__}") from None


def _secrets(url: sa.URL) -> list[str]:
    asked = [url.query.get(name, "") for name in ("password", "sslpassword")]
    return [url.password or "", *(each if isinstance(each, str) else " ".join(each) for each in asked)]
