"""A day in the reader's words, as an editor would write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.templating import locale_of

if TYPE_CHECKING:
    from datetime import date

# The first of a month is an ordinal in these languages, which the patterns of CLDR cannot say; the others that sharekit
# speaks write a cardinal (es, nl, en) or a full stop after every day (de).
FIRST = {"fr": "1er", "it": "1º", "pt": "1º", "pt-PT": "1.º"}


def format_day(day: date, language: str) -> str:
    """The long form of a date, such as "20 mai 2022" or "1er mai 2022". English where the language is not known."""
    from babel.dates import format_date

    locale = locale_of(language)
    written = str(format_date(day, format="long", locale=locale))
    first = FIRST.get(str(locale).replace("_", "-")) or FIRST.get(locale.language)
    return re.sub(r"\A1(?=\s)", first, written) if first and day.day == 1 else written
