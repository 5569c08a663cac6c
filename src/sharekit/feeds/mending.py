"""What feedgen leaves out or gets wrong, mended through its own extension hooks.

Of feedgen 1.0: an Atom entry's links lose their rel, type and length (lkiesow/python-feedgen issues 135, 143), the
only channel link in RSS is ``self`` (122), every RSS date flips the locale of the process, ``updated`` never reaches
RSS, an author without an e-mail address is dropped there, only one enclosure is kept, and there is no processing
instruction. The extension's elements are those of https://www.rssboard.org/rss-profile, RFC 4287, RFC 5005, RFC 4946,
WebSub, Media RSS, Dublin Core and the Creative Commons module.
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Literal

from sharekit.feeds.addresses import MEDIA_TYPES
from sharekit.feeds.licence import licence_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sharekit.feeds.document import Document, FeedEntry
    from sharekit.model import Image

ATOM = "http://www.w3.org/2005/Atom"
CC = "http://backend.userland.com/creativeCommonsRssModule"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
# Readers of e-mail show a picture at the size that the feed names; a letter is this wide (CSS pixels).
LETTER = 600

Format = Literal["rss", "atom"]


def register(feed: Any, document: Document, form: Format) -> None:
    """Make feedgen's ``feed`` call the hooks below for this document."""
    from feedgen.ext.base import BaseEntryExtension, BaseExtension

    by_id = {entry.guid if form == "rss" else entry.iri: entry for entry in document.entries}

    class FeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen carries no types
        def extend_ns(self) -> dict[str, str]:
            own = {"media": MEDIA, "dc": DC, "fh": HISTORY}
            return {**own, "dcterms": DCTERMS, "creativeCommons": CC} if form == "rss" else own

        def extend_rss(self, root: Any) -> Any:
            return _mend_channel(root, document)

        def extend_atom(self, root: Any) -> Any:
            return _mend_atom_feed(root, document)

    class EntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen carries no types
        def extend_rss(self, item: Any) -> Any:
            return _mend_item(item, by_id[item.findtext("guid")], document)

        def extend_atom(self, element: Any) -> Any:
            return _mend_atom_entry(element, by_id[element.findtext("id")], document)

    feed.register_extension("sharekit", FeedExtension, EntryExtension, atom=form == "atom", rss=form == "rss")


def _mend_channel(root: Any, document: Document) -> Any:
    channel = root[0]
    _style(root, document)
    for found in channel.findall(f"{{{ATOM}}}link"):
        channel.remove(found)
    for attributes in _feed_links(document, "rss"):
        _add(channel, ATOM, "link", **attributes)
    licence = licence_url(document.site.licence)
    if licence:
        _add(channel, CC, "license", licence)
    _mark_archive(channel, document)
    return root


def _mend_atom_feed(root: Any, document: Document) -> Any:
    _style(root, document)
    for found in root.findall("link"):
        root.remove(found)
    for attributes in _feed_links(document, "atom"):
        _add(root, "", "link", **attributes)
    licence = licence_url(document.site.licence)
    if licence:
        _add(root, "", "link", rel="license", href=licence)
    _mark_archive(root, document)
    return root


def _mend_item(item: Any, entry: FeedEntry, document: Document) -> Any:
    _add(item, "", "pubDate", format_datetime(entry.published))
    for author in entry.authors:
        _add(item, DC, "creator", author.name)
    if entry.updated:
        _add(item, DCTERMS, "modified", entry.updated.isoformat())
        _add(item, ATOM, "updated", entry.updated.isoformat())
    for attributes in _series_links(entry, "rss", document):
        _add(item, ATOM, "link", **attributes)
    file = entry.enclosure
    if file and file.length and file.media_type:
        _add(item, "", "enclosure", url=file.url, length=str(file.length), type=file.media_type)
    _add_picture(item, entry, letter=document.feed.kind == "email")
    return item


def _mend_atom_entry(element: Any, entry: FeedEntry, document: Document) -> Any:
    for found in element.findall("link"):
        element.remove(found)
    _add(element, "", "link", rel="alternate", href=entry.url, type="text/html")
    file = entry.enclosure
    if file and file.length and file.media_type:
        _add(element, "", "link", rel="enclosure", href=file.url, length=str(file.length), type=file.media_type)
    for attributes in _series_links(entry, "atom", document):
        _add(element, "", "link", **attributes)
    if entry.iri != entry.guid:
        _add(element, DC, "identifier", entry.guid)
    _add_picture(element, entry, letter=False)
    return element


def _feed_links(document: Document, form: Format) -> Iterator[dict[str, str]]:
    address = document.feed.address
    mine = MEDIA_TYPES[form]
    yield {"rel": "self", "href": address.url(form, document.archive), "type": mine}
    if form == "atom":
        yield {"rel": "alternate", "href": document.site.url, "type": "text/html"}
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


def _series_links(entry: FeedEntry, form: Format, document: Document) -> Iterator[dict[str, str]]:
    for place in entry.places:
        if place.previous:
            yield {"rel": "prev", "href": place.previous, "type": "text/html", "title": place.series}
        if place.next:
            yield {"rel": "next", "href": place.next, "type": "text/html", "title": place.series}
        shown = form if form in document.feed.formats else document.feed.formats[0]
        if place.collection:
            target = place.collection.url(shown)
            yield {"rel": "collection", "href": target, "type": MEDIA_TYPES[shown], "title": place.series}


def _add_picture(element: Any, entry: FeedEntry, *, letter: bool) -> None:
    image = entry.image
    if image is None:
        return
    width, height = _letter_size(image) if letter else (image.width, image.height)
    known = {"type": image.media_type, "fileSize": image.length, "width": width, "height": height}
    facts = {name: str(value) for name, value in known.items() if value}
    content = _add(element, MEDIA, "content", url=image.url, medium="image", **facts)
    if image.alt:
        _add(content, MEDIA, "description", image.alt, type="plain")


def _letter_size(image: Image) -> tuple[int | None, int | None]:
    if not image.width or not image.height or image.width <= LETTER:
        return image.width, image.height
    return LETTER, round(image.height * LETTER / image.width)


def _mark_archive(element: Any, document: Document) -> None:
    if document.archive is not None:
        _add(element, HISTORY, "archive")


def _style(root: Any, document: Document) -> None:
    from lxml.etree import ProcessingInstruction

    if document.stylesheet:
        root.addprevious(ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{document.stylesheet}"'))


def _add(parent: Any, namespace: str, name: str, words: str | None = None, **attributes: str) -> Any:
    from lxml.etree import SubElement

    made = SubElement(parent, f"{{{namespace}}}{name}" if namespace else name, attributes)
    made.text = words
    return made
