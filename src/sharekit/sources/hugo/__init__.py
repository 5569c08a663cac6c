"""``HugoSource``: the posts of a Hugo site, as Hugo itself renders them.

An overlay adds one page whose template writes every page of the site as lines of JSON: what is known of each, and the
content of those that are needed. Pages of the future and expired ones are among them, so that the same lines serve any
moment; they are kept until a file changes.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sharekit.errors import OutputError, SourceError
from sharekit.files import write_if_changed
from sharekit.sources.hugo.export import Bodies, Exported, read_export
from sharekit.sources.hugo.program import Facts, Hugo, find_hugo, is_hugo_site, site_facts
from sharekit.sources.reading import BaseSource, no_posts
from sharekit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharekit.model import Reading
    from sharekit.sources.hugo.render import Renderer

# What Hugo takes from the environment: its own settings, and what its templates may ask for unless a site allows more.
READ_BY_HUGO = re.compile(r"HUGO_|CI$|TZ$")
# A file that changes twice within one tick of the file system's clock looks as if it had changed once (nanoseconds).
TICK = 20_000_000
# The cache: named by what it was made from, so that it may be deleted at any time.
FOLDER = ".sharekit"
CACHE = f"{FOLDER}/cache"
MOST = 3
# What Hugo does not read, wherever it is; and what is built or ours, at the top of a blog.
NEVER_READ = frozenset({".git", FOLDER, "node_modules", "__pycache__", ".hugo_build.lock"})
NOT_READ_ABOVE = frozenset({"public", "resources", "issues", "shares"})


class HugoSource(BaseSource):
    """The Hugo site in ``root``. ``now`` decides what is still to come and what has expired; without it, the clock does."""

    kind, label = "hugo", "Hugo"

    def read(self) -> Reading:
        """Every post, published and to come. Raises SourceError with file and line where Hugo refuses the whole site."""
        if not is_hugo_site(self.root):
            raise SourceError(
                "no blog was found here: there is no hugo.toml, hugo.yaml or config folder.",
                path=str(self.root),
                hint="Name the folder of your blog: sharekit build DIR",
            )
        exported, lines = self._kept() or self._made()
        found = read_export(
            lines,
            exported,
            root=self.root,
            sections=self.settings.sections,
            bodies=Bodies(lambda: self._render(bodies=True)[1]),
            now=self.now or datetime.now(UTC),
        )
        if not found.posts and not found.upcoming:
            reason = "Hugo has no dated page in the sections that hold posts, or all of them are drafts or left out"
            found = replace(found, findings=(*found.findings, no_posts(reason)))
        return found

    def _kept(self) -> tuple[Exported, bytes] | None:
        try:
            head, _, lines = (
                (self.root / CACHE / f"hugo-{inputs(self.root, self._words).digest}").read_bytes().partition(b"\n")
            )
            exported = msgspec.json.decode(head, type=Exported)
        except (OSError, msgspec.DecodeError):
            return None
        # Else somebody wrote into the cache.
        return (exported, lines) if exported.length == len(lines) else None

    def _made(self) -> tuple[Exported, bytes]:
        before = inputs(self.root, self._words)
        _let_tick_pass(before.newest)
        started = time.time_ns()
        renderer, text = self._render()
        exported = Exported(
            length=len(text),
            declared=self._facts.declared,
            findings=renderer.findings,
            skipped=renderer.skipped,
        )
        settled = before.newest + TICK <= started
        # Else a file was saved while Hugo ran, or could be without a trace, and nobody knows which of the two it read.
        if settled and not self._facts.outside and inputs(self.root, self._words) == before:
            keep(self.root / CACHE, f"hugo-{before.digest}", msgspec.json.encode(exported) + b"\n" + text)
        return exported, text

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """Whatever an export depends on besides the files: the programs, the settings, the environment that Hugo reads."""
        variables = [f"{name}={value}" for name, value in sorted(os.environ.items()) if READ_BY_HUGO.match(name)]
        ours = inputs(Path(__file__).parent).digest
        program, state = self._hugo.program, self._hugo.program.stat()
        hugo = f"{program}:{state.st_size}:{state.st_mtime_ns}"
        return (__version__, ours, hugo, str(self.root.resolve()), self.settings.url or "", *variables)

    @cached_property
    def _hugo(self) -> Hugo:
        return find_hugo(self.settings.hugo)

    @cached_property
    def _facts(self) -> Facts:
        return site_facts(self._hugo, self.root)

    def _render(self, *, bodies: bool = False) -> tuple[Renderer, bytes]:
        from sharekit.sources.hugo.render import Renderer

        renderer = Renderer(hugo=self._hugo, root=self.root, facts=self._facts, now=self.now, url=self.settings.url)
        with tempfile.TemporaryDirectory(prefix="sharekit-hugo-") as scratch:
            return renderer, renderer.render(Path(scratch), bodies=bodies)


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
    seen = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        facts = os.stat(folder)
        if (facts.st_dev, facts.st_ino) in seen:
            folders.clear()
            continue
        seen.add((facts.st_dev, facts.st_ino))
        unread = NEVER_READ | NOT_READ_ABOVE if folder == str(root) else NEVER_READ
        folders[:] = sorted(name for name in folders if name not in unread)
        for name in (*folders, *sorted(name for name in names if name not in unread)):
            path = os.path.join(folder, name)
            try:
                facts = os.stat(path)
            except OSError:
                # A link that leads nowhere: it matters once it leads somewhere.
                facts = os.lstat(path)
            line = f"{path}\0{facts.st_ino}"
            if not stat.S_ISDIR(facts.st_mode):
                newest = max(newest, facts.st_ctime_ns)
                line += f" {facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns}"
            made.update(f"{line}\n".encode("utf-8", "surrogatepass"))
    return Inputs(made.hexdigest(), newest)


def keep(folder: Path, name: str, data: bytes) -> None:
    """Store it; the oldest make room. Where nothing can be written, nothing is kept."""
    with contextlib.suppress(OutputError, OSError):
        ignore = folder.parent / ".gitignore"
        if not ignore.exists():
            write_if_changed(ignore, "*\n")
        write_if_changed(folder / name, data)
        for path in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)[MOST:]:
            path.unlink()


def _let_tick_pass(newest: int) -> None:
    """Wait until what is written from now on has another time than the newest file: some milliseconds after it at most."""
    left = newest + TICK - time.time_ns()
    if 0 < left <= TICK:
        time.sleep(left / 1e9)
