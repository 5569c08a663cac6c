"""Declarations: parsed, written for a style attribute, and merged without losing a fallback."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tinycss2
from tinycss2 import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tinycss2.ast import Node

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
LENGTH = rf"(?:0|auto|{NUMBER}(?:px|em|rem|ex|ch|pt|pc|in|cm|mm|vw|vh|%))"
COLOUR = (
    r"(?:#(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})|transparent|currentcolor|black|white|red|green|blue|gray"
    r"|grey|silver|navy|maroon|purple|teal|olive|lime|aqua|fuchsia|yellow|orange|rgba?\(\s*\d+(?:\s*,\s*[\d.]+){2,3}\s*\))"
)
LINE = r"(?:none|hidden|dotted|dashed|solid|double|groove|ridge|inset|outset)"
EVERYWHERE = r"inherit|initial|unset"
POSITIVE = rf"(?:0|{NUMBER.removeprefix('[+-]?')}(?:px|em|rem|ex|ch|pt|pc|in|cm|mm|vw|vh|%))"
# Values that every browser takes: a later one of these leaves nothing of an earlier one of the same name.
CERTAIN = {
    name: re.compile(rf"(?:{pattern}|{EVERYWHERE})\Z", re.IGNORECASE)
    for names, pattern in (
        ("color background-color border-top-color border-right-color border-bottom-color border-left-color", COLOUR),
        ("margin-top margin-right margin-bottom margin-left top right bottom left", LENGTH),
        ("margin", rf"{LENGTH}(?:\s+{LENGTH}){{0,3}}"),
        ("padding-top padding-right padding-bottom padding-left", POSITIVE),
        ("padding", rf"{POSITIVE}(?:\s+{POSITIVE}){{0,3}}"),
        ("width height", rf"(?:auto|{POSITIVE})"),
        ("max-width max-height", rf"(?:none|{POSITIVE})"),
        ("font-size", rf"(?:{POSITIVE}|small|medium|large|smaller|larger)"),
        ("line-height", rf"(?:normal|{POSITIVE}|\d+(?:\.\d+)?)"),
        ("font-weight", r"(?:normal|bold|bolder|lighter|[1-9]00)"),
        ("font-style", r"(?:normal|italic|oblique)"),
        ("text-align", r"(?:left|right|center|justify|start|end)"),
        ("text-transform", r"(?:none|uppercase|lowercase|capitalize)"),
        ("text-decoration", r"(?:none|underline|line-through|overline)"),
        ("vertical-align", r"(?:top|middle|bottom|baseline|sub|super|text-top|text-bottom)"),
        ("display", r"(?:none|block|inline|inline-block|table|table-row|table-cell)"),
        ("white-space", r"(?:normal|nowrap|pre|pre-wrap|pre-line)"),
        ("border border-top border-right border-bottom border-left", rf"(?:0|none|{POSITIVE} {LINE} {COLOUR})"),
        ("border-collapse", r"(?:collapse|separate)"),
        ("border-radius", POSITIVE),
    )
    for name in names.split()
}
# A shorthand resets every property that begins with its name and a hyphen. Of those that do not (border-radius is no
# part of border) nothing is dropped.
RESETTING = frozenset("margin padding list-style border-top border-right border-bottom border-left".split())  # noqa: SIM905 - words
# Groups of properties that can set the same thing, where that is not the first word of their names.
GROUPS = {
    "line-height": "font", "min-width": "size", "max-width": "size", "width": "size", "height": "size", "min-height": "size",
    "max-height": "size", "inline-size": "size", "block-size": "size", "min-inline-size": "size", "aspect-ratio": "size",
    "max-inline-size": "size", "min-block-size": "size", "max-block-size": "size", "top": "inset", "right": "inset",
    "bottom": "inset", "left": "inset", "columns": "column", "row-gap": "gap", "column-gap": "gap", "grid-gap": "gap",
    "order": "order", "align-items": "place", "align-content": "place", "align-self": "place", "justify-items": "place",
    "justify-content": "place", "justify-self": "place", "vertical-align": "vertical", "page-break-before": "break",
    "page-break-after": "break", "page-break-inside": "break", "word-wrap": "overflow", "alignment-baseline": "vertical",
    "baseline-shift": "vertical", "word-break": "word-break", "white-space-collapse": "white", "text-wrap": "white",
    "text-wrap-mode": "white", "text-wrap-style": "white",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declaration:
    """``name`` is in lower case unless it is custom (``--X``); ``value`` has neither comments nor ``!important``.

    ``certain`` says that it holds wherever it is read: nothing before it of the same name can be a fallback.
    """

    name: str
    value: str
    important: bool = False
    certain: bool = False

    @property
    def custom(self) -> bool:
        """Whether it defines a variable."""
        return self.name.startswith("--")


def parse_style(text: str) -> list[Declaration]:
    """The declarations of a style attribute; what is malformed is left out, as a browser does."""
    contents = tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True)
    quote = quote_of(text)
    return [declaration(node, quote) for node in contents if isinstance(node, ast.Declaration) and usable(node)]


def usable(node: ast.Declaration) -> bool:
    """Whether a declaration says anything."""
    return node.name.startswith("--") or any(token.type not in ("whitespace", "comment") for token in node.value)


def quote_of(text: str) -> str:
    """The quote that a text's strings have, as far as one says it for all."""
    return '"' if '"' in text else "'"


