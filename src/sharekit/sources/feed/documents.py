"""One document of a feed: RSS and Atom through feedparser, JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).

Nothing is sanitised or resolved here: that is done where content is used.
"""

from __future__ import annotations

import io
import json
import re
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING, Any

from sharekit.content import plain_text, strip_illegal
from sharekit.errors import SourceError
from sharekit.model import Author, Finding, Image, Post, Site, Skipped, post_id
from sharekit.sources import params

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# What precedes the root element, with a declaration of entities in it (XML 1.0 §4.2), in any encoding of ASCII width.
ENTITIES = re.compile(rb"<!DOCTYPE[^<]*\[.*?<!ENTITY", re.DOTALL | re.IGNORECASE)
JSON_FEED = "https://jsonfeed.org/version/"
SERIES = re.compile(r"/series/?$")
CATEGORIES = re.compile(r"/categories/?$")
PLACE = re.compile(r"\((\d+)/\d+\)$")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A document as it was found. ``url`` is its address or path, ``media_type`` the Content-Type that came with it."""

    url: str
    data: bytes
    media_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """One document: the site as it names it, its posts, and the links to itself and to the entries before these."""

    site: Site
    entries: tuple[Post | Skipped, ...]
    findings: tuple[Finding, ...] = ()
    own: str = ""
    older: str = ""


def parse(fetched: Fetched) -> Parsed:
    """The document. Raises SourceError for one that declares entities of its own, and for what is no feed."""
    is_json = fetched.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    return _parse_json(fetched) if is_json else _parse_xml(fetched)


def _entry(place: str, *, url: str, title: str, html: str, published: datetime | None, updated: datetime | None,
           identifier: str = "", guid: str = "", **facts: Any) -> Post | Skipped:  # fmt: skip
    """The post, or why it is none. ``identifier`` is a declared id, ``guid`` the format's own."""
    moment = published or updated
    reason = ""
    if not url.startswith(("http://", "https://")):
        reason = "it has no link, so nothing can lead to it"
    elif not title:
        reason = "it has no title"
    if reason or moment is None:
        return Skipped(source=f"{place}: {url or guid or title or 'an entry'}", reason=reason or "it has no date")
    # A guid that is an address is one of the blog's own: without its host it survives a move to another.
    own = post_id(guid or url) if not guid or guid.startswith(("http://", "https://")) else guid
    clean = strip_illegal(html)
    return Post(
        id=identifier or own,
        url=url,
        title=title,
        published=moment,
        updated=updated if updated and updated > moment else None,
        body=lambda: clean,
        source=post_id(url),
        **facts,
    )


def _line(text: str) -> str:
    """A text on one line, without what XML cannot hold; of HTML its words."""
    return re.sub(r"\s+", " ", strip_illegal(plain_text(text) if re.search(r"[<&]", text) else text)).strip()


def _moment(text: str) -> datetime | None:
    """A date as RFC 3339 or RFC 822 write it, with its own offset; without one it is UTC. None where it is neither."""
    try:
        made = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            made = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _number(value: object) -> int | None:
    """A whole number above zero, else None."""
    return int(str(value)) if re.fullmatch(r"0*[1-9][0-9]{0,17}", str(value)) else None


# RSS and Atom


def _parse_xml(fetched: Fetched) -> Parsed:
    import feedparser

    _refuse_entities(fetched)
    headers = {"content-type": fetched.media_type or "application/xml"}
    if fetched.url.startswith(("http://", "https://")):
        headers["content-location"] = fetched.url
    stream = io.BytesIO(fetched.data)
    try:
        read = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise SourceError(f"the feed cannot be understood: {error}", path=fetched.url) from error
    if not read.get("version") and not read["entries"]:
        raise SourceError(
            "this is no feed: neither RSS, nor Atom, nor JSON Feed",
            path=fetched.url,
            hint="Set source.path to the feed itself, not to the page that links to it.",
        )
    feed = read["feed"]
    links = {each.get("rel"): each.get("href", "") for each in feed.get("links", [])}
    image = (feed.get("image") or {}).get("href") or feed.get("logo")
    site = _site(
        title=_text_line(feed.get("title", "")),
        url=str(feed.get("link") or ""),
        language=params.language_tag(str(feed.get("language") or "en")),
        description=_line(feed.get("subtitle", "")),
        licence=_text_line(feed.get("rights", "")),
        authors=_authors((each.get("name", ""), each.get("href")) for each in feed.get("authors", [])),
        image=Image(url=image) if image else None,
        generator=f"feed, {read.get('version') or 'feed'}",
    )
    return Parsed(
        site=site,
        entries=tuple(_xml_entry(each, feed, fetched.url) for each in read["entries"]),
        findings=tuple(_complaints(read, links, fetched)),
        own=links.get("self", ""),
        older=links.get("prev-archive", ""),
    )


