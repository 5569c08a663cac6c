"""The text of one paragraph, and where in it its links and its line breaks are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONGEST_LINE = 3000
# Starts and ends of elements in one line: more than a hundred links have, with all that may be in them.
MOST_EVENTS = 800
DEEPEST = 12
BLOCKS = ("ul", "ol", "p", "div", "table", "pre")


@dataclass(frozen=True)
class ListLink:
    """A link and where in the text it stands."""

    start: int
    end: int
    href: str


@dataclass(frozen=True)
class Line:
    """A paragraph's text, its white space single, a line break as one newline; and its links in their order."""

    text: str
    links: tuple[ListLink, ...]

    def between(self, start: int, end: int) -> list[ListLink]:
        """The links that touch a stretch of the text."""
        return [link for link in self.links if link.start < end and link.end > start]

    def lines(self) -> list[tuple[int, int]]:
        """Where each line begins and ends."""
        return [found.span() for found in re.finditer(r"[^\n]+", self.text)]


def line_of(element: HtmlElement) -> Line | None:
    """What an element holds; None where it is too much for one paragraph, or where others stand in it."""
    from lxml.etree import iterwalk

    pieces: list[str] = []
    links: list[ListLink] = []
    starts: list[int] = []
    length = inside = 0
    for number, (event, each) in enumerate(iterwalk(element, events=("start", "end"))):
        if length > LONGEST_LINE or number > MOST_EVENTS or len(starts) > DEEPEST:
            return None
        if each.tag in BLOCKS and each is not element:
            return None
        is_link = each.tag == "a" and bool(each.get("href"))
        if event == "start":
            starts.append(length)
            inside += is_link
            text = each.text or ""
        else:
            start = starts.pop()
            inside -= is_link
            if is_link:
                links.append(ListLink(start, length, each.get("href") or ""))
            text = ("\n" if each.tag == "br" else "") + ((each.tail or "") if each is not element else "")
        if text:
            keep = not inside
            pieces.append(re.sub(r"\s+", lambda found, keep=keep: "\n" if keep and "\n" in found[0] else " ", text))
            length += len(pieces[-1])
    return Line("".join(pieces), tuple(sorted(links, key=lambda link: link.start)))
