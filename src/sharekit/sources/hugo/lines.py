"""The lines of the export: one for each site, one for each page, one for each article that was needed.

Other articles are rendered when something asks for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

# How a line with an article begins, and one with what is known of a page: the keys are in order.
CONTENT = b'{"html":'
PAGE = b'{"aliases":'
FILE = re.compile(rb'"file":("(?:[^"\\\\]|\\\\.)*"),"images":')


class PageLine(msgspec.Struct, frozen=True):
    """What Hugo knows of a page. Moments are RFC 3339, in the year 1 where the page has none.

    ``tells`` says that its source has the words of an article that lists the parts of a series.
    """

    lang: str
    url: str
    title: str
    date: str
    publish: str
    lastmod: str
    expiry: str
    section: str
    file: str
    path: str
    description: str
    summary: str
    error: str
    tells: bool
    aliases: list[str] | None
    images: list[dict[str, Any]]
    params: dict[str, Any] | None


class SiteLine(msgspec.Struct, frozen=True):
    """What Hugo knows of the site in one language.

    ``others`` are the addresses of pages that are no articles, ``sections`` the titles and folders of those with a file.
    """

    lang: str
    code: str
    title: str
    home: str
    base: str
    copyright: str
    version: str
    params: dict[str, Any] | None
    authors: dict[str, Any] | None
    main: Any = None
    others: list[str] | None = None
    sections: list[dict[str, str]] | None = None


@dataclass(frozen=True)
class Lines:
    """The sites by language, the pages, and the files of pages that cannot be read."""

    sites: dict[str, SiteLine]
    pages: list[PageLine]
    unreadable: list[str]


class Bodies:
    """Rendered articles by URL. When one is missing, all are rendered: a run of Hugo reads the whole site."""

    def __init__(self, render: Callable[[], bytes]) -> None:
        self._render = render
        self._html: dict[str, bytes] = {}

    def add(self, line: bytes) -> None:
        """Keep what Hugo wrote for a page, as it wrote it; it is decoded when it is needed."""
        # The URL stands at the end of the line, behind the article.
        self._html[msgspec.json.decode(b"{" + line[line.rindex(b'"url":') :])["url"]] = line

    def get(self, url: str) -> str:
        """The article at a URL. Raises SourceError when Hugo cannot render it any more."""
        if url not in self._html:
            for line in self._render().split(b"\n"):
                if line.startswith(CONTENT):
                    self.add(line)
        if url not in self._html:
            raise SourceError(f"Hugo did not render {url}; the blog changed while it was read.", hint="Run again.")
        return str(msgspec.json.decode(self._html[url])["html"])


def read_lines(text: bytes, bodies: Bodies) -> Lines:
    """The sites and the pages. The articles go to ``bodies``, and are not decoded."""
    made = Lines({}, [], [])
    decode = msgspec.json.Decoder(PageLine).decode
    for line in text.split(b"\n"):
        if line.startswith(PAGE):
            try:
                made.pages.append(decode(line))
            except RecursionError:
                found = FILE.search(line)
                made.unreadable.append(str(msgspec.json.decode(found[1])) if found else "")
        elif line.startswith(CONTENT):
            bodies.add(line)
        elif line.strip():
            site = msgspec.json.decode(line, type=SiteLine)
            made.sites[site.lang] = site
    return made
