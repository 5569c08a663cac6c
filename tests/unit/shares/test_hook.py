from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sharekit.model import Post
from sharekit.shares.hook import hook
from sharekit.shares.words import plain, repeats, words

OPENING = "<p>On soude le boîtier et on le peint. Il a plu toute la semaine.</p><p>Le capteur attend. Voici comment :</p>"


def post(body: str, *, title: str = "Une station", summary: str = "") -> Post:
    published = datetime(2026, 11, 24, tzinfo=UTC)
    return Post(id="a", url="https://blog.example/a/", title=title, published=published, body=lambda: body, summary=summary)


def test_a_summary_that_runs_on_into_code_and_headings_is_told_by_its_paragraphs() -> None:
    """A generator takes the first seventy words of the page, whatever they are."""
    body = OPENING + "<pre><code>print(1)</code></pre><h2>Le capteur</h2><p>Il mesure.</p>"
    summary = "On soude le boîtier et on le peint. Il a plu toute la semaine. Le capteur attend. Voici comment : print(1)"
    found = hook(post(body, summary=summary))
    assert found.sentences == ("On soude le boîtier et on le peint.", "Il a plu toute la semaine.", "Le capteur attend.")
    assert found.own_words


def test_a_summary_of_the_authors_own_is_told_as_it_is() -> None:
    found = hook(post(OPENING, summary="De la soudure, du code et de la pluie"))
    assert found.sentences == ("De la soudure, du code et de la pluie.",)


@pytest.mark.parametrize("body", ["", "<ul><li>On soude le boîtier</li></ul>", "Du texte sans balise", "<p></p>"])
def test_an_article_without_paragraphs_leaves_the_summary(body: str) -> None:
    assert hook(post(body, summary="On soude le boîtier. On code.")).sentences == ("On soude le boîtier.", "On code.")
    assert hook(post(body)).sentences == ()


def test_a_summary_that_repeats_the_title_gives_way_to_the_first_paragraph() -> None:
    body = "<p><img src=a.png></p><p>Voici :</p><p>Un paragraphe assez long pour dire de quoi il sera question ici.</p>"
    found = hook(post(body, title="Une station météo", summary="Une station météo"))
    assert found.sentences == ("Un paragraphe assez long pour dire de quoi il sera question ici.",)
    assert not found.own_words


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ("On soude", ("On soude.",)),
        ("On soude (et on peint)", ("On soude (et on peint).",)),
        ("On soude. 🎉", ("On soude. 🎉",)),
        ("On soude 🎉", ("On soude 🎉",)),
        ("On soude ! Puis on peint :", ("On soude !",)),
        ("Voici ce que l’on soude\u00a0:", ("Voici ce que l’on soude…",)),
        (
            "Avec M. Dupont et (e.g. Paris) la soudure. On peint.",
            ("Avec M. Dupont et (e.g. Paris) la soudure.", "On peint."),
        ),
    ],
)
def test_sentences_end_where_they_do(summary: str, told: tuple[str, ...]) -> None:
    assert hook(post("", summary=summary)).sentences == told


def test_headings_are_topics_and_more_than_one() -> None:
    headings = (
        "Slides",
        "Vidéo :",
        "Le réseau #",
        "Bonjour !",
        "Pour conclure",
        "C’est déjà fini",
        "<em>Les</em>  capteurs ¶",
    )
    body = "".join(f"<h2>{heading}</h2>" for heading in headings)
    assert hook(post(body)).headings == ("Le réseau", "Les capteurs")
    assert hook(post("<div><h2>Le réseau</h2></div><h2>Slides</h2>")).headings == ()


def test_what_a_page_does_not_show_is_no_sentence() -> None:
    body = "<p>On soude le boîtier et on le peint, puis on attend que la pluie passe.<script>alert(1)</script><!-- x --></p>"
    assert hook(post(body)).sentences == ("On soude le boîtier et on le peint, puis on attend que la pluie passe.",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la commande `tree` en **mieux**", "la commande tree en mieux"),
        ("``a`b`` et `c", "a`b et `c"),
        ("[ce lien](https://a.example/x_(y)) et ![](/a.png)", "ce lien et "),
        ("un <em>mot</em>&nbsp;&amp; un <br/>autre", "un mot\u00a0& un autre"),
        ("__init__, *args, **kwargs et Vec<T>", "__init__, *args, **kwargs et Vec<T>"),
        ("a [b] (c) & d; 2 ** 3 ** 4 < 5", "a [b] (c) & d; 2 ** 3 ** 4 < 5"),
        ("", ""),
    ],
)
def test_words_without_their_markup(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_words_are_compared_without_case_and_accents() -> None:
    assert words("L’Été À Ça ŒUVRE naïve") == words("l’ete a ca œuvre NAIVE")
    assert words("Straße") == words("STRASSE")
    assert repeats("La station météo, en été", "Station Meteo en été, la")
    assert not repeats("", "Station")
