"""Languages: the locale of a tag, and the language that a text is written in by its commonest words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sharekit.text.words import WORD

if TYPE_CHECKING:
    from babel import Locale

_COMMONEST = {
    "en": "the and of to is that it for was with are be this have you not but from they we at has an can by which",
    "fr": "le les des est une dans pour pas sur que qui du au avec ce il nous vous mais sont je cette aux ou plus par",
    "de": "der die und das ist nicht ein eine den von zu mit sich auf für dem wir es auch ich wird werden im aber oder",
    "es": "el los las una que por con para es del como más pero se lo al un su no esta este y muy sin ya hay",
    "pt": "os as um uma não que para com em do da no na dos das mais por se como é ou mas ao isso ser você são",
}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in _COMMONEST.items():
    for _word in _words.split():
        _LANGUAGES.setdefault(_word, []).append(_language)
# Fewer of the common words than these decide nothing.
_LEAST = 12


def spoken(text: str, declared: str) -> str:
    """The language of a text, as an ISO 639-1 code: the declared one unless another is plainly more likely.

    A blog's own setting is often that of its theme.
    Only English, French, German, Spanish and Portuguese are distinguished; a text declared in another one is believed.
    """
    language = declared.partition("-")[0].lower()
    if language not in _COMMONEST:
        return language
    found = Counter(name for word in WORD.findall(text.lower()) for name in _LANGUAGES.get(word, ()))
    likely, count = max(found.items(), key=lambda pair: pair[1], default=(language, 0))
    return likely if count >= _LEAST and count > 2 * found[language] else language


def locale_of(language: str) -> Locale:
    """The locale of a language tag (BCP 47); English where Babel does not know it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")