def _refuse_entities(fetched: Fetched) -> None:
    data = fetched.data[:1_000_000].replace(b"\0", b"")
    root = re.search(rb"<\w", data)
    if ENTITIES.search(data[: root.start() if root else None]):
        raise SourceError(
            "the feed declares XML entities of its own, and is not read: a few lines of them can fill all memory",
            path=fetched.url,
            hint="No feed needs them. Ask who made it, or name another feed.",
        )


def _complaints(read: Any, links: Mapping[str, str], fetched: Fetched) -> Iterator[Finding]:
    cause = read.get("bozo_exception")
    # A wrong Content-Type or an encoding that was set right do no harm.
    if read.get("bozo") and type(cause).__name__ not in ("NonXMLContentType", "CharacterEncodingOverride"):
        message = f"the feed is not well-formed XML, and was read as far as it can be understood: {cause}"
        line = getattr(cause, "getLineNumber", lambda: None)()
        yield Finding(level="warn", rule="feed-malformed", message=message, path=fetched.url, line=line)
    # feedparser empties a link whose scheme is not one of the web's.
    if "prev-archive" in links and not links["prev-archive"]:
        message = "its archive was not followed, because it is not at an http(s) address; older posts are missing"
        yield Finding(level="warn", rule="archive-not-followed", message=message, path=fetched.url)
    given = str(read["feed"].get("language") or "en")
    if not params.is_language_tag(given):
        message = f'the feed\'s language "{given[:40]}" is no language tag (BCP 47), and is ignored'
        hint = 'Name it in sharekit.toml: [site] language = "en"'
        yield Finding(level="warn", rule="language", message=message, path=fetched.url, hint=hint)


def _xml_entry(entry: Any, feed: Any, place: str) -> Post | Skipped:
    contents = [each for each in entry.get("content", []) if each.get("value")]
    terms = [
        (_text_line(each.get("term") or ""), each.get("scheme") or "", each.get("label") or "")
        for each in entry.get("tags", [])
    ]
    series = [(term, label) for term, scheme, label in terms if term and SERIES.search(scheme)]
    places = [found for _, label in series if (found := PLACE.search(label))]
    # An order belongs to one series; of a post in two, their dates tell.
    order = {"series_order": int(places[0].group(1))} if len(series) == len(places) == 1 else {}
    return _entry(
        place,
        url=str(entry.get("link", "")),
        title=_text_line(entry.get("title", "")),
        html=max((str(each["value"]) for each in contents), key=len, default=str(entry.get("summary", ""))),
        summary=_summary(entry) if contents else "",
        published=_when(entry, "published"),
        updated=_when(entry, "updated"),
        language=params.language_tag(str((entry.get("title_detail") or {}).get("language") or feed.get("language") or "en")),
        identifier=str(entry.get("dc_identifier", "")),
        guid=str(entry.get("id", "")),
        authors=_authors((each.get("name", ""), each.get("href")) for each in entry.get("authors", [])),
        tags=params.labels(
            [term for term, scheme, _ in terms if not SERIES.search(scheme) and not CATEGORIES.search(scheme)]
        ),
        categories=params.labels([term for term, scheme, _ in terms if CATEGORIES.search(scheme)]),
        image=_picture(entry),
        params={"series": [term for term, _ in series], **order} if series else {},
    )


def _summary(entry: Any) -> str:
    plain = (entry.get("summary_detail") or {}).get("type") == "text/plain"
    return (_text_line if plain else _line)(entry.get("summary", ""))


def _when(entry: Any, name: str) -> datetime | None:
    # feedparser gives UTC; the text has the offset in which the post was written.
    # It also answers for a date that is missing with the other one, unless asked whether it is there.
    made = _moment(str(entry[name])) if name in entry else None
    if made is None and f"{name}_parsed" in entry and entry[f"{name}_parsed"]:
        made = datetime.fromtimestamp(timegm(entry[f"{name}_parsed"]), UTC)
    return made


