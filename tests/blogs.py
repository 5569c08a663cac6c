"""Blogs of a few files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sharekit.config import Config
from sharekit.registry import open_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.model import Reading

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """The folder, with these files in it by their names."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def read(root: Path, files: Mapping[str, str]) -> Reading:
    """What the source that the files look like reads in them."""
    return open_source(write(root, files), Config(), now=NOW).read()
