"""A look must say what the ledger itself would say, whatever state its file is in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sharekit.errors import LedgerError
from sharekit.ledgers.look import look
from sharekit.ledgers.sql import SqlLedger
from sharekit.model import Receipt
from sharekit.ports import Outcome

if TYPE_CHECKING:
    from pathlib import Path

URL = "sqlite:///ledger.sqlite"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def written(root: Path, state: Path | None = None) -> SqlLedger:
    """A ledger with an entry in each state that has columns of its own."""
    ledger = SqlLedger(URL, root=root, state=state)
    receipt = Receipt(id="1", url="https://x.example/1", at=NOW, detail={"cid": "é"})
    outcomes = {
        "share/a/x/launch": Outcome(state="delivered", at=NOW, receipt=receipt),
        "share/b/x/launch": Outcome(state="waiting", at=NOW, reason="429", retry_at=NOW + timedelta(hours=1)),
        "share/Z/x/launch": Outcome(state="unknown", at=NOW, reason="no answer"),
    }
    for key, outcome in outcomes.items():
        ledger.settle(key, outcome, nonce=ledger.claim(key, at=NOW, run="a run").nonce)
    ledger.claim("share/é/x/launch", at=NOW, run="a run")
    return ledger


def test_it_sees_what_the_ledger_sees(tmp_path: Path) -> None:
    found = look(URL, root=tmp_path, state=None)
    assert found == []
    ledger = written(tmp_path)
    assert look(URL, root=tmp_path, state=None) == list(ledger.entries())
    assert len(list(ledger.entries())) == 4


def test_a_row_that_was_changed_into_nonsense_is_damaged_here_too(tmp_path: Path) -> None:
    ledger = written(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute("UPDATE sharekit_ledger SET state = 'posted' WHERE key = 'share/a/x/launch'")
        connection.commit()
    found = look(URL, root=tmp_path, state=None)
    assert found == list(ledger.entries())
    assert "posted" in found[1].facts["damaged"]


@pytest.mark.parametrize(
    "url", ["postgresql://db/x", "sqlite://", "sqlite:///:memory:", "sqlite:///a%20b", "sqlite:///a?mode=ro"]
)
def test_what_it_cannot_tell_is_left_to_the_ledger(url: str, tmp_path: Path) -> None:
    assert look(url, root=tmp_path, state=None) is None


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_file_that_is_no_ledger_is_left_to_the_ledger(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(content)
    assert look(URL, root=tmp_path, state=None) is None


def test_a_file_that_is_written_to_is_left_to_the_ledger_or_read_whole(tmp_path: Path) -> None:
    ledger = written(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM sharekit_ledger")
        found = look(URL, root=tmp_path, state=None)
        connection.rollback()
    assert found == list(ledger.entries())


def test_a_restored_copy_is_told(tmp_path: Path) -> None:
    state = tmp_path / "state"
    written(tmp_path, state)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute(
            "UPDATE sharekit_ledger SET claimed_at = '2020', settled_at = '2020' WHERE settled_at IS NOT NULL"
        )
        connection.execute("UPDATE sharekit_ledger SET claimed_at = '2020'")
        connection.commit()
    with pytest.raises(LedgerError, match="was seen to hold"):
        look(URL, root=tmp_path, state=state)
    (tmp_path / "ledger.sqlite").unlink()
    with pytest.raises(LedgerError, match="was seen to hold"):
        look(URL, root=tmp_path, state=state)
