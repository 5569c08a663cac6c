"""What lies in a blog's folder: whether anything changed, and when what is published will change by itself.

Two digests answer it. One is of names, sizes, times and inodes, and costs no reading; the other is of the contents, and
is the same on a fresh clone.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import blake2b
from typing import TYPE_CHECKING

from sharekit.sources.dates import DateError, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
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

    def contents(self, extra: Iterable[str] = (), *, visit: Callable[[str, bytes], None] = lambda _name, _data: None) -> str:
        """A digest of every file's name and bytes. ``visit`` is shown each file, so that all is read only once."""
        made = blake2b(digest_size=16)
        for each in extra:
            made.update(each.encode("utf-8", "replace") + b"\0")
        for name, size, _, _ in self.files:
            data = self._bytes(name)
            made.update(f"{name}\0{size}\0".encode("utf-8", "surrogatepass"))
            made.update(data)
            visit(name, data)
        return made.hexdigest()

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except OSError:
            return b"unreadable"


def dates_in(name: str, data: bytes) -> list[str]:
    """What looks like a date in the name and in the front matter of a file."""
    end = max(data.find(mark, 4, HEAD) for mark in (b"\n---", b"\n+++", b"\n}", b"\n..."))
    return [found.decode() for found in DATES.findall(os.fsencode(name) + b" " + data[: end if end > 0 else HEAD])]


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


def unchanged_between(texts: Iterable[str], now: datetime, zones: Sequence[tzinfo] = (UTC,)) -> tuple[datetime, datetime]:
    """The stretch of time around ``now`` in which none of these dates is reached, so that no post comes due or expires.

    A date without a zone is one in each of ``zones``. What is long past is not looked at: the stretch begins two days ago at
    the earliest.
    """
    now = now.astimezone(UTC)
    earliest = now - timedelta(days=2)
    day = f"{earliest - timedelta(days=2):%Y-%m-%d}"
    made = set()
    for text in texts:
        if text[:10] >= day:
            for zone in zones:
                with contextlib.suppress(DateError, OverflowError):
                    made.add(moment(text, zone).astimezone(UTC))
    start = max((each for each in made if each <= now), default=earliest)
    return max(start, earliest), min((each for each in made if each > now), default=datetime(9998, 12, 30, tzinfo=UTC))
