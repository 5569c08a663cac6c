"""What lies in a blog's folder: whether anything changed, and when what is published will change by itself.

Two digests answer it. One is of names, sizes, times and inodes, and costs no reading; the other is of the contents, and
is the same on a fresh clone. What was learnt from a file is kept, so that only the files that changed are read again.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from sharekit.sources.dates import DateError, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# What no generator reads, wherever it is; and what generators write, at the top of a blog.
HIDDEN = frozenset({".git", ".sharekit", "node_modules", "__pycache__", ".hugo_build.lock"})
BUILT = frozenset({"resources", "public", "_site"})
DATES = re.compile(rb"(?<!\d)\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?")
HEAD = 8192
# Fences that end the front matter at the first line that begins with them, as Hugo's own lexer has it.
FENCES = (b"---", b"+++")
# A file that changes twice within one tick of its file system's clock looks as if it had changed once. Ticks are some
# milliseconds, but two seconds where only whole seconds are kept (FAT).
TICK = 20_000_000
COARSE_TICK = 2_000_000_000


class File(NamedTuple):
    """A file as the folder shows it: ``changed`` (contents) and ``touched`` (anything) in ns since 1970."""

    name: str
    size: int
    changed: int
    touched: int
    inode: int

    @property
    def is_text(self) -> bool:
        """Whether the name is one that can be written down, not bytes that no encoding has."""
        try:
            self.name.encode()
        except UnicodeEncodeError:
            return False
        return True


@dataclass(frozen=True)
class Survey:
    """The files of a folder, in order of name, as they were at the moment ``at`` (ns since 1970)."""

    root: Path
    files: tuple[File, ...]
    at: int = field(default=0, compare=False)

    def stamp(self, extra: Iterable[str] = ()) -> str:
        """A digest that changes when a file or one of ``extra`` does, made without reading a file."""
        made = started(extra)
        made.update(repr([tuple(each) for each in self.files]).encode("utf-8", "surrogatepass"))
        return made.hexdigest()

    @property
    def settled(self) -> bool:
        """Whether every change after this survey will show: no file changed within the tick before it."""
        return not any(self.may_hide(each) for each in self.files)

    def may_hide(self, file: File) -> bool:
        """Whether the file could have changed since, and look the same."""
        tick = TICK if file.touched % 1_000_000_000 else COARSE_TICK
        return max(file.touched, file.changed) + tick > self.at

    def bytes_of(self, name: str, size: int) -> bytes:
        """What a file holds, or where a link to a folder leads; ``size`` bytes are expected."""
        try:
            descriptor = os.open(f"{self.root}{os.sep}{name}", os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError:
            return b"unreadable"
        try:
            # A file object for each of ten thousand files would take longer than to read them.
            return b"".join(iter(partial(os.read, descriptor, size + 1), b""))
        except IsADirectoryError:
            return os.fsencode(os.readlink(f"{self.root}{os.sep}{name}"))
        except OSError:
            return b"unreadable"
        finally:
            os.close(descriptor)


def started(extra: Iterable[str]) -> blake2b:
    """A digest that begins with these texts."""
    made = blake2b(digest_size=16)
    for each in extra:
        made.update(each.encode("utf-8", "replace") + b"\0")
    return made


def dates_in(name: str, data: bytes) -> list[str]:
    """What looks like a date in the name and in the front matter of a file."""
    return [found.decode() for found in DATES.findall(os.fsencode(name) + b" " + data[: _end_of_front(data)])]


def _end_of_front(data: bytes) -> int:
    if data[:3] in FENCES:
        end = data.find(b"\n" + data[:3], 3, HEAD)
    else:
        end = max(data.find(mark, 4, HEAD) for mark in (b"\n---", b"\n+++", b"\n}", b"\n..."))
    return end if end > 0 else HEAD


def survey(root: Path, *, skip: Sequence[Path] = ()) -> Survey:
    """Look at every file below a folder, through links too, except for what is built or hidden by design.

    A link to a folder is looked at as well: where it leads decides what is read, though each folder is walked only once.
    """
    at = time.time_ns()
    files: list[File] = []
    left_out = {str(path) for path in skip} | {str(root / name) for name in BUILT}
    seen: set[tuple[int, int]] = set()
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            entries = sorted(os.scandir(root / inside), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name in HIDDEN or entry.path in left_out:
                continue
            name = f"{inside}/{entry.name}" if inside else entry.name
            try:
                facts = entry.stat()
                if stat.S_ISDIR(facts.st_mode):
                    if entry.is_symlink():
                        files.append(File(name, 0, 0, 0, facts.st_ino))
                    if (facts.st_dev, facts.st_ino) not in seen:
                        seen.add((facts.st_dev, facts.st_ino))
                        waiting.append(name)
                    continue
            except OSError:
                continue
            if stat.S_ISREG(facts.st_mode):
                files.append(File(name, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino))
    return Survey(root=root, files=tuple(sorted(files)), at=at)


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
