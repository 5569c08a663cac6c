"""The start tags of an HTML text and their places in it, so that one attribute is written and no other byte is touched.

Tokenised per https://html.spec.whatwg.org/multipage/parsing.html#tokenization, as far as the places of tags need it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

SPACE = " \t\n\r\f"
# Comments, also those that end at once (<!-->) or never, then declarations and what a browser makes a comment of.
NOT_A_TAG = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?].*?(?:>|\Z)|</[^>]*(?:>|\Z)", re.DOTALL)
NAME = re.compile(rf"<([A-Za-z][^{SPACE}/>]*)")
ATTRIBUTE = re.compile(
    rf"""[{SPACE}/]*([^{SPACE}/>][^{SPACE}/>=]*)(?:[{SPACE}]*=[{SPACE}]*(?:"([^"]*)"|'([^']*)'|([^{SPACE}"'>][^{SPACE}>]*)|(?=>)))?"""
)
END = re.compile(rf"[{SPACE}/]*>")
RAW = frozenset(("style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes"))
FOREIGN = ("svg", "math")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag. All places are offsets; ``values`` maps an attribute to where it stands and its raw value."""

    start: int
    after_name: int
    after_attributes: int
    end: int
    name: str
    values: dict[str, tuple[int, int, str]]


def start_tags(html: str) -> list[Tag]:
    """Every start tag, in order. What stands in comments, styles, scripts and titles is no tag."""
    tags: list[Tag] = []
    at, foreign = 0, 0
    while (at := html.find("<", at)) >= 0:
        other = NOT_A_TAG.match(html, at)
        if other:
            foreign -= foreign > 0 and html[at : at + 6].lower().startswith(("</svg", "</math"))
            at = other.end()
            continue
        tag = _tag(html, at)
        if tag is None:
            at += 1
            continue
        tags.append(tag)
        at = tag.end
        if tag.name in FOREIGN and html[tag.end - 2] != "/":
            foreign += 1
        if not foreign and tag.name in RAW:
            closing = re.compile(rf"</{tag.name}(?=[{SPACE}/>])", re.IGNORECASE).search(html, at)
            at = closing.start() if closing else len(html)
        elif tag.name == "plaintext":
            break
    return tags


def _tag(html: str, start: int) -> Tag | None:
    named = NAME.match(html, start)
    if named is None:
        return None
    at = named.end()
    values: dict[str, tuple[int, int, str]] = {}
    while not (end := END.match(html, at)):
        found = ATTRIBUTE.match(html, at)
        if found is None:
            return None
        value = next((each for each in found.groups()[1:] if each is not None), "")
        values.setdefault(found[1].lower(), (found.start(1), found.end(), value))
        at = found.end()
    return Tag(start=start, after_name=named.end(), after_attributes=at, end=end.end(), name=named[1].lower(), values=values)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``[start, end)`` with ``text``. Edits at one place are made in their order."""

    start: int
    end: int
    text: str


def set_attribute(tag: Tag, name: str, value: str) -> Edit:
    """The edit that gives a tag an attribute, in the place of the one it has."""
    text = f'{name}="{escape_attribute(value)}"'
    if name in tag.values:
        start, end, _ = tag.values[name]
        return Edit(start, end, text)
    return Edit(tag.after_attributes, tag.after_attributes, f" {text}")


def escape_attribute(value: str) -> str:
    """The value for an attribute in double quotes."""
    return escape(value, quote=False).replace('"', "&quot;")


def apply_edits(html: str, edits: list[Edit]) -> str:
    """The text with the edits made."""
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda each: each.start):
        pieces += (html[at : edit.start], edit.text)
        at = max(at, edit.end)
    return "".join([*pieces, html[at:]])
