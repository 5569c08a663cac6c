"""An HTML document as a browser sees it: its elements, each with the tag that made it, and its style sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharekit.issue.css.selectors import NAME, safe_name
from sharekit.issue.css.source import Edit, Tag, apply_edits, start_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MARK = "data-sharekit-tag"
DOCTYPE = re.compile(r"\A(?:\ufeff|\s|<!--.*?-->|<\?[^>]*>)*<!doctype\s+html\b([^>]*)>", re.IGNORECASE | re.DOTALL)
# https://html.spec.whatwg.org/multipage/parsing.html#the-initial-insertion-mode, the names that are still met.
QUIRKY = re.compile(r"-//w3c//dtd html (?:3|4\.0)|-//ietf//|html 4\.01 (?:transitional|frameset)//en\"\s*\Z", re.IGNORECASE)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class StyleElement:
    """A ``<style>`` of the document: its tag, its text, and where its end tag ends."""

    tag: Tag
    text: str
    end: int
    in_head: bool


@dataclass(frozen=True, slots=True)
class Document:
    """``elements`` are in document order, each with its tag, or None where the parser made it on its own."""

    html: str
    tags: list[Tag]
    elements: list[tuple[_Element, Tag | None]]
    styles: list[StyleElement]
    quirks: bool


def read_document(html: str) -> Document:
    """The document that a browser makes of a text."""
    tags = start_tags(html)
    marked = apply_edits(html, [Edit(tag.after_name, tag.after_name, f' {MARK}="{n}"') for n, tag in enumerate(tags)])
    elements = [(element, _tag(element, tags)) for element in _elements(marked)]
    return Document(
        html=html,
        tags=tags,
        elements=elements,
        styles=list(_styles(html, elements)),
        quirks=_quirks(html),
    )


def normalised(html: str) -> str:
    """The document with every tag written out, where the parser had to make or to double some."""
    from selectolax.lexbor import LexborHTMLParser

    return str(LexborHTMLParser(html).html)


def _quirks(html: str) -> bool:
    found = DOCTYPE.match(html)
    return found is None or QUIRKY.search(found[1]) is not None


def _tag(element: _Element, tags: list[Tag]) -> Tag | None:
    number = element.attrib.pop(MARK, "")
    return tags[int(number)] if number else None


def _elements(html: str) -> list[_Element]:
    """lxml's elements, for premailer and cssselect2, of the tree that the HTML standard prescribes."""
    from lxml import etree
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(html).root
    made: list[_Element] = []
    if root is None:
        return made
    waiting: list[tuple[Any, _Element | None]] = [(root, None)]
    while waiting:
        node, parent = waiting.pop()
        name = str(node.tag)
        if name.startswith("-"):
            if parent is not None and name == "-text":
                _text(parent, node.text_content or "")
            continue
        element = etree.Element(safe_name(name)) if parent is None else etree.SubElement(parent, safe_name(name))
        for key, value in node.attributes.items():
            if NAME.match(key):
                element.set(key, UNPRINTABLE.sub("\ufffd", value or ""))
        made.append(element)
        waiting += [(child, element) for child in reversed(list(node.iter(include_text=True)))]
    return made


def _text(parent: _Element, text: str) -> None:
    # Selectors ask whether there is text (:empty), and readers of the tree whether there are words; never which.
    shown = "x" if text.strip() else " "
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + shown
    else:
        parent.text = (parent.text or "") + shown


def _styles(html: str, elements: list[tuple[_Element, Tag | None]]) -> Iterator[StyleElement]:
    for element, tag in elements:
        if element.tag != "style" or tag is None:
            continue
        kind = (element.get("type") or "text/css").strip().lower()
        parent = element.getparent()
        if kind != "text/css" or any(each.tag == "noscript" for each in element.iterancestors()):
            continue
        closing = re.compile(r"</style[^>]*>", re.IGNORECASE).search(html, tag.end)
        text = html[tag.end : closing.start() if closing else len(html)]
        end = closing.end() if closing else len(html)
        yield StyleElement(tag=tag, text=text, end=end, in_head=parent is not None and parent.tag == "head")
