"""A text is cut where its sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.text.sentences import balanced, closed, excerpt, sentences, together


def test_sentences_keep_their_marks_and_french_spacing() -> None:
    text = "Le score est de 3.5 sur 5. Vraiment\u00a0? Oui\u00a0! « Bien sûr. » Fin."
    assert sentences(text) == ["Le score est de 3.5 sur 5.", "Vraiment\u00a0?", "Oui\u00a0!", "« Bien sûr. »", "Fin."]


def test_an_excerpt_ends_at_a_sentence_else_at_a_word() -> None:
    assert excerpt("One two. Three four.", 15) == "One two."
    assert excerpt("One two three four", 12) == "One two…"
    assert excerpt("One", 12) == "One"
    assert excerpt("one two. · three four", 12) == "one two…"


@given(st.text(max_size=300), st.integers(min_value=1, max_value=100))
def test_an_excerpt_fits(text: str, most: int) -> None:
    assert len(excerpt(text, most)) <= most


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rabots, gouges, maillets... On garde les deux. Fin.", ["Rabots, gouges, maillets... On garde les deux.", "Fin."]),
        (
            '"A dull blade sings. You hear it." A luthier said so.',
            ['"A dull blade sings. You hear it."', "A luthier said so."],
        ),
        ("Er kam am 3. Mai mit z. B. Holz. Dann ging er.", ["Er kam am 3. Mai mit z. B. Holz.", "Dann ging er."]),
        ("Elle coupe env. 3 cm par trait. Bien.", ["Elle coupe env. 3 cm par trait.", "Bien."]),
        ("¿Por qué? ¡Porque sí! Vale.", ["¿Por qué?", "¡Porque sí!", "Vale."]),
        ("木を切る。紙に包む。", ["木を切る。", "紙に包む。"]),
        ("It costs 3.5 euros (as in 2024. Or so). Good.", ["It costs 3.5 euros (as in 2024. Or so).", "Good."]),
    ],
)
def test_what_belongs_together_is_one_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["« Oui", 'a "b', "(c", "“d", "„e"])
def test_what_is_opened_and_not_closed_is_not_balanced(text: str) -> None:
    assert not balanced(text)


@pytest.mark.parametrize("text", ["« Oui »", 'a "b"', "(c)", "“d”", "„e“", "„f”", "Tomara =)", "Done (at last) :-)"])
def test_what_is_closed_is_balanced(text: str) -> None:
    assert balanced(text)


@pytest.mark.parametrize(
    "text", ["One. Two! Three?", "木を切る。紙に包む。終わり。", "「切る。」紙に包む。", "ตัดไม้ ห่อกระดาษ", "Oui ! Non."]
)
def test_sentences_are_put_together_as_they_were(text: str) -> None:
    assert together(sentences(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A saw", "A saw."),
        ("A saw ", "A saw."),
        ("A saw!", "A saw!"),
        ("A saw 🎉", "A saw 🎉"),
        ("“A saw.”", "“A saw.”"),
        ("He says “a saw”", "He says “a saw”."),
        ("鋸", "鋸"),
        ("เลื่อย", "เลื่อย"),
        ("", ""),
    ],
)
def test_a_sentence_is_closed_where_its_script_closes_one(text: str, said: str) -> None:
    assert closed(text) == said


def test_an_excerpt_is_on_one_line() -> None:
    assert excerpt("A  saw\nsings.", 20) == "A saw sings."


@pytest.mark.parametrize("day", ["Am 3. April", "Das Treffen vom 30.8. 2013", "Seit dem 12. Dezember"])
def test_the_day_of_a_german_date_ends_no_sentence(day: str) -> None:
    assert sentences(f"{day} wird der neue Ofen angeheizt. Danach gibt es Brot.") == [
        f"{day} wird der neue Ofen angeheizt.",
        "Danach gibt es Brot.",
    ]
    assert sentences("Das ist Kapitel 3. Brot gibt es danach.") == ["Das ist Kapitel 3.", "Brot gibt es danach."]
