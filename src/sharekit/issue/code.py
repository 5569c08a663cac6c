"""Colours for code that has none yet: five kinds of words, whose colours the templates know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# Pygments' short names, which Chroma has too, → the five colours that the templates know.
TOKENS = (
    ("tk", re.compile(r"k\w?|ow|nt|gh|gu")),
    ("ts", re.compile(r"s\w?|gi")),
    ("tc", re.compile(r"c\w{0,3}|gd")),
    ("tn", re.compile(r"m\w?|il|kc|no|l\w?")),
    ("tf", re.compile(r"n[abcf]|nx|bp|fm")),
)
LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-([\w#+.-]+)")
# Longer code than this is data, and would weigh more in colours than the article.
MOST = 20_000


def colour_of(short: str) -> str | None:
    """The class of the colour that a token has, by its short name."""
    return next((own for own, pattern in TOKENS if pattern.fullmatch(short)), None)


def colour(block: HtmlElement) -> None:
    """Give a ``pre`` whose ``code`` names its language, and is plain text, spans with the short names of its tokens."""
    from lxml.html import builder as make

    for code in block.iter("code"):
        named = LANGUAGE.search(code.get("class") or "")
        text = code.text or ""
        if not named or len(code) or len(text) > MOST:
            continue
        code.text = ""
        last = None
        for short, value in _tokens(text, named[1].lower()):
            own = colour_of(short) if value.strip() else None
            if own and last is not None and not last.tail and colour_of(last.get("class", "")) == own:
                last.text += value
            elif own:
                last = make.SPAN(value)
                last.set("class", short)
                code.append(last)
            elif last is None:
                code.text += value
            else:
                last.tail = (last.tail or "") + value


def _tokens(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The short names of the tokens, and their text; one without a name where the language is not known."""
    from pygments.lexers import get_lexer_by_name
    from pygments.token import STANDARD_TYPES
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        yield "", text
        return
    for kind, value in lexer.get_tokens(text):
        while kind not in STANDARD_TYPES:
            kind = kind.parent
        yield STANDARD_TYPES[kind], value
