"""How a share says which part of which series an article is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sharekit.model import Part, Post
from sharekit.shares.frame import own_number, place, readable


def post(body: str = "", **more: Any) -> Post:
    values: dict[str, Any] = {"id": "a", "url": "https://blog.example/a/", "title": "Le rabot", "language": "en"}
    return Post(**{**values, "published": datetime(2026, 11, 24, tzinfo=UTC), "body": lambda: body, **more})


@pytest.mark.parametrize(
    ("name", "member", "said"),
    [
        ("ci-cd", post(tags=("CI/CD",)), "CI/CD"),
        ("le-grand-jardin", post(), "Le grand jardin"),
        ("wood fair 2009", post("<p>We met at Wood Fair 2009, in a barn.</p>"), "Wood Fair 2009"),
        ("turning-with-ai", post("<p>We ask an AI for the speed, and an AI for the angle.</p>"), "Turning with AI"),
        ("life-in-porto-alegre", post("<p>Rain in Porto Alegre, sun in Porto Alegre.</p>"), "Life in Porto Alegre"),
        # Shouted once, and written otherwise ever after.
        (
            "dotfiles",
            post("<p>My DOTFILES!</p>" + "<p>All dotfiles are my dotfiles.</p>" * 3),
            "Dotfiles",
        ),
        ("make a door", post("<p>How to make a Door, again.</p>"), "Make a Door"),
        ("iOS at home", post(), "iOS at home"),
        ("Der Span", post("<p>DER SPAN</p>"), "Der Span"),
        ("netzneutralität", post(), "Netzneutralität"),
    ],
)
def test_an_id_becomes_the_name_that_the_articles_use(name: str, member: Post, said: str) -> None:
    assert readable(name, [member]) == said


def test_what_was_shared_before_does_not_begin_again() -> None:
    first = Part(series="The bench", position=1, total=3)
    begins = place(first, "en", "Legs")
    assert begins is not None
    assert begins.full == "“The bench” begins: part 1 of 3."
    assert begins.again == "Part 1 of 3 in the series “The bench”."
    ends = place(Part(series="The bench", position=3, total=3), "en", "Top", last=True)
    assert ends is not None
    assert ends.full == ends.again == "The last part of “The bench”: 3 of 3."


@pytest.mark.parametrize(
    ("title", "series", "number"),
    [
        ("Diary, part 9", "", 9),
        ("Diary IX", "", None),
        ("Part IV: the lid", "", 4),
        ("The bench #2", "", 2),
        ("The bench 3/7", "", 3),
        ("4. The lid", "", 4),
        ("The bench 5", "The bench", 5),
        ("The bench 5", "The shelf", None),
        ("Windows 11", "", None),
        ("2026/11 in short", "", 2026),
    ],
)
def test_the_number_that_a_title_gives_itself(title: str, series: str, number: int | None) -> None:
    assert own_number(title, series) == number


def test_a_part_alone_has_no_place() -> None:
    assert place(None, "en", "Legs") is None
    assert place(Part(series="The bench", position=1, total=1), "en", "Legs") is None
    assert place(Part(series="The bench", position=1, total=1, more=True), "en", "Legs") is not None


def test_two_parts_are_a_series() -> None:
    found = place(Part(series="The bench", position=1, total=2), "en", "Legs")
    assert found is not None
    assert found.full == "“The bench” begins: part 1 of 2."
    assert (found.short, found.bare) == ("The bench, 1/2", "1/2")
