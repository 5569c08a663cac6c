"""What our JSON Feed says, held to https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

from datetime import UTC, datetime

import jsonschema
import pytest

from feedkit import check_json, documents_of, first, post
from sharekit.feeds.render import render
from sharekit.model import Author, Image, Series


def test_an_item_says_all_that_is_known() -> None:
    image = Image(url="https://blog.example/a.png", media_type="image/png", length=9)
    given = post(
        image=image,
        updated=datetime(2026, 3, 2, tzinfo=UTC),
        tags=("bois",),
        categories=("Atelier",),
        authors=(Author(name="Inès", url="https://ines.example/"),),
    )
    data = first([given], "json")
    assert data.startswith(b'{\n  "version"'), "it can be read by a person"
    assert "Inès".encode() in data
    made = check_json(data)
    assert made["items"] == [
        {
            "id": "2026/un",
            "url": "https://blog.example/2026/un/",
            "title": "Article un",
            "content_html": "<p>L'article un.</p>",
            "summary": "Ce que dit un.",
            "image": image.url,
            "date_published": "2026-03-01T08:30:00+00:00",
            "date_modified": "2026-03-02T00:00:00+00:00",
            "authors": [{"name": "Inès", "url": "https://ines.example/"}],
            "tags": ["Atelier", "bois"],
            "attachments": [{"url": image.url, "mime_type": "image/png", "size_in_bytes": 9}],
            "_sharekit": {"categories": ["Atelier"]},
        }
    ]


def test_archives_are_reached_through_next_url() -> None:
    posts = [post(f"n{n}", published=datetime(2026, 1, 1 + n, tzinfo=UTC)) for n in range(5)]
    made = [check_json(render(each, "json")) for each in documents_of(posts, archive=2, limit=1, formats=("json",))]
    assert [each.get("next_url") for each in made] == [
        "https://blog.example/archive/feed-2.json",
        "https://blog.example/archive/feed-1.json",
        None,
    ]
    assert [each["feed_url"] for each in made[1:]] == [each["next_url"] for each in made[:-1]]


def test_a_series_is_an_extension() -> None:
    posts = [post("un"), post("deux")]
    whole = Series(name="Le levain", language="fr", evidence="x", members=tuple(posts), announced=("trois",))
    made = check_json(render(next(documents_of(posts, of_series=[whole], series=True, formats=("json",))), "json"))
    assert made["items"][-1]["_sharekit"]["series"] == [
        {
            "name": "Le levain",
            "position": 1,
            "total": 3,
            "next": "https://blog.example/2026/deux/",
            "collection": "https://blog.example/series/le-levain/feed.json",
        }
    ]


def test_an_article_without_words_has_its_summary_as_content() -> None:
    made = check_json(first([post(html="<script>x()</script>")], "json"))
    assert made["items"][0]["content_text"] == "Ce que dit un."


def test_the_hub_is_named() -> None:
    made = check_json(first([post()], "json", hub="https://hub.example/"))
    assert made["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]


@pytest.mark.parametrize(
    ("was", "becomes"), [('"id"', '"guid"'), ('"content_html"', '"content"'), ("1.1", "9"), ("+00:00", "")]
)
def test_the_rules_refuse_what_the_specification_refuses(was: str, becomes: str) -> None:
    data = first([post()], "json").decode()
    with pytest.raises((jsonschema.ValidationError, KeyError)):
        check_json(data.replace(was, becomes).encode())
