"""A build that is known: while nothing that it reads or made has changed, it would say and write the same again.

Its account is kept under a digest of all that a build depends on: the blog's files, the configuration, the command's own
words, the programs and templates, and what the source names. Beside it stand the stretch of time in which no post comes due,
and the files that were made, as they were left.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - what was kept is read back by its types
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from sharekit.errors import SharekitError
from sharekit.ports import TracedSource
from sharekit.sources.cache import Cache
from sharekit.sources.program import program_stamp
from sharekit.sources.survey import BUILT, Survey, survey
from sharekit.steps.made import Account  # noqa: TC001 - what was kept is read back by its types

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sharekit.ports import Inputs, Source
    from sharekit.steps.blog import Folders
    from sharekit.steps.build import Build

# The size, times and inode of a file; None where there is none.
State = tuple[int, int, int, int] | None


class Kept(msgspec.Struct, frozen=True):
    """What a build told, and when that is still so."""

    start: datetime
    until: datetime
    files: list[tuple[str, State]]
    account: Account


@dataclass(frozen=True)
class Memory:
    """What is remembered of one command on one blog; ``words`` are whatever tells it from another, such as its options.

    ``config`` is the configuration's file where it may lie outside of the blog.
    """

    source: Source
    where: Folders
    words: tuple[str, ...]
    config: Path | None = None

    def account(self, now: datetime, make: Callable[[], Build]) -> Account:
        """What the build tells: out of memory where that is the same, else by building. Raises what ``make`` raises."""
        if self._inputs is None:
            return make().account
        before = self._surveys()
        known = self._recall(before, now)
        if known is not None:
            return known
        build = make()
        self._keep(build, before, now)
        return build.account

    def _recall(self, surveys: Sequence[Survey], now: datetime) -> Account | None:
        kept = _decoded(Cache(self.where.root).get(self._name(surveys)))
        if kept is None or not kept.start <= now < kept.until:
            return None
        as_left = all(_state(self.where.root / path) == state for path, state in kept.files)
        return kept.account if as_left else None

    def _keep(self, build: Build, before: Sequence[Survey], now: datetime) -> None:
        """Remember what this build would tell if it ran again now, unless that cannot be known."""
        reading = build.blog.reading
        if reading.holds is None:
            return
        then = build.then()
        after = self._surveys()
        if any(each.written for each in then.made) or not self._only_drafted(build, before, after):
            return
        paths = dict.fromkeys(name for each in then.made for name in (each.path, f"{each.path}.gz"))
        kept = Kept(
            start=max([reading.holds[0], *(post.published for post in reading.posts if post.published <= now)]),
            until=min([reading.holds[1], *(post.published for post in reading.posts if post.published > now)]),
            files=[(path, _state(self.where.root / path)) for path in paths],
            account=then.account,
        )
        Cache(self.where.root).put(self._name(after), msgspec.json.encode(kept))

    @cached_property
    def _inputs(self) -> Inputs | None:
        """What the source depends on; None where it cannot know, or where the reading itself will say what is wrong."""
        try:
            return self.source.inputs() if isinstance(self.source, TracedSource) else None
        except SharekitError:
            return None

    def _surveys(self) -> tuple[Survey, ...]:
        folders = [self.where.root, self.where.templates, *(self._inputs.folders if self._inputs else ())]
        outside = [each for each in dict.fromkeys(folders) if not each.is_relative_to(self.where.root)]
        built = [folder / name for folder in folders for name in BUILT]
        return tuple(survey(folder, skip=built) for folder in (self.where.root, *outside))

    def _name(self, surveys: Sequence[Survey]) -> str:
        made = blake2b(digest_size=16)
        words = (*program_stamp(), *self.words, *(self._inputs.words if self._inputs else ()), str(self.where.output))
        for each in (*words, *(one.stamp([str(one.root)]) for one in surveys)):
            made.update(each.encode("utf-8", "surrogatepass") + b"\0")
        if self.config is not None:
            made.update(str(self.config).encode("utf-8", "surrogatepass") + b"\0" + self.config.read_bytes())
        return f"build-{made.hexdigest()}"

    def _only_drafted(self, build: Build, before: Sequence[Survey], after: Sequence[Survey]) -> bool:
        """Whether no file changed since the build began, nor just before, but the drafts that it wrote itself.

        Whatever else it wrote among the files that the source reads, such as feeds, the next build has to read.
        """
        written = {self.where.root / each.path for each in build.made if each.written}
        drafts = {path for path in written if path.parent in (self.where.issues, self.where.shares)}
        return all(
            not any(one.may_hide(file) for file in one.files)
            and {one.root / file.name for file in set(one.files) ^ set(other.files)} <= drafts
            for one, other in zip(before, after, strict=True)
        )


def _decoded(data: bytes | None) -> Kept | None:
    try:
        return msgspec.json.decode(data, type=Kept) if data else None
    except msgspec.DecodeError:
        # Somebody wrote into the cache, or an older sharekit did: it is only a cache.
        return None


def _state(path: Path) -> State:
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino
