"""What lies in a blog's folder: whether anything changed, and when what is published will change by itself.

Two digests answer it. One is of names, sizes, times and inodes, and costs no reading; the other is of the contents, and
is the same on a fresh clone.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from typing import TYPE_CHECKING

from sharekit.sources.dates import DateError, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# What no generator reads, or only writes.
SKIPPED = frozenset({".git", ".sharekit", "node_modules", "resources", "public", "_site", "__pycache__", ".hugo_build.lock"})
DATES = re.compile(rb"(?<!\d)\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?")
HEAD = 8192


@dataclass(frozen=True)
class Survey:
    """The files of a folder, in order: name, size, time of change in ns, inode."""

    root: Path
    files: tuple[tuple[str, int, int, int], ...]

    def stamp(self, extra: Iterable[str] = ()) -> str:
        """A digest that changes when a file or one of ``extra`` does, made without reading a file."""
        made = blake2b(digest_size=16)
        for each in extra:
            made.update(each.encode("utf-8", "replace") + b"\0")
        made.update(repr(self.files).encode("utf-8", "surrogatepass"))
        return made.hexdigest()

    def contents(self, extra: Iterable[str] = (), *, unread: Sequence[str] = ()) -> str:
        """A digest of every file's name and bytes; of those below ``unread`` only the name and size count."""
        made = blake2b(digest_size=16)
        for each in extra:
            made.update(each.encode("utf-8", "replace") + b"\0")
        for name, size, _, _ in self.files:
            made.update(f"{name}\0{size}\0".encode("utf-8", "surrogatepass"))
            if not name.startswith(tuple(unread)) or not unread:
                made.update(self._bytes(name))
        return made.hexdigest()

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except OSError:
            return b"unreadable"

    def moments(self, endings: Sequence[str], zones: Sequence[tzinfo] = (UTC,)) -> list[datetime]:
        """Every moment that the head or the name of a file with these endings gives, in each zone where it names none."""
        texts: set[bytes] = set()
        for name, _, _, _ in self.files:
            if name.endswith(tuple(endings)):
                texts.update(DATES.findall(os.fsencode(name)))
                try:
                    with (self.root / name).open("rb") as file:
                        texts.update(DATES.findall(file.read(HEAD)))
                except OSError:
                    continue
        made = set()
        for text in texts:
            for zone in zones:
                try:
                    made.add(moment(text.decode(), zone).astimezone(UTC))
                except (DateError, OverflowError):
                    continue
        return sorted(made)


def survey(root: Path, *, skip: Sequence[Path] = ()) -> Survey:
    """Look at every file below a folder, through links too, except for what is built or hidden by design."""
    files: list[tuple[str, int, int, int]] = []
    left_out = {str(path) for path in skip}
    seen: set[tuple[int, int]] = set()
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            entries = sorted(os.scandir(root / inside), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name in SKIPPED or entry.path in left_out:
                continue
            name = f"{inside}/{entry.name}" if inside else entry.name
            try:
                facts = entry.stat()
                if entry.is_dir():
                    if (facts.st_dev, facts.st_ino) not in seen:
                        seen.add((facts.st_dev, facts.st_ino))
                        waiting.append(name)
                    continue
            except OSError:
                continue
            files.append((name, facts.st_size, facts.st_mtime_ns, facts.st_ino))
    return Survey(root=root, files=tuple(sorted(files)))


def unchanged_between(moments: Sequence[datetime], now: datetime) -> tuple[datetime, datetime]:
    """The stretch of time around ``now`` in which no post comes due or expires."""
    before = [each for each in moments if each <= now]
    after = [each for each in moments if each > now]
    start = max(before, default=datetime(1, 1, 2, tzinfo=UTC))
    return start, min(after, default=datetime(9998, 12, 30, tzinfo=UTC))
