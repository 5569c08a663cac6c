"""Graphemes: what a person sees as one character (UAX #29)."""

from __future__ import annotations

import re

import regex

# Latin letters and punctuation: nothing of it combines, but for the two that end a line (UAX #29, GB3).
SIMPLE = re.compile("[\x00-\u02ff\u2010-\u2027\u2030-\u203b]*")
GRAPHEME = regex.compile(r"\X")


def count_graphemes(text: str) -> int:
    """The number of extended grapheme clusters."""
    if SIMPLE.fullmatch(text):
        return len(text) - text.count("\r\n")
    return len(GRAPHEME.findall(text))
