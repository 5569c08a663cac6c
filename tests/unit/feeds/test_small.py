"""Licences, the stylesheet, the links for the theme, what a written feed holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import feeds_of, first, many, post
from sharekit.errors import ConfigError
from sharekit.feeds.addresses import Address, feed_name
from sharekit.feeds.documents import css_string, link_tags, render_stylesheet
from sharekit.feeds.extensions import licence_url
from sharekit.feeds.render import count_entries

if TYPE_CHECKING:
    from sharekit.config import Format


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("Licensed under CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("cc by 3.0", "https://creativecommons.org/licenses/by/3.0/"),
        ("CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ('<a href="https://creativecommons.org/licenses/by/4.0/">x</a>', "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY-SA", None),
        ("© 2026 Inès Vidal", None),
        ("", None),
    ],
)
def test_a_named_licence_is_known_by_its_url(words: str, url: str | None) -> None:
    assert licence_url(words) == url


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


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("count", [0, 3])
def test_entries_of_a_written_feed_are_counted(form: str, count: int) -> None:
    assert count_entries(first(many(count), form)) == count


@pytest.mark.parametrize("data", [b"", b"{", b"<rss", b'{"items": 3}', b"<html/>"])
def test_what_is_no_feed_has_no_entries(data: bytes) -> None:
    assert count_entries(data) == 0


@pytest.mark.parametrize(
    ("name", "formats", "paths"),
    [
        (None, ("rss", "atom", "json"), ["index.xml", "atom.xml", "feed.json"]),
        ("feed", ("rss",), ["feed.xml"]),
        ("feed.xml", ("rss", "json"), ["feed.xml", "feed.json"]),
        ("atom", ("atom", "rss"), ["atom.xml", "index.xml"]),
        ("atom", ("rss", "atom"), ["atom.xml", "atom.atom.xml"]),
        ("/blog/index.xml", ("rss", "atom"), ["blog/index.xml", "atom.xml"]),
        ("posts", ("json", "rss"), ["posts.json", "index.xml"]),
    ],
)
def test_the_feed_stays_where_its_subscribers_are(name: str | None, formats: tuple[Format, ...], paths: list[str]) -> None:
    address = Address(site="https://blog.example/", stem=feed_name(name), first=formats[0])

    assert [address.path(form) for form in formats] == paths
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("name", ["../feed", "", "a b", "feed?x"])
def test_a_name_that_is_no_place_below_the_site_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="name"):
        feed_name(name)
