"""Which article an address belongs to, and what a reading says of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sharekit.model import Post, Site, post_id
from sharekit.sources.reading import alias_path, reading, settle_addresses


def post(path: str, *aliases: str) -> Post:
    url = f"https://blog.example/{path}/"
    return Post(
        id=post_id(url),
        url=url,
        title=path,
        published=datetime(2026, 1, 1, tzinfo=UTC),
        body=str,
        source=f"content/{path}.md",
        aliases=aliases,
    )


def test_an_alias_of_one_post_alone_stays() -> None:
    posts = [post("neuf", "vieux", "plus/vieux"), post("autre")]
    assert settle_addresses(posts) == (posts, [])


def test_an_address_belongs_to_the_page_that_is_there() -> None:
    settled, findings = settle_addresses([post("neuf", "autre", "vieux"), post("autre")])
    assert [each.aliases for each in settled] == [("vieux",), ()]
    assert [(each.rule, each.path) for each in findings] == [("alias-clash", "content/neuf.md")]
    assert "content/autre.md" in findings[0].message


def test_an_alias_of_two_posts_is_an_address_of_neither() -> None:
    settled, findings = settle_addresses([post("un", "vieux"), post("deux", "vieux", "seul"), post("trois", "vieux")])
    assert [each.aliases for each in settled] == [(), ("seul",), ()]
    assert [each.rule for each in findings] == ["alias-twice"] * 3
    assert "content/deux.md" in findings[0].message


def test_an_alias_that_is_the_posts_own_address_says_nothing() -> None:
    settled, findings = settle_addresses([post("un", "un", "vieux")])
    assert settled[0].aliases == ("vieux",)
    assert findings == []


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("/vieux/", "b/vieux"),
        ("vieux", "b/vieux"),
        ("/vieux/index.html", "b/vieux"),
        ("/caf%C3%A9/", "b/café"),
        ("https://blog.example/a/", "a"),
        ("https://other.example/a/", None),
        ("http://[", None),
    ],
)
def test_an_alias_is_a_decoded_path(alias: str, path: str | None) -> None:
    assert alias_path(alias, "https://blog.example/b/") == path


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Un titre\nsur deux lignes\n", "Un titre sur deux lignes"),
        (" Deux \r\n  lignes ", "Deux lignes"),
        ("Une\u00a0espace insécable\u202f!", "Une\u00a0espace insécable\u202f!"),
        ("Un \x08signe", "Un signe"),
    ],
)
def test_a_title_is_one_line(written: str, title: str) -> None:
    blog = Site(title="Blog", url="https://blog.example/")
    assert [each.title for each in reading(blog, [replace(post("un"), title=written)], None).posts] == [title]
