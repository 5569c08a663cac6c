"""What can be wrong with a database that holds the ledger, each provoked once. docs/faults.md is the table of it."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from contracts.ledger import DELIVERED, NOW
from postgres import Postgres, postgres
from sharekit.errors import AlreadyClaimed, ConfigError, LedgerError, LedgerUnavailable
from sharekit.ledgers.records import DAMAGED
from sharekit.ledgers.sql import SqlLedger
from sharekit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["postgres"]

KEY = "share/a/x/launch"
FILE = "sqlite:///ledger.sqlite"


def test_a_look_makes_no_database(tmp_path: Path) -> None:
    assert list(SqlLedger(FILE, root=tmp_path).entries()) == []
    assert SqlLedger(FILE, root=tmp_path).get(KEY) is None
    assert not (tmp_path / "ledger.sqlite").exists()


DAMAGE = [
    ("state", "sent"),
    ("claimed_at", "yesterday"),
    ("claimed_at", "9999-12-31T23:00:00Z"),
    ("settled_at", None),
    ("remote_id", None),
    ("detail", "{"),
    ("detail", '["cid"]'),
    ("detail", '{"cid": 1}'),
    ("sent", "half of"),
    ("sent", "[]"),
    ("attempts", 0),
    ("form", 2),
    ("retry_at", ""),
]
# What PostgreSQL does not take.
UNTYPED = [
    ("run", b"\xe9t\xe9"),
    ("reason", b"\xff"),
    ("nonce", b"\xff"),
    ("attempts", "many"),
    ("form", "new"),
]


def hold_one(ledger: SqlLedger, damage: Callable[[], object]) -> None:
    """Damage the entry of KEY beside another one: it alone is held, and a person settles it."""
    for key in (KEY, "share/b/x/launch"):
        ledger.settle(key, DELIVERED, nonce=ledger.claim(key, at=NOW, run="run").nonce)
    damage()
    broken, whole = ledger.entries()
    assert (broken.key, broken.state, whole.state) == (KEY, "unknown", "delivered")
    assert broken.facts[DAMAGED]
    assert ledger.get(KEY) == broken
    with pytest.raises(AlreadyClaimed):
        ledger.claim(KEY, at=NOW + timedelta(days=1), run="run")
    settled = ledger.settle(KEY, DELIVERED, nonce="")
    assert list(ledger.entries()) == [settled, whole]
    assert settled.state == "delivered"


@pytest.mark.parametrize(("column", "value"), [*DAMAGE, *UNTYPED])
def test_a_row_edited_into_nonsense_is_held_and_named(tmp_path: Path, column: str, value: object) -> None:
    def damage() -> None:
        with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as connection:
            statement = f"UPDATE sharekit_ledger SET {column} = CAST(? AS TEXT) WHERE key = ?"  # noqa: S608 - our columns
            plain = statement.replace("CAST(? AS TEXT)", "?")
            connection.execute(statement if isinstance(value, bytes) else plain, (value, KEY))

    hold_one(SqlLedger(FILE, root=tmp_path), damage)


@pytest.mark.parametrize(("column", "value"), DAMAGE)
def test_the_same_in_postgres(tmp_path: Path, postgres: Postgres, column: str, value: object) -> None:
    url = postgres.database()
    literal = "NULL" if value is None else f"'{value}'"
    statement = f"UPDATE sharekit_ledger SET {column} = {literal} WHERE key = '{KEY}'"  # noqa: S608 - our columns and values
    database = url.partition("@/")[2].partition("?")[0]
    hold_one(SqlLedger(url, root=tmp_path), lambda: postgres.sql(database, statement))


def test_a_key_that_is_not_utf_8_is_shown(tmp_path: Path) -> None:
    ledger = SqlLedger(FILE, root=tmp_path)
    for key in ("share/a/x/launch", "share/b/x/launch", "share/c/x/launch"):
        ledger.claim(key, at=NOW, run="run")
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE sharekit_ledger SET key = CAST(? AS TEXT) WHERE key LIKE '%/b/%'", (b"share/b\xe9",))
    entries = {entry.key: entry for entry in ledger.entries("share/")}
    assert list(entries) == ["share/a/x/launch", "share/b\\xe9", "share/c/x/launch"]
    assert DAMAGED in entries["share/b\\xe9"].facts


def test_a_file_of_an_earlier_version_is_read_and_carried_on(tmp_path: Path) -> None:
    """As the first version wrote it, without the columns that came later."""
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute(
            """CREATE TABLE sharekit_ledger (
            key TEXT NOT NULL, state TEXT NOT NULL, claimed_at TEXT NOT NULL, run TEXT NOT NULL, nonce TEXT NOT NULL,
            attempts INTEGER NOT NULL, settled_at TEXT, remote_id TEXT, url TEXT, sent_at TEXT, detail TEXT, reason TEXT,
            retry_at TEXT, form INTEGER DEFAULT '1' NOT NULL, PRIMARY KEY (key))"""
        )
        at = "2026-03-04T05:06:07.891011+00:00"
        connection.execute(
            "INSERT INTO sharekit_ledger VALUES "
            "('share/a/x/launch', 'waiting', ?, 'run', 'n', 2, ?, NULL, NULL, NULL, '{\"id\": \"1\"}', '429', ?, 1)",
            (at, at, at),
        )
    ledger = SqlLedger(FILE, root=tmp_path)
    old = ledger.get(KEY)
    assert old is not None
    assert old.outcome == Outcome(state="waiting", at=NOW, reason="429", retry_at=NOW)
    assert (old.attempts, old.facts, old.sent) == (2, {"id": "1"}, {})
    taken = ledger.claim(KEY, at=NOW, run="run 2", sent={"digest": "1a"})
    assert ledger.get(KEY) == taken
    assert taken.sent == {"digest": "1a", "first": NOW.isoformat()}


def test_a_writer_waits_for_another_one(tmp_path: Path) -> None:
    ledger = SqlLedger(FILE, root=tmp_path)
    ledger.claim("share/b/x/launch", at=NOW, run="run")
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    begun = time.monotonic()
    release.start()
    ledger.claim(KEY, at=NOW, run="run")
    assert time.monotonic() - begun >= 0.3
    release.join()
    other.close()


def test_a_database_that_stays_locked(tmp_path: Path) -> None:
    ledger = SqlLedger(FILE, root=tmp_path, patience=0.2)
    claim = ledger.claim(KEY, at=NOW, run="run")
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailable, match="locked") as caught:
        ledger.settle(KEY, DELIVERED, nonce=claim.nonce)
    assert "Another program" in (caught.value.hint or "")
    other.close()
    assert ledger.get(KEY) == claim


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("not a database, but long enough to be taken for the header of one" * 9)
    with pytest.raises(LedgerUnavailable, match="not a database"):
        SqlLedger(FILE, root=tmp_path).claim(KEY, at=NOW, run="run")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnavailable, match="unable to open database file"):
        SqlLedger("sqlite:///gone/ledger.sqlite", root=tmp_path).claim(KEY, at=NOW, run="run")


@pytest.mark.parametrize("url", ["ledger.sqlite", "mysql://h/d", "sqlite://", "nonsense://me:hunter2@h/d", "://"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SqlLedger(url, root=tmp_path)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_full_disk(full: Path, tmp_path: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{full}/ledger.sqlite", root=tmp_path)
    kept = ledger.claim(KEY, at=NOW, run="run")
    with (full / "filler").open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 1024)
            except OSError:
                break

    def claim_on() -> None:
        for number in range(2000):
            ledger.claim(f"share/{number}/x/launch", at=NOW, run="run")

    with pytest.raises(LedgerUnavailable, match="full"):
        claim_on()
    (full / "filler").unlink()
    assert kept in SqlLedger(f"sqlite:///{full}/ledger.sqlite", root=tmp_path).entries()


def test_a_server_that_dies_in_mid_run(tmp_path: Path, postgres: Postgres) -> None:
    ledger = SqlLedger(postgres.database(), root=tmp_path)
    claim = ledger.claim(KEY, at=NOW, run="run")
    postgres.control("stop", "-m", "immediate")
    try:
        with pytest.raises(LedgerUnavailable, match="failed"):
            ledger.settle(KEY, DELIVERED, nonce=claim.nonce)
    finally:
        postgres.control("start", "-o", f"-c listen_addresses='' -c unix_socket_directories={postgres.socket}")
    # What was claimed is still so, and the same run can go on.
    assert ledger.get(KEY) == claim
    assert ledger.settle(KEY, DELIVERED, nonce=claim.nonce).state == "delivered"


def test_a_server_that_is_away_and_a_password_that_is_not_repeated(tmp_path: Path) -> None:
    ledger = SqlLedger("postgresql://me:hunter2@127.0.0.1:9/blog", root=tmp_path)
    with pytest.raises(LedgerUnavailable, match=r"postgresql://127.0.0.1/blog failed") as caught:
        ledger.get(KEY)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_restored_backup(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    ledger = SqlLedger(FILE, root=tmp_path, state=tmp_path / "state")
    ledger.claim(KEY, at=NOW, run="run")
    with sqlite3.connect(place) as source, sqlite3.connect(tmp_path / "backup") as target:
        source.backup(target)
    source.close()
    target.close()
    ledger.claim("share/b/x/launch", at=NOW + timedelta(hours=1), run="run")
    del ledger
    for each in tmp_path.glob("ledger.sqlite*"):
        each.unlink()
    shutil.copy(tmp_path / "backup", place)
    with pytest.raises(LedgerError, match="holds 1 claims, and was seen to hold 2") as caught:
        SqlLedger(FILE, root=tmp_path, state=tmp_path / "state").claim(
            "share/b/x/launch", at=NOW + timedelta(hours=2), run="run"
        )
    assert "sharekit ledger seed" in (caught.value.hint or "")
    place.unlink()
    with pytest.raises(LedgerError, match="holds 0 claims"):
        SqlLedger(FILE, root=tmp_path, state=tmp_path / "state").claim("share/b/x/launch", at=NOW, run="run")
