"""A sentence that says what an article is about counts for more than one that could stand in any."""

from __future__ import annotations

import pytest

from sharekit.text.scoring import content_words, place_value, score, subject
from sharekit.text.words import words

ABOUT = subject("Setting a frame saw", ["joinery"], words("The blade of oak bends. A blade sings. Any blade is there."))
PLAIN = "The frame saw in the cellar has twelve fine teeth an inch."


def value(text: str, *, first: bool = False, language: str = "en") -> float:
    return score(text, frozenset(words(text)), ABOUT, language, first=first)


def test_the_subject_is_title_tags_and_what_the_article_returns_to() -> None:
    assert ABOUT.title == {"setting", "frame"}
    assert ABOUT.tags == {"joinery"}
    assert ABOUT.topics == {"blade"}


def test_words_of_any_text_are_no_content() -> None:
    assert content_words("There would have been a saw, après tout, über frame and também") == ["uber", "frame"]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (PLAIN, PLAIN.replace("frame saw", "old thing")),
        ("All the joinery in the cellar hangs on one nail.", "All the washing in the cellar hangs on one nail."),
        ("A blade in the cellar hangs on one rusty old nail.", "A coat in the cellar hangs on one rusty old nail."),
        ("The cellar has 12 fine teeth an inch at the door.", "The cellar has few fine teeth an inch at the door."),
        ("Most of what I know came from Ada Lovelace herself.", "Most of what I know came from my old aunt herself."),
        ("I lost a finger to the frame saw in the dark cellar.", "I kept a finger on the frame saw in the dark cellar."),
        ("Does anybody know what a frame saw costs in Norway?", "Everybody did know what a frame saw had in Norway."),
        (PLAIN, f"{PLAIN[:-1]} (I think)."),
        (PLAIN, PLAIN.replace("The frame", "This frame")),
        (PLAIN, PLAIN.replace("the cellar", "this cellar")),
        (PLAIN, f"art: {PLAIN}"),
        (PLAIN, "t" + PLAIN[1:]),
        (PLAIN, "The frame saw sings."),
        (PLAIN, PLAIN[:-1] + ", and " * 30 + "so it goes on."),
    ],
)
def test_what_says_more_counts_for_more(more: str, less: str) -> None:
    assert value(more) > value(less)


def test_the_first_sentence_of_a_paragraph_counts_for_more() -> None:
    assert value(PLAIN, first=True) > value(PLAIN)


def test_the_opening_counts_most_and_the_end_more_than_the_middle() -> None:
    places = [place_value(place, 40, ending=False) for place in range(40)]
    assert places[0] > places[1] > places[2] > places[3] > places[8] == places[20] == 0
    assert places[37] == places[39] > places[3]
    assert place_value(20, 40, ending=True) == places[39]
