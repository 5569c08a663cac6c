from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.preview.texts import fold, shown


def test_links_hashtags_and_mentions_stand_out() -> None:
    made = shown("Merci @moi@ici.example & #météo https://blog.example/a?b=1&c=2.", "bluesky")
    assert made == (
        "Merci <b>@moi@ici.example</b> &amp; <b>#météo</b> "
        '<a href="https://blog.example/a?b=1&amp;c=2">https://blog.example/a?b=1&amp;c=2</a>.'
    )


@pytest.mark.parametrize("text", ["C#", "n°#", "a/#b", "# seul", "moi@ici.example", "#2026"])
def test_what_no_network_links_stays_plain(text: str) -> None:
    assert "<b>" not in shown(text, "x")


def test_x_shows_the_beginning_of_an_address() -> None:
    made = shown("https://www.blog.example/2026/04/un-article-au-nom-long/", "x")
    assert made == (
        '<a href="https://www.blog.example/2026/04/un-article-au-nom-long/">blog.example/2026/04/un-article-au…</a>'
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(["x", "mastodon", "linkedin"]))
def test_no_text_becomes_markup(text: str, like: str) -> None:
    made = lxml.html.fragment_fromstring(f"<div>{shown(text, like)}</div>")
    assert {each.tag for each in made.iter()} <= {"div", "a", "b"}
    if like == "linkedin":
        assert made.text_content() == text


def test_linkedin_folds_a_text_after_three_lines_or_two_hundred_characters() -> None:
    assert fold("court") == len("court")
    text = "un mot " * 60
    assert text[: fold(text)].endswith(" ")
    assert fold(text) <= 200
    lines = "un\n\ndeux\n\ntrois"
    assert lines[: fold(lines)] == "un\n\ndeux\n"
