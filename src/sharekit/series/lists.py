"""The lists in an article that could be lists of parts: bulleted, or on one line ("Part 1: … Part 2: …")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.content import parse_fragment
from sharekit.series.items import Item
from sharekit.series.words import INTRODUCTION, LONGEST_HEADING, MORE, NO_SERIES, NUMBERED, OTHERS, SHORT, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

LONGEST_INTRODUCTION = 300
MOST_ITEMS = 100
LONGEST_LINE = 3000
# Starts and ends of elements on one line: more than a hundred links have, with all that may be in them.
MOST_EVENTS = 800
# How far a list may stand within wrappers of its own.
DEEPEST = 12
STRONG = ("strong", "b", "em", "i")
# What may stand between an introduction and its list only by markup: the list's own wrappers.
WRAPPERS = ("div", "section", "aside", "blockquote", "details", "nav", "td", "center", "figure")
CONTAINERS = ("p", "div", "td", "blockquote", "aside", "summary", "em", "small", "center", "h2", "h3", "h4", "h5")


@dataclass(frozen=True, kw_only=True)
class RawList:
    """A list, the words that lead to it, and whether more parts are announced beside it."""

    introduction: str
    items: tuple[Item, ...]
    more: bool = False


def raw_lists(html: str) -> Iterator[RawList]:
    """The lists of an article that its words introduce as a series, and the lines that number their parts."""
    fragment = parse_fragment(html)
    for element in fragment.iter("ul", "ol"):
        introduction = _introduction(element)
        items = tuple(_item(each) for each in element.iterchildren("li"))[:MOST_ITEMS]
        if introduces(introduction) or (len(items) > 1 and _numbers_itself(items)):
            yield RawList(introduction=introduction, items=items, more=bool(MORE.search(introduction)))
    for element in fragment.iter(*CONTAINERS):
        if next(element.iter("ul", "ol", "p", "div", "table", "pre"), element) is not element:
            continue
        line = _on_one_line(element)
        if line is not None:
            yield line


def introduces(text: str) -> bool:
    """Whether words lead to the parts of a series."""
    text = NO_SERIES.sub(" ", text)
    if INTRODUCTION.search(text) or OTHERS.search(text):
        return True
    return len(text) <= LONGEST_HEADING and SHORT.search(text) is not None


def _introduction(element: HtmlElement) -> str:
    at: HtmlElement = element
    for _ in range(DEEPEST):
        before = at.getprevious()
        if before is not None:
            # Text may stand bare between an element and the list.
            text = (
                f"{before.text_content()} {before.tail or ''}"
                if before.tag not in ("ul", "ol", "pre", "table")
                else before.tail or ""
            )
            return _words(text)[-LONGEST_INTRODUCTION:]
        parent = at.getparent()
        if parent is None or parent.tag not in WRAPPERS:
            return ""
        if (parent.text or "").strip():
            return _words(parent.text or "")[-LONGEST_INTRODUCTION:]
        at = parent
    return ""


def _item(element: HtmlElement) -> Item:
    """An item's own words and links: a list within it is another list."""
    pieces: list[str] = []
    strong: list[str] = []
    links: list[str] = []
    marked = 0
    for event, each in _walk(element):
        if event == "start":
            marked += each.tag in STRONG
            if each.tag == "a" and each.get("href"):
                links.append(each.get("href") or "")
        elif each is not element:
            marked -= each.tag in STRONG
        text = each.text if event == "start" else each.tail if each is not element else None
        if text:
            pieces.append(text)
            strong += [text] if marked else []
    words = _words("".join(pieces))
    is_strong = bool(words) and len(_words(" ".join(strong))) >= 0.6 * len(words)
    return Item(text=words, links=tuple(links), strong=is_strong)


def _walk(element: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """The starts and ends of an element and what is in it, however deep, without the lists within it."""
    from lxml.etree import iterwalk

    walker = iterwalk(element, events=("start", "end"))
    for event, each in walker:
        if event == "start" and each is not element and each.tag in ("ul", "ol"):
            walker.skip_subtree()
        elif event == "end" and each is not element and each.tag in ("ul", "ol"):
            if each.tail:
                yield "end", each
        else:
            yield event, each


def _numbers_itself(items: tuple[Item, ...]) -> bool:
    """Whether every item begins with its number as a part, counting up."""
    found = [NUMBERED.match(item.text) for item in items]
    if not all(found) or sum(bool(item.links) for item in items) < 1:
        return False
    numbers = [value_of(each["number"]) for each in found if each]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _on_one_line(element: HtmlElement) -> RawList | None:
    line = _linear(element)
    if line is None or not line[1]:
        return None
    text, links = line
    marks = list(NUMBERED.finditer(text))
    runs = _counting_up([value_of(mark["number"]) for mark in marks])
    if runs is None:
        return None
    marks = [marks[at] for at in runs]
    if not all(_is_entry(text, mark.start(), mark.end(), links) for mark in marks):
        return None
    if len({mark["word"].casefold().rstrip(".") for mark in marks}) != 1:
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    # Where the numbers are the links ("Part 1 and Part 2, the petition"), other links on the line are none of a part's.
    marked = any(start < mark.end() and stop > mark.start() for mark in marks for start, stop, _ in links)
    items = []
    for mark, end in zip(marks, ends, strict=True):
        reach = mark.end() if marked else end
        hrefs = tuple(href for start, stop, href in links if start < reach and stop > mark.start())
        items.append(Item(text=_words(text[mark.start() : end]).strip(" |/·•,;–—-"), links=hrefs))
    # Prose mentions parts as well; a list gives each an entry of its own, short and mostly linked.
    if sum(bool(item.links) for item in items) < len(items) - 1 or any(len(item.text) > 200 for item in items):
        return None
    return RawList(
        introduction=_words(text[: marks[0].start()])[-LONGEST_INTRODUCTION:],
        items=tuple(items),
        more=bool(MORE.search(text)),
    )


def _is_entry(text: str, start: int, end: int, links: list[tuple[int, int, str]]) -> bool:
    """Whether a numbered part stands for itself: it is a link, or a mark of punctuation or the end follows it."""
    linked = any(start < stop and end > begin for begin, stop, _ in links)
    return linked or not text[end:].strip() or text[end:].lstrip()[0] in ":|–—-·•/,;)]("


def _counting_up(numbers: list[int]) -> list[int] | None:
    """Where in the numbers 1, 2, 3 … stand, when they do and are at least two."""
    found: list[int] = []
    for at, number in enumerate(numbers):
        if number == len(found) + 1:
            found.append(at)
    return found if len(found) > 1 else None


def _linear(element: HtmlElement) -> tuple[str, list[tuple[int, int, str]]] | None:
    """The text of an element, and where in it its links are; None where it is too much for one line."""
    from lxml.etree import iterwalk

    pieces: list[str] = []
    links: list[tuple[int, int, str]] = []
    starts: list[int] = []
    length = 0
    for number, (event, each) in enumerate(iterwalk(element, events=("start", "end"))):
        if length > LONGEST_LINE or number > MOST_EVENTS:
            return None
        if event == "start":
            starts.append(length)
            text = each.text or ""
        else:
            start = starts.pop()
            if each.tag == "a" and each.get("href"):
                links.append((start, length, each.get("href") or ""))
            text = (" " if each.tag == "br" else "") + ((each.tail or "") if each is not element else "")
        if text:
            pieces.append(re.sub(r"\s+", " ", text))
            length += len(pieces[-1])
    return "".join(pieces), links


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
