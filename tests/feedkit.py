"""Posts to make feeds of, and the rules that the feeds are held to."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import jsonschema
from lxml import etree

from sharekit.config import FeedSettings
from sharekit.feeds.entries import Entries
from sharekit.feeds.render import documents, render
from sharekit.feeds.select import places, select_feeds, series_addresses
from sharekit.model import Author, Post, Series, Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sharekit.feeds.document import Feed, FeedDocument

RULES = Path(__file__).with_name("unit") / "feeds"
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = Site(title="Carnet", url="https://blog.example/", language="fr", description="Un carnet", licence="CC BY-SA 4.0")


def post(name: str = "un", **facts: Any) -> Post:
    """A post of our own words; ``html`` is its article."""
    html = facts.pop("html", f"<p>L'article {name}.</p>")
    given: dict[str, Any] = {
        "id": f"2026/{name}",
        "url": f"https://blog.example/2026/{name}/",
        "title": f"Article {name}",
        "published": datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        "language": "fr",
        "summary": f"Ce que dit {name}.",
        "authors": (Author(name="Inès Vidal"),),
        "source": f"content/post/{name}.md",
    }
    return Post(body=lambda: html, **{**given, **facts})


def many(count: int) -> list[Post]:
    """Posts, oldest first, an hour apart."""
    return [post(f"n{n:05d}", published=datetime.fromtimestamp(1_700_000_000 + 3600 * n, UTC)) for n in range(count)]


def feeds_of(posts: Sequence[Post], *, of_series: Sequence[Series] = (), site: Site = SITE, **settings: Any) -> list[Feed]:
    """The feeds of these posts under these ``[feed]`` settings."""
    return list(select_feeds(site, posts, of_series, FeedSettings(**settings)))


def documents_of(
    posts: Sequence[Post], *, of_series: Sequence[Series] = (), site: Site = SITE, **settings: Any
) -> Iterator[FeedDocument]:
    """Every document of every feed."""
    chosen = FeedSettings(**settings)
    addresses = series_addresses(site, posts, of_series) if chosen.series else {}
    entries = Entries(settings=chosen, places=places(of_series, addresses))
    for feed in select_feeds(site, posts, of_series, chosen):
        yield from documents(site, feed, chosen, entries)


def first(posts: Sequence[Post], form: Any = "rss", **settings: Any) -> bytes:
    """The blog's own feed in one format."""
    settings.setdefault("formats", ("rss", "atom", "json"))
    return render(next(documents_of(posts, **settings)), form)


def tree(data: bytes) -> etree._Element:
    """A feed as XML, read strictly."""
    return etree.fromstring(data)


def parsed(data: bytes) -> Any:
    """A feed as feedparser reads it, which must have nothing to complain of."""
    read = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo, read.get("bozo_exception")
    return read


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(RULES / "atom.rng"))


def check_atom(data: bytes) -> None:
    """Hold an Atom feed to the rules of RFC 4287, and to those that a grammar cannot say."""
    root = tree(data)
    grammar = _grammar()
    assert grammar.validate(root), grammar.error_log
    for element in (root, *root.iter(f"{ATOM}entry")):
        alternates = [
            (e.get("type"), e.get("hreflang"))
            for e in element.findall(f"{ATOM}link")
            if e.get("rel", "alternate") == "alternate"
        ]
        assert len(alternates) == len(set(alternates)), "two alternates of one type and language (§4.1.1)"
    ids = [each.text for each in root.iterfind(f"{ATOM}entry/{ATOM}id")]
    assert len(ids) == len(set(ids)), "two entries with one id (§4.1.1)"
    has_author = root.find(f"{ATOM}author") is not None
    assert has_author or all(e.find(f"{ATOM}author") is not None for e in root.iter(f"{ATOM}entry")), "no author (§4.1.1)"


def check_json(data: bytes) -> Any:
    """Hold a JSON feed to the rules of its specification; returns it."""
    made = json.loads(data)
    schema = json.loads((RULES / "jsonfeed.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(made)
    ids = [item["id"] for item in made["items"]]
    assert len(ids) == len(set(ids))
    return made
