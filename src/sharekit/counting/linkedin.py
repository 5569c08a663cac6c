"""LinkedIn's length: the text as it is sent, with the reserved characters of its "little text" format escaped.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format. An unescaped one
would cut the post there, without a word.
"""

from __future__ import annotations

import re

from sharekit.counting.urls import found_links

RESERVED = re.compile(r"[\\|{}@\[\]()<>*_~]|#(?!\w)")


def escaped(text: str) -> str:
    """The text as LinkedIn wants it; links and hashtags stay as they are."""
    pieces = []
    end = 0
    for first, last in found_links(text):
        pieces += [RESERVED.sub(r"\\\g<0>", text[end:first]), text[first:last]]
        end = last
    pieces.append(RESERVED.sub(r"\\\g<0>", text[end:]))
    return "".join(pieces)


def bound(text: str) -> int:
    """No less than :func:`length`: every character escaped."""
    return 2 * len(text)


def length(text: str) -> int:
    """The length that LinkedIn compares with 3,000: that of the escaped text."""
    added = end = 0
    for first, last in found_links(text):
        added += len(RESERVED.findall(text, end, first))
        end = last
    return len(text) + added + len(RESERVED.findall(text, end))
