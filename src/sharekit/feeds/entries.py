"""Posts → entries: one list for all formats, each article made fit for readers."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

from sharekit.content import cleaned, serialise, strip_illegal
from sharekit.feeds.document import FeedEntry, first_permalink, moment, stable_id
from sharekit.model import Finding, Image
from sharekit.text.hook import summary
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from lxml.html import HtmlElement

    from sharekit.config import FeedSettings
    from sharekit.feeds.document import SeriesPlace
    from sharekit.model import Author, Post

SUMMARY = 500
# A post is in the site's feed and often in one of its series or tags: what was made for one is kept for the next.
REMEMBERED = 128
# Front matter that names a recording: a podcast app plays what is enclosed.
RECORDINGS = ("audio", "podcast", "enclosure")
LOCATIONS = ("url", "src", "href", "file")
ADDRESS = re.compile(r"\s*<[^<>\s@]+@[^<>\s@]+>\s*$")


@dataclass(kw_only=True)
class Entries:
    """Makes the entry of a post, and gathers what a person should know of it in :attr:`findings`.

    ``places`` gives a post's places in its series, by its id; ``picture`` what is known of a file of the blog's.
    """

    settings: FeedSettings
    places: Mapping[str, tuple[SeriesPlace, ...]]
    picture: Callable[[str], Image | None] = lambda _url: None
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    _made: OrderedDict[str, FeedEntry] = field(default_factory=OrderedDict)

    def of(self, post: Post) -> FeedEntry:
        """The entry of a post; the same one while it is remembered."""
        if post.id in self._made:
            self._made.move_to_end(post.id)
            return self._made[post.id]
        made = self._make(post)
        self._made[post.id] = made
        if len(self._made) > REMEMBERED:
            self._made.popitem(last=False)
        return made

    def article(self, post: Post) -> str:
        """The HTML of a post, fit for readers."""
        return strip_illegal(serialise(fit(cleaned(post.html, post.url), iframes=self.settings.iframes))).strip()

    def _make(self, post: Post) -> FeedEntry:
        permalink = first_permalink(post) if self.settings.guid == "permalink" else None
        content = ""
        if self.settings.content == "full" or not post.summary:
            content = self.article(post)
        title = strip_illegal(post.title).strip() or post.url
        words = strip_illegal(summary(post, SUMMARY, html=content or post.html)) or title
        image = self._measured(post.image) if post.image else None
        return FeedEntry(
            guid=permalink or stable_id(post),
            permalink=permalink is not None,
            url=uri(post.url),
            title=title,
            published=moment(post.published),
            updated=moment(post.updated) if post.updated else None,
            html=content,
            summary=words,
            language=post.language,
            authors=tuple(clean_author(author) for author in post.authors if strip_illegal(author.name).strip()),
            categories=_labels(post.categories),
            tags=_labels([tag for tag in post.tags if tag not in post.categories]),
            places=self.places.get(post.id, ()),
            image=image,
            enclosure=self._recording(post) or self._enclosure(post, image),
        )

    def _measured(self, image: Image) -> Image:
        alt = strip_illegal(image.alt)
        known = None if image.length and image.media_type else self.picture(image.url)
        shown = known or image
        url = uri(shown.url)
        return shown if (shown.alt, shown.url) == (alt, url) else replace(shown, alt=alt, url=url)

    def _recording(self, post: Post) -> Image | None:
        for name in RECORDINGS:
            given = post.params.get(name)
            table = given if isinstance(given, dict) else {}
            # As Jekyll's and Hugo's podcast themes write it; one that says its length and type needs no file.
            address = given if isinstance(given, str) else next((table[key] for key in LOCATIONS if table.get(key)), "")
            if isinstance(address, str) and address.strip():
                file = self._measured(Image(url=urljoin(post.url, address.strip())))
                length = str(next((table[key] for key in ("length", "size", "filesize") if table.get(key)), ""))
                kind = str(table.get("type") or "")
                file = replace(file, length=file.length or (int(length) if length.isdigit() else None))
                return self._enclosure(post, replace(file, media_type=file.media_type or kind or None))
        return None

    def _enclosure(self, post: Post, file: Image | None) -> Image | None:
        if file is None or (file.length and file.media_type):
            return file
        self.findings[post.id, file.url] = Finding(
            level="warn",
            rule="enclosure-unmeasured",
            message=f"{file.url} cannot be measured, so it is not enclosed in the feeds",
            path=post.source or None,
            hint="RSS asks for the length and type of what it encloses. Put the file among the blog's own.",
        )
        return None


def _labels(given: Collection[str]) -> tuple[str, ...]:
    if not given:
        return ()
    found = (strip_illegal(each).strip() for each in given)
    return tuple(dict.fromkeys(each for each in found if each))


def clean_author(author: Author) -> Author:
    """The author as a feed names them."""
    # "Ann <ann@example.org>": what a letter wants is no name, and would be harvested from a feed.
    name = ADDRESS.sub("", strip_illegal(author.name)).strip() or strip_illegal(author.name).strip()
    url = uri(author.url) if author.url else author.url
    return author if (author.name, author.url) == (name, url) else replace(author, name=name, url=url)


def fit(fragment: HtmlElement, *, iframes: Literal["keep", "link"]) -> HtmlElement:
    """The cleaned article, changed in place: frames kept or linked to, code as text alone."""
    if iframes == "link":
        link_frames(fragment)
    plain_code(fragment)
    return fragment


def link_frames(fragment: HtmlElement) -> None:
    """Each frame becomes a link to what it shows, for readers that would drop it in silence."""
    from lxml.html import fromstring

    for frame in list(fragment.iter("iframe")):
        url = frame.get("src") or ""
        parent = frame.getparent()
        if parent is not None and url:
            link = fromstring("<p><a></a></p>")
            link[0].set("href", url)
            link[0].text = frame.get("title") or urlsplit(url).hostname or url
            link.tail, frame.tail = frame.tail, None
            parent.replace(frame, link)
        else:
            frame.drop_tree()


def plain_code(fragment: HtmlElement) -> None:
    """Code as its text: a table of line numbers loses them, and colours and focus stops mean nothing in a reader."""
    for table in list(fragment.iter("table")):
        cells = table.findall(".//td")
        blocks = [cell.find(".//pre") for cell in cells]
        parent = table.getparent()
        if parent is None or len(cells) != 2 or None in blocks:
            continue
        numbers, code = blocks
        if numbers is not None and code is not None and numbers.text_content().replace("\n", "").replace(" ", "").isdigit():
            code.tail = table.tail
            parent.replace(table, code)
    for block in fragment.iter("pre"):
        for span in list(block.iter("span")):
            span.drop_tag()
        for element in block.iter():
            for name in ("style", "tabindex", "class"):
                if name != "class" or "language-" not in (element.get("class") or ""):
                    element.attrib.pop(name, None)
