"""Archives (RFC 5005), limits, which feeds there are, the stylesheet, and the links for the theme."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import ATOM, SITE, documents_of, feeds_of, many, post, tree
from sharekit.feeds.document import slugs
from sharekit.feeds.render import css_string, link_tags, render, render_stylesheet, stylesheet_path
from sharekit.model import Series

HISTORY = "{http://purl.org/syndication/history/1.0}"


@settings(deadline=None)
@given(count=st.integers(0, 24), size=st.integers(0, 9), limit=st.integers(0, 9))
def test_no_post_is_lost_between_the_newest_document_and_the_archives(count: int, size: int, limit: int) -> None:
    posts = many(count)
    made = list(documents_of(posts, archive=size, limit=limit))
    shown = {entry.guid for each in made for entry in each.entries}
    if size:
        assert shown == {each.id for each in posts}
        assert all(len(each.entries) == size for each in made[1:])
    else:
        assert len(made) == 1
    assert len(made[0].entries) >= min(limit or count, count)
    if size and size <= limit:
        assert len(made[0].entries) <= limit


@settings(deadline=None)
@given(count=st.integers(1, 16), size=st.integers(1, 5))
def test_a_new_post_changes_no_archive_but_for_the_link_to_the_one_after_it(count: int, size: int) -> None:
    def archives(number: int) -> dict[int | None, list[str]]:
        made = documents_of(many(number), archive=size, limit=2)
        return {each.archive: [entry.guid for entry in each.entries] for each in made if each.archive}

    before, after = archives(count), archives(count + 1)
    assert {number: after[number] for number in before} == before


def test_a_reader_can_walk_back_to_the_first_post_and_forth_again() -> None:
    made = {each.archive: tree(render(each, "rss")) for each in documents_of(many(7), archive=3, limit=2)}

    def links(number: int | None) -> dict[str | None, str | None]:
        return {each.get("rel"): each.get("href") for each in made[number].findall(f"channel/{ATOM}link")}

    assert links(None)["prev-archive"] == links(2)["self"] == "https://blog.example/archive/index-2.xml"
    assert links(2)["prev-archive"] == links(1)["self"]
    assert links(1)["next-archive"] == links(2)["self"]
    assert links(1)["current"] == links(2)["current"] == links(None)["self"]
    assert "prev-archive" not in links(1)
    assert "hub" not in links(1)
    assert [n for n, each in made.items() if each.find(f"channel/{HISTORY}archive") is not None] == [2, 1]


def test_the_stylesheet_is_found_from_every_document_on_any_host() -> None:
    posts = [replace(each, tags=("Bois",)) for each in many(4)]
    series = Series(name="S", language="fr", evidence="x", members=tuple(posts))
    made = {
        (each.feed.kind, each.archive): each.stylesheet
        for each in documents_of(posts, of_series=[series], series=True, tags=("Bois",), archive=4, email=True)
    }
    assert made == {
        ("site", None): "feed.css",
        ("site", 1): "../feed.css",
        ("series", None): "../../feed.css",
        ("series", 1): "../../../feed.css",
        ("tag", None): "../../feed.css",
        ("tag", 1): "../../../feed.css",
        ("email", None): "feed.css",
    }


def test_a_feed_for_mail_is_one_document_of_summaries() -> None:
    made = list(documents_of(many(7), archive=3, limit=2, email=True))
    told = [(each.feed.kind, each.content, each.archive, each.previous_archive, each.next_archive) for each in made]
    assert told == [
        ("site", "full", None, 2, None),
        ("site", "full", 2, 1, None),
        ("site", "full", 1, None, 2),
        ("email", "summary", None, None, None),
    ]
    (alone,) = documents_of(many(7), archive=0, limit=2)
    assert (alone.previous_archive, alone.archives) == (None, 0)


def test_each_language_has_its_feeds_in_the_folder_of_its_posts() -> None:
    posts = [
        post("un"),
        post("one", language="en", url="https://blog.example/en/one/"),
        post("um", language="pt-BR", url="https://blog.example/pt/um/"),
        post("eins", language="de", url="https://blog.example/eins/"),
    ]
    made = {feed.language: (feed.address.folder, len(feed.posts)) for feed in feeds_of(posts)}
    assert made == {"fr": ("", 1), "de": ("de/", 1), "en": ("en/", 1), "pt-BR": ("pt/", 1)}


def test_a_tags_feed_finds_its_posts_whatever_the_case() -> None:
    posts = [post("un", tags=("Kubernetes",)), post("deux", categories=("kubernetes",)), post("trois")]
    feed = feeds_of(posts, tags=("kubernetes",))[1]
    assert [each.id for each in feed.posts] == ["2026/un", "2026/deux"]
    assert feed.address.url("rss") == "https://blog.example/tags/kubernetes/index.xml"
    assert feed.description == "Les articles de Carnet sur\u00a0: kubernetes."


def test_a_language_with_a_host_of_its_own_has_its_feeds_there() -> None:
    """Hugo's multihost mode, where public/en/ is the root of the English host."""
    posts = [post("un", url="https://blog.example/un/"), post("one", language="en", url="https://en.blog.example/one/")]
    made = {
        feed.language: (feed.address.path("rss"), feed.address.url("rss"), stylesheet_path(feed)) for feed in feeds_of(posts)
    }
    assert made == {
        "fr": ("fr/index.xml", "https://blog.example/index.xml", "fr/feed.css"),
        "en": ("en/index.xml", "https://en.blog.example/index.xml", "en/feed.css"),
    }


