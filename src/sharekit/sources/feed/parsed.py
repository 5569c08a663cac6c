"""What one document of a feed says, whatever its format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from sharekit.content import plain_text, strip_illegal
from sharekit.keys import post_id
from sharekit.model import Post, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sharekit.model import Author, Finding, Image, Site


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """One document: the site as it names it, its posts, and the links to itself and to the entries before these."""

    site: Site
    posts: tuple[Post, ...]
    skipped: tuple[Skipped, ...] = ()
    findings: tuple[Finding, ...] = ()
    own: str = ""
    older: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry before it is judged: any of it may be missing. ``identifier`` is a declared id, ``guid`` the format's."""

    url: str
    title: str
    html: str
    summary: str
    published: datetime | None
    updated: datetime | None
    language: str
    identifier: str = ""
    guid: str = ""
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: Image | None = None
    params: Mapping[str, object] | None = None


def judged(items: Iterable[Item], place: str) -> tuple[tuple[Post, ...], tuple[Skipped, ...]]:
    """The posts, and what was left out with its reason. ``place`` is the document's address."""
    posts = []
    skipped = []
    for number, item in enumerate(items, start=1):
        published = item.published or item.updated
        reason = _unusable(item, published)
        if reason or published is None:
            name = item.url or item.guid or item.title or f"entry {number}"
            skipped.append(Skipped(source=f"{place}: {name}", reason=reason))
        else:
            posts.append(_post(item, published))
    return tuple(posts), tuple(skipped)


def _unusable(item: Item, published: datetime | None) -> str:
    if not item.url.startswith(("http://", "https://")):
        return "it has no link, so nothing can lead to it"
    if not item.title:
        return "it has no title"
    return "" if published else "it has no date"


def _post(item: Item, published: datetime) -> Post:
    html = strip_illegal(item.html)
    updated = item.updated if item.updated and item.updated > published else None
    return Post(
        id=_identifier(item),
        url=item.url,
        title=item.title,
        published=published,
        updated=updated,
        body=lambda: html,
        language=item.language,
        summary=item.summary,
        authors=item.authors,
        tags=item.tags,
        categories=item.categories,
        image=item.image,
        source=post_id(item.url),
        params=item.params or {},
    )


def _identifier(item: Item) -> str:
    if item.identifier:
        return item.identifier
    # A guid that is an address is one of the blog's own: without its host it survives a move to another.
    if not item.guid or item.guid.startswith(("http://", "https://")):
        return post_id(item.guid or item.url)
    return item.guid


def line(text: str) -> str:
    """A text on one line, without what XML cannot hold."""
    return re.sub(r"\s+", " ", strip_illegal(text)).strip()


def plain_line(html: str) -> str:
    """The words of an HTML text on one line."""
    return line(plain_text(html)) if re.search(r"[<&]", html) else line(html)


def moment(text: str) -> datetime | None:
    """A date as RFC 3339 or RFC 822 write it, with its own offset; without one it is UTC. None where it is neither."""
    try:
        made = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            made = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def number(value: object) -> int | None:
    """A whole number above zero, else None."""
    try:
        made = int(str(value))
    except ValueError:
        return None
    return made if made > 0 else None
