"""Spaces that do not break, one kind of quotes, and names that notify nobody."""

from __future__ import annotations

import re

import pytest

from sharekit.text.typography import disarmed, inert, typeset


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quoi ? Voici : a ; b !", "Quoi\u202f? Voici\u00a0: a\u202f; b\u202f!"),
        ("Il dit « oui » .", "Il dit «\u00a0oui\u00a0» ."),
        ("Déjà\u00a0! «\u202fBon\u202f»", "Déjà\u202f! «\u00a0Bon\u00a0»"),
        ("à 12:30 sur https://a.example/?b=1", "à 12:30 sur https://a.example/?b=1"),
        ("l’outil n'est pas", "l’outil n’est pas"),
    ],
)
def test_french_is_set_as_it_is_printed(text: str, expected: str) -> None:
    assert typeset(text, "fr-FR") == expected


def test_other_languages_keep_their_spaces_and_have_one_kind_of_quotes() -> None:
    assert typeset("Wait ; what ?", "en") == "Wait ; what ?"
    assert typeset('It\'s “one” and "two", isn’t it', "en") == "It’s “one” and “two”, isn’t it"
    assert typeset('It\'s "two"', "en") == 'It\'s "two"'


@pytest.mark.parametrize("text", ["The @override of @Ada", "see (@scope/name) and @a@b.example", "＠wide"])
def test_no_name_can_notify(text: str) -> None:
    assert not re.search(r"(?<!\w)[@＠]\w", inert(text))
    assert inert(text).replace("\u200d", "") == text
    assert disarmed(inert(text))


def test_what_is_meant_stays() -> None:
    assert inert("Thanks to @ada, ada@blog.example", ["ada"]) == "Thanks to @ada, ada@blog.example"
    assert "#" not in re.findall(r"#\w", inert("the #include line"))
    assert inert("Issue #12 in C# is fixed") == "Issue #12 in C# is fixed"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One , two .", "One, two."),
        ("Sign it ! .", "Sign it !."),
        ("One..", "One."),
        ("One...", "One..."),
        ("On .NET and .5 of it", "On .NET and .5 of it"),
        ("cd ..", "cd .."),
    ],
)
def test_marks_stand_where_they_belong(text: str, said: str) -> None:
    assert typeset(text, "en") == said


def test_a_hash_is_no_hashtag_unless_it_is_meant() -> None:
    assert inert("C and #include") == "C and #\u200dinclude"
    assert inert("＃wide") == "＃\u200dwide"
    assert inert("on #saws", hashtags=True) == "on #saws"
    assert inert("part #2") == "part #2"
