"""A store under ``.sharekit/`` that may be deleted at any time.

What a name was made from never changes under it, but for the looks at files, each of which says itself what it is of.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.errors import OutputError
from sharekit.files import write_if_changed

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".sharekit"
MOST = 12


@dataclass(frozen=True)
class Cache:
    """Bytes by the digest of what they were made from. Where nothing can be written, nothing is kept."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.root / FOLDER / "cache"

    def get(self, name: str) -> bytes | None:
        """What is stored under a name, or None."""
        try:
            path = self.folder / name
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data

    def put(self, name: str, data: bytes) -> None:
        """Store bytes; what was used longest ago makes room."""
        with contextlib.suppress(OutputError, OSError):
            ignore = self.root / FOLDER / ".gitignore"
            if not ignore.exists():
                write_if_changed(ignore, "*\n")
            write_if_changed(self.folder / name, data)
            kept = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in kept[MOST:]:
                path.unlink()
