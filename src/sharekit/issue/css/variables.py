"""Custom properties: what ``var()`` stands for on one element (https://drafts.csswg.org/css-variables-1/)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import tinycss2
from tinycss2 import ast

from sharekit.issue.css.declarations import css_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tinycss2.ast import Node

    from sharekit.issue.css.declarations import Declaration

# Longer than any honest value: variables that double each other grow without end.
LONGEST = 20_000


def uses(value: str) -> frozenset[str]:
    """The variables that a value names, in fallbacks too."""
    return _uses(value) if "var(" in value.lower() else frozenset()


@functools.lru_cache(maxsize=1024)
def _uses(value: str) -> frozenset[str]:
    return frozenset(_names(tinycss2.parse_component_value_list(value)))


def _names(tokens: Iterable[Node]) -> list[str]:
    found: list[str] = []
    for node in tokens:
        inner = getattr(node, "arguments", None) or getattr(node, "content", None) or ()
        if isinstance(node, ast.FunctionBlock) and node.lower_name == "var":
            found += [each.value for each in node.arguments if each.type == "ident" and each.value.startswith("--")][:1]
        if not isinstance(inner, str):
            found += _names(inner)
    return found


def substitute(value: str, variables: Mapping[str, str]) -> str | None:
    """The value with each ``var()`` replaced; None where one has neither a value nor a fallback."""
    if "var(" not in value.lower():
        return value
    made = _substituted(tinycss2.parse_component_value_list(value), variables)
    if made is None:
        return None
    text = css_text(made).strip()
    return text if len(text) <= LONGEST else None


def _substituted(tokens: Sequence[Node], variables: Mapping[str, str]) -> list[Node] | None:
    made: list[Node] = []
    for node in tokens:
        replaced: list[Node] | None
        if isinstance(node, ast.FunctionBlock) and node.lower_name == "var":
            replaced = _variable(node, variables)
        elif isinstance(node, ast.FunctionBlock):
            inner = _substituted(node.arguments, variables)
            replaced = None if inner is None else [ast.FunctionBlock(0, 0, node.name, inner)]
        elif isinstance(node, ast.ParenthesesBlock):
            inner = _substituted(node.content, variables)
            replaced = None if inner is None else [ast.ParenthesesBlock(0, 0, inner)]
        else:
            replaced = [node]
        if replaced is None:
            return None
        made += replaced
    return made


def _variable(block: ast.FunctionBlock, variables: Mapping[str, str]) -> list[Node] | None:
    arguments = list(block.arguments)
    comma = next((at for at, node in enumerate(arguments) if node == ","), None)
    names = [node for node in arguments[:comma] if node.type not in ("whitespace", "comment")]
    if len(names) != 1 or names[0].type != "ident":
        return None
    if names[0].value in variables:
        return list(tinycss2.parse_component_value_list(variables[names[0].value]))
    return None if comma is None else _substituted(arguments[comma + 1 :], variables)


def computed(inherited: Mapping[str, str], declared: Sequence[Declaration], initial: Mapping[str, str]) -> Mapping[str, str]:
    """An element's variables: what it inherits, and what is declared on it (lowest precedence first)."""
    if not declared:
        return inherited
    own = {each.name: each.value for each in declared}
    found = {name: value for name, value in inherited.items() if name not in own}
    for name, value in own.items():
        keyword = value.lower()
        if keyword in ("inherit", "unset", "revert", "revert-layer"):
            if name in inherited:
                found[name] = inherited[name]
        elif keyword == "initial":
            found.update({name: initial[name]} if name in initial else {})
    plain = {name: value for name, value in own.items() if value.lower() not in KEYWORDS}
    for name in plain:
        _resolve(name, plain, found, ())
    return {name: value for name, value in found.items() if value is not INVALID}


KEYWORDS = ("inherit", "unset", "revert", "revert-layer", "initial")
INVALID = "\0invalid"


def _resolve(name: str, plain: Mapping[str, str], found: dict[str, str], above: tuple[str, ...]) -> None:
    if name in found or name not in plain:
        return
    if name in above:
        # A variable that needs itself is invalid, and so is every other on the way round.
        for each in above[above.index(name) :]:
            found[each] = INVALID
        return
    for needed in uses(plain[name]):
        _resolve(needed, plain, found, (*above, name))
    if name not in found:
        usable = {each: value for each, value in found.items() if value != INVALID}
        value = substitute(plain[name], usable)
        found[name] = INVALID if value is None else value
