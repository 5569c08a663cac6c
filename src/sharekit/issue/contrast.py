"""Text that is hard to read: its colour against its background, in light and in dark mode (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.issue.theme import HEX, READABLE, contrast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

    Declared = Mapping[str, str]

DARK = re.compile(r"@media[^{}]*prefers-color-scheme:\s*dark[^{}]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", re.IGNORECASE)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;!]+)")
NOT_SHOWN = frozenset(("title", "style", "script"))


def poor_contrasts(document: HtmlElement) -> list[str]:
    """In words, each pair of colours below 4.5 : 1 that some text has. Colours that are not hexadecimal are passed over."""
    found: dict[str, None] = {}
    for mode, rules in (("light", {}), ("dark", _dark_rules(document))):
        for element, colour, background in _texts(document, rules):
            ratio = contrast(colour, background)
            if ratio < READABLE:
                found[f"in {mode} mode, {colour} on {background} is {ratio:.1f} : 1 in <{element.tag}>; 4.5 is readable"] = (
                    None
                )
    return list(found)


def _texts(document: HtmlElement, rules: Mapping[HtmlElement, Declared]) -> Iterator[tuple[HtmlElement, str, str]]:
    """Each element with text of its own, its colour and what lies behind it."""
    colours: dict[HtmlElement | None, tuple[str, str]] = {None: ("#000000", "#ffffff")}
    hidden: set[HtmlElement] = set()
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        declared = {**_declared(element.get("style") or ""), **rules.get(element, {})}
        parent = element.getparent()
        colour, background = (
            declared[name] if HEX.match(declared.get(name, "")) else inherited
            for name, inherited in zip(("color", "background-color"), colours[parent], strict=True)
        )
        colours[element] = colour, background
        if parent in hidden or declared.get("display") == "none":
            hidden.add(element)
        elif element.tag not in NOT_SHOWN and any(map(str.strip, element.xpath("text()"))):
            yield element, colour, background


def _dark_rules(document: HtmlElement) -> dict[HtmlElement, dict[str, str]]:
    """What the rules for dark mode declare for each element, the heavier rule last."""
    from cssselect import GenericTranslator, SelectorError, parse

    css = "\n".join(style.text or "" for style in document.iter("style"))
    found = []
    for selectors, block in RULE.findall("".join(DARK.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))):
        try:
            found += [(each.specificity(), each, _declared(block)) for each in parse(selectors)]
        except SelectorError:
            continue
    rules: dict[HtmlElement, dict[str, str]] = {}
    for _, selector, declared in sorted(found, key=lambda each: each[0]):
        if selector.pseudo_element is None:
            for element in document.xpath(GenericTranslator().selector_to_xpath(selector)):
                rules.setdefault(element, {}).update(declared)
    return rules


def _declared(css: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in DECLARATION.findall(css)}
