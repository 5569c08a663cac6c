"""What may be shown to people, logs and the ledger: no credentials, no control characters, no line that a runner obeys."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

# Control characters, what separates lines or paragraphs, what turns the direction of a line, lone surrogates.
_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# "::set-env …" at the beginning of a line is a command to GitHub's runner and to Forgejo's, "##[…]" to older ones and to
# Azure's. White space before it does not matter to them.
_COMMAND = re.compile(r"(?P<space>^[ \t\u00a0]*)(?P<sign>::|##(?=\[))", re.MULTILINE)
# A word joiner: it has no width, and what begins with it begins with no command.
_JOINER = "\u2060"
HIDDEN = "***"
# RFC 3986, section 3.2.1: user and password end at the last "@" of the authority.
USER = re.compile(r"(?<=://)[^\s'\"/?#]*@")
# A password that was not percent-encoded may hold any of "/?#@". ":3000/@name" is a port and a path, and stays.
PASSWORD = re.compile(r"(?<=://)(?![^\s'\"/:]*:\d+/@[^\s'\"@]*(?:[\s'\"]|$))[^\s'\"/:]*:[^\s'\"]*@")


def visible(text: str) -> str:
    """The text on one line as it may be printed: each control character is shown as a picture of itself or its number.

    Line breaks and tabs become spaces; nothing in it is a command to a terminal (ECMA-48) or to a runner of workflows.
    """
    if text.isprintable() and not text.lstrip().startswith(("::", "##[")):
        return text
    return _inert(_SPECIAL.sub(_shown, re.sub(r"[\t\r\n\u2028\u2029]+", " ", text)))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, in every spelling in which they are sent, and without user and password of a URL."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for spelling in dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])):
            if len(spelling) > 3:
                text = text.replace(spelling, HIDDEN)
            else:
                # Within longer words, the gaps would tell what was there.
                text = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", HIDDEN, text)
    return USER.sub("", PASSWORD.sub("", text))


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 post``, ``3 posts``; ``plural`` is for nouns that do not take an s."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def _inert(text: str) -> str:
    return _COMMAND.sub(lambda found: f"{found['space']}{_JOINER}{found['sign']}", text)


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        # Unicode has a picture of each: ␛ for escape.
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>" if unicodedata.category(found[0]) != "Cs" else "\ufffd"
