"""Where feeds lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedkit import SITE, post
from sharekit.config import FeedSettings
from sharekit.errors import ConfigError
from sharekit.feeds.document import FeedAddress, feed_name, slugs
from sharekit.feeds.select import select_feeds, series_addresses
from sharekit.model import Series, Site

if TYPE_CHECKING:
    from sharekit.config import Format


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
    address = FeedAddress(site="https://blog.example/", stem=feed_name(name), first=formats[0])

    assert [address.path(form) for form in formats] == paths
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("name", ["../feed", "", "a b", "feed?x"])
def test_a_name_that_is_no_place_below_the_site_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="name"):
        feed_name(name)


def test_an_archive_lies_in_a_folder_of_its_own_below_its_feed() -> None:
    address = FeedAddress(site="https://blog.example/", folder="fr/")
    assert address.path("rss", 3) == "fr/archive/index-3.xml"
    assert address.url("json", 1) == "https://blog.example/fr/archive/feed-1.json"


def test_names_that_share_a_folder_keep_theirs_for_good() -> None:
    assert slugs(["Été", "ete", "Bois"]) == {"Été": "ete-adca", "ete": "ete-cc2e", "Bois": "bois"}


def test_a_title_does_not_move_the_feed_of_a_series() -> None:
    member = post("one", language="fr")
    series = Series(name="CI/CD à l'atelier", id="cicd", language="fr", evidence="front matter", members=(member,))
    (address,) = series_addresses(SITE, [member], [series]).values()
    assert address.folder == "series/cicd/"


@pytest.mark.parametrize(
    ("home", "root", "places"),
    [
        ("https://b.example/", "", {"fr": "index.xml", "en": "en/index.xml"}),
        ("https://b.example/fr/", "https://b.example/", {"fr": "fr/index.xml", "en": "en/index.xml"}),
        ("https://b.example/blog/fr/", "https://b.example/blog/", {"fr": "fr/index.xml", "en": "en/index.xml"}),
    ],
)
def test_each_feed_says_the_address_at_which_its_file_lies(home: str, root: str, places: dict[str, str]) -> None:
    site = Site(title="B", url=home, language="fr", above=root)
    posts = [
        post("a", id="a", url=f"{home}a/", language="fr"),
        post("b", id="b", url=f"{site.root}en/b/", language="en"),
    ]
    found = select_feeds(site, posts, (), FeedSettings(series=False))

    assert {each.language: each.address.path("rss") for each in found} == places
    assert [each.kind for each in found] == ["site", "language"]
    for each in found:
        assert each.address.url("rss") == site.root + each.address.path("rss")
