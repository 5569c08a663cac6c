"""Graphemes: what a person sees as one character (UAX #29)."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

# Latin letters and punctuation: nothing of it combines, but for the two that end a line (UAX #29, GB3).
SIMPLE = re.compile("[\x00-\u02ff\u2010-\u2027\u2030-\u203b]*")


def graphemes(text: str) -> list[str]:
    """The extended grapheme clusters."""
    found: list[str] = _grapheme().findall(text)
    return found


def count_graphemes(text: str) -> int:
    """The number of extended grapheme clusters."""
    if SIMPLE.fullmatch(text):
        return len(text) - text.count("\r\n")
    return len(graphemes(text))


@functools.cache
def _grapheme() -> regex.Pattern[str]:
    import regex

    return regex.compile(r"\X")
