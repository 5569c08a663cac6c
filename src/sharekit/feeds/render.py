"""A feed → its documents and their bytes, the stylesheet that browsers show them with, and the tags by which they are found.

Documents are the newest entries, and archives that a reader can walk back to the first post (RFC 5005). The stylesheet is
CSS for XML (https://www.w3.org/TR/xml-stylesheet/), since browsers are giving XSLT up; it cannot make links, so it says how
to subscribe.
"""

from __future__ import annotations

import posixpath
import re
from html import escape
from typing import TYPE_CHECKING

from sharekit.feeds.document import MEDIA_TYPES, FeedDocument
from sharekit.templating import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sharekit.config import FeedSettings, Format
    from sharekit.feeds.document import Feed
    from sharekit.feeds.entries import Entries
    from sharekit.model import Post, Site

STYLESHEET = "feed.css"
TEMPLATE = "feed/feed.css"


def render(document: FeedDocument, form: Format) -> bytes:
    """The bytes of a document. The same document gives the same bytes, wherever and whenever it is rendered."""
    if form == "json":
        from sharekit.feeds.jsonfeed import render_json

        return render_json(document)
    from sharekit.feeds.xml import render_xml

    return render_xml(document, form)


def documents(site: Site, feed: Feed, settings: FeedSettings, entries: Entries) -> Iterator[FeedDocument]:
    """The documents of a feed, the newest first; each is made when it is asked for, so that few are in memory.

    Archives are counted from the oldest post and only full ones are made: what is in one never changes (RFC 5005 §4).
    So the newest document holds at least every post that is in no archive, which may be more than ``limit``.
    """
    size = settings.archive if feed.kind != "email" else 0
    archives = len(feed.posts) // size if size else 0
    rest = len(feed.posts) - archives * size
    newest = max(settings.limit, rest if size else 0) if settings.limit else len(feed.posts)
    spans: list[tuple[int | None, Sequence[Post]]] = [(None, feed.posts[-newest:])]
    spans += [(number, feed.posts[(number - 1) * size : number * size]) for number in range(archives, 0, -1)]
    for number, posts in spans:
        yield FeedDocument(
            site=site,
            feed=feed,
            entries=tuple(entries.of(post) for post in reversed(posts)),
            archive=number,
            archives=archives,
            hub=settings.hub,
            ttl=settings.ttl,
            content="summary" if feed.kind == "email" else settings.content,
            stylesheet=_stylesheet(feed, number),
        )


def stylesheet_path(feed: Feed) -> str:
    """The file of the stylesheet that a feed in its language is shown with: beside that language's own feed."""
    folder = feed.address.folder
    root = folder.partition("series/")[0].partition("tags/")[0]
    return f"{feed.address.root}{root}{STYLESHEET}"


def _stylesheet(feed: Feed, archive: int | None) -> str:
    # Relative, so that a preview on another host is styled too.
    folder = posixpath.dirname(feed.address.path("rss", archive))
    return posixpath.relpath(stylesheet_path(feed), folder or ".")


def render_stylesheet(*, language: str, overrides: Sequence[Path] = ()) -> str:
    """The stylesheet in a language. ``overrides`` are the user's template folders."""
    made = environment(language=language, overrides=overrides, html=False)
    made.filters["css"] = css_string
    return made.get_template(TEMPLATE).render(language=language)


def css_string(words: str) -> str:
    """Words as a CSS string (CSS Syntax 3, §4.3.5): quoted, with what would end it escaped."""
    return '"' + re.sub(r'["\\\n\r\f<]', lambda found: f"\\{ord(found.group(0)):x} ", words) + '"'


def link_tags(feeds: Sequence[Feed]) -> list[str]:
    """A tag for each feed and format, for the ``<head>`` of the theme (https://www.rssboard.org/rss-autodiscovery).

    The feed for e-mail services is for nobody else.
    """
    return [
        f'<link rel="alternate" type="{MEDIA_TYPES[form]}" title="{escape(feed.title)}" '
        f'href="{escape(feed.address.url(form))}">'
        for feed in feeds
        if feed.kind != "email"
        for form in feed.formats
    ]
