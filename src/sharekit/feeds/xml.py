"""RSS 2.0 and Atom 1.0.

The elements are those of https://www.rssboard.org/rss-profile, RFC 4287, RFC 5005, RFC 4946, WebSub, Media RSS, Dublin Core
and the Creative Commons module.
"""

from __future__ import annotations

import re
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml.etree import CDATA, Element, ProcessingInstruction, SubElement, tostring

from sharekit.content import strip_illegal
from sharekit.feeds.document import MEDIA_TYPES
from sharekit.feeds.entries import clean_author
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from sharekit.config import Format
    from sharekit.feeds.document import FeedDocument, FeedEntry

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES = {
    "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "dcterms": "http://purl.org/dc/terms/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "atom": ATOM,
    "content": "http://purl.org/rss/1.0/modules/content/",
}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# A channel's picture may not be larger (https://www.rssboard.org/rss-profile, image), in CSS pixels.
IMAGE_WIDTH, IMAGE_HEIGHT = 144, 400
# Readers of e-mail show a picture at the size that the feed names; a letter is this wide (CSS pixels).
LETTER = 600
# A Creative Commons licence, by its short name or its address.
NAMED = re.compile(r"\bCC[\s-]*(BY(?:-NC)?(?:-(?:SA|ND))?)\b(?:[\s-]*(\d\.\d))?", re.IGNORECASE)
LINKED = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[a-z-]+/\d\.\d/", re.IGNORECASE)