@pytest.mark.parametrize(("url", "folder"), [("https://blog.example/en/one/", "en/"), ("https://blog.example/one/", "")])
def test_a_blog_without_a_post_in_its_own_language_keeps_the_root_for_it(url: str, folder: str) -> None:
    (made,) = feeds_of([post("one", language="en", url=url)])
    assert (made.kind, made.address.folder) == ("site", folder)


def test_a_series_feed_is_in_the_series_own_language() -> None:
    members = (post("un", published=datetime(2026, 2, 2, tzinfo=UTC)), post("deux"))
    series = [
        Series(name=name, language=language, evidence="x", members=members)
        for name, language in [("Été", "fr"), ("Summer", "en")]
    ]
    posts = [*members, post("one", language="en")]
    made = [
        (each.language, each.address.folder)
        for each in feeds_of(posts, of_series=series, series=True)
        if each.kind == "series"
    ]
    assert made == [("fr", "series/ete/"), ("en", "en/series/summer/")]


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=6))
def test_two_names_never_share_a_folder(names: list[str]) -> None:
    made = slugs(names)
    assert len(set(made.values())) == len(names)
    assert all(each and "/" not in each and ".." not in each for each in made.values())
    assert slugs(reversed(names)) == made


@settings(deadline=None)
@given(st.text(max_size=40).filter(lambda text: "\0" not in text))
def test_any_words_are_one_css_string(words: str) -> None:
    nodes = tinycss2.parse_component_value_list(css_string(words))
    assert [node.type for node in nodes] == ["string"]
    assert nodes[0].value == words


@pytest.mark.parametrize(
    ("language", "words"), [("fr-FR", "Ceci est un flux."), ("en", "This is a feed."), ("de", "This is a feed.")]
)
def test_the_stylesheet_speaks_the_sites_language_and_parses(language: str, words: str) -> None:
    made = render_stylesheet(language=language)
    assert words in made
    assert [each for each in tinycss2.parse_stylesheet(made) if each.type == "error"] == []


def test_the_links_for_the_theme_name_every_feed_but_the_one_for_services() -> None:
    tags = link_tags(feeds_of([post()], email=True, formats=("rss", "json")))
    assert tags == [
        '<link rel="alternate" type="application/rss+xml" title="Carnet" href="https://blog.example/index.xml">',
        '<link rel="alternate" type="application/feed+json" title="Carnet" href="https://blog.example/feed.json">',
    ]


def test_a_feed_says_what_the_blog_is_about_or_at_least_what_it_is_called() -> None:
    assert [each.description for each in feeds_of(many(1))] == ["Un carnet"]
    assert [each.description for each in feeds_of(many(1), site=replace(SITE, description=" "))] == ["Carnet"]
    (alone,) = feeds_of(many(1), site=replace(SITE, description="", title=""))
    assert (alone.title, alone.description) == ("https://blog.example/", "https://blog.example/")
    assert [each.address.url("json") for each in feeds_of(many(1), formats=("json", "rss"))] == [
        "https://blog.example/feed.json"
    ]


def test_each_format_is_written_as_what_it_is() -> None:
    (document,) = documents_of([post()])
    assert tree(render(document, "rss")).tag == "rss"
    assert tree(render(document, "atom")).tag == f"{ATOM}feed"
    assert json.loads(render(document, "json"))["version"] == "https://jsonfeed.org/version/1.1"
