"""A sentence that says what an article is about counts for more than one that could stand in any."""

from __future__ import annotations

from collections import Counter

import pytest

from sharekit.text.scoring import is_aside, is_label, place_value, score, subject
from sharekit.text.vocabulary import LANGUAGES, lowered, spoken, vocabulary
from sharekit.text.words import words

CUES = "lost"
ENGLISH = vocabulary("en")
SAID = Counter(words(f"Blade, blade, blade of oak, there and there and there. {CUES}"))
ABOUT = subject(words("Setting a frame saw"), ["joinery"], SAID, ENGLISH)
PLAIN = "The frame saw in the cellar has twelve fine teeth an inch."


def leans(text: str, language: str) -> bool:
    return vocabulary(language).leans.match(lowered(text)) is not None


def value(text: str, *, first: bool = False, code: bool = False) -> float:
    known = frozenset(words(text))
    low = lowered(text)
    aside = is_aside(low, known, ABOUT, ENGLISH)
    return score(text, low, known, ABOUT, ENGLISH, first=first, leaning=leans(text, "en"), aside=aside, code=code)


def test_the_subject_is_title_tags_and_what_the_article_returns_to() -> None:
    assert ABOUT.title == {"setting", "frame"}
    assert ABOUT.tags == {"joinery"}
    assert ABOUT.topics == {"blade"}


def test_words_of_any_text_are_no_content() -> None:
    assert ENGLISH.content(words("There would have been a saw, über frame")) == {"uber", "frame"}
    assert vocabulary("fr").content(words("Après tout, une scie à cadre.")) == {"scie", "cadre"}


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
        (PLAIN, PLAIN.replace("The frame saw", "I ate breakfast, the frame saw")),
        ("The dog sleeps on the old bench by the dark door.", "I sleep on the old bench by the dark cellar door."),
        (PLAIN, f"Open the shop: {PLAIN}"),
        (PLAIN, f"art: {PLAIN}"),
        (PLAIN, "t" + PLAIN[1:]),
        (PLAIN, "The frame saw sings."),
        (PLAIN, "The frame saw, a file, a stone, a vice, a clamp, wax and oil."),
        (PLAIN, PLAIN[:-1] + ", and " * 30 + "so it goes on."),
    ],
)
def test_what_says_more_counts_for_more(more: str, less: str) -> None:
    assert value(more) > value(less)


def test_the_first_sentence_of_a_paragraph_counts_for_more() -> None:
    assert value(PLAIN, first=True) > value(PLAIN)


def test_what_stands_beside_a_listing_counts_for_less() -> None:
    assert value(PLAIN) - value(PLAIN, code=True) > 1


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("Sharp saws.", True),
        ("Exercise: measure the rain in the yard.", True),
        ("Exercice : mesurer la pluie du jardin.", True),
        ("Saws cut wood well.", False),
        ("Why not saws?", False),
        ("鋸は木を切る。", False),
        ("A rule of thumb: measure twice.", False),
    ],
)
def test_a_label_is_no_sentence(sentence: str, label: bool) -> None:
    assert is_label(sentence, words(sentence)) is label


def test_the_opening_counts_most_and_the_end_more_than_the_middle() -> None:
    places = [place_value(place, 40, ending=False) for place in range(40)]
    assert places[0] > places[1] > places[2] > places[3] > places[8] == places[20] == 0
    assert places[37] == places[39] > places[3]
    assert place_value(20, 40, ending=True) == places[39]


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
        ("en", "If they sing, they cut."),
        ("en", "Wipe that, and set it down."),
        ("fr", "Si vous la graissez, elle dure."),
        ("fr", "Il y a d’autres scies au mur."),
        ("de", "In diesem Fall singt die Säge."),
        ("es", "Dichas sierras cortan bien."),
        ("es", "De todos modos, la sierra corta."),
        ("pt", "Aí a serra canta."),
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
    assert vocabulary(language).back.are_in(lowered(sentence), words(sentence)) is back


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Today we are excited to announce a saw."),
        ("en", "The shop opens next week."),
        ("en", "We just released a new blade."),
        ("en", "A few hours ago the blade broke."),
        ("fr", "Une scie chante dans la grange à 19h30."),
        ("fr", "Aujourd’hui la scie chante."),
        ("fr", "La boutique vient d’annoncer une scie."),
        ("de", "Heute singt die Säge."),
        ("es", "Esta semana la sierra canta."),
        ("pt", "A loja acaba de lançar uma serra."),
        ("pt", "Ontem a serra cantou."),
    ],
)
def test_what_was_true_on_the_day_is_dated(language: str, sentence: str) -> None:
    assert vocabulary(language).dated.search(lowered(sentence))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "A saw sings."), ("de", "Hier steht die Säge."), ("de", "Der Morgen war kalt."), ("en", "This is a saw.")],
)
def test_what_stays_true_is_not_dated(language: str, sentence: str) -> None:
    assert not vocabulary(language).dated.search(lowered(sentence))


