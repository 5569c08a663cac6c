"""The words that lead to a list in an article, and whether they introduce the parts of a series."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sharekit.series.words import (
    BELONGS,
    INTRODUCTION,
    LONGEST_HEADING,
    NAMED,
    NO_SERIES,
    OTHER_SERIES,
    OTHERS,
    OWN,
    RELATED,
    SAME_SERIES,
    SERIES,
    SHORT,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONGEST_INTRODUCTION = 300
# A sentence between a heading that names the series and the list ("Here they are, in order:").
LONGEST_BETWEEN = 120
# How far a list may stand within wrappers of its own, and how much that says nothing may stand before it.
DEEPEST = 12
MOST_SILENT = 5
MOST_PIECES = 100
STRONG = ("strong", "b", "em", "i")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = ("p", "div", "ul", "ol", "dl", "table", "pre", "blockquote", "section", "aside", "figure", "hr", *HEADINGS)
# What may stand between an introduction and its list only by markup: the list's own wrappers.
WRAPPERS = ("div", "section", "aside", "blockquote", "details", "nav", "td", "center", "figure")
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")


@dataclass(frozen=True)
class Lead:
    """The words before a list, the heading right above them, and what is set off in them.

    ``item`` is what an entry says whose own list it is: "- Our cluster", after words that introduce a series.
    """

    text: str = ""
    heading: str = ""
    strong: tuple[str, ...] = ()
    item: str = ""

    def introduction(self) -> str | None:
        """What introduces a list of parts: the words, else the heading above one sentence; None where nothing does."""
        # "Dossier **Our cluster**:"; what stands after the word in plain letters may be any file ("Dossier médical :").
        if introduces(self.text) or (self.text.lower().startswith("dossier") and self.name()):
            return self.text
        short = len(self.text) <= LONGEST_BETWEEN and not RELATED.search(self.text)
        return f"{self.heading}: {self.text}" if self.heading and short and introduces(self.heading) else None

    def name(self) -> str:
        """The name that stands in bold or italics right beside the word for a series, or that the entry above has."""
        if self.item:
            return self.item.strip(' :«»"“”')
        for each in self.strong:
            before, found, after = self.text.partition(each)
            if found and (
                re.search(rf"\b{SERIES}\W*$", before[-30:], re.IGNORECASE)
                or re.match(rf"\W*{SERIES}\b", after[:30], re.IGNORECASE)
            ):
                return each.strip(' :«»"“”')
        return ""


def introduces(text: str) -> bool:
    """Whether words lead to the parts of a series, surely or perhaps. What the last sentence says counts most."""
    return is_sure(text) or SHORT.search(_statement(text)[1][-LONGEST_HEADING:]) is not None


def is_sure(text: str) -> bool:
    """Whether words can only lead to the parts of a series of the author's own."""
    statement, last = _statement(text)
    if any(pattern.search(statement) for pattern in (OTHERS, SAME_SERIES)) or INTRODUCTION.search(last):
        return True
    # "Dark is a great series. My articles:" is not of one; "This is part of a series. The other articles:" is.
    if INTRODUCTION.search(statement) and BELONGS.search(statement):
        return True
    return OWN.search(last[-LONGEST_HEADING:]) is not None


def _statement(text: str) -> tuple[str, str]:
    """A text and its last sentence in lower case, without other series and what leads to related articles."""
    text = text.strip().lower()
    last = SENTENCE_END.split(text)[-1]
    related = list(RELATED.finditer(last))
    if related:
        text = last = OTHER_SERIES.sub(" ", last[related[-1].end() :])
    return NO_SERIES.sub(" ", text), NO_SERIES.sub(" ", last)


def name_in(introduction: str) -> str:
    """The name that an introduction gives the series, as in "part of the Rope Science series"; else empty."""
    found = NAMED.search(introduction)
    if not found:
        return ""
    name = found[found.lastgroup or 0].strip().rstrip('"“”«» \t')
    if found.lastgroup == "name":
        name = re.sub(r"^(?:a|the|of|in|on)\s+", "", name, flags=re.IGNORECASE)
    # Two signs are a word in Chinese, Japanese and Korean.
    says = re.search(r"[^\W\d]{3}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}", name)
    return name if says and name.casefold() not in ("blog", "article", "post", "this", "part", "the", "my", "our") else ""


def lead_of(element: HtmlElement) -> Lead:
    """The words right before an element, within its wrappers."""
    at: HtmlElement = element
    for _ in range(DEEPEST):
        found = _before(at)
        parent = at.getparent()
        if found is not None:
            above = lead_of(parent.getparent()) if parent is not None and _is_entry(parent, at) else Lead()
            return replace(above, item=found.text) if above.introduction() else found
        if parent is None or parent.tag not in WRAPPERS:
            break
        at = parent
    return Lead()


def _is_entry(element: HtmlElement, inner: HtmlElement) -> bool:
    """Whether an element is an entry of a list that only names what stands in the list within it."""
    return element.tag == "li" and not any(link.get("href") for link in inner.itersiblings("a", preceding=True))


def _before(at: HtmlElement) -> Lead | None:
    """What stands right before an element beside it; a rule, a picture, a break or an empty paragraph says nothing."""
    pieces: list[str] = []
    strong: list[str] = []
    before = at.getprevious()
    silent = 0
    while before is not None and len(pieces) < MOST_PIECES:
        tail = before.tail or ""
        pieces.insert(0, tail)
        if before.tag in BLOCKS:
            if "".join(pieces).strip():
                break
            if before.tag in ("ul", "ol", "pre", "table", "dl"):
                return Lead()
            # A caption is of its picture.
            text = "" if before.tag == "figure" else before.text_content()
            if text.strip():
                strong = [one_line(each.text_content()) for each in before.iter(*STRONG)][:3]
                heading = "" if before.tag in HEADINGS else _heading_above(before)
                return Lead(one_line(text)[-LONGEST_INTRODUCTION:], heading, tuple(filter(None, strong)))
            silent += 1
            if silent > MOST_SILENT:
                return Lead()
        elif isinstance(before.tag, str):
            text = before.text_content()
            pieces.insert(0, text)
            strong += [one_line(text)] if before.tag in STRONG and text.strip() else []
        before = before.getprevious()
    parent = at.getparent()
    if before is None and parent is not None:
        pieces.insert(0, parent.text or "")
    words = one_line("".join(pieces))
    return Lead(words[-LONGEST_INTRODUCTION:], "", tuple(strong)) if words else None


def _heading_above(element: HtmlElement) -> str:
    above = element.getprevious()
    while above is not None and above.tag in ("hr", "br") and not (above.tail or "").strip():
        above = above.getprevious()
    if above is None or not _is_heading(above) or (above.tail or "").strip():
        return ""
    # Without an emoji or a number before it, and the mark of its anchor after it.
    words = re.sub(r"^[^\w(«“„\"¿¡]*(?:\d+[.)]\s+)?", "", one_line(above.text_content()))
    return words.rstrip("#¶:\u00a0 ")[:LONGEST_HEADING]


def _is_heading(element: HtmlElement) -> bool:
    """Whether an element is a heading, or a paragraph that is all in bold."""
    if element.tag != "p" or (element.text or "").strip() or len(element) != 1:
        return element.tag in HEADINGS
    return element[0].tag in ("strong", "b") and not (element[0].tail or "").strip()


def one_line(text: str) -> str:
    """A text on one line, its white space single."""
    return " ".join(text.split())
