"""Writes files atomically, and only when their content changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING, Literal

from sharekit.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

Written = Literal["new", "changed", "unchanged"]


def write_if_changed(path: Path, content: bytes | str) -> Written:
    """Write the file and the folders it needs, unless it holds these bytes already.

    A reader sees the old file or the new one. Raises OutputError, with what was there before untouched.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        existed = path.exists()
        if existed and path.read_bytes() == data:
            return "unchanged"
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot be written: {reason}",
            path=str(path),
            hint="What was there stays. Check its permissions and the free space, or choose another folder with --output.",
        ) from error
    return "changed" if existed else "new"


def _replace(path: Path, data: bytes) -> None:
    import secrets

    # A name of its own per attempt: two runs on one folder must not write into each other's half file.
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def relative(path: Path, root: Path) -> str:
    """A path as a person would write it from a folder."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def digest(text: str) -> str:
    """A short digest of a text without its line endings and outer blank lines: it tells whether a person edited the text."""
    lines = map(str.rstrip, text.strip().splitlines())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
