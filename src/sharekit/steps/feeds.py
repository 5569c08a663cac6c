"""The feeds of a build: which there are, their documents, their files, and notifying a hub of them."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from sharekit.errors import OutputError, SourceError
from sharekit.feeds.document import refuse_duplicates
from sharekit.feeds.entries import Entries
from sharekit.feeds.render import documents, render, render_stylesheet, stylesheet_path
from sharekit.feeds.select import places, select_feeds, series_addresses
from sharekit.files import write_if_changed
from sharekit.http import Client
from sharekit.model import HUB, Finding, Image, Receipt
from sharekit.ports import Lookup
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sharekit.config import Format
    from sharekit.feeds.document import Feed, FeedDocument
    from sharekit.model import LedgerEntry, Site
    from sharekit.outbox import Note, Outbox, Result
    from sharekit.steps.blog import Blog, Made


def blog_feeds(blog: Blog) -> tuple[Feed, ...]:
    """The feeds of a blog as it is configured. Upcoming articles are in none of them."""
    return select_feeds(blog.site, blog.reading.posts, blog.series, blog.config.feed, blog.reading.others)


def write_feeds(blog: Blog) -> tuple[list[Made], list[Finding]]:
    """Write the documents that changed.

    Raises SourceError where two posts have one id, and OutputError for a feed that would lose all of its entries.
    """
    settings = blog.config.feed
    refuse_duplicates(blog.reading.posts)
    addresses = series_addresses(blog.site, blog.reading.posts, blog.series) if settings.series else {}
    entries = Entries(settings=settings, places=places(blog.series, addresses), picture=blog.reading.picture)
    made: list[Made] = []
    findings: list[Finding] = []
    feeds = blog_feeds(blog)
    for feed in feeds:
        if feed.kind == "tag" and not feed.posts:
            message, hint = f"no post has the tag of the feed “{feed.title}”", "Correct it under [feed] tags."
            findings.append(Finding("warn", "tag-unused", message, path="sharekit.toml", hint=hint))
        for document in documents(_site(blog, feed.language), feed, settings, entries):
            made += [_write(blog, document, form) for form in feed.formats]
    made += _write_stylesheets(blog, feeds)
    # A featured image that is missing was reported when the posts were read.
    known = {finding.path for finding in blog.reading.findings if finding.rule == "image-missing"}
    return made, [*findings, *(each for each in entries.findings.values() if each.path not in known)]


def _write(blog: Blog, document: FeedDocument, form: Format) -> Made:
    path = blog.folders.output / document.feed.address.path(form, document.archive)
    data = render(document, form)
    if not document.entries:
        _refuse_emptying(path, blog)
    what = counted(len(document.entries), "entry", "entries") + ("" if document.archive is None else " each")
    group = f"{document.feed.address.path('rss')} {'' if document.archive is None else 'archive'}"
    made = blog.write("feed", path, data, what, group)
    if blog.config.feed.gzip:
        # No file name and no time in the header: the same feed gives the same bytes.
        write_if_changed(path.with_name(f"{path.name}.gz"), gzip.compress(data, mtime=0))
    return made


def _refuse_emptying(path: Path, blog: Blog) -> None:
    from sharekit.sources.feed import Fetched, parse

    before = 0
    if path.is_file():
        with contextlib.suppress(SourceError):
            before = len(parse(Fetched(url=path.name, data=path.read_bytes())).entries)
    if before:
        raise OutputError(
            f"the feed has {counted(before, 'entry', 'entries')} and would be left with none, so it was not written",
            path=blog.folders.relative(path),
            hint="Find out why no posts were read: sharekit posts. If the feed should be empty, delete the file first.",
        )


def _write_stylesheets(blog: Blog, feeds: Sequence[Feed]) -> list[Made]:
    languages = {stylesheet_path(feed): feed.language for feed in feeds}
    return [
        blog.write(
            "feed",
            blog.folders.output / relative,
            render_stylesheet(language=language, overrides=blog.folders.overrides),
            "how browsers show the feeds",
        )
        for relative, language in languages.items()
    ]


def _site(blog: Blog, language: str) -> Site:
    site = next((each for each in blog.reading.others if each.language == language), blog.site)
    given = blog.config.feed.image
    if not given:
        return site
    url = urljoin(blog.site.url, given)
    return replace(site, image=blog.reading.picture(url) or Image(url=url))


class Ping(NamedTuple):
    """A feed in one state, of which the hub is notified once: ``topic`` is its URL, ``key`` that of the notification."""

    key: str
    topic: str
    digest: str


def feed_pings(blog: Blog, known: Collection[str]) -> list[Ping]:
    """The notifications due to the hub, if any, of the feeds in the output folder; ``known`` are earlier keys."""
    found = []
    for feed in blog_feeds(blog) if blog.config.feed.hub else ():
        for form in feed.formats:
            path = feed.address.path(form)
            file = blog.folders.output / path
            if file.is_file():
                digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
                found.append(Ping(key=f"{HUB}{path}/{digest}", topic=feed.address.url(form), digest=digest))
    return sorted(ping for ping in found if ping.key not in known)


def notify_hub(blog: Blog, known: Collection[str], *, clock: Callable[[], datetime], outbox: Outbox) -> Iterator[Result]:
    """Notify the hub of the feeds in the output folder that changed; ``known`` are the keys of earlier notifications.

    WebSub (https://www.w3.org/TR/websub/) leaves the form of this request to the hub; all the public ones take that of
    PubSubHubbub 0.4 §7: ``hub.mode=publish`` and the topic as ``hub.url``.
    """
    url, client = blog.config.feed.hub or "", Client("the hub", clock=clock, total=30, max_bytes=2**16)
    # A hub fetches the feed itself, so that a second notification changes nothing.
    harmless = Lookup(certain=True, repeat_is_harmless=True)

    def notify(ping: Ping, _entry: LedgerEntry, _note: Note) -> Receipt:
        fields = {"hub.mode": "publish", "hub.url": ping.topic, "hub.topic": ping.topic}
        client.request("POST", url, harmless=True, data=fields)
        return Receipt(id=ping.digest, url=ping.topic, at=clock())

    for ping in feed_pings(blog, known):
        yield outbox.deliver(ping.key, send=partial(notify, ping), find=lambda _: harmless)
