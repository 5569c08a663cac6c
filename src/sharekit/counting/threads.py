"""Threads' length: characters, an emoji as its bytes of UTF-8 (https://developers.facebook.com/docs/threads/reference/publishing)."""

from __future__ import annotations

from sharekit.counting.urls import URL
from sharekit.counting.x import EMOJI

MOST_LINKS = 5
LIMIT = 500


def length(text: str) -> int:
    """The length that Threads compares with 500; over it too with more than five different links."""
    counted = sum(len(each.encode()) for each in EMOJI.findall(text)) + len(EMOJI.sub("", text))
    return counted if len(set(URL.findall(text))) <= MOST_LINKS else max(counted, LIMIT + 1)
