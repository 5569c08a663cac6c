"""What a sentence needs beside itself: the one before it, or the day that it was written."""

from __future__ import annotations

import pytest

from sharekit.text.scoring import is_dated, leans, points_back
from sharekit.text.words import words


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "However, it works."),
        ("en", "They cut all of it."),
        ("en", "The second step is to set the teeth."),
        ("en", "More specifically, the blade is bent."),
        ("en", "It cuts all day."),
        ("en", "I've sharpened it twice."),
        ("fr", "Nous allons aujourd’hui les ranger dans une boîte."),
        ("fr", "Il suffit alors de la régler."),
        ("fr", "Elle coupe encore."),
        ("fr", "C’est la scie de mon père."),
        ("fr", "La deuxième étape est l’affûtage."),
        ("fr", "Jusque là, personne ne la voulait."),
        ("de", "Allerdings schneidet sie nicht."),
        ("de", "Der dritte Schritt ist das Schärfen."),
        ("es", "Sin embargo, corta bien."),
        ("es", "Quitó la hoja con un golpe."),
        ("es", "Con estos cambios corta mejor."),
        ("pt", "Além disso, corta bem."),
        ("pt", "O quinto ponto é a lâmina."),
        ("pt", "Ganharam uma serra nova."),
    ],
)
def test_what_needs_the_sentence_before_it_leans(language: str, sentence: str) -> None:
    assert leans(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Saws that sing cut well."),
        ("en", "A saw works."),
        ("en", "It took me a day to find the crack."),
        ("en", "I believe it's time for a new blade."),
        ("fr", "Il faut trois scies pour un meuble."),
        ("fr", "Ce matin, la scie chantait."),
        ("de", "Es gibt drei Sägen."),
        ("es", "La sierra corta bien."),
        ("pt", "A serra corta bem."),
        # Nothing is known of Finnish.
        ("fi", "However, it works."),
    ],
)
def test_what_stands_alone_does_not_lean(language: str, sentence: str) -> None:
    assert not leans(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence", "back"),
    [
        ("en", "Two saws solve this problem.", True),
        ("en", "Nobody could make that.", True),
        ("en", "Most saws are blunt these days.", False),
        ("en", "A saw that sings cuts.", False),
        ("en", "Old saws also rust.", True),
        ("fr", "Le marchand a ensuite sorti une scie.", True),
        ("fr", "Deux scies règlent ce problème.", True),
        ("fr", "La scie, ce qui compte, chante.", False),
        ("de", "Zwei Sägen lösen dieses Problem.", True),
        ("de", "Zwei Sägen lösen jedes Problem.", False),
        ("es", "Dos sierras resuelven este problema.", True),
        ("es", "Dos sierras cuestan menos este año.", False),
        ("pt", "Duas serras resolvem esse problema.", True),
        ("pt", "Duas serras custam pouco.", False),
        ("fi", "Two saws solve this problem.", False),
    ],
)
def test_a_this_that_was_said_before_points_back(language: str, sentence: str, back: bool) -> None:
    assert points_back(sentence, language, frozenset(words(sentence))) is back


@pytest.mark.parametrize(
    "sentence",
    [
        "Today we are excited to announce a saw.",
        "The shop opens next week.",
        "We just released a new blade.",
        "A few hours ago the blade broke.",
        "Aujourd’hui la scie chante.",
        "La boutique vient d’annoncer une scie.",
        "Heute singt die Säge.",
        "Esta semana la sierra canta.",
        "A loja acaba de lançar uma serra.",
        "Ontem a serra cantou.",
    ],
)
def test_what_was_true_on_the_day_is_dated(sentence: str) -> None:
    assert is_dated(sentence)


@pytest.mark.parametrize("sentence", ["A saw sings.", "Hier steht die Säge.", "Der Morgen war kalt.", "This is a saw."])
def test_what_stays_true_is_not_dated(sentence: str) -> None:
    assert not is_dated(sentence)