def declaration(node: ast.Declaration, quote: str) -> Declaration:
    """A parsed declaration as a value. What a variable holds can be asked for as written: its strings keep ``quote``."""
    custom = node.name.startswith("--")
    name = node.name if custom else node.lower_name
    value = css_text(node.value).strip()
    if custom and quote == '"':
        value = tinycss2.serialize([each for each in node.value if each.type != "comment"]).strip()
    rule = CERTAIN.get(name)
    return Declaration(name, value, bool(node.important), custom or bool(rule and rule.match(value)))


def css_text(tokens: Iterable[Node]) -> str:
    """Tokens as text that stands well in a double-quoted attribute: no comments, strings in single quotes."""
    return "".join(map(_token_text, tokens))


def _token_text(token: Node) -> str:
    match token:
        case ast.Comment():
            return " "
        case ast.WhitespaceToken():
            return " "
        case ast.StringToken():
            return _string(token.value)
        case ast.URLToken():
            return f"url({_string(token.value)})"
        case ast.FunctionBlock():
            return f"{ast.IdentToken(0, 0, token.name).serialize()}({css_text(token.arguments)})"
        case ast.ParenthesesBlock():
            return f"({css_text(token.content)})"
        case ast.SquareBracketsBlock():
            return f"[{css_text(token.content)}]"
        case ast.CurlyBracketsBlock():
            return f"{{{css_text(token.content)}}}"
    return str(token.serialize())


def _string(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\a ").replace("\r", "\\d ").replace("\f", "\\c ") + "'"


def merged(declarations: Sequence[Declaration]) -> list[Declaration]:
    """Declarations in rising precedence as one list, where the last of a name holds.

    An earlier one is left out only where a later one certainly replaces it; else it stays before it, so that a client
    which does not know the later value falls back as it would have done.
    """
    kept: list[Declaration] = []
    for each in declarations:
        if each in kept:
            kept.remove(each)
        if each.certain:
            kept = [earlier for earlier in kept if not _replaces(each, earlier)]
        kept.append(each)
    return kept


def _replaces(later: Declaration, earlier: Declaration) -> bool:
    if earlier.important and not later.important:
        return False
    return later.name == earlier.name or (later.name in RESETTING and earlier.name.startswith(f"{later.name}-"))


def write_style(declarations: Iterable[Declaration]) -> str:
    """The text of a style attribute."""
    return "; ".join(f"{each.name}: {each.value}{' !important' if each.important else ''}" for each in declarations)


def group(name: str) -> str:
    """The group of a property: two properties that can set the same thing are in one."""
    if name.startswith("--"):
        return name
    bare = re.sub(r"^-(?:webkit|moz|ms|o|epub)-", "", name)
    return GROUPS.get(bare) or bare.split("-", 1)[0]
