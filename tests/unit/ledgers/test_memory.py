from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.ledger import LedgerContract
from sharekit.ledgers.records import MemoryLedger

if TYPE_CHECKING:
    from sharekit.ports import Ledger


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def ledger(self) -> Ledger:
        return MemoryLedger()
