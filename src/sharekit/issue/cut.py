"""An article cut to a number of bytes: after a sentence, a line of code, a row or an item, inside of any structure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.content import HEADINGS, words
from sharekit.elements import BLOCKS
from sharekit.text.sentences import excerpt, is_abbreviated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

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
    _keep(article, most)
    _trim(article)
    if not words(article) and article.find(".//img") is None:
        # One sentence, or none at all, that is longer than all the room there is.
        for child in list(article):
            article.remove(child)
        article.text = excerpt(text, max(most, 1))
    return True


def size(element: HtmlElement) -> int:
    """The bytes of an element in a letter, roughly: its mark-up, and a style for each element in it."""
    from lxml.etree import tostring

    return len(tostring(element, encoding="utf-8", method="html", with_tail=False)) + STYLE * sum(1 for _ in element.iter())


def _keep(element: HtmlElement, room: int) -> None:
    room -= STYLE + 2 * len(element.tag) + 5
    room -= len((element.text or "").encode())
    if room < 0:
        _remove_after(element, None)
        _end_at_a_sentence(element, element, "text", room)
        return
    for child in list(element):
        weight = size(child)
        if weight > room:
            _remove_after(element, child)
            child.tail = None
            if child.tag not in WHOLE or weight > LONG:
                _keep(child, room)
            else:
                element.remove(child)
                if child.tag not in BLOCKS and len(element):
                    _end_at_a_sentence(_block(element), element[-1], "tail", 0)
                elif child.tag not in BLOCKS:
                    _end_at_a_sentence(_block(element), element, "text", 0)
            return
        room -= weight + len((child.tail or "").encode())
        if room < 0:
            _remove_after(element, child)
            _end_at_a_sentence(_block(element), child, "tail", room)
            return


def _remove_after(element: HtmlElement, child: HtmlElement | None) -> None:
    for other in list(element)[0 if child is None else element.index(child) + 1 :]:
        element.remove(other)


def _block(element: HtmlElement) -> HtmlElement:
    while element.tag not in BLOCKS and element.getparent() is not None:
        element = element.getparent()
    return element


def _end_at_a_sentence(block: HtmlElement, last: HtmlElement, slot: str, room: int) -> None:
    """End a block at the last whole sentence before a place in it: ``room`` (negative) bytes before the end of a text."""
    boundary = LINE if block.tag == "pre" or next(block.iterancestors("pre"), None) is not None else SENTENCE
    if boundary is SENTENCE:
        block = _block(block)
    for owner, name in reversed(list(_slots(block))):
        text = getattr(owner, name) or ""
        limit = len(text)
        if owner is last and name == slot and room < 0:
            limit = len(text.encode()[:room].decode(errors="ignore"))
        ends = [each.end() for each in boundary.finditer(text) if each.end() <= limit]
        ends = [end for end in ends if not is_abbreviated(text[max(0, end - 14) : end])]
        if ends:
            setattr(owner, name, text[: ends[-1]])
            return
        setattr(owner, name, None)
        if name == "text" and owner is not block and not len(owner):
            parent, tail = owner.getparent(), owner.tail
            if parent is not None and not tail:
                parent.remove(owner)


def _slots(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    yield element, "text"
    for child in element:
        yield from _slots(child)
        yield child, "tail"


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
