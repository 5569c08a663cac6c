"""Posts → entries: one list for all formats, each article made fit for readers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sharekit.content import cleaned, remove_title, serialise, strip_illegal
from sharekit.elements import link_to
from sharekit.elements import replace as replace_element
from sharekit.feeds.document import FeedEntry, first_permalink, moment, stable_id
from sharekit.model import Finding, Image
from sharekit.text.hook import summary
from sharekit.urls import path_of, uri

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
RECORDINGS = (
    "audio", "podcast", "enclosure", "enclosures", "attachments", "podcast_file", "podcast_url", "audio_file",
    "audio_file_path", "audio_url", "audio_link", "audiourl", "mp3",
)  # fmt: skip
LOCATIONS = ("url", "src", "href", "file", "path", "audio", "mp3", "m4a", "ogg", "opus", "mp4")
LENGTHS = ("length", "size", "filesize", "file_size", "bytes", "size_in_bytes")
KINDS = ("type", "mime", "mime_type")
# Beside a recording that is named alone, as Hugo's and Jekyll's podcast themes write it.
LENGTHS_BESIDE = ("podcast_bytes", "podcast_length", "audio_file_size", "filesize")
# RFC 3003, 4337, 5334, 7845: what the ending tells where neither file nor author does.
TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg",
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm",
}  # fmt: skip
# What can be an address, and no word such as "yes".
FILE = re.compile(r"://|^/|\.\w{2,5}(?:[?#]|$)")
# Of bytes, with or without signs between thousands: "12.5" is of something else.
NUMBER = re.compile(r"\d{1,3}(?:[\s,_.]\d{3})+|\d+")
ADDRESS = re.compile(r"\s*<[^<>\s@]+@[^<>\s@]+>\s*$")


@dataclass(kw_only=True)
class Entries:
    """Makes the entry :meth:`of` a post, and gathers what a person should know of it in :attr:`findings`.

    ``places`` gives a post's places in its series, by its id; ``picture`` what is known of a file of the blog's.
    """

    settings: FeedSettings
    places: Mapping[str, tuple[SeriesPlace, ...]]
    picture: Callable[[str], Image | None] = lambda _url: None
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    of: Callable[[Post], FeedEntry] = field(init=False)

    def __post_init__(self) -> None:
        self.of = lru_cache(maxsize=REMEMBERED)(self._make)

    def article(self, post: Post) -> str:
        """The HTML of a post, fit for readers."""
        given = post.html
        html = strip_illegal(given)
        if html != given:
            self.findings[post.id, "control-character"] = Finding(
                level="warn",
                rule="control-character",
                message="it holds control characters, which no feed and no mail can carry; they are left out",
                path=post.source or None,
                hint="Remove them: most editors show them when asked to show invisible characters.",
            )
        article = cleaned(html, post.url)
        remove_title(article, post.title)
        if self.settings.iframes == "link":
            link_frames(article)
        plain_code(article)
        return strip_illegal(serialise(article)).strip()

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
        params = {name.lower(): value for name, value in post.params.items()}
        for name in RECORDINGS:
            given = params.get(name)
            address, length, kind = _named(given[0] if isinstance(given, list) and given else given)
            if not FILE.search(address):
                continue
            try:
                url = urljoin(post.url, address)
            except ValueError:
                continue  # such as http://[
            if not url.startswith(("http://", "https://")):
                continue
            file = self._measured(Image(url=url))
            length = length or next((str(params[key]) for key in LENGTHS_BESIDE if params.get(key)), "")
            number = int(re.sub(r"\D", "", length)) if NUMBER.fullmatch(length.strip()) else None
            kind = kind or TYPES.get(path_of(file.url).rpartition(".")[2].lower(), "")
            file = replace(file, length=file.length or number or None)
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


def _named(given: object) -> tuple[str, str, str]:
    """The address, the length and the type of a recording, as far as the front matter says them."""
    if isinstance(given, dict):
        # As Jekyll's and Hugo's podcast themes write it; one that says its length and type needs no file.
        found = [next((str(given[key]) for key in keys if given.get(key)), "") for keys in (LOCATIONS, LENGTHS, KINDS)]
        return found[0].strip(), found[1], found[2]
    if not isinstance(given, str):
        return "", "", ""
    # WordPress keeps all three in one field, a line for each; others set them apart with spaces.
    parts = given.split()
    if len(parts) >= 3 and parts[1].isdigit() and "/" in parts[2]:
        return parts[0], parts[1], parts[2]
    return given.strip(), "", ""


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


def link_frames(fragment: HtmlElement) -> None:
    """Each frame becomes a link to what it shows, for readers that would drop it in silence."""
    for frame in list(fragment.iter("iframe")):
        replace_element(frame, link_to(frame, frame.get("src") or "", ""))


def plain_code(fragment: HtmlElement) -> None:
    """Code as its text: colours and focus stops mean nothing in a reader."""
    for block in fragment.iter("pre"):
        for span in list(block.iter("span")):
            span.drop_tag()
        for element in block.iter():
            for name in ("style", "tabindex", "class"):
                if name != "class" or "language-" not in (element.get("class") or ""):
                    element.attrib.pop(name, None)
