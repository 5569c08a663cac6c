"""What a feed document says, whatever its format, where each feed is published, and the ids of its entries."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urljoin

from msgspec import Struct

from sharekit.errors import ConfigError, SourceError
from sharekit.model import post_id
from sharekit.urls import path_of, uri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharekit.config import Format
    from sharekit.model import Author, Image, Post, Site

Kind = Literal["site", "language", "series", "tag", "email"]
# An Atom feed has to say when it was updated, and one without entries has nothing to say it of.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# The name space of the ids that Atom shows: an Atom id has to be an IRI (RFC 4287 §4.2.6), ours is a path.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tag:sharekit,2026:post")
IRI = re.compile(r"(?:https?://[^\s/]+|urn:[A-Za-z0-9][A-Za-z0-9-]+:|tag:[^\s,]+,\d{4}[-\d]*:)\S*")
# The names that readers and themes already know: Hugo's own RSS is index.xml.
FILES: dict[Format, str] = {"rss": "index.xml", "atom": "atom.xml", "json": "feed.json"}
MEDIA_TYPES: dict[Format, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, kw_only=True)
class SeriesPlace:
    """An entry's place in a series. ``previous`` and ``next`` are URLs of its neighbours, ``collection`` its feed."""

    series: str
    position: int
    total: int
    previous: str | None = None
    next: str | None = None
    collection: FeedAddress | None = None


