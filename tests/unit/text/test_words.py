"""Words without their markup, and whether two texts say the same."""

from __future__ import annotations

import pytest

from sharekit.text.words import plain, repeats, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la commande `tree` en **mieux**", "la commande tree en mieux"),
        ("``a`b`` et `c", "a`b et `c"),
        ("[ce lien](https://a.example/x_(y)) et ![](/a.png)", "ce lien et "),
        ("un <em>mot</em>&nbsp;&amp; un <br/>autre", "un mot\u00a0& un autre"),
        ("Un <p> sans fin, et <b>un <i>deux</i></b>", "Un <p> sans fin, et un deux"),
        ("un _tour à bois_ et _tour_", "un tour à bois et _tour_"),
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
    assert repeats({*words("La station météo, en été")}, {*words("Station Meteo en été, la")})
    assert not repeats(set(), {"station"})
    assert not repeats({"station", "radio", "pluie", "neige"}, {"station"})
