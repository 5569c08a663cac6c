"""Threads' length: characters, an emoji as its bytes of UTF-8 (https://developers.facebook.com/docs/threads/reference/publishing)."""

from __future__ import annotations

from sharekit.counting.urls import found_links
from sharekit.counting.x import PLAIN, emoji_pattern

MOST_LINKS = 5
LIMIT = 500


def length(text: str) -> int:
    """The length that Threads compares with 500; over it too with more than five different links."""
    emoji = () if PLAIN.fullmatch(text) else emoji_pattern().findall(text)
    counted = len(text) + sum(len(each.encode()) - len(each) for each in emoji)
    links = {text[first:last] for first, last in found_links(text)}
    return counted if len(links) <= MOST_LINKS else max(counted, LIMIT + 1)
