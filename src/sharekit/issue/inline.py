"""CSS into style attributes, through premailer behind one wrapper that mends what it does on its own.

premailer finds which rules reach which element. It is not asked for the rest: cssutils, which it reads sheets with, loses
the values and at-rules that it does not know; its one cache for the whole process is keyed on arguments only, so that a
document can poison it for the next; and its order of rules counts neither attributes nor ``:not()``. So it is handed one
name for each rule, and the names that it writes into an element's style attribute are replaced with what the cascade makes
of those rules. The result is written into the source: no byte changes but style attributes and sheets.
"""

from __future__ import annotations

import os
import re
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sharekit.errors import SourceError
from sharekit.issue.css.cascade import Situation, base, style_of
from sharekit.issue.css.declarations import write_style
from sharekit.issue.css.document import Document, normalised, read_document
from sharekit.issue.css.mend import MARK, Mend, mend
from sharekit.issue.css.sheet import SAID_AGAIN, Piece, Reader, Rule
from sharekit.issue.css.source import Edit, Tag, apply_edits, escape_attribute, set_attribute
from sharekit.issue.css.variables import computed, uses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.etree import _Element

    from sharekit.issue.css.document import StyleElement

# One document at a time: premailer's author asks not to assume that it is safe in threads
# (https://github.com/peterbe/premailer/pull/218).
LOCK = threading.Lock()
IGNORE = "data-premailer"
MARKER = "sharekit-rule-"


def inline(html: str) -> str:
    """The document with the rules of its style sheets in style attributes.

    At-rules, rules for what a person does (``:hover``), client hooks and style elements marked ``data-premailer="ignore"``
    stay as they are, byte for byte; where a rule that stays would lose to a style attribute, it is said again behind them
    so that it does not. Nothing is fetched, nothing is kept between calls. Raises SourceError where the CSS is nested too
    deep to be followed.
    """
    try:
        made = _inlined(read_document(html))
        if made is None:
            made = _inlined(read_document(normalised(html)))
    except RecursionError:
        raise SourceError(
            "its CSS is nested too deep to be followed", hint="Write selectors and values that are less than a hundred deep."
        ) from None
    return html if made is None else made


def _inlined(document: Document) -> str | None:
    """The text, or None where an element that must be styled has no tag of its own in the source."""
    reader = Reader(quirks=document.quirks)
    sheets = [
        (style, reader.read(style.text, media=_attribute(style, "media"), ignored=_ignored(style)))
        for style in document.styles
    ]
    rules = reader.ranked()
    found = _situations(document, rules)
    mended = mend(list(dict.fromkeys(found)), rules, first=_first_mark(document.html))
    kept_text = mended.css + "".join(piece.text for _, pieces in sheets for piece in pieces if piece.kept)
    attributes = _attributes(document, found, mended)
    edits = _attribute_edits(document, attributes)
    if edits is None:
        return None
    structure = any(mark in kept_text for mark in ("+", "~", ":", ">"))
    edits += _sheet_edits(sheets, mended.css, structure=structure)
    return apply_edits(document.html, edits)


def _attribute(style: StyleElement, name: str) -> str:
    return style.tag.values[name][2] if name in style.tag.values else ""


def _ignored(style: StyleElement) -> bool:
    return _attribute(style, IGNORE) == "ignore"


def _first_mark(html: str) -> int:
    """A number above those of all marks in the text, which may have been inlined before."""
    return max(map(int, re.findall(rf'{MARK}~="(\d{{1,9}})"', html)), default=0) + 1


def _situations(document: Document, rules: Sequence[Rule]) -> list[Situation]:
    """For each element, the rules that reach it."""
    styles = [str(element.get("style", "")) for element, _ in document.elements]
    reached = _reached([element for element, _ in document.elements], rules)
    return [
        Situation(
            fixed=tuple(rule for rule in reach if rule.fixed),
            possible=tuple(rule for rule in reach if not rule.fixed),
            style=style,
        )
        for reach, style in zip(reached, styles, strict=True)
    ]


def _reached(elements: Sequence[_Element], rules: Sequence[Rule]) -> list[list[Rule]]:
    by_selector: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        if not rule.selector.element:
            by_selector[rule.selector.text].append(number)
    if not elements or not by_selector:
        return [[] for _ in elements]
    selectors = {rule.selector.text: rule.selector for rule in rules}
    difficult = [text for text in by_selector if not selectors[text].simple]
    # Before style attributes go, which premailer is to write alone: a selector may ask for them.
    _mark(elements, [(selectors[text].matches, f"{MARKER}{number}") for number, text in enumerate(difficult)])
    for element in elements:
        element.attrib.pop("style", "")
    named = {text: f".{MARKER}{number}" for number, text in enumerate(difficult)}
    groups = list(by_selector.items())
    sheet = "\n".join(f"{named.get(text, text)} {{ x-{number}: 0 }}" for number, (text, _) in enumerate(groups))
    _premail(elements[0], sheet)
    return [_rules_named(element.get("style", ""), groups, rules) for element in elements]


