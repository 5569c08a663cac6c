from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.ledger import LedgerContract
from sharekit.ledgers.git import GitLedger

if TYPE_CHECKING:
    from repositories import Hosting
    from sharekit.ports import Ledger


class TestWithARemote(LedgerContract):
    @pytest.fixture
    def ledger(self, hosting: Hosting) -> Ledger:
        return GitLedger(hosting.clone("clone"))


class TestInAShallowClone(LedgerContract):
    @pytest.fixture
    def ledger(self, hosting: Hosting) -> Ledger:
        return GitLedger(hosting.clone("clone", "--depth=1"))


class TestWithoutARemote(LedgerContract):
    @pytest.fixture
    def ledger(self, hosting: Hosting) -> Ledger:
        return GitLedger(hosting.folder / "first")
