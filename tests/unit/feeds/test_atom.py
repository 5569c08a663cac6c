"""What our Atom says, held to RFC 4287."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from feedkit import ATOM, check_atom, documents_of, first, post, tree
from sharekit.feeds.render import render
from sharekit.model import Author, Image, Series

IMAGE = Image(url="https://blog.example/a.png", media_type="image/png", length=20541)


def test_links_keep_their_relation_type_and_length() -> None:
    entry = tree(first([post(image=IMAGE)], "atom")).find(f"{ATOM}entry")
    assert entry is not None
    assert [dict(each.attrib) for each in entry.findall(f"{ATOM}link")] == [
        {"rel": "alternate", "href": "https://blog.example/2026/un/", "type": "text/html"},
        {"rel": "enclosure", "href": IMAGE.url, "length": "20541", "type": "image/png"},
    ]


def test_an_id_is_an_iri_and_the_plain_id_stands_beside_it() -> None:
    entry = tree(first([post()], "atom")).find(f"{ATOM}entry")
    assert entry is not None
    assert uuid.UUID(entry.findtext(f"{ATOM}id", "")).version == 5
    assert entry.findtext("{http://purl.org/dc/elements/1.1/}identifier") == "2026/un"


def test_content_is_escaped_html() -> None:
    content = tree(first([post(html="<p>a<br>b</p>")], "atom")).find(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    assert (content.get("type"), content.text) == ("html", "<p>a<br>b</p>")


def test_a_feed_names_an_author_even_where_nobody_is_known() -> None:
    data = first([post(authors=())], "atom")
    check_atom(data)
    assert tree(data).findtext(f"{ATOM}author/{ATOM}name") == "Carnet"


def test_an_empty_feed_was_updated_at_a_fixed_moment() -> None:
    data = first([], "atom")
    check_atom(data)
    assert tree(data).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_a_licence_is_a_link() -> None:
    links = {each.get("rel"): each.get("href") for each in tree(first([post()], "atom")).findall(f"{ATOM}link")}
    assert links["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"


@pytest.mark.parametrize("content", ["full", "summary"])
def test_every_document_keeps_the_rules(content: str) -> None:
    posts = [
        post(
            f"n{n}",
            image=IMAGE if n % 2 else None,
            updated=datetime(2026, 4, n + 1, tzinfo=UTC) if n % 3 else None,
            authors=(Author(name="Inès", url="https://ines.example/"),) if n % 4 else (),
            tags=("bois",),
            categories=("Atelier",),
        )
        for n in range(7)
    ]
    series = Series(name="Le levain", language="fr", evidence="x", members=tuple(posts[:3]))
    given: dict[str, Any] = {
        "series": True,
        "archive": 2,
        "limit": 2,
        "hub": "https://hub.example/",
        "tags": ("bois",),
        "content": content,
    }
    count = 0
    for document in documents_of(posts, of_series=[series], formats=("rss", "atom", "json"), **given):
        check_atom(render(document, "atom"))
        count += 1
    assert count == (1 + 3) + (1 + 1) + (1 + 3)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"<id>urn:uuid:", b"<id>uuid-"),
        (b"</updated>", b" </updated>"),
        (b' href="https://blog.example/2026/un/"', b""),
        (b"<name>Carnet</name>", b"<name></name>"),
        (b"<entry>", b"<entry><id>urn:x-second:1</id>"),
        (b"<summary>", b"<description>words</description><summary>"),
    ],
)
def test_the_rules_refuse_what_the_specification_refuses(was: bytes, becomes: bytes) -> None:
    data = first([post()], "atom")
    assert was in data
    with pytest.raises(AssertionError):
        check_atom(data.replace(was, becomes))


def test_a_feed_has_one_link_of_each_relation_and_type() -> None:
    """RFC 4287 §4.1.1: no two alternate links of one type and language."""
    root = tree(first([post()], "atom", formats=("rss", "atom")))
    assert [(link.get("rel"), link.get("type")) for link in root.findall(f"{ATOM}link")] == [
        ("self", "application/atom+xml"),
        ("alternate", "text/html"),
        ("alternate", "application/rss+xml"),
        ("license", None),
    ]
