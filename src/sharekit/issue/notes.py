"""Footnotes: links of an article that lead to one another, which in a letter lead to one another too."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sharekit.elements import BLOCKS
from sharekit.files import digest

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def note_links(article: HtmlElement, page: str) -> dict[HtmlElement, HtmlElement]:
    """Each link of a pair, a mark and the way back from its note, and the element to which it leads.

    Told by where they lead and not by their classes, which every generator has of its own.
    """
    places: dict[str, HtmlElement] = {}
    for element in article.iter():
        for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if name:
                places.setdefault(name, element)
    leads: dict[HtmlElement, HtmlElement] = {}
    around: dict[HtmlElement, set[HtmlElement]] = {}
    inside: defaultdict[HtmlElement, list[HtmlElement]] = defaultdict(list)
    for link in article.iter("a"):
        address, _, fragment = (link.get("href") or "").partition("#")
        target = places.get(unquote(fragment)) if address == page else None
        if target is not None:
            around[link] = {link, *link.iterancestors()}
            # What leads to something around it is a way to the top.
            if target is link or target not in around[link]:
                leads[link] = target
                for each in around[link]:
                    inside[each].append(link)
    pairs = {
        link: target
        for link, target in leads.items()
        if any(other is not link and _block(leads[other]) in around[link] for other in inside[_block(target)])
    }
    # A note may have several marks, and lead back to one.
    known = set(pairs.values())
    return {link: target for link, target in leads.items() if target in known}


def is_way_back(link: HtmlElement) -> bool:
    """Whether a link says that it leads from a note to its mark (DPUB-ARIA 1.1, doc-backlink)."""
    return "footnote-backref" in (link.get("class") or "") or link.get("role") == "doc-backlink"


def _block(element: HtmlElement) -> HtmlElement:
    return next((each for each in (element, *element.iterancestors()) if each.tag in BLOCKS), element)


def join_notes(article: HtmlElement, page: str, post: str) -> dict[str, str]:
    """Make marks and notes lead to one another within the letter: each new address, and the one that it had on the web.

    ``post`` is the article's id: a letter may hold several with a note 1.
    """
    pairs = note_links(article, page)
    names: dict[HtmlElement, str] = {}
    before: dict[str, str] = {}
    for link, target in pairs.items():
        name = names.setdefault(target, f"note-{digest(post)[:6]}-{len(names) + 1}")
        before[f"#{name}"] = link.get("href") or page
        link.set("href", f"#{name}")
    for element in article.iter():
        element.attrib.pop("id", None)
    for target, name in names.items():
        place = target
        if target.tag not in BLOCKS and target.tag != "a":
            # Marks are in a <sup>, which a mail client may not know as a place to go to.
            place = next(target.iter("a"), target)
        place.set("id", name)
    return before
