from __future__ import annotations

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


class TestPostgres(LedgerContract):
    @pytest.fixture
    def ledger(self, tmp_path: Path, postgres: Postgres) -> Ledger:
        return SqlLedger(postgres.database(), root=tmp_path)
