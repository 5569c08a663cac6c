"""The lines of the export: one for each site, one for each page, one for each article that was needed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from sharekit.sources.hugo.bodies import Bodies

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
    """What Hugo knows of the site in one language; ``others`` are the addresses of pages that are no articles."""

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


@dataclass(frozen=True)
class Lines:
    """The sites by language, the pages, and the files of pages that cannot be read."""

    sites: dict[str, SiteLine]
    pages: list[PageLine]
    unreadable: list[str]


def read_lines(text: bytes, bodies: Bodies) -> Lines:
    """The sites and the pages. The articles go to ``bodies``, and are not decoded."""
    made = Lines({}, [], [])
    decode = msgspec.json.Decoder(PageLine).decode
    for line in text.split(b"\n"):
        if line.startswith(PAGE):
            try:
                made.pages.append(decode(line))
            except RecursionError:
                made.unreadable.append(_file_of(line))
        elif line.startswith(CONTENT):
            # The URL stands at the end of the line, behind the article.
            bodies.add(msgspec.json.decode(b"{" + line[line.rindex(b'"url":') :])["url"], line)
        elif line.strip():
            site = msgspec.json.decode(line, type=SiteLine)
            made.sites[site.lang] = site
    return made


def _file_of(line: bytes) -> str:
    found = FILE.search(line)
    return str(msgspec.json.decode(found[1])) if found else ""
