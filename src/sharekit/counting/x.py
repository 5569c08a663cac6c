"""X's weighted length, twitter-text configuration v3 (https://github.com/twitter/twitter-text, config/v3.json).

A code point weighs 1 in the ranges of Latin, punctuation and the like, 2 elsewhere; an emoji weighs 2 as a whole; a
link weighs 23. The text is counted in Unicode's NFC.
"""

from __future__ import annotations

import unicodedata

import regex

from sharekit.counting.urls import LINK_LENGTH, without_links

LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
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
    rest, links = without_links(unicodedata.normalize("NFC", text))
    without_emoji = EMOJI.sub("", rest)
    emoji = len(EMOJI.findall(rest))
    return links * LINK_LENGTH + emoji * 2 + sum(_weight(ord(char)) for char in without_emoji)


def _weight(point: int) -> int:
    return 1 if any(first <= point <= last for first, last in LIGHT) else 2
