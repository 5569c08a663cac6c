"""A mark outside of the database: the latest moment that it was seen to hold. A restored backup is older than its mark."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from sharekit.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path


RESTORED = (
    "Was an old copy restored? What went out since may be forgotten. Put the newer one back;\n"
    "or take it as it is, with everything that is due counted as out: rm {mark} && sharekit ledger seed"
)


class Mark:
    """The mark of one database, a file in ``folder``. ``name`` tells the databases apart and is not kept as it is."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"ledger-{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    def check(self, latest: str) -> None:
        """Raise LedgerError when the database's latest moment lies before the mark."""
        try:
            seen = self._path.read_text()
        except OSError:
            return
        if latest < seen:
            raise LedgerError(
                f"the ledger ends at {latest or 'nothing'}, and was seen to hold an entry of {seen}",
                hint=RESTORED.format(mark=self._path),
            )

    def note(self, latest: str) -> None:
        """Keep a moment, where it is later than the mark; a machine without a home keeps none."""
        with contextlib.suppress(OSError):
            if self._path.exists() and self._path.read_text() >= latest:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(f".{os.getpid()}")
            beside.write_text(latest)
            beside.replace(self._path)