def _picture(entry: Any) -> Image | None:
    media = [each for each in entry.get("media_content", []) if each.get("url") and _is_picture(each)]
    enclosed = [each for each in entry.get("links", []) if each.get("rel") == "enclosure" and _is_picture(each)]
    for each in (*media, *entry.get("media_thumbnail", []), *enclosed):
        url = each.get("url") or each.get("href")
        if url:
            return Image(
                url=str(url),
                width=_number(each.get("width")),
                height=_number(each.get("height")),
                media_type=each.get("type"),
                length=_number(each.get("filesize") or each.get("length")),
            )
    return None


def _is_picture(each: Any) -> bool:
    return each.get("medium") == "image" or str(each.get("type", "")).startswith("image/")


# JSON Feed


def _parse_json(fetched: Fetched) -> Parsed:
    try:
        table = json.loads(fetched.data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is not valid JSON: {error}", path=fetched.url) from error
    if not isinstance(table, dict) or not _text(table, "version").startswith(JSON_FEED):
        raise SourceError('this is no JSON Feed: its "version" names none', path=fetched.url)
    icon = _text(table, "icon")
    site = _site(
        title=_text_line(_text(table, "title")),
        url=_text(table, "home_page_url"),
        language=params.language_tag(_text(table, "language") or "en"),
        description=_text_line(_text(table, "description")),
        authors=_json_authors(table),
        image=Image(url=icon) if icon else None,
        generator="feed, JSON Feed",
    )
    entries = tuple(_json_entry(each, table, fetched.url) for each in _tables(table.get("items")))
    return Parsed(site=site, entries=entries, own=_text(table, "feed_url"), older=_text(table, "next_url"))


def _json_entry(item: Mapping[str, Any], table: Mapping[str, Any], place: str) -> Post | Skipped:
    paragraphs = (part for part in _text(item, "content_text").split("\n\n") if part)
    ours = next(iter(_tables([item.get("_sharekit")])), {})
    categories = _texts(ours, "categories")
    series = [each for each in _tables(ours.get("series")) if _text(each, "name")]
    position = _number(series[0].get("position")) if len(series) == 1 else None
    order = {"series_order": position} if position else {}
    image = _text(item, "image")
    file = next((each for each in _tables(item.get("attachments")) if _text(each, "url") == image), {})
    return _entry(
        place,
        url=_text(item, "url"),
        title=_text_line(_text(item, "title")),
        html=_text(item, "content_html") or "".join(f"<p>{escape(part)}</p>" for part in paragraphs),
        summary=_text_line(_text(item, "summary")),
        published=_moment(_text(item, "date_published")),
        updated=_moment(_text(item, "date_modified")),
        language=params.language_tag(_text(item, "language") or _text(table, "language") or "en"),
        guid=_text(item, "id"),
        authors=_json_authors(item),
        tags=tuple(tag for tag in _texts(item, "tags") if tag not in categories),
        categories=categories,
        image=Image(url=image, media_type=_text(file, "mime_type") or None, length=_number(file.get("size_in_bytes")))
        if image
        else None,
        params={"series": [_text(each, "name") for each in series], **order} if series else {},
    )


def _json_authors(table: Mapping[str, Any]) -> tuple[Author, ...]:
    given = _tables(table.get("authors") or [table.get("author")])
    return _authors((_text(each, "name"), _text(each, "url")) for each in given)


def _tables(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = table.get(name)
    found = (_text_line(each) for each in given if isinstance(each, str)) if isinstance(given, list) else ()
    return tuple(filter(None, found))


def _text(table: Mapping[str, Any], name: str) -> str:
    # An id may be a number in version 1.0.
    value = table.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


# Both


def _text_line(text: str) -> str:
    return re.sub(r"\s+", " ", strip_illegal(text)).strip()


def _site(*, url: str, **facts: Any) -> Site:
    return Site(url=url.rstrip("/") + "/" if url else "", **facts)


def _authors(given: Iterable[tuple[Any, Any]]) -> tuple[Author, ...]:
    named = ((_text_line(str(name or "")), url) for name, url in given)
    return tuple(Author(name=name, url=url or None) for name, url in named if name)
