from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.model import Post
from sharekit.shares.links import LABELS, links_html, share_links, tagged
from sharekit.urls import uri

URL = "https://blog.example.org/été/?a=1&b=c++#haut"
TITLES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40)


def links(title: str, url: str = URL) -> dict[str, str]:
    post = Post(id="a", url=url, title=title, published=datetime(2026, 1, 1, tzinfo=UTC), body=lambda: "")
    made = share_links(post, services=tuple(LABELS), via="@moi", hashtags=("#C", "#Été"))
    return {link.name: link.url for link in made}


@settings(deadline=None)
@given(TITLES)
def test_every_title_arrives_whole(title: str) -> None:
    shown = " ".join(title.split())
    made = links(title)
    query = {name: parse_qs(urlsplit(url).query, keep_blank_values=True) for name, url in made.items()}
    address = uri(URL)
    assert query["x"].get("text", [""])[0] == shown
    assert query["x"]["url"] == query["linkedin"]["url"] == query["facebook"]["u"] == query["reddit"]["url"] == [address]
    assert query["bluesky"]["text"] == query["mastodon"]["text"] == [f"{shown} {address}"]
    assert query["hackernews"] == {"u": [address], "t": [shown]}
    assert query["email"] == {"subject": [shown], "body": [f"{shown}\r\n\r\n{address}"]}
    assert all("+" not in url.partition("?")[2] and url.isascii() for url in made.values())


@pytest.mark.parametrize("title", ['C++ & "Rust" #1', "100 % <b>gras</b>", "l’été 🎉", "العربية"])
def test_the_fragment_for_a_theme_is_safe(title: str) -> None:
    post = Post(id="a", url=URL, title=title, published=datetime(2026, 1, 1, tzinfo=UTC), body=lambda: "")
    made = share_links(post, services=tuple(LABELS))
    tree = lxml.html.fragment_fromstring(links_html(made, heading="Partager"))
    assert [each.get("href") for each in tree.iter("a")] == [link.url for link in made]
    assert {each.tag for each in tree.iter()} == {"ul", "li", "a"}


def test_x_wants_names_without_signs() -> None:
    query = parse_qs(urlsplit(links("a")["x"]).query)
    assert (query["via"], query["hashtags"]) == (["moi"], ["C,Été"])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/", "https://a.example/?utm_source=x&utm_medium=r%C3%A9seau"),
        ("https://a.example/?p=1#h", "https://a.example/?p=1&utm_source=x&utm_medium=r%C3%A9seau#h"),
        ("https://a.example/?utm_source=moi", "https://a.example/?utm_source=moi&utm_medium=r%C3%A9seau"),
    ],
)
def test_utm_joins_what_is_there(url: str, expected: str) -> None:
    assert tagged(url, {"source": "{channel}", "utm_medium": "réseau"}, channel="x", slot="launch") == expected
