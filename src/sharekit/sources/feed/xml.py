"""RSS and Atom through feedparser, which neither sanitises nor resolves here: that is done where content is used."""

from __future__ import annotations

import io
import re
from calendar import timegm
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sharekit.errors import SourceError
from sharekit.model import Author, Finding, Image, Site
from sharekit.sources import params
from sharekit.sources.feed.parsed import Item, Parsed, judged, line, moment, number, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sharekit.sources.feed.place import Fetched

# What precedes the root element, with a declaration of entities in it (XML 1.0 §4.2), in any encoding of ASCII width.
ENTITIES = re.compile(rb"<!DOCTYPE[^<]*\[.*?<!ENTITY", re.DOTALL | re.IGNORECASE)
SERIES = re.compile(r"/series/?$")
CATEGORIES = re.compile(r"/categories/?$")
PLACE = re.compile(r"\((\d+)/\d+\)$")


def parse_xml(fetched: Fetched) -> Parsed:
    """The document. Raises SourceError for one that declares entities of its own, and for what is no feed."""
    import feedparser

    _refuse_entities(fetched)
    headers = {"content-type": fetched.media_type or "application/xml"}
    if fetched.url.startswith(("http://", "https://")):
        headers["content-location"] = fetched.url
    stream = io.BytesIO(fetched.data)
    read = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not read.get("version") and not read["entries"]:
        raise SourceError(
            "this is no feed: neither RSS, nor Atom, nor JSON Feed",
            path=fetched.url,
            hint="Set source.path to the feed itself, not to the page that links to it.",
        )
    feed = read["feed"]
    links = {each.get("rel"): each.get("href", "") for each in feed.get("links", [])}
    posts, skipped = judged((_item(each, feed) for each in read["entries"]), fetched.url)
    return Parsed(
        site=_site(feed, read.get("version") or "feed"),
        posts=posts,
        skipped=skipped,
        findings=(*_malformed(read, fetched), *_unsafe(links, fetched), *_language(feed, fetched)),
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


def _malformed(read: Any, fetched: Fetched) -> Iterable[Finding]:
    cause = read.get("bozo_exception")
    # A wrong Content-Type or an encoding that was set right do no harm.
    if read.get("bozo") and type(cause).__name__ not in ("NonXMLContentType", "CharacterEncodingOverride"):
        where = getattr(cause, "getLineNumber", lambda: None)()
        yield Finding(
            level="warn",
            rule="feed-malformed",
            message=f"the feed is not well-formed XML, and was read as far as it can be understood: {cause}",
            path=fetched.url,
            line=where,
        )


def _language(feed: Any, fetched: Fetched) -> Iterable[Finding]:
    given = str(feed.get("language") or "en")
    if not params.is_language_tag(given):
        message = f'the feed\'s language "{given[:40]}" is no language tag (BCP 47), and is ignored'
        hint = 'Name it in sharekit.toml: [site] language = "en"'
        yield Finding(level="warn", rule="language", message=message, path=fetched.url, hint=hint)


def _unsafe(links: Mapping[str, str], fetched: Fetched) -> Iterable[Finding]:
    # feedparser empties a link whose scheme is not one of the web's.
    if "prev-archive" in links and not links["prev-archive"]:
        message = "its archive was not followed, because it is not at an http(s) address; older posts are missing"
        yield Finding(level="warn", rule="archive-not-followed", message=message, path=fetched.url)


def _site(feed: Any, version: str) -> Site:
    url = str(feed.get("link") or "")
    image = (feed.get("image") or {}).get("href") or feed.get("logo")
    return Site(
        title=line(feed.get("title", "")),
        url=url.rstrip("/") + "/" if url else "",
        language=params.language_tag(str(feed.get("language") or "en")),
        description=plain_line(feed.get("subtitle", "")),
        licence=line(feed.get("rights", "")),
        authors=_authors(feed.get("authors", [])),
        image=Image(url=image) if image else None,
        generator=f"feed, {version}",
    )


def _item(entry: Any, feed: Any) -> Item:
    contents = [each for each in entry.get("content", []) if each.get("value")]
    html = max((str(each["value"]) for each in contents), key=len, default=str(entry.get("summary", "")))
    terms = [
        (line(each.get("term") or ""), each.get("scheme") or "", each.get("label") or "") for each in entry.get("tags", [])
    ]
    series = [(term, label) for term, scheme, label in terms if term and SERIES.search(scheme)]
    return Item(
        url=str(entry.get("link", "")),
        title=line(entry.get("title", "")),
        html=html,
        summary=plain_line(entry.get("summary", "")) if contents else "",
        published=_when(entry, "published"),
        updated=_when(entry, "updated"),
        language=params.language_tag(str((entry.get("title_detail") or {}).get("language") or feed.get("language") or "en")),
        identifier=str(entry.get("dc_identifier", "")),
        guid=str(entry.get("id", "")),
        authors=_authors(entry.get("authors", [])),
        tags=_terms(terms, lambda scheme: not SERIES.search(scheme) and not CATEGORIES.search(scheme)),
        categories=_terms(terms, lambda scheme: bool(CATEGORIES.search(scheme))),
        image=_image(entry),
        params=_series_params(series),
    )


def _terms(terms: list[tuple[str, str, str]], wanted: Any) -> tuple[str, ...]:
    found = {term.casefold(): term for term, scheme, _ in reversed(terms) if term and wanted(scheme)}
    return tuple(reversed(found.values()))


def _series_params(series: list[tuple[str, str]]) -> Mapping[str, object]:
    if not series:
        return {}
    places = [found for _, label in series if (found := PLACE.search(label))]
    # An order belongs to one series; of a post in two, their dates tell.
    order = {"series_order": int(places[0].group(1))} if len(series) == len(places) == 1 else {}
    return {"series": [term for term, _ in series], **order}


def _authors(given: Iterable[Any]) -> tuple[Author, ...]:
    named = ((line(each.get("name", "")), each.get("href")) for each in given)
    return tuple(Author(name=name, url=url or None) for name, url in named if name)


def _when(entry: Any, name: str) -> datetime | None:
    # feedparser gives UTC; the text has the offset in which the post was written.
    # It also answers for a date that is missing with the other one, unless asked whether it is there.
    made = moment(str(entry[name])) if name in entry else None
    if made is None and f"{name}_parsed" in entry and entry[f"{name}_parsed"]:
        made = datetime.fromtimestamp(timegm(entry[f"{name}_parsed"]), UTC)
    return made


def _image(entry: Any) -> Image | None:
    media = [each for each in entry.get("media_content", []) if each.get("url") and _is_picture(each)]
    enclosed = [each for each in entry.get("links", []) if each.get("rel") == "enclosure" and _is_picture(each)]
    for each in (*media, *entry.get("media_thumbnail", []), *enclosed):
        url = each.get("url") or each.get("href")
        if url:
            return Image(
                url=str(url),
                width=number(each.get("width")),
                height=number(each.get("height")),
                media_type=each.get("type"),
                length=number(each.get("filesize") or each.get("length")),
            )
    return None


def _is_picture(each: Any) -> bool:
    return each.get("medium") == "image" or str(each.get("type", "")).startswith("image/")
