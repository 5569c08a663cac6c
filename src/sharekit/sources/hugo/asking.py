"""Asking Hugo what a site says, once: what it said is kept under a digest of everything that it read.

Nothing is rendered again while nothing changes; what was kept may be deleted at any time.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from sharekit.hints import could_tell, tells_of_series
from sharekit.model import Finding, Reading, Skipped
from sharekit.sources.cache import Cache
from sharekit.sources.front import body_of, decode
from sharekit.sources.hugo.bodies import Bodies
from sharekit.sources.hugo.export import read_export
from sharekit.sources.hugo.render import ARTICLES, Rendered, Renderer
from sharekit.sources.hugo.site import Facts, site_facts
from sharekit.sources.looks import contents, look
from sharekit.sources.survey import Survey, dates_in, survey, unchanged_between

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sharekit.config import SourceSettings
    from sharekit.model import Level
    from sharekit.sources.hugo.binary import Hugo

# What the export does not depend on: the drafts are ours, and a picture is looked up where it lies.
OURS = ("issues", "shares", "static")


class Kept(msgspec.Struct, frozen=True):
    """What was learnt with an export, and the stretch of time in which it holds: until a post comes due or expires.

    It is not ``lasting`` where it depends on more than the site's own files.
    """

    start: datetime
    until: datetime
    findings: list[tuple[str, str, str, str | None, int | None, str | None]] = []
    skipped: list[tuple[str, str, int | None]] = []
    telling: list[str] = []
    main: list[str] = []
    lasting: bool = True


@dataclass(frozen=True)
class Asking:
    """One Hugo and one site. ``circumstances`` are whatever the answer depends on besides the site's files."""

    hugo: Hugo
    root: Path
    settings: SourceSettings
    circumstances: Sequence[str]
    now: datetime | None = None

    def reading(self, meanwhile: Callable[[], object]) -> Reading:
        """Every published post. Raises SourceError with the post's file and line where Hugo refuses the site."""
        files = self._survey()
        kept, text = self._known(files) or self._asked(files, meanwhile)
        reading = read_export(
            text,
            root=self.root,
            sections=self.settings.sections,
            bodies=Bodies(self._render),
            telling=kept.telling,
            main=kept.main,
        )
        findings = [
            Finding(level=cast("Level", level), rule=rule, message=message, path=path, line=line, hint=hint)
            for level, rule, message, path, line, hint in kept.findings
        ]
        skipped = [Skipped(source=source, reason=reason, line=line) for source, reason, line in kept.skipped]
        return Reading(
            site=reading.site,
            posts=reading.posts,
            skipped=(*skipped, *reading.skipped),
            findings=(*findings, *reading.findings),
            picture=reading.picture,
            serves=reading.serves,
            holds=(kept.start, kept.until) if kept.lasting else None,
        )

    def _survey(self) -> Survey:
        return survey(self.root, skip=[self.root / name for name in OURS])

    @cached_property
    def _facts(self) -> Facts:
        return site_facts(self.hugo, self.root)

    @property
    def _moment(self) -> datetime:
        return self.now or datetime.now(UTC)

    def _known(self, files: Survey) -> tuple[Kept, bytes] | None:
        """What Hugo said the last time, when nothing that it reads has changed since and no post came due."""
        cache = Cache(self.root)
        name = cache.get(f"hugo-{files.stamp(self.circumstances)}")
        return self._stored(name.decode()) if name else None

    def _stored(self, name: str) -> tuple[Kept, bytes] | None:
        head, _, text = (Cache(self.root).get(name) or b"").partition(b"\n")
        try:
            kept = msgspec.json.decode(head, type=Kept) if head else None
        except msgspec.DecodeError:
            # Somebody wrote into the cache, or an older sharekit did: it is only a cache.
            return None
        return (kept, text) if kept and kept.start <= self._moment < kept.until else None

    def _asked(self, files: Survey, meanwhile: Callable[[], object]) -> tuple[Kept, bytes]:
        cache = Cache(self.root)
        with ThreadPoolExecutor(max_workers=1) as beside:
            # Hugo reads the configuration while we read the posts: each waits for the disk and the other for neither.
            facts = beside.submit(lambda: self._facts)
            looks = look(files, cache, _learn)
        name = f"export-{contents(looks, self.circumstances)}"
        pointer = f"hugo-{files.stamp(self.circumstances)}" if files.settled else None
        stored = self._stored(name)
        if stored is not None:
            if pointer:
                cache.put(pointer, name.encode())
            return stored
        facts.result()
        telling = [self._real(file) for file, each in looks.items() if each.tells]
        with tempfile.TemporaryDirectory(prefix="sharekit-hugo-") as scratch:
            made = self._renderer.render(Path(scratch), wanted=telling, meanwhile=meanwhile)
        dates = {date for each in looks.values() for date in each.dates}
        start, until = unchanged_between(dates, self._moment, self._facts.zones or (UTC,))
        kept = Kept(
            start=start,
            until=until,
            findings=[(each.level, each.rule, each.message, each.path, each.line, each.hint) for each in made.findings],
            skipped=[(each.source, each.reason, each.line) for each in made.skipped],
            telling=telling,
            main=list(self._facts.main),
            lasting=not self._facts.outside and not any(file.endswith("_content.gotmpl") for file in looks),
        )
        if kept.lasting and self._survey() == files:
            # Else a file was saved while Hugo ran, and nobody knows which of the two it read.
            cache.put(name, msgspec.json.encode(kept) + b"\n" + made.text)
            if pointer:
                cache.put(pointer, name.encode())
        return kept, made.text

    def _real(self, name: str) -> str:
        """Where Hugo sees a file of the blog."""
        path = self.root / name
        return str(path.resolve()) if path.is_symlink() else str(path)

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(hugo=self.hugo, root=self.root, facts=self._facts, now=self.now)

    def _render(self, wanted: Collection[str], everything: bool, scratch: Path) -> Rendered:
        return self._renderer.render(scratch, wanted=wanted, everything=everything, known=True)


def _learn(name: str, data: bytes) -> tuple[tuple[str, ...], bool]:
    """A file's dates, and whether it may list the parts of a series: then its content is needed, however old."""
    if not name.endswith(ARTICLES):
        return (), False
    return tuple(dates_in(name, data)), could_tell(data) and tells_of_series(body_of(decode(data)[0]))
