"""Metadata that is no front matter: Pelican's and Nikola's lines, reStructuredText's fields, HTML's meta elements."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from sharekit.sources import front
from sharekit.sources.params import lowered

if TYPE_CHECKING:
    from sharekit.sources.markdown.rules import Markup

# Python-Markdown's meta extension: a key, then lines indented by four go on.
KEY = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>.*)")
MORE = re.compile(r"[ ]{4,}(?P<value>.*)")
FIELD = re.compile(r":(?P<key>[^:\n]+):\s*(?P<value>.*)")
ADORNMENT = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}[ \t]*$")
NIKOLA = re.compile(r"\.\. (?P<key>[\w-]+):[ \t]*(?P<value>.*)")

Split = tuple[dict[str, Any], str, int]


def metadata(text: str, markup: Markup) -> Split:
    """A Pelican file: its metadata with lower-case keys, its body, and the line on which that begins.

    Raises FrontMatterError when it is fenced as YAML and cannot be read.
    """
    text = text.removeprefix("\ufeff")
    if markup == "rst":
        return _rst(text)
    if markup == "html":
        return _html(text)
    if re.match(r"\s*(---|\+\+\+)\s*\n", text):
        made = front.split(text)
        return lowered(made.table), made.body, made.line
    return key_lines(text)


def key_lines(text: str) -> Split:
    """``Key: value`` lines up to the first blank line, as Python-Markdown's ``meta`` reads them."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    table: dict[str, list[str]] = {}
    key = ""
    number = start
    for number in range(start, len(lines)):
        line = lines[number]
        found = KEY.match(line)
        more = MORE.match(line) if key else None
        if found:
            key = found["key"].lower()
            table.setdefault(key, []).append(found["value"].strip())
        elif more:
            table[key].append(more["value"].strip())
        else:
            break
    else:
        number = len(lines)
    return (
        {name: " ".join(values).strip() for name, values in table.items()},
        "\n".join(lines[number:]).lstrip("\n"),
        number + 1,
    )


def _rst(text: str) -> Split:
    lines = text.split("\n")
    number = next((at for at, line in enumerate(lines) if line.strip()), 0)
    table: dict[str, Any] = {}
    if number + 2 < len(lines) and ADORNMENT.match(lines[number]) and ADORNMENT.match(lines[number + 2]):
        table["title"] = lines[number + 1].strip()
        number += 3
    elif number + 1 < len(lines) and ADORNMENT.match(lines[number + 1]):
        table["title"] = lines[number].strip()
        number += 2
    while number < len(lines) and (not lines[number].strip() or lines[number].startswith("#")):
        number += 1
    key = ""
    while number < len(lines):
        found = FIELD.match(lines[number])
        if found:
            key = found["key"].strip().lower()
            table[key] = found["value"].strip()
        elif key and lines[number].startswith((" ", "\t")) and lines[number].strip():
            table[key] = f"{table[key]} {lines[number].strip()}".strip()
        else:
            break
        number += 1
    return table, "\n".join(lines[number:]).lstrip("\n"), number + 1


def _html(text: str) -> Split:
    start, head = _between(text, "head")
    table: dict[str, Any] = {}
    title = _between(head, "title")[1] if start else ""
    if title:
        table["title"] = unescape(title).strip()
    for element in re.findall(r"<meta\b[^<>]*>", head if start else "", re.IGNORECASE):
        facts = {name.lower(): unescape(value) for name, _, value in re.findall(r"([\w-]+)\s*=\s*([\"'])(.*?)\2", element)}
        if facts.get("name") and "content" in facts:
            table[facts["name"].lower()] = facts["content"].strip()
    start, body = _between(text, "body")
    return table, body if start else text, text.count("\n", 0, start) + 1


def _between(text: str, name: str) -> tuple[int, str]:
    """Where the content of the first element of a name begins, 0 without one, and the content."""
    start = re.search(rf"<{name}\b[^<>]*>", text, re.IGNORECASE)
    if start is None:
        return 0, ""
    end = re.compile(rf"</{name}>", re.IGNORECASE).search(text, start.end())
    return start.end(), text[start.end() : end.start() if end else len(text)]


def nikola(text: str) -> Split:
    """Nikola's ``.. key: value`` lines, in a comment or not, else front matter."""
    text = text.removeprefix("\ufeff")
    lines = text.split("\n")
    number = next((at for at, line in enumerate(lines) if line.strip()), 0)
    table: dict[str, Any] = {}
    comment = lines[number].strip().startswith("<!--") if lines else False
    for at in range(number + (1 if comment else 0), len(lines)):
        found = NIKOLA.match(lines[at].strip())
        if found:
            table[found["key"].lower()] = found["value"].strip()
        elif comment and "-->" in lines[at]:
            return table, "\n".join(lines[at + 1 :]).lstrip("\n"), at + 2
        elif lines[at].strip() and not (comment or lines[at].startswith("..")):
            break
        elif not lines[at].strip() and table and not comment:
            return table, "\n".join(lines[at + 1 :]).lstrip("\n"), at + 2
    if table:
        return table, "\n".join(line for line in lines if not NIKOLA.match(line)).lstrip("\n"), 1
    made = front.split(text)
    table = lowered(made.table)
    if isinstance(table.get("nikola"), dict):
        table = lowered(table["nikola"])
    return table, made.body, made.line
