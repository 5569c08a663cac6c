"""LinkedIn's length: the text as it is sent, with the reserved characters of its "little text" format escaped.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format names no exception for links,
so theirs are escaped too: an unescaped one may cut the post there, without a word.
"""

from __future__ import annotations

import re

from sharekit.counting.urls import found_links

RESERVED = re.compile(r"[\\|{}@\[\]()<>*_~]|#(?!\w)")
RESERVED_IN_LINKS = re.compile(r"[\\|{}@\[\]()<>*_~#]")
# What LinkedIn may make of a hashtag in the text that it gives back.
HASHTAG = re.compile(r"\{hashtag\|\\?#\|([^}]*)\}")


def escaped(text: str) -> str:
    """The text as LinkedIn wants it; hashtags stay as they are."""
    pieces = []
    end = 0
    for first, last in found_links(text):
        pieces.append(RESERVED.sub(r"\\\g<0>", text[end:first]))
        pieces.append(RESERVED_IN_LINKS.sub(r"\\\g<0>", text[first:last]))
        end = last
    pieces.append(RESERVED.sub(r"\\\g<0>", text[end:]))
    return "".join(pieces)


def unescaped(commentary: str) -> str:
    """The text of a post as people read it."""
    return re.sub(r"\\([\\|{}@\[\]()<>*_~#])", r"\1", HASHTAG.sub(r"#\1", commentary))


def length(text: str) -> int:
    """The length that LinkedIn compares with 3,000: that of the escaped text."""
    return len(escaped(text))
