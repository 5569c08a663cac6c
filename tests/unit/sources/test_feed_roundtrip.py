"""Each feed that we write, read back by our own source, gives the same posts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import documents_of, post
from sharekit.config import SourceSettings
from sharekit.content import ILLEGAL
from sharekit.feeds.render import render
from sharekit.model import Author, Image, Post, Series
from sharekit.sources.feed import FeedSource, Fetched, parse

if TYPE_CHECKING:
    from sharekit.sources.feed import Parsed

FORMS = ("rss", "atom", "json")
FACTS = ("id", "url", "title", "published", "updated", "language", "summary", "tags", "categories")


def facts(post: Post) -> dict[str, object]:
    named = {name: getattr(post, name) for name in FACTS}
    return {**named, "html": post.html, "authors": tuple(author.name for author in post.authors)}


def back(data: bytes) -> Parsed:
    fetched = Fetched(url="index.xml", data=data)
    return parse(fetched)


def is_mended(text: str) -> bool:
    """Whether feedparser takes the text for UTF-8 that was read as Latin-1 (or as Windows-1252), and mends it."""
    try:
        return text.encode("latin-1").decode() != text
    except UnicodeError:
        return False


# Control characters from U+0080 on are the Windows characters that were meant, to feedparser.
words = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
    .map(lambda text: " ".join(ILLEGAL.sub("", text).split()))
    .filter(lambda text: text != "" and not is_mended(text))
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
first_second = datetime(1990, 1, 2, tzinfo=UTC)
moments = st.builds(
    lambda seconds, zone: (first_second + timedelta(seconds=seconds)).astimezone(zone), st.integers(0, 3 * 10**9), offsets
)


@settings(max_examples=25, deadline=None)
@given(
    title=words,
    summary=words,
    names=st.lists(words, max_size=3, unique=True),
    labels=st.lists(words, max_size=6, unique_by=str.casefold),
    published=moments,
    later=st.integers(0, 10**7),
    identifier=st.sampled_from(["2026/un", "tag:ines,2026:1", "un-guid"]),
)
def test_any_post_survives_every_format(
    title: str, summary: str, names: list[str], labels: list[str], published: datetime, later: int, identifier: str
) -> None:
    given = post(
        id=identifier,
        title=title,
        summary=summary,
        authors=tuple(Author(name=name) for name in names) or (Author(name="Inès"),),
        categories=tuple(labels[:2]),
        tags=tuple(labels[2:]),
        published=published,
        updated=published + timedelta(seconds=later) if later else None,
    )
    for form in FORMS:
        read = back(render(next(documents_of([given], formats=FORMS)), form))  # type: ignore[arg-type]  # a text of FORMS
        assert [facts(each) for each in read.entries if isinstance(each, Post)] == [facts(given)], form


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_with_archives_leads_back_to_the_first_post(tmp_path: Path, form: str) -> None:
    image = Image(url="https://blog.example/a.png", width=96, height=54, media_type="image/png", length=20541)
    posts = [post(f"n{n}", published=datetime(2026, 1, 1 + n, tzinfo=UTC), image=image) for n in range(9)]
    series = Series(name="Le levain", language="fr", evidence="x", members=tuple(posts[2:5]))
    path = Path()
    for document in documents_of(posts, of_series=[series], series=True, archive=2, limit=3, formats=(form,)):
        path = tmp_path / document.feed.address.path(form, document.archive)  # type: ignore[arg-type]  # a text of FORMS
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render(document, form))  # type: ignore[arg-type]  # a text of FORMS
    reading = FeedSource(tmp_path, SourceSettings(kind="feed", path=str(tmp_path))).read()
    assert [facts(each) for each in reading.posts] == [facts(each) for each in posts]
    assert (reading.findings, reading.skipped) == ((), ())
    assert (reading.site.title, reading.site.url, reading.site.language) == ("Carnet", "https://blog.example/", "fr")
    assert {each.params["series"][0] for each in reading.posts[2:5]} == {"Le levain"}  # type: ignore[index]  # params hold anything
    found = reading.posts[0].image
    assert found is not None
    assert (found.url, found.length) == (image.url, 20541)
    ours = FeedSource(tmp_path / "series" / "le-levain", SourceSettings(kind="feed")).read()
    assert [each.id for each in ours.posts] == [each.id for each in posts[2:5]]


def test_the_source_opens_nothing_but_the_feeds_own_documents(tmp_path: Path) -> None:
    (tmp_path / "index.xml").write_bytes(render(next(documents_of([post()])), "rss"))
    with mock.patch("socket.socket.connect", side_effect=AssertionError("a file needs no network")):
        assert len(FeedSource(tmp_path / "index.xml", SourceSettings()).read().posts) == 1
