"""RSS 2.0 and Atom 1.0, through feedgen and the extension that corrects it (``sharekit.feeds.extensions``)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from sharekit.content import strip_illegal
from sharekit.feeds.entries import clean_author
from sharekit.feeds.extensions import register
from sharekit.urls import uri

if TYPE_CHECKING:
    from sharekit.feeds.document import FeedDocument, FeedEntry
    from sharekit.feeds.extensions import Format

# A channel's picture may not be larger (https://www.rssboard.org/rss-profile, image), in CSS pixels.
IMAGE_WIDTH, IMAGE_HEIGHT = 144, 400


def render_rss(document: FeedDocument) -> bytes:
    """The document as RSS 2.0, full content in ``content:encoded``."""
    made: bytes = _filled(document, "rss").rss_str(pretty=True)
    return made


def render_atom(document: FeedDocument) -> bytes:
    """The document as Atom 1.0 (RFC 4287)."""
    made: bytes = _filled(document, "atom").atom_str(pretty=True)
    return made


def _filled(document: FeedDocument, form: Format) -> Any:
    from feedgen.feed import FeedGenerator

    site = document.site
    feed: Any = FeedGenerator()
    feed.id(_feed_id(document))
    feed.title(document.feed.title)
    feed.description(document.feed.description)
    feed.language(document.feed.language)
    feed.updated(document.updated)
    feed.link(href=uri(site.url), rel="alternate")
    feed.generator("sharekit", uri="")
    feed.docs(docs="https://www.rssboard.org/rss-specification")
    names = [clean_author(author).name for author in site.authors]
    feed.author([{"name": name} for name in names if name] or {"name": strip_illegal(site.title) or site.url})
    if site.licence:
        feed.rights(strip_illegal(site.licence))
    if document.ttl:
        feed.ttl(document.ttl)
    if site.image:
        _picture(feed, document, form)
    register(feed, document, form)
    for entry in document.entries:
        # feedgen prepends unless asked otherwise.
        made = feed.add_entry(order="append")
        made.sharekit.entry, made.sharekit.feed = entry, feed.sharekit
        _fill(made, entry, document, form)
    return feed


def _feed_id(document: FeedDocument) -> str:
    # An archive is a document of the same feed, so it has the same id (RFC 5005 §4).
    return document.feed.address.url("atom")


def _picture(feed: Any, document: FeedDocument, form: Format) -> None:
    image = document.site.image
    if image is None:
        return
    if form == "atom":
        feed.logo(image.url)
        return
    fits = image.width and image.height and image.width <= IMAGE_WIDTH and image.height <= IMAGE_HEIGHT
    size = {"width": str(image.width), "height": str(image.height)} if fits else {"width": None, "height": None}
    feed.image(url=image.url, title=document.feed.title, link=urljoin(document.site.url, "./"), **size)


def _fill(target: Any, entry: FeedEntry, document: FeedDocument, form: Format) -> None:
    target.guid(entry.guid if form == "rss" else entry.iri, permalink=entry.permalink)
    target.title(entry.title)
    target.link(href=entry.url)
    categories = _categories(entry, document, form)
    if categories:
        target.category(categories)
    if form == "atom":
        target.updated(entry.updated or entry.published)
        target.published(entry.published)
        if entry.authors:
            target.author([{"name": author.name, **({"uri": author.url} if author.url else {})} for author in entry.authors])
        target.summary(entry.summary)
        if document.content == "full":
            target.content(entry.html, type="html")
    else:
        # With a description beside it feedgen writes the content as content:encoded, as it should.
        # A description is HTML to readers, and the summary is words.
        target.description(escape(entry.summary, quote=False))
        if document.content == "full":
            target.content(entry.html or entry.summary, type="CDATA")


def _categories(entry: FeedEntry, document: FeedDocument, form: Format) -> list[dict[str, str]]:
    base = document.site.url
    made = [{"term": category, "scheme": urljoin(base, "categories/")} for category in entry.categories]
    made += [{"term": tag} for tag in entry.tags]
    for place in entry.places:
        # RSS has no label beside the term, and feedgen would write it in the term's place.
        label = {"label": f"{place.series} ({place.position}/{place.total})"} if form == "atom" else {}
        made.append({"term": place.series, "scheme": urljoin(base, "series/"), **label})
    return made
