"""Words: those of a title or a summary without the markup that its author typed, and whether two texts say the same."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

# Above this share of common words, a text says the title again; not one that is so many times as long.
REPEATS = 0.7
LONGER = 3
ACCENTS = re.compile("[\u0300-\u036f]+")
WORD = re.compile(r"\w+")
# Markdown and the inline tags that themes let through; "__init__" and "Vec<T>" are words, as is a tag that is not closed.
MARKUP = re.compile(
    r"(?<!`)(?P<tick>`+)(?!`)(?P<code>[^\n]+?)(?<!`)(?P=tick)(?!`)"
    r"|\*\*(?=[^\s*])(?P<bold>[^*]*[^\s*])\*\*"
    # Of several words: one alone is a name in a program more often.
    r"|(?<![\w_])_(?=[^\s_])(?P<italic>[^_\n]*\s[^_\n]*[^\s_])_(?![\w_])"
    r"|!?\[(?P<link>[^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)"
    r"|<(?P<tag>a|abbr|b|code|em|i|kbd|mark|p|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>(?P<inside>.*?)</(?P=tag)>|<br ?/?>",
    re.IGNORECASE,
)
# Chinese, Japanese and Korean: a sign says as much as two letters.
_WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MARK = re.compile(r"[`*\[<_]")
ENTITY = re.compile(r"&(?:[A-Za-z]\w+|#\d+|#x[0-9A-Fa-f]+);")


def plain(text: str) -> str:
    """The text as it is read: a network shows Markdown and tags as they are typed."""
    if "&" in text:
        text = ENTITY.sub(lambda found: html.unescape(found.group()), text)
    if not MARK.search(text):
        return text
    return MARKUP.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    return (
        found["code"]
        or found["bold"]
        or found["italic"]
        or found["link"]
        or (plain(found["inside"]) if found["inside"] else "")
    )


def weight(text: str) -> int:
    """How much room a text takes, in Latin letters."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def repeats(own: Set[str], title: Set[str]) -> bool:
    """Whether the words of a text say little more than those of the title."""
    return 0 < len(own) <= LONGER * len(title) and len(own & title) >= REPEATS * len(own)


def words(text: str) -> list[str]:
    """The words, whatever their case and accents."""
    if not text.isascii():
        text = ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return WORD.findall(text.lower())


def unaccented(text: str) -> str:
    """A text without case and accents, its white space single."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", bare).strip()
