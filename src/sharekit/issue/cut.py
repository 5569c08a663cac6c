"""An article cut to a number of bytes: after a sentence, a line of code, a row or an item, inside of any structure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.content import HEADINGS, words
from sharekit.elements import BLOCKS
from sharekit.text.sentences import excerpt, is_abbreviated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from lxml.html import HtmlElement

    Slot = Literal["text", "tail"]
    # The text of an element or what is behind it, and how many characters of it.
    Place = tuple[HtmlElement, Slot, int]


# The end of a sentence: its mark and what closes a quotation, before a word that can begin the next one, or before nothing.
SENTENCE = re.compile(
    r"(?:[.!?…؟۔](?:[\"”’)]|[\s\u00a0\u202f]?»)*(?=[\s\u00a0]+[^\sa-zà-ÿ]|[\s\u00a0]*\Z))|[。！？][」』”）]*"
)
LINE = re.compile(r"\n")
# What is kept or left out whole, unless it is longer than this.
WHOLE = frozenset(("a", "code", "img", "tr", "dt", "sup", "sub", "math", *HEADINGS))
LONG = 2_000
# What the style attribute of an element weighs, roughly.
STYLE = 80


def cut(article: HtmlElement, most: int) -> bool:
    """Leave out of the article what is beyond about ``most`` bytes; whether there was anything."""
    if size(article) <= most:
        return False
    text = words(article)
    place: Place = article, "text", 0
    for weight, here in _places(article):
        if weight > most:
            break
        place = here
    _end_at(article, *place)
    _trim(article)
    if not words(article) and article.find(".//img") is None:
        # One sentence, or none at all, that is longer than all the room there is.
        del article[:]
        article.text = excerpt(text, max(most, 1))
    return True


def size(element: HtmlElement) -> int:
    """The bytes of an element in a letter, roughly: its mark-up, and a style for each element in it."""
    from lxml.etree import tostring

    return len(tostring(element, encoding="utf-8", method="html", with_tail=False)) + STYLE * sum(1 for _ in element.iter())


def _places(article: HtmlElement) -> Iterator[tuple[int, Place]]:
    """Where an article may end, each with the bytes of what is before it."""
    from lxml.etree import iterwalk

    weight = in_code = 0
    walk = iterwalk(article, events=("start", "end"))
    for event, element in walk:
        slot: Slot = "text" if event == "start" else "tail"
        if slot == "text" and element.tag in WHOLE and (whole := size(element)) <= LONG:
            weight += whole
            walk.skip_subtree()
            continue
        in_code += (event == "start") - (event == "end") if element.tag == "pre" else 0
        if slot == "text":
            weight += STYLE + 2 * len(element.tag) + 5 + sum(len(name) + len(value) + 4 for name, value in element.items())
        elif element is article:
            return
        text = getattr(element, slot) or ""
        if slot == "tail" and element.tag in BLOCKS:
            yield weight, (element, slot, len(text) - len(text.lstrip()))
        end = 0
        for found in (LINE if in_code else SENTENCE).finditer(text):
            if not is_abbreviated(text[max(0, found.end() - 14) : found.end()]):
                weight += len(text[end : found.end()].encode())
                end = found.end()
                yield weight, (element, slot, end)
        weight += len(text[end:].encode())


def _end_at(article: HtmlElement, element: HtmlElement, slot: Slot, end: int) -> None:
    """Remove all that is behind a place."""
    setattr(element, slot, (getattr(element, slot) or "")[:end] or None)
    if slot == "text":
        del element[:]
    node = element
    while node is not article:
        parent = node.getparent()
        for after in list(node.itersiblings()):
            parent.remove(after)
        if node is not element or slot == "text":
            node.tail = None
        node = parent


def _trim(article: HtmlElement) -> None:
    """Remove what promises more and has none: a heading or a rule at the end, and what has become empty."""
    while len(article):
        last = article
        while len(last) and not (last[-1].tail or "").strip():
            last = last[-1]
        if last is article:
            return
        promise = next((each for each in (last, *last.iterancestors()) if each.tag in (*HEADINGS, "dt", "summary")), None)
        if promise is not None:
            last = promise
        elif last.tag in ("td", "th", "img") or (last.tag not in ("hr", "br") and words(last)):
            return
        parent = last.getparent()
        if parent is None:
            return
        parent.remove(last)
