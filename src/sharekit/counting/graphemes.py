"""Graphemes: what a person sees as one character (UAX #29)."""

from __future__ import annotations

import regex

GRAPHEME = regex.compile(r"\X")


def count_graphemes(text: str) -> int:
    """The number of extended grapheme clusters."""
    return len(GRAPHEME.findall(text))
