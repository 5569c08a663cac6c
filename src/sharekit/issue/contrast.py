"""Text that cannot be read: its colour against its background, in light and as the dark rules leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.issue.css.cascade import weighed
from sharekit.issue.css.declarations import parse_style
from sharekit.issue.css.document import read_document
from sharekit.issue.css.sheet import Reader
from sharekit.issue.look import HEX, READABLE, contrast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element

    from sharekit.issue.css.document import Document
    from sharekit.issue.css.sheet import Rule

DARK = "prefers-color-scheme: dark"
WATCHED = ("color", "background-color")


def poor_contrasts(html: str) -> list[str]:
    """In words, each pair of colours below 4.5 : 1 that some text has. Colours that are not hexadecimal are passed over."""
    document = read_document(html)
    reader = Reader(quirks=document.quirks)
    for style in document.styles:
        reader.read(style.text)
    dark = [rule for rule in reader.ranked() if any(DARK in each for each in rule.conditions) and not rule.selector.element]
    found: dict[str, None] = {}
    for name, rules in (("light", []), ("dark", dark)):
        for element, (colour, background) in _seen(document, rules).items():
            if contrast(colour, background) < READABLE:
                ratio = contrast(colour, background)
                found[
                    f"in {name} colours, {colour} on {background} is {ratio:.1f} : 1 in <{element.tag}>; 4.5 is readable"
                ] = None
    return list(found)


def _seen(document: Document, rules: Sequence[Rule]) -> Mapping[_Element, tuple[str, str]]:
    """For each element with words of its own, its colour and what lies behind it."""
    from cssselect2 import ElementWrapper

    if not document.elements:
        return {}
    colours: dict[_Element | None, tuple[str, str]] = {None: ("#000000", "#ffffff")}
    hidden: set[_Element] = set()
    seen: dict[_Element, tuple[str, str]] = {}
    for wrapper in ElementWrapper.from_html_root(document.elements[0][0]).iter_subtree():
        element = wrapper.etree_element
        declared = {each.name: each.value for each in parse_style(element.get("style", ""))}
        matching = [each for rule in rules if rule.selector.matches(wrapper) for each in weighed(rule)]
        declared |= {each.declaration.name: each.declaration.value for each in sorted(matching, key=lambda one: one.weight)}
        parent = element.getparent()
        inherited = colours[parent]
        own = tuple(declared.get(name, "") for name in WATCHED)
        pair = tuple(value if HEX.match(value) else before for value, before in zip(own, inherited, strict=True))
        colours[element] = (pair[0], pair[1])
        if parent in hidden or declared.get("display") == "none":
            hidden.add(element)
        elif element.text and element.tag not in (
            "html",
            "head",
            "title",
            "style",
            "script",
            "table",
            "tbody",
            "tr",
            "ul",
            "ol",
        ):
            seen[element] = colours[element]
    return seen
