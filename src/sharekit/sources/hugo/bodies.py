"""The contents of posts: those that Hugo wrote with the metadata, and the others when something asks for them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sharekit.sources.hugo.render import Rendered

# How many more are rendered when one is missing: it is seldom the only one, and a run of Hugo reads the whole site.
BATCHES = (100, 1000)


class Bodies:
    """Rendered articles by URL. One that is missing is rendered together with its neighbours, in ever larger batches."""

    def __init__(self, render: Callable[[Collection[str], bool, Path], Rendered]) -> None:
        self._render = render
        self._html: dict[str, bytes] = {}
        self._files: dict[str, str] = {}
        self._runs = 0

    def add(self, url: str, line: bytes) -> None:
        """Keep what Hugo wrote for a page, as it wrote it; it is decoded when it is needed."""
        self._html[url] = line

    def line(self, url: str) -> bytes:
        """What Hugo wrote for a page so far: empty when its content was not needed yet."""
        return self._html.get(url, b"")

    def expect(self, url: str, file: str) -> None:
        """Say which file a page is made from, oldest page first."""
        self._files[url] = file

    def get(self, url: str) -> str:
        """The article at a URL. Raises SourceError when Hugo cannot render it any more."""
        if url not in self._html:
            self._fetch(url)
        try:
            line = self._html[url]
        except KeyError as error:
            raise SourceError(
                f"Hugo did not render {url}; the blog changed while it was read.", hint="Run again."
            ) from error
        return str(msgspec.json.decode(line)["html"])

    def _fetch(self, url: str) -> None:
        missing = [each for each in reversed(self._files) if each not in self._html]
        everything = self._runs >= len(BATCHES)
        batch = missing if everything else [url, *missing[: BATCHES[self._runs]]]
        self._runs += 1
        with tempfile.TemporaryDirectory(prefix="sharekit-hugo-") as scratch:
            made = self._render([self._files[each] for each in batch if each in self._files], everything, Path(scratch))
        for line in made.text.split(b"\n"):
            if line.startswith(b'{"html":'):
                self.add(str(msgspec.json.decode(line)["url"]), line)
