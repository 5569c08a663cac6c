from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from contracts.ledger import LedgerContract
from postgres import Postgres, postgres
from sharekit.ledgers.sql import SqlLedger

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.ports import Ledger

__all__ = ["postgres"]


class TestSqlite(LedgerContract):
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        return SqlLedger("sqlite:///ledger.sqlite", root=tmp_path)


def test_a_file_needs_the_standard_library_alone(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sharekit.ledgers.sql import SqlLedger; "
        "ledger = SqlLedger('sqlite:///ledger.sqlite', root=Path(sys.argv[1])); "
        "from datetime import UTC, datetime; ledger.claim('share/a/x/launch', at=datetime.now(UTC), run='run'); "
        "assert len(list(ledger.entries())) == 1; assert 'sqlalchemy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


class TestPostgres(LedgerContract):
    @pytest.fixture
    def ledger(self, tmp_path: Path, postgres: Postgres) -> Ledger:
        return SqlLedger(postgres.database(), root=tmp_path)
