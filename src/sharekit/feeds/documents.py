"""A feed → its documents: the newest entries, and archives that a reader can walk back to the first post (RFC 5005)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sharekit.feeds.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sharekit.config import FeedSettings
    from sharekit.feeds.document import Feed
    from sharekit.feeds.entries import Entries
    from sharekit.model import Post, Site

STYLESHEET = "feed.css"


def documents(site: Site, feed: Feed, settings: FeedSettings, entries: Entries) -> Iterator[Document]:
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
        yield Document(
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
    return f"{root}{STYLESHEET}"


def _stylesheet(feed: Feed, archive: int | None) -> str:
    # Relative, so that a preview on another host is styled too.
    folder = posixpath.dirname(feed.address.path("rss", archive))
    return posixpath.relpath(stylesheet_path(feed), folder or ".")
