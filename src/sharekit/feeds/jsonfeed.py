"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). What it has no name for is in ``_sharekit``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sharekit.feeds.entries import clean_author
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharekit.feeds.document import FeedDocument, FeedEntry, SeriesPlace
    from sharekit.model import Author

VERSION = "https://jsonfeed.org/version/1.1"


def render_json(document: FeedDocument) -> bytes:
    """The document as JSON Feed 1.1. An archive is reached through ``next_url``, as the format does it."""
    site, feed = document.site, document.feed
    older = document.previous_archive
    table = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": uri(site.url),
        "feed_url": feed.address.url("json", document.archive),
        "description": feed.description,
        "next_url": feed.address.url("json", older) if older else None,
        "icon": site.image.url if site.image else None,
        "authors": _authors(clean_author(author) for author in site.authors),
        "language": feed.language,
        "hubs": [{"type": "WebSub", "url": document.hub}] if document.hub and document.archive is None else None,
        "items": [_item(entry, document) for entry in document.entries],
    }
    return (json.dumps(_known(table), ensure_ascii=False, indent=2) + "\n").encode()


def _item(entry: FeedEntry, document: FeedDocument) -> dict[str, Any]:
    full = document.content == "full" and entry.html
    table = {
        "id": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html if full else None,
        "content_text": None if full else entry.summary,
        "summary": entry.summary,
        "image": entry.image.url if entry.image else None,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat() if entry.updated else None,
        "authors": _authors(entry.authors),
        "tags": list(dict.fromkeys((*entry.categories, *entry.tags))) or None,
        "language": entry.language if entry.language != document.feed.language else None,
        "attachments": _attachments(entry),
        "_sharekit": _extension(entry),
    }
    return _known(table)


def _extension(entry: FeedEntry) -> dict[str, Any] | None:
    # An extension is one object (§ Extensions).
    series = [_place(place) for place in entry.places]
    return _known({"series": series or None, "categories": list(entry.categories) or None}) or None


def _place(place: SeriesPlace) -> dict[str, Any]:
    return _known(
        {
            "name": place.series,
            "position": place.position,
            "total": place.total,
            "prev": place.previous,
            "next": place.next,
            "collection": place.collection.url("json") if place.collection else None,
        }
    )


def _attachments(entry: FeedEntry) -> list[dict[str, Any]] | None:
    file = entry.enclosure
    return [{"url": file.url, "mime_type": file.media_type, "size_in_bytes": file.length}] if file else None


def _authors(authors: Iterable[Author]) -> list[dict[str, Any]] | None:
    return [_known({"name": author.name, "url": author.url}) for author in authors] or None


def _known(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value is not None}