class FeedEntry(Struct, frozen=True, kw_only=True):
    """A post as a feed shows it. ``guid`` is stable; ``html`` is absolute and clean; ``enclosure`` has length and type."""

    guid: str
    permalink: bool
    url: str
    title: str
    published: datetime
    updated: datetime | None
    html: str
    summary: str
    language: str
    authors: tuple[Author, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    places: tuple[SeriesPlace, ...] = ()
    image: Image | None = None
    enclosure: Image | None = None

    @property
    def iri(self) -> str:
        """The guid as Atom needs it (RFC 4287 §4.2.6)."""
        return iri(self.guid)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One feed: what it is of, where it is published, and its posts (oldest first)."""

    kind: Kind
    title: str
    description: str
    language: str
    address: FeedAddress
    posts: tuple[Post, ...]
    formats: tuple[Format, ...]


@dataclass(frozen=True, kw_only=True)
class FeedDocument:
    """One document of a feed: the newest entries, or archive number ``archive`` of ``archives`` (RFC 5005 §4)."""

    site: Site
    feed: Feed
    entries: tuple[FeedEntry, ...]
    archive: int | None = None
    archives: int = 0
    hub: str | None = None
    ttl: int = 0
    content: Literal["full", "summary"] = "full"
    stylesheet: str | None = None

    @property
    def updated(self) -> datetime:
        """When the newest change was made to what it shows; never "now"."""
        return max((entry.updated or entry.published for entry in self.entries), default=NEVER)

    @property
    def previous_archive(self) -> int | None:
        """The number of the archive document with the entries before these."""
        before = self.archives if self.archive is None else self.archive - 1
        return before or None

    @property
    def next_archive(self) -> int | None:
        """The number of the archive document with the entries after these."""
        return self.archive + 1 if self.archive is not None and self.archive < self.archives else None


def moment(time: datetime) -> datetime:
    """A time that RFC 3339 and RFC 822 can both write: whole seconds, and an offset of whole minutes."""
    whole = time.replace(microsecond=0) if time.microsecond else time
    if whole.tzinfo is UTC:
        return whole
    offset = whole.utcoffset()
    return whole if offset is not None and not offset.total_seconds() % 60 else whole.astimezone(UTC)


# --- ids: they never change with a title, a host or a build, and no two posts share one ---------------------------------


def stable_id(post: Post) -> str:
    """The declared id; else the path where the post was first published, so that a post that moved keeps its id."""
    declared = post.id != post_id(post.url)
    return post.id if declared or not post.aliases else post_id(_first_alias(post))


def _first_alias(post: Post) -> str:
    """The alias that was the first address: the one that the file is still named after, else the first that is given."""
    file = PurePosixPath(post.source)
    name = re.sub(r"^\d{4}-\d{1,2}-\d{1,2}-", "", file.stem)
    # "rabot.fr.md" is in French; "index.md" is called as its folder is.
    names = {name, name.partition(".")[0]} if name.partition(".")[0] not in ("index", "_index") else {file.parent.name}
    return next(
        (each for each in post.aliases if PurePosixPath(path_of(each)).name.removesuffix(".html") in names), post.aliases[0]
    )


def first_permalink(post: Post) -> str | None:
    """The address under which the post was first published, as generators use it for an id; None where it declares an id."""
    if post.id != post_id(post.url):
        return None
    if not post.aliases:
        return post.url
    # Aliases redirect: the first one is still a permalink. Written as the generator writes its addresses.
    old = path_of(_first_alias(post))
    is_file = re.search(r"\.(?:html?|php|aspx?)$", old, re.IGNORECASE)
    # One that moved from or to ".html" had, or has, no slash at its end, whatever the other one has.
    slash = "" if is_file or not (post.url.endswith("/") or post.url.endswith((".html", ".htm"))) else "/"
    return urljoin(post.url, f"/{quote(old)}{slash}")


def iri(identifier: str) -> str:
    """The id as an IRI: itself where it is one, else a name-based UUID of it (RFC 4122 §4.3)."""
    return identifier if IRI.fullmatch(identifier) else uuid.uuid5(NAMESPACE, identifier).urn


def refuse_duplicates(posts: Iterable[Post]) -> None:
    """Raise SourceError that names the two posts which have the same id: readers would show only one of them."""
    seen: dict[str, Post] = {}
    for post in posts:
        first = seen.setdefault(stable_id(post), post)
        if first is not post:
            raise SourceError(
                f'it has the same id as {first.source or first.url}: "{stable_id(post)}"',
                path=post.source or post.url,
                hint="Readers would show only one of them. Give one its own id: in its front matter, or another alias.",
            )


@dataclass(frozen=True, kw_only=True)
class FeedAddress:
    """A feed's place. ``folder`` is relative to the site, ``""`` or ending in ``/``; ``name`` replaces the usual one.

    ``stem`` is what a person calls the file of their ``first`` format, without the ending. ``root`` is the folder of what is
    published that is the root of the site.
    """

    site: str
    folder: str = ""
    root: str = ""
    name: str | None = None
    stem: str | None = None
    first: Format = "rss"

    def path(self, form: Format, archive: int | None = None) -> str:
        """The file of one format, or of its archive document number ``archive`` (from 1, the oldest)."""
        name = self.name or self._name(form)
        if archive is not None:
            stem, _, ending = name.rpartition(".")
            name = f"archive/{stem}-{archive}.{ending}"
        return self.root + self.folder + name

    def _name(self, form: Format) -> str:
        if not self.stem:
            return FILES[form]
        ending = "json" if self.first == "json" else "xml"
        if form == self.first:
            return f"{self.stem}.{ending}"
        return f"{self.stem}.{form}.{ending}" if FILES[form] == f"{self.stem}.{ending}" else FILES[form]

    def url(self, form: Format, archive: int | None = None) -> str:
        """The absolute URL of that file."""
        return uri(urljoin(self.site, quote(self.path(form, archive).removeprefix(self.root))))


def feed_name(given: str | None) -> str | None:
    """The name of the feed's file without its ending. Raises ConfigError for one that is no place below the site."""
    if given is None:
        return None
    stem = re.sub(r"\.(?:xml|rss|atom|json)\Z", "", given.strip().strip("/"))
    if not re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*", stem) or ".." in stem:
        hint = 'Write [feed] name = "feed" for /feed.xml, or "blog/index" for /blog/index.xml.'
        raise ConfigError(f'[feed] name = "{given}" cannot name a file', hint=hint)
    return stem


def slug(words: str) -> str:
    """A name as a folder: lower case, without accents, words joined by hyphens. Other alphabets are kept."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", words) if not unicodedata.combining(each))
    return re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", plain).casefold()).strip("-_") or "_"


def slugs(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name; names that would share one get a digest of the name, whatever their order."""
    made = {name: slug(name) for name in names}
    shared = [each for each in made.values() if list(made.values()).count(each) > 1]
    return {
        name: f"{each}-{hashlib.sha256(name.encode()).hexdigest()[:4]}" if each in shared else each
        for name, each in made.items()
    }
