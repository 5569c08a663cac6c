"""What other people wrote, as it may be printed: control characters made visible, and no line that a runner would obey."""

from __future__ import annotations

import re
import unicodedata

# Control characters, what separates lines or paragraphs, what turns the direction of a line, lone surrogates.
_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# "::set-env …" at the beginning of a line is a command to GitHub's runner and to Forgejo's, "##[…]" to older ones and to
# Azure's. White space before it does not matter to them.
_COMMAND = re.compile(r"(?P<space>^[ \t\u00a0]*)(?P<sign>::|##(?=\[))", re.MULTILINE)
# A word joiner: it has no width, and what begins with it begins with no command.
_JOINER = "\u2060"


def visible(text: str) -> str:
    """The text on one line as it may be printed: each control character is shown as a picture of itself or its number.

    Line breaks and tabs become spaces; nothing in it is a command to a terminal (ECMA-48) or to a runner of workflows.
    """
    if text.isprintable() and not text.lstrip().startswith(("::", "##[")):
        return text
    return _inert(_SPECIAL.sub(_shown, re.sub(r"[\t\r\n\u2028\u2029]+", " ", text)))


def visible_lines(text: str) -> str:
    """As :func:`visible`, with line breaks kept: for a text of several lines, such as a share."""
    return "\n".join(visible(line) for line in text.splitlines())


def _inert(text: str) -> str:
    return _COMMAND.sub(lambda found: f"{found['space']}{_JOINER}{found['sign']}", text)


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        # Unicode has a picture of each: ␛ for escape.
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>" if unicodedata.category(found[0]) != "Cs" else "\ufffd"
