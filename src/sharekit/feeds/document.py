"""What a feed document says, whatever its format: the values that the three renderers write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from sharekit.feeds.identity import iri

if TYPE_CHECKING:
    from sharekit.config import Format
    from sharekit.feeds.addresses import Address
    from sharekit.model import Author, Image, Post, Site

Kind = Literal["site", "language", "series", "tag", "email"]
# An Atom feed has to say when it was updated, and one without entries has nothing to say it of.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Place:
    """An entry's place in a series. ``previous`` and ``next`` are URLs of its neighbours, ``collection`` its feed."""

    series: str
    position: int
    total: int
    previous: str | None = None
    next: str | None = None
    collection: Address | None = None


class FeedEntry(Struct, frozen=True, kw_only=True):
    """A post as a feed shows it. ``guid`` is stable; ``html`` is absolute and clean."""

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
    places: tuple[Place, ...] = ()
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
    address: Address
    posts: tuple[Post, ...]
    formats: tuple[Format, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
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
