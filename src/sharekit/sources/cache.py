"""What a generator said of a blog, under ``.sharekit/``, named by what it was made from. It may be deleted at any time."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from sharekit.errors import OutputError
from sharekit.files import write_if_changed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOLDER = ".sharekit"
MOST = 3
# What no generator reads, wherever it is; and what is built or ours, at the top of a blog.
NEVER_READ = frozenset({".git", FOLDER, "node_modules", ".hugo_build.lock"})
NOT_READ_ABOVE = frozenset({"public", "resources", "issues", "shares"})


class Inputs(NamedTuple):
    """The files of a folder in a digest, and when the newest of them was touched (ns since 1970)."""

    digest: str
    newest: int


def inputs(root: Path, words: Iterable[str] = ()) -> Inputs:
    """What a reading of the folder depends on: path, size, times and inode of every file, and these ``words``.

    No file is read. Links are followed, each folder once; where a link to a folder leads counts too. The time of a change
    (``st_ctime``) cannot be set back by a program.
    """
    made = blake2b(digest_size=16)
    for word in words:
        made.update(word.encode("utf-8", "surrogatepass") + b"\0")
    newest = 0
    seen = {_identity(os.stat(root))}
    waiting = [str(root)]
    while waiting:
        folder = waiting.pop()
        unread = NEVER_READ | NOT_READ_ABOVE if folder == str(root) else NEVER_READ
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name in unread:
                continue
            try:
                facts = entry.stat()
            except OSError:
                # A link that leads nowhere: it matters once it leads somewhere.
                facts = entry.stat(follow_symlinks=False)
            line = f"{entry.path}\0{facts.st_ino}"
            if stat.S_ISDIR(facts.st_mode):
                if _identity(facts) not in seen:
                    seen.add(_identity(facts))
                    waiting.append(entry.path)
                if not entry.is_symlink():
                    continue
            else:
                newest = max(newest, facts.st_ctime_ns)
                line += f" {facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns}"
            made.update(f"{line}\n".encode("utf-8", "surrogatepass"))
    return Inputs(made.hexdigest(), newest)


def _identity(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_dev, facts.st_ino


@dataclass(frozen=True)
class Cache:
    """Bytes by name. Where nothing can be written, nothing is kept."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.root / FOLDER / "cache"

    def get(self, name: str) -> bytes | None:
        """What is stored under a name, or None."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def put(self, name: str, data: bytes) -> None:
        """Store bytes; the oldest make room."""
        with contextlib.suppress(OutputError, OSError):
            ignore = self.root / FOLDER / ".gitignore"
            if not ignore.exists():
                write_if_changed(ignore, "*\n")
            write_if_changed(self.folder / name, data)
            kept = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in kept[MOST:]:
                path.unlink()
