"""``HugoSource``: the posts of a Hugo site, as Hugo itself renders them.

An overlay adds one page whose template writes every page of the site as lines of JSON: what is known of each, and the
content of those that are needed. Pages of the future and expired ones are among them, so that the same lines serve any
moment; they are kept until a file changes.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sharekit.errors import SourceError
from sharekit.sources.cache import Cache, inputs
from sharekit.sources.hugo.binary import Hugo, find_hugo
from sharekit.sources.hugo.export import Exported, read_export
from sharekit.sources.hugo.lines import Bodies
from sharekit.sources.hugo.site import is_hugo_site
from sharekit.sources.hugo.terms import with_term_titles
from sharekit.sources.reading import no_posts
from sharekit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection

    from sharekit.config import SourceSettings
    from sharekit.model import Reading
    from sharekit.sources.hugo.render import Rendered, Renderer
    from sharekit.sources.hugo.site import Facts

# What Hugo takes from the environment: its own settings, and what its templates may ask for unless a site allows more.
READ_BY_HUGO = re.compile(r"HUGO_|CI$|TZ$")
# A file that changes twice within one tick of the file system's clock looks as if it had changed once. Ticks are some
# milliseconds, but two seconds where only whole seconds are kept (FAT).
TICK = 20_000_000
COARSE_TICK = 2_000_000_000


@dataclass(frozen=True)
class HugoSource:
    """The Hugo site in ``root``. ``now`` decides what is still to come and what has expired; without it, the clock does."""

    kind, label = "hugo", "Hugo"

    root: Path
    settings: SourceSettings
    now: datetime | None = None

    def read(self) -> Reading:
        """Every post, published and to come. Raises SourceError with file and line where Hugo refuses the whole site."""
        if not is_hugo_site(self.root):
            raise SourceError(
                "no blog was found here: there is no hugo.toml, hugo.yaml or config folder.",
                path=str(self.root),
                hint="Name the folder of your blog: sharekit build DIR",
            )
        exported, lines = self._kept() or self._made()
        reading = read_export(
            lines,
            exported,
            root=self.root,
            sections=self.settings.sections,
            bodies=Bodies(self._contents),
            now=self.now or datetime.now(UTC),
        )
        if not reading.posts and not reading.upcoming:
            reason = "Hugo has no dated page in the sections that hold posts, or all of them are drafts or left out"
            reading = replace(reading, findings=(*reading.findings, no_posts(reason)))
        return with_term_titles(reading, self.root)

    def _kept(self) -> tuple[Exported, bytes] | None:
        head, _, lines = (Cache(self.root).get(self._name) or b"").partition(b"\n")
        try:
            exported = msgspec.json.decode(head, type=Exported) if head else None
        except msgspec.DecodeError:
            # Somebody wrote into the cache.
            return None
        return (exported, lines) if exported and exported.length == len(lines) else None

    def _made(self) -> tuple[Exported, bytes]:
        before = inputs(self.root, self._words)
        _let_tick_pass(before.newest)
        started = time.time_ns()
        with tempfile.TemporaryDirectory(prefix="sharekit-hugo-") as scratch:
            made = self._renderer.render(Path(scratch))
        facts = self._facts
        exported = Exported(
            length=len(made.text),
            findings=list(made.findings),
            skipped=list(made.skipped),
            main=list(facts.main),
            language=facts.language,
            expired=facts.expired,
            ugly=facts.ugly,
        )
        tick = TICK if before.newest % 1_000_000_000 else COARSE_TICK
        settled = before.newest + tick <= started
        # Else a file was saved while Hugo ran, or could be without a trace, and nobody knows which of the two it read.
        if settled and not facts.outside and inputs(self.root, self._words) == before:
            Cache(self.root).put(f"hugo-{before.digest}", msgspec.json.encode(exported) + b"\n" + made.text)
        return exported, made.text

    @property
    def _name(self) -> str:
        return f"hugo-{inputs(self.root, self._words).digest}"

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """Whatever an export depends on besides the files: the programs, the settings, the environment that Hugo reads."""
        variables = [f"{name}={value}" for name, value in sorted(os.environ.items()) if READ_BY_HUGO.match(name)]
        ours = inputs(Path(__file__).parent).digest
        return (__version__, ours, self._hugo.stamp(), str(self.root.resolve()), self.settings.url or "", *variables)

    @cached_property
    def _hugo(self) -> Hugo:
        return find_hugo(self.settings.hugo)

    @cached_property
    def _facts(self) -> Facts:
        from sharekit.sources.hugo.site import site_facts

        return site_facts(self._hugo, self.root)

    @cached_property
    def _renderer(self) -> Renderer:
        from sharekit.sources.hugo.render import Renderer

        return Renderer(hugo=self._hugo, root=self.root, facts=self._facts, now=self.now, url=self.settings.url)

    def _contents(self, wanted: Collection[str], everything: bool, scratch: Path) -> Rendered:
        return self._renderer.render(scratch, wanted=wanted, everything=everything, known=True)


def _let_tick_pass(newest: int) -> None:
    """Wait until what is written from now on has another time than the newest file: some milliseconds after it at most."""
    left = newest + TICK - time.time_ns()
    if 0 < left <= TICK:
        time.sleep(left / 1e9)