def _mark(elements: Sequence[_Element], tests: Sequence[tuple[Callable[[Any], bool], str]]) -> None:
    """Give the elements that a difficult selector matches a class that premailer can find them by."""
    from cssselect2 import ElementWrapper

    if not tests:
        return
    classes: list[tuple[_Element, list[str]]] = []
    for wrapper in ElementWrapper.from_html_root(elements[0]).iter_subtree():
        names = [name for test, name in tests if test(wrapper)]
        if names:
            classes.append((wrapper.etree_element, names))
    for element, names in classes:
        element.set("class", " ".join([element.get("class", ""), *names]))


def _premail(root: _Element, sheet: str) -> None:
    # Read by premailer when it is imported; 128 entries thrash with an issue's number of rules.
    os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "4096")
    with LOCK:
        from premailer import Premailer
        from premailer.cache import cache

        cache.clear()
        Premailer(
            root,
            css_text=[sheet],
            disable_leftover_css=True,
            disable_validation=True,
            disable_basic_attributes=["align", "valign", "bgcolor", "width", "height"],
            align_floating_images=False,
            allow_network=False,
            remove_unset_properties=False,
            cssutils_logging_level=60,
        ).transform()
        cache.clear()


def _rules_named(style: str, groups: Sequence[tuple[str, list[int]]], rules: Sequence[Rule]) -> list[Rule]:
    names = (each.split(":")[0].removeprefix("x-") for each in style.replace(" ", "").split(";") if each)
    return [rules[number] for number in sorted(number for name in names for number in groups[int(name)][1])]


def _attributes(document: Document, found: Sequence[Situation], mended: Mend) -> list[dict[str, str]]:
    """The attributes that each element gets."""
    variables: dict[_Element, Mapping[str, str]] = {}
    known: dict[tuple[Situation, int], str] = {}
    made: list[dict[str, str]] = []
    for (element, _), situation in zip(document.elements, found, strict=True):
        parent = element.getparent()
        inherited = variables[parent] if parent is not None else {}
        own = _variables(situation, inherited)
        variables[element] = own
        attributes: dict[str, str] = {}
        if situation.fixed or uses(situation.style) or (situation.style and "!" in situation.style):
            key = (situation, id(own))
            if key not in known:
                known[key] = write_style(style_of(situation, own, mended.groups))
            attributes["style"] = known[key]
        if situation in mended.marks:
            attributes[MARK] = mended.marks[situation]
        made.append(attributes)
    return made


def _variables(situation: Situation, inherited: Mapping[str, str]) -> Mapping[str, str]:
    if not any(each.custom for rule in situation.fixed for each in rule.declarations) and "--" not in situation.style:
        return inherited
    return computed(inherited, [each.declaration for each in base(situation) if each.declaration.custom], {})


def _attribute_edits(document: Document, attributes: Sequence[dict[str, str]]) -> list[Edit] | None:
    edits: list[Edit] = []
    written: dict[int, dict[str, str]] = {}
    for (element, tag), values in zip(document.elements, attributes, strict=True):
        if element.tag == "style":
            continue
        if tag is None:
            implied = _implied_tag(element, values, document)
            if implied is None:
                return None
            edits += implied
            continue
        if written.setdefault(tag.start, values) != values:
            return None
        edits += _tag_edits(tag, values) if written[tag.start] is values else []
    return edits


def _implied_tag(element: _Element, values: Mapping[str, str], document: Document) -> list[Edit] | None:
    """Write out the tag of an element that the parser made on its own; None where it cannot be."""
    if not values.get("style"):
        return []
    place = _first_place(element, document)
    if place is None or MARK in values:
        return None
    return [Edit(place, place, f'<{element.tag} style="{escape_attribute(values["style"])}">')]


def _first_place(element: _Element, document: Document) -> int | None:
    """Where the tag of an element would have stood that the parser made on its own: before its first child's."""
    if element.text:
        return None
    tags = {child: tag for child, tag in document.elements if tag is not None}
    for child in element:
        place = tags[child].start if child in tags else _first_place(child, document)
        if place is not None or child.text or child.tail:
            return place
    return None


def _tag_edits(tag: Tag, values: Mapping[str, str]) -> list[Edit]:
    edits = []
    if values.get("style") or ("style" in values and "style" in tag.values):
        edits.append(set_attribute(tag, "style", values["style"]))
    if MARK in values:
        before = f"{tag.values[MARK][2]} " if MARK in tag.values else ""
        edits.append(set_attribute(tag, MARK, before + values[MARK]))
    return edits


def _sheet_edits(sheets: Sequence[tuple[StyleElement, Sequence[Piece]]], mended: str, *, structure: bool) -> list[Edit]:
    edits = []
    for number, (style, pieces) in enumerate(sheets, start=1):
        text = style.text if pieces and all(piece.kept for piece in pieces) else _rest(pieces)
        if number == len(sheets) and mended:
            text = f"{text.rstrip()}\n/* {SAID_AGAIN} */\n{mended}\n"
        if text == style.text:
            continue
        if text or (structure and not style.in_head):
            end = style.tag.end + len(style.text)
            edits.append(Edit(style.tag.end, end, text))
        else:
            edits.append(Edit(style.tag.start, style.end, ""))
    return edits


def _rest(pieces: Sequence[Piece]) -> str:
    text = "\n".join(piece.text.strip() for piece in pieces if piece.kept and piece.text.strip())
    return f"\n{text}\n" if text else ""
