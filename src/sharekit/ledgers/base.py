"""What every ledger shares: :mod:`sharekit.records` decides a change, and it is stored if nothing else changed meanwhile."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from sharekit.records import claimed, noted, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sharekit.ports import LedgerEntry, Outcome

    Change = Callable[[LedgerEntry | None], LedgerEntry]


class BaseLedger:
    """The writing half of :class:`sharekit.ports.NotingLedger`, over :meth:`_change`."""

    def claim(self, key: str, *, at: datetime, run: str, sent: Mapping[str, str] | None = None) -> LedgerEntry:
        """Take the key for this run; it is stored before this returns. Raises AlreadyClaimed."""
        nonce = secrets.token_hex(8)

        def change(before: LedgerEntry | None) -> LedgerEntry:
            # Stored in an attempt whose answer was lost.
            if before is not None and before.nonce == nonce:
                return before
            return claimed(before, key, at=at, run=run, nonce=nonce, sent=sent)

        return self._change(key, change)

    def settle(self, key: str, outcome: Outcome, *, nonce: str) -> LedgerEntry:
        """Store what came of a claim. Raises LedgerError when the claim is not ours."""
        return self._change(key, partial(settled, key=key, outcome=outcome, nonce=nonce))

    def note(self, key: str, facts: Mapping[str, str], *, nonce: str) -> LedgerEntry:
        """Add facts to an open claim; stored before this returns. Raises LedgerError when the claim is not ours."""
        return self._change(key, partial(noted, key=key, facts=facts, nonce=nonce))

    def _change(self, key: str, change: Change) -> LedgerEntry:
        """Store ``change`` of the entry of ``key`` as it is then, and return it."""
        raise NotImplementedError
