"""The signs of a text as a careful typesetter would set them, and names and marks that cannot act by accident."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_NARROW, _WIDE = "\u202f", "\u00a0"
# French: a narrow no-break space before ; ! ?, a no-break space before : and inside « » (Lexique des règles typographiques
# en usage à l'Imprimerie nationale). A colon before a slash or a letter belongs to an address, an emoji's name or a face.
_BEFORE_HIGH = re.compile(r"[ \u00a0\u202f]+([;!?]+)(?=[\s\u00a0\u202f»”\")\]!?…]|$)")
_BEFORE_COLON = re.compile(r"[ \u00a0\u202f]+:(?=[\s\u00a0\u202f]|$)")
# What a link or a note leaves behind where it was taken out; ".NET" and "..." keep their space.
_BEFORE_LOW = re.compile(r"(?<=[\w!?)\]”’]) +([,.])(?=\s|$)", re.MULTILINE)
_TWO_DOTS = re.compile(r"(?<=\w)\.\.(?=\s|$)", re.MULTILINE)
_STRAIGHT_INSIDE = re.compile(r"(?<=[\w.…])'")
# What networks read as a mention (twitter-text takes the full-width sign too), and as a hashtag.
_MENTION = re.compile(r"(?<![\w@＠/.])([@＠])(?=(\w[\w.-]*(?:@[\w.-]+)?|\[))")
_HASH = re.compile(r"(?<![\w&/])([#＃])(?=\w*[^\W\d_])")
_SCRIPTS = {
    "sup": str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ"),
    "sub": str.maketrans("0123456789+-−()n", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎ₙ"),
}
# It has no width; after the sign no network finds a name.
_JOINER = "\u200d"


def typeset(text: str, language: str) -> str:
    """The text with one kind of apostrophe and of quotation marks, and in French with the spaces that do not break."""
    text = _one_kind(text)
    if ".." in text or " ." in text or " ," in text:
        text = _TWO_DOTS.sub(".", _BEFORE_LOW.sub(r"\1", text))
    if language[:2].lower() != "fr":
        return text
    if ";" in text or "!" in text or "?" in text:
        text = _BEFORE_HIGH.sub(rf"{_NARROW}\1", text)
    if " :" in text or f"{_NARROW}:" in text:
        text = _BEFORE_COLON.sub(f"{_WIDE}:", text)
    if text.count("«") != text.count(f"«{_WIDE}") or text.count("»") != text.count(f"{_WIDE}»"):
        for blank in (" ", _NARROW, _WIDE):
            text = text.replace(f"«{blank}", "«").replace(f"{blank}»", "»")
        text = text.replace("«", f"«{_WIDE}").replace("»", f"{_WIDE}»")
    return text


def _one_kind(text: str) -> str:
    if "'" in text and ("’" in text or "‘" in text):
        text = _STRAIGHT_INSIDE.sub("’", text)
        text = re.sub(r"'(?=\w)", "‘", text).replace("'", "’")
    if '"' in text and ("“" in text or "”" in text):
        text = re.sub(r'(^|[\s(\[{\u2014\u2013«])"', r"\1“", text, flags=re.MULTILINE).replace('"', "”")
    return text


def inert(text: str, handles: Collection[str] = (), *, hashtags: bool = False) -> str:
    """The text in which no ``@name`` notifies anybody, but for ``handles``, and no ``#word`` is a hashtag.

    A zero-width joiner after the sign keeps it from being read as one, on every network. ``hashtags``: they are meant.
    """
    if "@" in text or "＠" in text:
        known = {handle.lstrip("@").casefold() for handle in handles}
        text = _MENTION.sub(lambda found: found[1] if _name(found[2]) in known else found[1] + _JOINER, text)
    return _HASH.sub(rf"\1{_JOINER}", text) if not hashtags and ("#" in text or "＃" in text) else text


def _name(text: str) -> str:
    return text.rstrip(".-").casefold()


def disarmed(text: str) -> list[str]:
    """The names that :func:`inert` kept from being mentions."""
    names = re.findall(rf"[@＠]{_JOINER}(\w[\w.-]*)", text) if _JOINER in text else ()
    return [f"@{name}" for name in dict.fromkeys(names)]


def script(text: str, kind: str) -> str:
    """The text raised (``sup``) or lowered (``sub``) in Unicode's own digits; empty where it has no sign for some of it."""
    made = text.translate(_SCRIPTS[kind])
    return "" if set(made) & set(text) else made
