"""A ledger in memory, for one process: for tests, and for programs that keep no record."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sharekit.ledgers.records import BaseLedger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sharekit.ledgers.records import Change
    from sharekit.ports import LedgerEntry


class MemoryLedger(BaseLedger):
    """A :class:`sharekit.ports.NotingLedger` in a dictionary, safe between threads."""

    def __init__(self) -> None:
        self._entries: dict[str, LedgerEntry] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> LedgerEntry | None:
        return self._entries.get(key)

    def entries(self, prefix: str = "") -> Iterator[LedgerEntry]:
        with self._lock:
            return iter([entry for key, entry in sorted(self._entries.items()) if key.startswith(prefix)])

    def _change(self, key: str, change: Change) -> LedgerEntry:
        with self._lock:
            self._entries[key] = after = change(self._entries.get(key))
            return after
