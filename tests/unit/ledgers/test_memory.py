from __future__ import annotations

import pytest
from contracts.ledger import LedgerContract

from sharekit.ports import Ledger
from sharekit.testing import MemoryLedger


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def ledger(self) -> Ledger:
        return MemoryLedger()
