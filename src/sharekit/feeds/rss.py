"""RSS 2.0 through feedgen, with what feedgen leaves out added through its own extension hooks.

The profile is that of https://www.rssboard.org/rss-profile: full content in ``content:encoded``, authors as
``dc:creator``, the feed's own address as ``atom:link rel="self"``. No date is ever "now", so the same posts give the
same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.content import cleaned, plain_text, serialise, strip_illegal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sharekit.config import FeedSettings
    from sharekit.model import Part, Post, Site

MEDIA = "http://search.yahoo.com/mrss/"
ATOM = "http://www.w3.org/2005/Atom"
ENTRY_SUMMARY = 500


def render_rss(
    site: Site, posts: Sequence[Post], *, settings: FeedSettings, self_url: str, parts: dict[str, tuple[Part, ...]]
) -> bytes:
    """The feed of the newest posts, newest first. ``self_url`` is where it will be published.

    ``posts`` are oldest first; ``parts`` gives the places of a post in its series, by its id.
    """
    from feedgen.feed import FeedGenerator

    newest = sorted(posts, key=lambda post: (post.published, post.id), reverse=True)[: settings.limit or None]
    feed: Any = FeedGenerator()
    feed.title(strip_illegal(site.title))
    feed.description(strip_illegal(site.description or site.title))
    feed.language(site.language)
    # feedgen's RSS link is the last one that was added.
    feed.link(href=self_url, rel="self", type="application/rss+xml")
    feed.link(href=site.url, rel="alternate", type="text/html")
    feed.generator("sharekit", uri="")
    if site.licence:
        feed.copyright(strip_illegal(site.licence))
    if newest:
        feed.lastBuildDate(max(post.updated or post.published for post in newest))
    feed.load_extension("dc")
    _register(feed, newest, hub=settings.hub)
    for post in newest:
        _add(feed, post, settings=settings, parts=parts.get(post.id, ()))
    made: bytes = feed.rss_str(pretty=True)
    return made


def _add(feed: Any, post: Post, *, settings: FeedSettings, parts: Sequence[Part]) -> None:
    # feedgen prepends unless told otherwise.
    entry = feed.add_entry(order="append")
    entry.guid(post.id, permalink=False)
    entry.title(strip_illegal(post.title))
    entry.link(href=post.url)
    entry.published(post.published)
    entry.updated(post.updated or post.published)
    for tag in dict.fromkeys((*post.categories, *post.tags)):
        entry.category(term=strip_illegal(tag))
    for part in parts:
        entry.category(term=strip_illegal(part.series), scheme="series")
    entry.dc.dc_creator([strip_illegal(author.name) for author in post.authors] or None)
    content = serialise(cleaned(post.html, post.url))
    summary = post.summary or plain_text(content)[:ENTRY_SUMMARY]
    if settings.content == "full":
        # With a summary beside it feedgen writes the content as content:encoded, as it should.
        entry.summary(strip_illegal(summary) or strip_illegal(post.title))
        entry.content(strip_illegal(content), type="CDATA")
    else:
        entry.description(strip_illegal(summary) or strip_illegal(post.title))
    image = post.image
    if image and image.length and image.media_type:
        entry.enclosure(image.url, str(image.length), image.media_type)


def _register(feed: Any, posts: Sequence[Post], *, hub: str | None) -> None:
    from feedgen.ext.base import BaseEntryExtension, BaseExtension
    from lxml.etree import SubElement

    pictures = {post.id: post.image for post in posts if post.image}
    updates: dict[str, datetime] = {post.id: post.updated for post in posts if post.updated}

    class FeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen carries no types
        def extend_ns(self) -> dict[str, str]:
            return {"media": MEDIA, "atom": ATOM}

        def extend_rss(self, root: Any) -> Any:
            if hub:
                link = SubElement(root[0], f"{{{ATOM}}}link", href=hub, rel="hub")
                root[0].remove(link)
                root[0].insert(0, link)
            return root

    class EntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen carries no types
        def extend_rss(self, item: Any) -> Any:
            guid = item.findtext("guid")
            if guid in updates:
                SubElement(item, f"{{{ATOM}}}updated").text = updates[guid].isoformat()
            image = pictures.get(guid)
            if image:
                known = {"width": image.width, "height": image.height, "type": image.media_type}
                facts = {name: str(value) for name, value in known.items() if value}
                SubElement(item, f"{{{MEDIA}}}content", {"url": image.url, "medium": "image", **facts})
            return item

    feed.register_extension("sharekit", FeedExtension, EntryExtension, atom=False, rss=True)
