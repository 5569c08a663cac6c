"""``FeedSource``: the posts of a blog as its feed tells them, back to the first one where it has archives (RFC 5005).

RSS and Atom are read by feedparser, JSON Feed 1.0 and 1.1 here (https://www.jsonfeed.org/version/1.1/). Nothing is sanitised
or resolved: that is done where content is used. What a feed says is not trusted: an archive link leads neither to another
host, nor out of the file's folder, nor to a scheme other than http(s).
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from calendar import timegm
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from posixpath import dirname, relpath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.content import plain_text, strip_illegal
from sharekit.errors import DeliveryError, SourceError
from sharekit.model import Author, Finding, Image, Post, Site, Skipped, post_id
from sharekit.sources import params
from sharekit.sources.reading import BaseSource, Pictures, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sharekit.model import Reading

# A feed may lead on for ever; 1,000 archives of 100 posts are more than any blog has.
MOST_DOCUMENTS = 1000
# One document of a feed, in bytes: 10,000 whole articles in one are a tenth of that.
MOST_BYTES = 2**28
NAMES = ("index.xml", "atom.xml", "feed.json", "feed.xml", "rss.xml")
# What precedes the root element, with a declaration of entities in it (XML 1.0 §4.2), in any encoding of ASCII width.
ENTITIES = re.compile(rb"<!DOCTYPE[^<]*\[.*?<!ENTITY", re.DOTALL | re.IGNORECASE)
JSON_FEED = "https://jsonfeed.org/version/"
SERIES = re.compile(r"/series/?$")
# What Blogger says of each entry: its export holds comments, pages and settings beside the posts.
KIND = "http://schemas.google.com/g/2005#kind"
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
    older: str | None = None


class FeedSource(BaseSource):
    """The feed in the file ``root``, or at the URL that ``settings.path`` is. ``now`` decides what is future."""

    kind, label = "feed", "Feed"

    def read(self) -> Reading:
        """Every post of the feed and of its archives; of two with one id the newer document's.

        Raises SourceError for what cannot be read, is no feed, or is not safe to read.
        """
        documents = list(self._documents())
        site = documents[0].site
        if self.settings.url:
            site = replace(site, url=f"{self.settings.url.rstrip('/')}/")
        if not site.url or not site.title:
            raise SourceError(
                "the feed does not say which blog it is of: it has no title or no link",
                path=self.settings.path,
                hint='Name another of its feeds, or write the blog\'s address in sharekit.toml: [site] url = "https://…"',
            )
        entries = [entry for document in documents for entry in document.entries]
        skipped = [entry for entry in entries if isinstance(entry, Skipped)]
        posts = {entry.id: entry for entry in reversed(entries) if isinstance(entry, Post)}
        pictures = Pictures(base=site.url, folders=() if self._is_remote() else (self._file().parent,))
        findings = [each for document in documents for each in document.findings]
        found: list[Post | Skipped] = [*posts.values(), *skipped]
        return reading(site, found, self.now, findings=findings, links=True, picture=pictures.find)

    def _is_remote(self) -> bool:
        scheme, separator, _ = self.settings.path.partition("://")
        if separator and scheme not in ("http", "https"):
            raise SourceError(
                f'source.path = "{self.settings.path}": a feed is read from a file or from an http(s) address, not through '
                f"{scheme}:",
                hint="For a file write its path alone.",
            )
        return bool(separator)

    def _file(self) -> Path:
        if not self.root.is_dir():
            return self.root
        found = next((self.root / name for name in NAMES if (self.root / name).is_file()), None)
        if found is None:
            raise SourceError(
                f"there is no feed in this folder: none of {', '.join(NAMES)}",
                path=str(self.root),
                hint='Name the feed in sharekit.toml: [source] kind = "feed", path = "https://…/index.xml"',
            )
        return found

    def _documents(self) -> Iterator[Parsed]:
        fetched: Fetched | None = self._fetch(self.settings.path) if self._is_remote() else _read(self._file())
        seen: set[str] = set()
        while fetched is not None:
            seen.add(fetched.url)
            parsed = parse(fetched)
            older = self._archive(parsed.own or fetched.url, parsed.older, fetched.url) if parsed.older else None
            reason = ""
            if parsed.older and older is None:
                reason = "it leads away from the feed's own host or folder"
            elif older and older.url in seen:
                reason = "it leads in a circle"
            elif older and len(seen) >= MOST_DOCUMENTS:
                reason = f"{MOST_DOCUMENTS} documents were read already"
            message = f"the archive {parsed.older} was not followed, because {reason}; older posts are missing"
            stopped = (Finding("warn", "archive-not-followed", message),) if reason else ()
            yield replace(parsed, findings=(*parsed.findings, *stopped))
            fetched = None if stopped else older

    def _archive(self, own: str, older: str, at: str) -> Fetched | None:
        """The document before one that was found ``at`` a place; None where it is not this feed's to name.

        Archives of a file lie beside it as they do on the web, seen from its ``own`` address. Raises SourceError for one
        that should be there and cannot be read.
        """
        target, self_link = urlsplit(urljoin(own, older)), urlsplit(own)
        if self._is_remote():
            host = urlsplit(self.settings.path).netloc.lower()
            ours = target.scheme in ("http", "https") and target.netloc.lower() == host
            return self._fetch(target.geturl()) if ours else None
        if (target.scheme, target.netloc) != (self_link.scheme, self_link.netloc):
            return None
        file = Path(at).parent / unquote(relpath(target.path or "/", dirname(self_link.path) or "/"))
        return _read(file) if file.resolve().is_relative_to(self._file().parent.resolve()) else None

    def _fetch(self, url: str) -> Fetched:
        from sharekit.http import Client

        client = Client("the feed", clock=lambda: self.now or datetime.now(UTC), total=60, max_bytes=MOST_BYTES)
        try:
            answer = client.request("GET", url, follow=True)
        except DeliveryError as error:
            hint = "Open the address in a browser; if it moved, correct source.path."
            raise SourceError(str(error), path=url, hint=error.hint or hint) from error
        return Fetched(url=url, data=answer.body, media_type=answer.headers.get("content-type", ""))


def _read(file: Path) -> Fetched:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise SourceError(f"is larger than {MOST_BYTES >> 20} MiB, which no feed is", path=str(file))
        return Fetched(url=str(file), data=file.read_bytes())
    except OSError as error:
        raise SourceError(
            f"the feed cannot be read: {error.strerror or error}",
            path=str(file),
            hint="Set source.path to the feed's file or URL; its archives belong into the same folder.",
        ) from error


def parse(fetched: Fetched) -> Parsed:
    """The document. Raises SourceError for one that declares entities of its own, and for what is no feed."""
    is_json = fetched.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    read = _read_json(fetched) if is_json else _read_xml(fetched)
    feed = read["feed"]
    links = {each.get("rel"): each.get("href", "") for each in feed.get("links", [])}
    image = (feed.get("image") or {}).get("href") or feed.get("logo")
    url = str(feed.get("link") or "")
    if "alternate" not in links and (not url or url == feed.get("id")):
        # Atom asks for an id and only recommends links; feedparser takes the id for one (RFC 4287 §4.1.1).
        url = next((urljoin(each, "./") for each in (url, links.get("self", "")) if _is_address(each)), "")
    url = url.rstrip("/")
    site = Site(
        title=_title(feed),
        url=f"{url}/" if url else "",
        language=params.language_tag(str(feed.get("language") or "en")),
        description=_line(feed.get("subtitle", "")),
        licence=_line(feed.get("rights", ""), html=False),
        authors=_authors(feed),
        image=Image(url=image) if image else None,
        generator=f"feed, {read.get('version') or 'feed'}",
    )
    return Parsed(
        site=site,
        entries=tuple(_entry(each, feed, fetched.url) for each in read["entries"] if _is_article(each)),
        findings=tuple(_problems(read, fetched)),
        own=links.get("self", ""),
        # feedparser empties a link whose scheme is not one of the web's.
        older=links.get("prev-archive"),
    )


def _line(text: str, *, html: bool = True) -> str:
    """A text on one line, without what XML cannot hold; of HTML its words."""
    return " ".join(strip_illegal(plain_text(text) if html and re.search(r"[<&]", text) else text).split())


def _title(table: Any) -> str:
    """A title: words, unless its feed says that they are HTML (RFC 4287 §3.1)."""
    kind = (table.get("title_detail") or {}).get("type", "")
    return _line(table.get("title", ""), html="html" in str(kind))


def _number(value: object) -> int | None:
    """A whole number above zero, else None."""
    return int(str(value)) if re.fullmatch(r"0*[1-9][0-9]{0,17}", str(value)) else None


def _read_xml(fetched: Fetched) -> Any:
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
            "this is not a feed: neither RSS, nor Atom, nor JSON Feed",
            path=fetched.url,
            hint="Set source.path to the feed itself, not to the page that links to it.",
        )
    return read


def _refuse_entities(fetched: Fetched) -> None:
    data = fetched.data[:1_000_000].replace(b"\0", b"")
    root = re.search(rb"<\w", data)
    if ENTITIES.search(data[: root.start() if root else None]):
        raise SourceError(
            "the feed declares XML entities of its own, and is not read: a few lines of them can fill all memory",
            path=fetched.url,
            hint="No feed needs them. Ask who made it, or name another feed.",
        )


def _problems(read: Any, fetched: Fetched) -> Iterator[Finding]:
    cause = read.get("bozo_exception")
    # A wrong Content-Type or an encoding that was set right do no harm.
    if read.get("bozo") and type(cause).__name__ not in ("NonXMLContentType", "CharacterEncodingOverride"):
        message = f"the feed is not well-formed XML, and was read as far as it can be understood: {cause}"
        line = getattr(cause, "getLineNumber", lambda: None)()
        yield Finding("warn", "feed-malformed", message, path=fetched.url, line=line)
    given = str(read["feed"].get("language") or "en")
    if not params.is_language_tag(given):
        message = f'the feed\'s language "{given[:40]}" is not a language tag (BCP 47), and is ignored'
        hint = 'Name it in sharekit.toml: [site] language = "en"'
        yield Finding("warn", "language", message, path=fetched.url, hint=hint)


def _is_article(entry: Any) -> bool:
    kinds = [each.get("term") or "" for each in entry.get("tags", []) if each.get("scheme") == KIND]
    return all(kind.endswith("#post") for kind in kinds)


def _entry(entry: Any, feed: Any, place: str) -> Post | Skipped:
    """The post, or why it is none."""
    url, guid, title = str(entry.get("link", "")), str(entry.get("id", "")), _title(entry)
    published, updated = _when(entry, "published"), _when(entry, "updated")
    published = published or updated
    # An Atom entry with content needs no link (RFC 4287 §4.1.2); its id is often the address all the same.
    url = url if _is_address(url) or not _is_address(guid) else guid
    reason = ""
    if not _is_address(url):
        reason = "neither its link nor its id is a full address, so nothing can lead to it"
    elif not title:
        reason = "it has no title"
    if reason or published is None:
        return Skipped(source=f"{place}: {url or guid or title or 'an entry'}", reason=reason or "it has no date")
    # A guid that is an address is one of the blog's own: without its host it survives a move to another.
    own = post_id(guid or url) if not guid or _is_address(guid) else guid
    contents = [str(each["value"]) for each in entry.get("content", []) if each.get("value")]
    short = str(entry.get("summary", ""))
    is_html = (entry.get("summary_detail") or {}).get("type") != "text/plain"
    html = strip_illegal(max(contents, key=len, default=short))
    return Post(
        id=str(entry.get("dc_identifier", "")) or own,
        url=url,
        title=title,
        published=published,
        updated=updated if updated and updated > published else None,
        body=lambda: html,
        language=params.language_tag(str((entry.get("title_detail") or {}).get("language") or feed.get("language") or "en")),
        summary=_line(short, html=is_html) if contents else "",
        authors=_authors(entry),
        image=_picture(entry),
        source=post_id(url),
        **_terms(entry),
    )


def _terms(entry: Any) -> dict[str, Any]:
    """Tags, categories and series, which our own feeds tell apart by their schemes."""
    tags, categories, series, places = (list[str]() for _ in range(4))
    for each in entry.get("tags", []):
        term, scheme = _line(each.get("term") or "", html=False), each.get("scheme") or ""
        if scheme == KIND:
            continue
        if SERIES.search(scheme):
            series += [term] if term else []
            places += PLACE.findall(each.get("label") or "")
        else:
            (categories if CATEGORIES.search(scheme) else tags).append(term)
    # An order belongs to one series; of a post in two, their dates tell.
    order = {"series_order": int(places[0])} if len(series) == len(places) == 1 else {}
    return {
        "tags": params.labels(tags),
        "categories": params.labels(categories),
        "params": {"series": series, **order} if series else {},
    }


def _is_address(text: object) -> bool:
    return str(text).startswith(("http://", "https://"))


def _authors(table: Any) -> tuple[Author, ...]:
    named = ((_line(str(each.get("name") or ""), html=False), each.get("href")) for each in table.get("authors", []))
    return tuple(Author(name=name, url=url or None) for name, url in named if name)


def _when(entry: Any, name: str) -> datetime | None:
    # feedparser answers for a date that is missing with the other one, unless asked whether it is there.
    if name not in entry:
        return None
    with contextlib.suppress(params.DateError):
        return params.moment(str(entry[name]))
    # What it understands besides is in UTC; the text has the offset in which the post was written.
    read = entry.get(f"{name}_parsed")
    return datetime.fromtimestamp(timegm(read), UTC) if read else None


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


def _read_json(fetched: Fetched) -> dict[str, Any]:
    """A JSON Feed in the words that feedparser has for RSS and Atom."""
    try:
        table = json.loads(fetched.data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is not valid JSON: {error}", path=fetched.url) from error
    if not isinstance(table, dict) or not _text(table, "version").startswith(JSON_FEED):
        raise SourceError('this is not a JSON Feed: its "version" names none', path=fetched.url)
    links = [{"rel": "self", "href": _text(table, "feed_url")}, {"rel": "prev-archive", "href": _text(table, "next_url")}]
    feed = {
        "title": _text(table, "title"),
        "link": _text(table, "home_page_url"),
        "language": _text(table, "language"),
        "subtitle": escape(_text(table, "description")),
        "authors": _json_authors(table),
        "logo": _text(table, "icon"),
        "links": [each for each in links if each["href"]],
    }
    return {"version": "JSON Feed", "feed": feed, "entries": [_json_entry(each) for each in _tables(table.get("items"))]}


def _json_entry(item: Mapping[str, Any]) -> dict[str, Any]:
    paragraphs = (part for part in _text(item, "content_text").split("\n\n") if part)
    html = _text(item, "content_html") or "".join(f"<p>{escape(part)}</p>" for part in paragraphs)
    ours = next(iter(_tables([item.get("_sharekit")])), {})
    categories = _texts(ours.get("categories"))
    terms = [{"term": each, "scheme": "/categories/"} for each in categories]
    terms += [{"term": each} for each in _texts(item.get("tags")) if each not in categories]
    terms += [
        {"term": _text(each, "name"), "scheme": "/series/", "label": f"({_text(each, 'position')}/0)"}
        for each in _tables(ours.get("series"))
    ]
    image = _text(item, "image")
    file = next((each for each in _tables(item.get("attachments")) if _text(each, "url") == image), {})
    size, kind = file.get("size_in_bytes"), _text(file, "mime_type")
    return {
        "link": _text(item, "url"),
        "title": _text(item, "title"),
        "title_detail": {"language": _text(item, "language")},
        "content": [{"value": html or f"<p>{escape(_text(item, 'summary'))}</p>"}],
        "summary": _text(item, "summary"),
        "summary_detail": {"type": "text/plain"},
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
        "id": _text(item, "id"),
        "authors": _json_authors(item),
        "tags": terms,
        "media_content": [{"url": image, "medium": "image", "type": kind or None, "filesize": size}],
    }


def _json_authors(table: Mapping[str, Any]) -> list[dict[str, str]]:
    given = _tables(table.get("authors") or [table.get("author")])
    return [{"name": _text(each, "name"), "href": _text(each, "url")} for each in given]


def _tables(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _text(table: Mapping[str, Any], name: str) -> str:
    # An id may be a number in version 1.0.
    value = table.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