def test_each_language_that_a_text_may_be_in_has_its_lists() -> None:
    assert set(TEXTS) == set(LANGUAGES)
    assert all(vocabulary(language).is_known for language in LANGUAGES)
    assert not vocabulary("fi").is_known


TEXTS = {
    "en": "The saw is in the cellar, and it has been there for years. Nobody has used it, but they will not sell it.",
    "fr": "La scie est dans la cave, et elle y est depuis des années. Personne ne l’a utilisée, mais on ne vend pas.",
    "de": "Die Säge ist im Keller, und sie ist nicht zu verkaufen. Der Hobel wird auch nicht verkauft, aber es singt.",
    "es": "La sierra está en el sótano, y los vecinos no la usan por las noches. Una hoja más para el taller, sin mango.",
    "pt": "A serra está no porão, e os vizinhos não a usam. Uma lâmina mas sem cabo, que é como eles são, não um.",
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("declared", ["en", "fr-FR", "de", "es-419", "pt-BR"])
def test_the_words_of_a_text_tell_its_language(language: str, declared: str) -> None:
    assert spoken(Counter(words(TEXTS[language] * 2)), declared).partition("-")[0] == language


@pytest.mark.parametrize(
    ("text", "declared", "said"), [("Die Säge.", "en-US", "en-US"), ("", "fr", "fr"), (TEXTS["de"], "nl", "nl")]
)
def test_a_few_words_and_other_languages_are_believed(text: str, declared: str, said: str) -> None:
    assert spoken(Counter(words(text)), declared) == said


def test_half_of_the_common_words_must_be_more_than_twice_as_many() -> None:
    french = "le les des est une dans pour pas sur que qui du"
    assert spoken(Counter(french.split()), "en") == "fr"
    assert spoken(Counter(french.removesuffix(" du").split()), "en") == "en"


@pytest.mark.parametrize(
    ("language", "sentence", "aside"),
    [
        ("en", "We arrived at the fair after noon.", True),
        ("en", "I slept badly.", True),
        ("en", "I sharpen a frame saw by hand.", False),
        ("en", "The fair opens at noon.", False),
        ("fr", "Malheureusement je suis arrivé un peu tard au salon.", True),
        ("fr", "Je n’avais jamais vu une poêle aussi grande.", True),
        ("fr", "La salle était pleine à craquer.", True),
        ("fr", "Le forgeron a montré trois lames.", False),
        ("de", "Mein Zug kam nicht.", True),
        ("es", "Llegué tarde al taller.", True),
        ("pt", "Eu dormi mal.", True),
    ],
)
def test_the_journey_of_the_author_is_an_aside(language: str, sentence: str, aside: bool) -> None:
    assert is_aside(lowered(sentence), frozenset(words(sentence)), ABOUT, vocabulary(language)) is aside


@pytest.mark.parametrize(
    ("language", "sentence", "step"),
    [
        ("en", "Click on the saw.", True),
        ("en", "In the settings of the saw, change the blade.", True),
        ("en", "Running saws cut well.", False),
        ("fr", "Ouvrez la boîte.", True),
        ("fr", "Dans les réglages de la scie, changez la lame.", True),
        ("fr", "Chez le forgeron, tout chante.", False),
        ("de", "Öffne die Kiste.", True),
        ("es", "Abre la caja.", True),
        ("pt", "Abra a caixa.", True),
    ],
)
def test_a_step_tells_the_reader_what_to_do(language: str, sentence: str, step: bool) -> None:
    assert (vocabulary(language).steps.match(lowered(sentence)) is not None) is step


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The first keynote was the usual one."),
        ("en", "In other news, the fair moves to Oslo."),
        ("en", "The good news is that it cuts."),
        ("en", "First, the blade is bent."),
        ("fr", "La première keynote était l’habituelle revue."),
        ("fr", "Dans les petites news, le salon part à Oslo."),
        ("fr", "La bonne nouvelle, c’est que la scie coupe."),
        ("fr", "Tiens, une scie."),
        ("fr", "Le premier, en chêne, tient dix ans."),
        ("de", "Der zweite Vortrag handelte vom Hobel."),
        ("es", "La primera charla trató de sierras."),
        ("pt", "A segunda palestra tratou de serras."),
    ],
)
def test_what_announces_or_counts_leans_on_what_was_announced(language: str, sentence: str) -> None:
    assert leans(sentence, language)
