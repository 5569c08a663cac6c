"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from sharekit.errors import SourceError
from sharekit.model import Author, Image, Site
from sharekit.sources import params
from sharekit.sources.feed.parsed import Item, Parsed, judged, line, moment, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.sources.feed.place import Fetched

VERSION = "https://jsonfeed.org/version/"


def parse_json(fetched: Fetched) -> Parsed:
    """The document. Raises SourceError for what is no JSON Feed. ``next_url`` leads to the entries before these."""
    try:
        table = json.loads(fetched.data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is not valid JSON: {error}", path=fetched.url) from error
    if not isinstance(table, dict) or not _text(table, "version").startswith(VERSION):
        raise SourceError('this is no JSON Feed: its "version" names none', path=fetched.url)
    given = table.get("items")
    items = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    posts, skipped = judged((_item(each, table) for each in items), fetched.url)
    return Parsed(
        site=_site(table), posts=posts, skipped=skipped, own=_text(table, "feed_url"), older=_text(table, "next_url")
    )


def _site(table: Mapping[str, Any]) -> Site:
    url = _text(table, "home_page_url")
    icon = _text(table, "icon")
    return Site(
        title=line(_text(table, "title")),
        url=url.rstrip("/") + "/" if url else "",
        language=params.language_tag(_text(table, "language") or "en"),
        description=line(_text(table, "description")),
        authors=_authors(table),
        image=Image(url=icon) if icon else None,
        generator="feed, JSON Feed",
    )


def _item(item: Mapping[str, Any], table: Mapping[str, Any]) -> Item:
    text = _text(item, "content_text")
    categories = _texts(_extension(item), "categories")
    return Item(
        url=_text(item, "url"),
        title=line(_text(item, "title")),
        html=_text(item, "content_html") or "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part),
        summary=line(_text(item, "summary")),
        published=moment(_text(item, "date_published")),
        updated=moment(_text(item, "date_modified")),
        language=params.language_tag(_text(item, "language") or _text(table, "language") or "en"),
        guid=_text(item, "id"),
        authors=_authors(item),
        tags=tuple(tag for tag in _texts(item, "tags") if tag not in categories),
        categories=categories,
        image=_image(item),
        params=_series_params(item),
    )


def _extension(item: Mapping[str, Any]) -> Mapping[str, Any]:
    given = item.get("_sharekit")
    return given if isinstance(given, dict) else {}


def _series_params(item: Mapping[str, Any]) -> Mapping[str, object]:
    given = _extension(item).get("series")
    series = [each for each in given if isinstance(each, dict) and _text(each, "name")] if isinstance(given, list) else []
    position = number(series[0].get("position")) if len(series) == 1 else None
    order = {"series_order": position} if position else {}
    return {"series": [_text(each, "name") for each in series], **order} if series else {}


def _image(item: Mapping[str, Any]) -> Image | None:
    url = _text(item, "image")
    given = item.get("attachments")
    files = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    known = next((each for each in files if _text(each, "url") == url), {})
    length = number(known.get("size_in_bytes"))
    return Image(url=url, media_type=_text(known, "mime_type") or None, length=length) if url else None


def _authors(table: Mapping[str, Any]) -> tuple[Author, ...]:
    given = table.get("authors") or [table.get("author")]
    named = (
        [each for each in given if isinstance(each, dict) and line(_text(each, "name"))] if isinstance(given, list) else []
    )
    return tuple(Author(name=line(_text(each, "name")), url=_text(each, "url") or None) for each in named)


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = table.get(name)
    return tuple(line(each) for each in given if isinstance(each, str) and line(each)) if isinstance(given, list) else ()


def _text(table: Mapping[str, Any], name: str) -> str:
    # An id may be a number in version 1.0.
    value = table.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
