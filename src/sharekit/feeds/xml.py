"""RSS 2.0 and Atom 1.0, through feedgen; what it leaves out or gets wrong is corrected through its own extension hooks.

Of feedgen 1.0: an Atom entry's links lose their rel, type and length (lkiesow/python-feedgen issues 135, 143), the
only channel link in RSS is ``self`` (122), every RSS date flips the locale of the process, ``updated`` never reaches
RSS, an author without an e-mail address is dropped there, only one enclosure is kept, and there is no processing
instruction. The elements are those of https://www.rssboard.org/rss-profile, RFC 4287, RFC 5005, RFC 4946, WebSub,
Media RSS, Dublin Core and the Creative Commons module.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml.etree import ProcessingInstruction, SubElement

from sharekit.content import strip_illegal
from sharekit.feeds.document import MEDIA_TYPES
from sharekit.feeds.entries import clean_author
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sharekit.config import Format
    from sharekit.feeds.document import FeedDocument, FeedEntry
    from sharekit.model import Image

# A channel's picture may not be larger (https://www.rssboard.org/rss-profile, image), in CSS pixels.
IMAGE_WIDTH, IMAGE_HEIGHT = 144, 400
ATOM = "http://www.w3.org/2005/Atom"
CC = "http://backend.userland.com/creativeCommonsRssModule"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
# Readers of e-mail show a picture at the size that the feed names; a letter is this wide (CSS pixels).
LETTER = 600
# RFC 822 §5: in English, whatever the locale.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CREATOR, IDENTIFIER = f"{{{DC}}}creator", f"{{{DC}}}identifier"
# A Creative Commons licence, by its short name or its address.
NAMED = re.compile(r"\bCC[\s-]*(BY(?:-NC)?(?:-(?:SA|ND))?)\b(?:[\s-]*(\d\.\d))?", re.IGNORECASE)
LINKED = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[a-z-]+/\d\.\d/", re.IGNORECASE)


def render_xml(document: FeedDocument, form: Format) -> bytes:
    """The document as RSS 2.0, full content in ``content:encoded``, or as Atom 1.0 (RFC 4287)."""
    feed = _filled(document, form)
    made: bytes = feed.rss_str(pretty=True) if form == "rss" else feed.atom_str(pretty=True)
    return made


def _filled(document: FeedDocument, form: Format) -> Any:
    from feedgen.feed import FeedGenerator

    site = document.site
    feed: Any = FeedGenerator()
    # An archive is a document of the same feed, so it has the same id (RFC 5005 §4).
    feed.id(document.feed.address.url("atom"))
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
    _picture(feed, document, form)
    feed.register_extension("sharekit", FeedExtension, EntryExtension, atom=form == "atom", rss=form == "rss")
    feed.sharekit.document, feed.sharekit.form = document, form
    for entry in document.entries:
        # feedgen prepends unless asked otherwise.
        made = feed.add_entry(order="append")
        made.sharekit.entry, made.sharekit.feed = entry, feed.sharekit
        _fill(made, entry, document, form)
    return feed


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


class FeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen carries no types
    """Corrects a feed. feedgen makes it, so it is given its document and form afterwards."""

    document: FeedDocument
    form: Format
    whole: Any

    def extend_ns(self) -> dict[str, str]:
        """The name spaces that the root declares."""
        own = {"media": MEDIA, "dc": DC, "fh": HISTORY}
        return {**own, "dcterms": DCTERMS, "creativeCommons": CC} if self.form == "rss" else own

    def extend_rss(self, root: Any) -> Any:
        """Correct the channel, before feedgen makes the items."""
        self._correct(root, root[0], f"{{{ATOM}}}link")
        return root

    def extend_atom(self, root: Any) -> Any:
        """Correct the feed's own elements, before feedgen makes the entries."""
        self._correct(root, root, "link")
        return root

    def _correct(self, root: Any, whole: Any, link: str) -> None:
        self.whole = whole
        if self.document.stylesheet:
            css = f'type="text/css" href="{self.document.stylesheet}"'
            root.addprevious(ProcessingInstruction("xml-stylesheet", css))
        for found in whole.findall(link):
            whole.remove(found)
        for attributes in _feed_links(self.document, self.form):
            SubElement(whole, link, attributes)
        licence = licence_url(self.document.site.licence)
        if licence and self.form == "rss":
            SubElement(whole, f"{{{CC}}}license").text = licence
        elif licence:
            SubElement(whole, link, {"rel": "license", "href": licence})
        if self.document.archive is not None:
            SubElement(whole, f"{{{HISTORY}}}archive")


class EntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen carries no types
    """Corrects an entry. feedgen makes it, so it is given its entry and the extension of its feed afterwards."""

    entry: FeedEntry
    feed: FeedExtension

    def extend_rss(self, item: Any) -> Any:
        """Correct the item."""
        entry, document = self.entry, self.feed.document
        # feedgen would put it there next: within the feed, the name spaces of what is added are known.
        self.feed.whole.append(item)
        SubElement(item, "pubDate").text = rfc822(entry.published)
        for author in entry.authors:
            SubElement(item, CREATOR).text = author.name
        if entry.updated:
            SubElement(item, f"{{{DCTERMS}}}modified").text = entry.updated.isoformat()
            SubElement(item, f"{{{ATOM}}}updated").text = entry.updated.isoformat()
        for attributes in _series_links(entry, "rss"):
            SubElement(item, f"{{{ATOM}}}link", attributes)
        if file := entry.enclosure:
            facts = {"url": file.url, "length": str(file.length), "type": str(file.media_type)}
            SubElement(item, "enclosure", facts)
        _add_picture(item, entry, letter=document.feed.kind == "email")
        return item

    def extend_atom(self, element: Any) -> Any:
        """Correct the entry."""
        entry = self.entry
        self.feed.whole.append(element)
        for found in element.findall("link"):
            element.remove(found)
        SubElement(element, "link", {"rel": "alternate", "href": entry.url, "type": "text/html"})
        if file := entry.enclosure:
            facts = {"href": file.url, "length": str(file.length), "type": str(file.media_type)}
            SubElement(element, "link", {"rel": "enclosure", **facts})
        for attributes in _series_links(entry, "atom"):
            SubElement(element, "link", attributes)
        if entry.iri != entry.guid:
            SubElement(element, IDENTIFIER).text = entry.guid
        _add_picture(element, entry, letter=False)
        return element


def rfc822(time: datetime) -> str:
    """A time of whole seconds with an offset of whole minutes, as RSS writes it."""
    iso = time.isoformat()
    return f"{DAYS[time.weekday()]}, {iso[8:10]} {MONTHS[time.month - 1]} {iso[:4]} {iso[11:19]} {iso[19:22]}{iso[23:25]}"


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


def _series_links(entry: FeedEntry, form: Format) -> Iterator[dict[str, str]]:
    for place in entry.places:
        if place.previous:
            yield {"rel": "prev", "href": place.previous, "type": "text/html", "title": place.series}
        if place.next:
            yield {"rel": "next", "href": place.next, "type": "text/html", "title": place.series}
        if place.collection:
            target = place.collection.url(form)
            yield {"rel": "collection", "href": target, "type": MEDIA_TYPES[form], "title": place.series}


def _add_picture(element: Any, entry: FeedEntry, *, letter: bool) -> None:
    image = entry.image
    if image is None:
        return
    width, height = _letter_size(image) if letter else (image.width, image.height)
    facts = {"url": image.url, "medium": "image"}
    if image.media_type:
        facts["type"] = image.media_type
    for name, value in (("fileSize", image.length), ("width", width), ("height", height)):
        if value:
            facts[name] = str(value)
    content = SubElement(element, f"{{{MEDIA}}}content", facts)
    if image.alt:
        SubElement(content, f"{{{MEDIA}}}description", {"type": "plain"}).text = image.alt


def _letter_size(image: Image) -> tuple[int | None, int | None]:
    if not image.width or not image.height or image.width <= LETTER:
        return image.width, image.height
    return LETTER, round(image.height * LETTER / image.width)


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
