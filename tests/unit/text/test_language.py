"""A theme's language is often not that of the articles."""

from __future__ import annotations

import pytest

from sharekit.text.scoring import spoken

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
    assert spoken(TEXTS[language] * 2, declared) == language


@pytest.mark.parametrize(
    ("text", "declared", "said"), [("Die Säge.", "en-US", "en"), ("", "fr", "fr"), (TEXTS["de"], "nl", "nl")]
)
def test_a_few_words_and_other_languages_are_believed(text: str, declared: str, said: str) -> None:
    assert spoken(text, declared) == said