def render_xml(document: FeedDocument, form: Format) -> bytes:
    """The document as RSS 2.0, full content in ``content:encoded``, or as Atom 1.0."""
    root = _rss(document) if form == "rss" else _atom(document)
    if document.stylesheet:
        root.addprevious(ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{document.stylesheet}"'))
    return tostring(root.getroottree(), pretty_print=True, encoding="UTF-8", xml_declaration=True)


def _add(parent: _Element, name: str, text: str | None = None, attributes: Mapping[str, str] | None = None) -> _Element:
    prefix, _, local = name.rpartition(":")
    element = SubElement(parent, f"{{{NAMESPACES[prefix]}}}{local}" if prefix else local, dict(attributes or {}))
    element.text = text
    return element


# --- RSS ----------------------------------------------------------------------------------------------------------------


def _rss(document: FeedDocument) -> _Element:
    site, feed = document.site, document.feed
    root = Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", uri(site.url))
    _add(channel, "description", feed.description)
    if site.licence:
        _add(channel, "copyright", strip_illegal(site.licence))
    _add(channel, "docs", "https://www.rssboard.org/rss-specification")
    _add(channel, "generator", "sharekit")
    if image := site.image:
        picture = _add(channel, "image")
        _add(picture, "url", image.url)
        _add(picture, "title", feed.title)
        _add(picture, "link", urljoin(site.url, "./"))
        if image.width and image.height and image.width <= IMAGE_WIDTH and image.height <= IMAGE_HEIGHT:
            _add(picture, "width", str(image.width))
            _add(picture, "height", str(image.height))
    _add(channel, "language", feed.language)
    _add(channel, "lastBuildDate", format_datetime(document.updated))
    if document.ttl:
        _add(channel, "ttl", str(document.ttl))
    for attributes in _feed_links(document, "rss"):
        _add(channel, "atom:link", None, attributes)
    if licence := licence_url(site.licence):
        _add(channel, "creativeCommons:license", licence)
    if document.archive is not None:
        _add(channel, "fh:archive")
    for entry in document.entries:
        _item(_add(channel, "item"), entry, document)
    return root


def _item(item: _Element, entry: FeedEntry, document: FeedDocument) -> None:
    _add(item, "title", entry.title)
    _add(item, "link", entry.url)
    # A description is HTML to readers, and the summary is words.
    _add(item, "description", escape(entry.summary, quote=False))
    if document.content == "full":
        _add(item, "content:encoded").text = CDATA(entry.html or entry.summary)
    _add(item, "guid", entry.guid, {"isPermaLink": str(entry.permalink).lower()})
    for term, scheme, _ in _categories(entry, document):
        _add(item, "category", term, {"domain": scheme} if scheme else {})
    _add(item, "pubDate", format_datetime(entry.published))
    for author in entry.authors:
        _add(item, "dc:creator", author.name)
    if entry.updated:
        _add(item, "dcterms:modified", entry.updated.isoformat())
        _add(item, "atom:updated", entry.updated.isoformat())
    for attributes in _series_links(entry, "rss", document):
        _add(item, "atom:link", None, attributes)
    if file := entry.enclosure:
        _add(item, "enclosure", None, {"url": file.url, "length": str(file.length), "type": str(file.media_type)})
    _add_picture(item, entry, letter=document.feed.kind == "email")


# --- Atom ---------------------------------------------------------------------------------------------------------------


def _atom(document: FeedDocument) -> _Element:
    site, feed = document.site, document.feed
    spaces: dict[str | None, str] = {**{prefix: NAMESPACES[prefix] for prefix in ("media", "dc", "fh")}, None: ATOM}
    root = Element(f"{{{ATOM}}}feed", {LANGUAGE: feed.language}, nsmap=spaces)  # type: ignore[arg-type]  # None is the default
    # An archive is a document of the same feed, so it has the same id (RFC 5005 §4).
    _add(root, "atom:id", feed.address.url("atom"))
    _add(root, "atom:title", feed.title)
    _add(root, "atom:updated", document.updated.isoformat())
    names = [name for author in site.authors if (name := clean_author(author).name)]
    for name in names or [strip_illegal(site.title) or site.url]:
        _add(_add(root, "atom:author"), "atom:name", name)
    _add(root, "atom:generator", "sharekit")
    if site.image:
        _add(root, "atom:logo", site.image.url)
    if site.licence:
        _add(root, "atom:rights", strip_illegal(site.licence))
    _add(root, "atom:subtitle", feed.description)
    for attributes in _feed_links(document, "atom"):
        _add(root, "atom:link", None, attributes)
    if licence := licence_url(site.licence):
        _add(root, "atom:link", None, {"rel": "license", "href": licence})
    if document.archive is not None:
        _add(root, "fh:archive")
    for entry in document.entries:
        _entry(_add(root, "atom:entry"), entry, document)
    return root


def _entry(element: _Element, entry: FeedEntry, document: FeedDocument) -> None:
    _add(element, "atom:id", entry.iri)
    _add(element, "atom:title", entry.title)
    _add(element, "atom:updated", (entry.updated or entry.published).isoformat())
    for author in entry.authors:
        person = _add(element, "atom:author")
        _add(person, "atom:name", author.name)
        if author.url:
            _add(person, "atom:uri", author.url)
    if document.content == "full":
        _add(element, "atom:content", entry.html or None, {"type": "html"})
    _add(element, "atom:summary", entry.summary)
    for term, scheme, label in _categories(entry, document):
        facts = {"term": term, "scheme": scheme, "label": label}
        _add(element, "atom:category", None, {name: value for name, value in facts.items() if value})
    _add(element, "atom:published", entry.published.isoformat())
    _add(element, "atom:link", None, {"rel": "alternate", "href": entry.url, "type": "text/html"})
    if file := entry.enclosure:
        facts = {"href": file.url, "length": str(file.length), "type": str(file.media_type)}
        _add(element, "atom:link", None, {"rel": "enclosure", **facts})
    for attributes in _series_links(entry, "atom", document):
        _add(element, "atom:link", None, attributes)
    if entry.iri != entry.guid:
        _add(element, "dc:identifier", entry.guid)
    _add_picture(element, entry, letter=False)


# --- both ---------------------------------------------------------------------------------------------------------------


def _categories(entry: FeedEntry, document: FeedDocument) -> Iterator[tuple[str, str, str]]:
    """Term, scheme and label of what an entry is filed under."""
    base = document.site.url
    yield from ((category, urljoin(base, "categories/"), "") for category in entry.categories)
    yield from ((tag, "", "") for tag in entry.tags)
    for place in entry.places:
        yield place.series, urljoin(base, "series/"), f"{place.series} ({place.position}/{place.total})"


def _feed_links(document: FeedDocument, form: Format) -> Iterator[dict[str, str]]:
    address = document.feed.address
    mine = MEDIA_TYPES[form]
    yield {"rel": "self", "href": address.url(form, document.archive), "type": mine}
    if form == "atom":
        yield {"rel": "alternate", "href": uri(document.site.url), "type": "text/html"}
    if document.archive is None:
        if document.hub:
            yield {"rel": "hub", "href": document.hub}
        for other in document.feed.formats:
            if other != form:
                yield {"rel": "alternate", "href": address.url(other), "type": MEDIA_TYPES[other]}
    else:
        yield {"rel": "current", "href": address.url(form), "type": mine}
    if document.previous_archive:
        yield {"rel": "prev-archive", "href": address.url(form, document.previous_archive), "type": mine}
    if document.next_archive:
        yield {"rel": "next-archive", "href": address.url(form, document.next_archive), "type": mine}


def _series_links(entry: FeedEntry, form: Format, document: FeedDocument) -> Iterator[dict[str, str]]:
    for place in entry.places:
        if place.previous:
            yield {"rel": "prev", "href": place.previous, "type": "text/html", "title": place.series}
        if place.next:
            yield {"rel": "next", "href": place.next, "type": "text/html", "title": place.series}
        shown = form if form in document.feed.formats else document.feed.formats[0]
        if place.collection:
            target = place.collection.url(shown)
            yield {"rel": "collection", "href": target, "type": MEDIA_TYPES[shown], "title": place.series}


def _add_picture(element: _Element, entry: FeedEntry, *, letter: bool) -> None:
    image = entry.image
    if image is None:
        return
    width, height = image.width, image.height
    if letter and width and height and width > LETTER:
        width, height = LETTER, round(height * LETTER / width)
    facts = {"url": image.url, "medium": "image"}
    if image.media_type:
        facts["type"] = image.media_type
    for name, value in (("fileSize", image.length), ("width", width), ("height", height)):
        if value:
            facts[name] = str(value)
    content = _add(element, "media:content", None, facts)
    if image.alt:
        _add(content, "media:description", image.alt, {"type": "plain"})


def licence_url(text: str) -> str | None:
    """The Creative Commons licence that a line such as "Licensed under CC BY-SA 4.0" names, else None.

    A licence without its version is not one; CC0 has only one.
    """
    linked = LINKED.search(text)
    if linked:
        return linked.group(0)
    if re.search(r"\bCC[\s-]*0\b", text, re.IGNORECASE):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    named = NAMED.search(text)
    if named and named.group(2):
        return f"https://creativecommons.org/licenses/{named.group(1).lower()}/{named.group(2)}/"
    return None
