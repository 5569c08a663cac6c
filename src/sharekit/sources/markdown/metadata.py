"""Metadata that is no front matter: Pelican's and Nikola's lines, reStructuredText's fields, HTML's meta elements.

Each reader returns a table with lower-case keys, and the body.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sharekit.sources import front
from sharekit.sources.pages import parse_page, read_meta
from sharekit.sources.params import lowered

if TYPE_CHECKING:
    from sharekit.sources.markdown.render import Markup

FENCE = re.compile(r"\s*(---|\+\+\+)\s*\n")
# Python-Markdown's meta extension: a key, then lines indented by four go on.
KEY = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]+):\s*(.*)")
MORE = re.compile(r"[ ]{4,}(.*)")
FIELD = re.compile(r":([^:\n]+):\s*(.*)")
MORE_OF_FIELD = re.compile(r"[ \t]+(\S.*)")
NIKOLA_HEAD = re.compile(r"<!--.*?(?:-->|\Z)|(?:\.\.[^\n]*(?:\n|\Z))+", re.DOTALL)
NIKOLA = re.compile(r"^[ \t]*\.\. ([\w-]+):(?!:)[ \t]*(.*)", re.MULTILINE)
# The title of a reStructuredText document, underlined or between two lines.
TITLE = re.compile(
    r"(?:([=\-`:.'\"~^_*+#<>])\1{2,}[ \t]*\n)?(?P<title>[^\n]*)\n([=\-`:.'\"~^_*+#<>])\3{2,}[ \t]*(?:\n|\Z)"
    r"(?:[ \t]*\n|#[^\n]*\n)*"
)


def pelican(text: str, markup: Markup) -> tuple[dict[str, Any], str]:
    """A Pelican file. Raises Unreadable when it is fenced as YAML and cannot be read."""
    text = text.removeprefix("\ufeff")
    if markup == "html":
        return _html(text)
    if markup == "rst":
        titled = TITLE.match(text.lstrip())
        table, body = _lines(text.lstrip()[titled.end() :] if titled else text, FIELD, MORE_OF_FIELD)
        return ({"title": titled["title"].strip()} if titled else {}) | table, body
    if FENCE.match(text):
        made = front.split(text)
        return lowered(made.table), made.body
    return _lines(text, KEY, MORE)


def nikola(text: str) -> tuple[dict[str, Any], str]:
    """A Nikola file: ``.. key: value`` lines, in a comment or not, else front matter. Raises Unreadable."""
    bare = text.removeprefix("\ufeff").lstrip()
    found = NIKOLA_HEAD.match(bare)
    table = {key.lower(): value.strip() for key, value in NIKOLA.findall(found[0])} if found else {}
    if found and table:
        return table, bare[found.end() :].lstrip("\n")
    made = front.split(text)
    own = lowered(made.table)
    return lowered(own["nikola"]) if isinstance(own.get("nikola"), dict) else own, made.body


def _lines(text: str, key: re.Pattern[str], more: re.Pattern[str]) -> tuple[dict[str, Any], str]:
    """Lines with a key each, up to the first that is none; what goes on stands indented below it."""
    lines = text.lstrip("\n").split("\n")
    table: dict[str, str] = {}
    name = ""
    for number, line in enumerate(lines):
        if found := key.match(line):
            name = found[1].strip().lower()
            table[name] = found[2].strip()
        elif name and (found := more.match(line)):
            table[name] = f"{table[name]} {found[1].strip()}".strip()
        else:
            return table, "\n".join(lines[number:]).lstrip("\n")
    return table, ""


def _html(text: str) -> tuple[dict[str, Any], str]:
    from lxml.html import tostring

    document = parse_page(text.encode())
    table: dict[str, Any] = {name: values[0] for name, values in read_meta(document).items()}
    title = document.findtext("head/title")
    body = document.find("body")
    words = "".join([body.text or "", *(tostring(child, encoding="unicode") for child in body)])
    return ({"title": " ".join(title.split())} if title else {}) | table, words
