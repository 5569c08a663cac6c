"""X's weighted length, twitter-text configuration v3 (https://github.com/twitter/twitter-text, config/v3.json).

A code point weighs 1 in the ranges of Latin, punctuation and the like, 2 elsewhere; an emoji weighs 2 as a whole; a
link weighs 23. The text is counted in Unicode's NFC.
"""

from __future__ import annotations

import unicodedata

import regex

from sharekit.counting.urls import LINK_LENGTH
from sharekit.counting.x_links import links

HEAVY = regex.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
# An emoji sequence as X's parser takes it: flags, keycaps, and pictures joined or modified.
EMOJI = regex.compile(
    r"\p{RI}\p{RI}"
    r"|[0-9#*]\ufe0f?\u20e3"
    r"|(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Extended_Pictographic}(?=[\p{EMod}\u200d])|\p{Emoji_Modifier_Base})"
    r"(?:\p{EMod}|\ufe0f)?[\U000e0020-\U000e007f]*"
    r"(?:\u200d(?:\p{Extended_Pictographic}|\p{Emoji})(?:\p{EMod}|\ufe0f)?)*"
)


def weighted_length(text: str) -> int:
    """The length that X compares with 280."""
    text = unicodedata.normalize("NFC", text)
    total = end = 0
    for first, last in links(text):
        total += _weight(text[end:first]) + LINK_LENGTH
        end = last
    return total + _weight(text[end:])


def _weight(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emoji = EMOJI.subn("", text)
    return emoji * 2 + len(rest) + len(HEAVY.findall(rest))
