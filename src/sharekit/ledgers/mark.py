"""Recognises a restored backup: a file outside of the database keeps how many claims it was seen to hold."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from sharekit.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

RESTORED = (
    "Was an old copy restored, or a row changed by hand? What went out since may be forgotten. Put the newer one back;\n"
    "or take it as it is, with everything that is due counted as out: rm {mark} && sharekit ledger seed"
)


class Mark:
    """The mark of the database ``name``, a file in ``folder``. Claims are counted, for clocks can be wrong."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"ledger-claims-{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    def check(self, claims: int) -> None:
        """Raise LedgerError when the database holds fewer claims than it did."""
        if claims < self._seen():
            raise LedgerError(
                f"the ledger holds {claims} claims, and was seen to hold {self._seen()}",
                hint=RESTORED.format(mark=self._path),
            )

    def note(self, claims: int) -> None:
        """Keep a number, where it is higher than the mark; a machine without a home keeps none."""
        if claims <= self._seen():
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(f".{os.getpid()}")
            beside.write_text(str(claims))
            beside.replace(self._path)

    def _seen(self) -> int:
        try:
            return int(self._path.read_text())
        except (OSError, ValueError):
            return 0
