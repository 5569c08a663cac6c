"""Mastodon's length: graphemes, a link as 23, a mention without its host.

After https://github.com/mastodon/mastodon/blob/main/app/validators/status_length_validator.rb.
"""

from __future__ import annotations

import re

from sharekit.counting.graphemes import count_graphemes
from sharekit.counting.urls import LINK_LENGTH, without_links

MENTION = re.compile(r"(?<![\w/])(@\w+(?:[\w.-]*\w)?)@[\w.-]+\w")


def length(text: str) -> int:
    """The length that an instance compares with its ``max_characters``, 500 by default."""
    rest, links = without_links(text)
    return links * LINK_LENGTH + count_graphemes(MENTION.sub(r"\1", rest) if "@" in rest else rest)
