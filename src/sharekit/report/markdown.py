"""Text of other people's in Markdown that GitHub renders, without effect: no markup, no mention, no command.

A title may come from a fork's pull request. Every character that Markdown or HTML could take for its own is written as a
numeric reference, which CommonMark (§2.5) never takes for structure; lines are joined.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

MARKS = re.compile(r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]""")
# Plain where they are common in titles and mean nothing inside a line.
HARMLESS = frozenset(",.'-/?!;%")
# Between the sign and the name, so that nobody is notified and no issue is linked (U+2060, no width).
JOINER = "&#8288;"


def words(text: str) -> str:
    """A title or a reason as one line of plain text."""
    return MARKS.sub(_reference, " ".join(_visible(text).split()))


def block(text: str) -> str:
    """A share's text as it will look, line breaks kept, as one line of HTML."""
    kept = "".join(_visible(line) + "\n" for line in text.splitlines()).rstrip("\n")
    return f"<pre>{html.escape(kept).replace(chr(10), '&#10;')}</pre>"


def link(url: str | None, label: str) -> str:
    """A link to what went out, or the label alone where there is no web address."""
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return words(label)
    address = re.sub(r"[|\s`]", lambda mark: f"%{ord(mark.group()):02X}", url)
    return f'<a href="{html.escape(address)}">{words(label)}</a>'


def _reference(found: re.Match[str]) -> str:
    mark = found.group()
    if mark in HARMLESS:
        return mark
    return f"&#{ord(mark)};{JOINER if mark in '@#' else ''}"


def _visible(text: str) -> str:
    """Without control characters, and without those that turn the direction of what follows."""
    return "".join(
        " " if unicodedata.category(char) == "Cc" else char
        for char in text
        if unicodedata.bidirectional(char) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    )
