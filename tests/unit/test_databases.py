"""A URL that is none is an error of its setting, and no part of its password is repeated by anybody."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

import pytest

from sharekit.databases import guard, open_engine
from sharekit.errors import ConfigError, LedgerUnavailable

if TYPE_CHECKING:
    from pathlib import Path

# Its parts are looked for one by one.
PARTS = ("Qx7", "kLm8", "vRt9")
JOINTS = (
    "@",
    ":",
    "/",
    "#",
    "?",
    "%",
    "%zz",
    "&",
    "=",
    "[",
    "]",
    "\\",
    " ",
    "'",
    '"',
    "@@",
    "/@",
    ":5432/",
    "://",
    "?password=",
)


def said(error: BaseException) -> str:
    """All that a person could see of it, its causes too."""
    chain: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        chain += [str(seen), repr(seen), str(getattr(seen, "hint", ""))]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(chain)


def failure(url: str, root: Path) -> Exception:
    """What comes of using a database that is not there."""
    try:
        engine = open_engine(url, root=root, setting="THE_VARIABLE")
        try:
            with guard(engine, "the database at"), engine.connect():
                raise AssertionError("nothing listens there")
        finally:
            engine.dispose()
    except (ConfigError, LedgerUnavailable) as error:
        return error


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:{}@127.0.0.1:1/x",
        "postgresql://me:{}@127.0.0.1:1/x?connect_timeout=2",
        "postgresql://{}@127.0.0.1:1/x",
        "postgresql://127.0.0.1:1/x?user=me&password={}",
        "postgresql://me:{}@[::1]:1/x",
        "postgresql://me:{}@127.0.0.1:port/x",
        "mysql://me:{}@127.0.0.1:1/x",
        "nonsense+driver://me:{}@127.0.0.1:1/x",
        "sqlite://me:{}@file",
    ],
)
def test_no_part_of_a_password_is_printed(url: str, joint: str, tmp_path: Path) -> None:
    error = failure(url.format(joint.join(PARTS)), tmp_path)
    assert not [part for part in PARTS if part in said(error)], said(error)
    if isinstance(error, ConfigError):
        assert "THE_VARIABLE" in str(error)


@pytest.mark.parametrize("joint", ["%40", "%3A", "%2F", ":", "#", "/"])
def test_a_password_that_is_written_right_is_used(joint: str, tmp_path: Path) -> None:
    error = failure(f"postgresql://me:{joint.join(PARTS)}@127.0.0.1:1/x", tmp_path)
    assert isinstance(error, LedgerUnavailable)
    assert "postgresql://127.0.0.1/x failed" in str(error)
    assert "refused" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ledger.sqlite",
        "://",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///ledger.sqlite?mode=ro",
        "mysql://db/x",
        "nonsense://db/x",
        "postgresql://db:port/x",
        "postgresql://db:99999/x",
        "postgresql://db:0/x",
        "postgresql://db:-1/x",
        "postgresql://[::1/x",
        "postgresql://d b/x",
        "postgresql://db/x?no_such_option=1",
    ],
)
def test_what_is_no_url_of_a_database_is_an_error_of_its_setting(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="THE_VARIABLE") as caught:
        open_engine(url, root=tmp_path, setting="THE_VARIABLE")
    assert "sqlite:///FILE.sqlite" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("url", "database"),
    [("sqlite:///a/ledger.sqlite", "{root}/a/ledger.sqlite"), ("sqlite:////var/ledger.sqlite", "/var/ledger.sqlite")],
)
def test_a_relative_file_lies_in_the_root(url: str, database: str, tmp_path: Path) -> None:
    engine = open_engine(url, root=tmp_path, setting="THE_VARIABLE")
    assert engine.url.database == database.format(root=tmp_path)


@pytest.mark.parametrize("missing", ["sqlalchemy", "psycopg"])
def test_without_the_driver_the_extra_is_named(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Any = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] == missing:
            raise ModuleNotFoundError(f"No module named '{missing}'", name=missing)
        return real(name, *arguments, **named)

    for module in [each for each in sys.modules if each.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=f"THE_VARIABLE.*{missing}") as caught:
        open_engine("postgresql://db/x", root=tmp_path, setting="THE_VARIABLE")
    assert "sharekit-blog[postgres]" in (caught.value.hint or "")
