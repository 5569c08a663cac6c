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
    at: HtmlElement | None = element
    while at is not None:
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
    # A list within an item is another list.
    inner = [each for each in element.iter() if each.tag in ("ul", "ol")]
    nested = {id(each) for one in inner for each in one.iter()}
    links = tuple(link.get("href") for link in element.iter("a") if link.get("href") and id(link) not in nested)
    text = _words(element.text_content())
    for one in inner:
        text = text.replace(_words(one.text_content()), "").strip()
    return Item(text=text, links=links, strong=_is_strong(element, text))


def _is_strong(element: HtmlElement, text: str) -> bool:
    marked = " ".join(_words(each.text_content()) for each in element.iter("strong", "b", "em", "i"))
    return bool(text) and len(marked) >= 0.6 * len(text)


def _numbers_itself(items: tuple[Item, ...]) -> bool:
    """Whether every item begins with its number as a part, counting up."""
    found = [NUMBERED.match(item.text) for item in items]
    if not all(found) or sum(bool(item.links) for item in items) < 1:
        return False
    numbers = [value_of(each["number"]) for each in found if each]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _on_one_line(element: HtmlElement) -> RawList | None:
    text, links = _linear(element)
    if not links or len(text) > 3000:
        return None
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


def _linear(element: HtmlElement) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of an element, and where in it its links are."""
    pieces: list[str] = []
    links: list[tuple[int, int, str]] = []
    length = 0

    def add(text: str | None) -> None:
        nonlocal length
        if text:
            made = re.sub(r"\s+", " ", text)
            pieces.append(made)
            length += len(made)

    def walk(each: HtmlElement) -> None:
        start = length
        add(each.text)
        for child in each:
            walk(child)
            add(child.tail)
        if each.tag == "br":
            add(" ")
        if each.tag == "a" and each.get("href"):
            links.append((start, length, each.get("href") or ""))

    walk(element)
    return "".join(pieces), links


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
