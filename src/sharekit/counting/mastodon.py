"""Mastodon's length: graphemes, a link as 23, a mention without its host.

After https://github.com/mastodon/mastodon: app/validators/status_length_validator.rb, config/initializers/twitter_regex.rb
and Account::MENTION_RE. Its links have a scheme and a top-level domain, as X's have, and paths of nearly anything.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from sharekit.counting.graphemes import count_graphemes
from sharekit.counting.urls import LINK_LENGTH
from sharekit.counting.x_links import (
    DOMAIN_NAME,
    PRECEDING,
    SPACES,
    SUBDOMAIN,
    TOP_LEVEL,
    is_valid,
    top_level_domains,
    usual_link,
    words_with,
)

if TYPE_CHECKING:
    import regex

# No instance takes them for domains; but an example should count as what it stands for (RFC 2606).
FOR_EXAMPLES = {"example", "invalid", "test"}
# A name is ASCII. What follows the host must not make it something longer.
MENTION = re.compile(
    r"(?<![=/\w])(@[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?>@[\w.-]+\w)(?!:\/\/|[@\uff20\xc0-\xd6\xd8-\xf6\xf8-\u024f])"
)
PATH_CHAR = rf"[^{SPACES}<>()?]"
BALANCED = rf"\((?:{PATH_CHAR}+|{PATH_CHAR}*\({PATH_CHAR}+\){PATH_CHAR}*)\)"
PATH_END = rf"(?:[^{SPACES}()?!*\"'「」<>;:=,.$%\[\]~&|@]|{BALANCED})"
PATH = rf"(?:{PATH_CHAR}*(?:{BALANCED}{PATH_CHAR}*)*{PATH_END}|{PATH_CHAR}+/)"
UNICODE = r"\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd\ue000-\uf8ff\U000f0000-\U0010fffd"
QUERY = rf"\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{UNICODE}]*[a-z0-9_&=#/\-{UNICODE}]"


def length(text: str) -> int:
    """The length that an instance compares with its ``max_characters``, 500 by default."""
    total = end = 0
    for first, last in links(text):
        total += _length(text[end:first]) + LINK_LENGTH
        end = last
    return total + _length(text[end:])


def links(text: str) -> list[tuple[int, int]]:
    """Where each link of the text begins and ends."""
    found = []
    for start, word in words_with("://", text):
        usual = usual_link(word, _domains())
        spans = [usual] if usual else [match.span("url") for match in _url().finditer(word) if _is_valid(match)]
        found += [(start + first, start + last) for first, last in spans]
    return found


def _is_valid(match: regex.Match[str]) -> bool:
    return is_valid(match["url"], match["protocol"], match["domain"])


def _length(text: str) -> int:
    return count_graphemes(MENTION.sub(r"\1", text) if "@" in text else text)


@functools.cache
def _domains() -> frozenset[str]:
    return top_level_domains() | FOR_EXAMPLES


@functools.cache
def _url() -> regex.Pattern[str]:
    import regex

    return regex.compile(
        rf"{PRECEDING}(?<url>(?<protocol>(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://)"
        rf"(?<domain>{SUBDOMAIN}*{DOMAIN_NAME}{TOP_LEVEL})(?::[0-9]+)?(?:/{PATH}*)?(?:{QUERY})?)",
        regex.IGNORECASE | regex.VERSION0,
        tlds=sorted(_domains()),
    )
