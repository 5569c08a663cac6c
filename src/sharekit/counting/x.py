"""X's weighted length, twitter-text configuration v3 (https://github.com/twitter/twitter-text, config/v3.json).

A code point weighs 1 in the ranges of Latin, punctuation and the like, 2 elsewhere; an emoji weighs 2 as a whole; a
link weighs 23. The text is counted in Unicode's NFC.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from sharekit.counting.urls import LINK_LENGTH
from sharekit.counting.x_links import links

if TYPE_CHECKING:
    import regex

# Most texts: nothing of it is an emoji, and all of it but the ellipsis weighs 1. The long patterns are not needed there.
PLAIN = re.compile("[\x00-\xa8\xaa-\xad\xaf-\u10ff\u2010-\u201f…]*")
HEAVY = re.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
# An emoji sequence as X's parser takes it (UTS #51): a colour of skin only where one belongs, and no mark that a picture is
# meant after an emoji beyond the first plane, which is a picture anyway.
ONE = (
    r"(?:\p{Emoji_Modifier_Base}\p{EMod}|(?![0-9#*])\p{Emoji}(?<![\U00010000-\U0010ffff&&\p{Emoji_Presentation}])\ufe0f"
    r"|\p{Emoji_Presentation}|\p{Extended_Pictographic}(?=\u200d\p{Extended_Pictographic})|\p{Emoji_Modifier_Base})"
)


@functools.cache
def emoji_pattern() -> regex.Pattern[str]:
    """An emoji as a whole. Compiled when a text needs it: it takes longer than most plans."""
    import regex

    return regex.compile(
        rf"\p{{RI}}\p{{RI}}|[0-9#*]\ufe0f?\u20e3|\U0001f3f4[\U000e0061-\U000e007a]{{5}}\U000e007f"
        rf"|{ONE}(?:\u200d(?:{ONE}|\p{{Extended_Pictographic}}))*",
        regex.VERSION1,
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
    if PLAIN.fullmatch(text):
        return len(text) + text.count("…")
    rest, emoji = emoji_pattern().subn("", text)
    return emoji * 2 + len(rest) + len(HEAVY.findall(rest))
