"""A style sheet → its rules in the order of the cascade, and the parts of its text that an inliner must leave.

Nesting is unfolded (https://drafts.csswg.org/css-nesting-1/), layers are ranked (https://drafts.csswg.org/css-cascade-5/).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import tinycss2
from tinycss2 import ast

from sharekit.issue.css.declarations import Declaration, declaration, quote_of, usable
from sharekit.issue.css.selectors import InvalidSelectorError, Selector, parse_selectors, split_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tinycss2.ast import Node

# What "&" stands for where no rule is around it.
ROOT = tinycss2.parse_component_value_list(":where(:root)")
# Rules outside of a layer come after those of every layer.
UNLAYERED = 10**6
CONDITIONS = frozenset(("media", "supports", "container", "starting-style"))
EVERYWHERE = re.compile(r"(?:^|,)\s*(?:only\s+)?(?:all|screen)\s*(?:,|$)|^\s*$", re.IGNORECASE)
# The comment that what an inliner has said again stands behind: read once more, it stays as it is.
SAID_AGAIN = "sharekit: said again, so that it wins or loses against style attributes as before"
# Only comments, these and their like may come before @import and @namespace, else a browser leaves them out.
LEADING = frozenset(("charset", "import", "namespace"))
GUARD = "a {}\n"
XHTML = "http://www.w3.org/1999/xhtml"
# What only a client adds to the document: Outlook.com, Gmail, Thunderbird, Hotmail, Outlook, Apple's data detectors, OWA.
HOOK = re.compile(
    r"\[data-ogs[bc]\]|(?:^|[\s>])u\s*[+~]|\.ExternalClass|#outlook|\.ReadMsgBody|\.moz-text-html|#MessageViewBody"
    r"|\[x-apple-data-detectors\]|\[owa\]|\.yshortcuts|#__bodyContent",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """The declarations of one selector.

    ``conditions`` are the at-rules around it. ``fixed`` rules always hold, and can go into style attributes. ``layer``
    orders rules of normal importance, lowest first.
    """

    selector: Selector
    declarations: tuple[Declaration, ...]
    order: int
    conditions: tuple[str, ...] = ()
    layer: tuple[int, ...] = (UNLAYERED,)
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the sheet's text. A piece whose rules all move to attributes is not ``kept``."""

    text: str
    kept: bool


@dataclass
class Layers:
    """The layers of a document, in order of first appearance."""

    children: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    anonymous: itertools.count[int] = field(default_factory=itertools.count)

    def declare(self, path: tuple[str, ...]) -> None:
        for depth in range(len(path)):
            names = self.children.setdefault(path[:depth], [])
            if path[depth] not in names:
                names.append(path[depth])

    def unnamed(self) -> str:
        return f"\0{next(self.anonymous)}"

    def rank(self, path: tuple[str, ...]) -> tuple[int, ...]:
        places = (self.children[path[:depth]].index(path[depth]) for depth in range(len(path)))
        return (*places, UNLAYERED)


@dataclass(frozen=True, slots=True)
class _Place:
    conditions: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()
    fixed: bool = True
    parent: tuple[Node, ...] = ()


@dataclass
class Reader:
    """Reads the sheets of one document, in their order."""

    quirks: bool
    layers: Layers = field(default_factory=Layers)
    rules: list[tuple[Rule, tuple[str, ...]]] = field(default_factory=list)
    quote: str = ""

    def read(self, css: str, *, media: str = "", ignored: bool = False) -> list[Piece]:
        """Take in a sheet; its pieces in order. With ``ignored`` it stays as it is, and still takes part in the cascade."""
        nodes = tinycss2.parse_stylesheet(css)
        self.quote = quote_of(css)
        starts = [*_offsets(css, nodes), len(css)]
        everywhere = EVERYWHERE.search(media) is not None
        place = _Place(conditions=() if everywhere else (f"@media {media}",), fixed=everywhere and not ignored)
        if _foreign(nodes):
            return [Piece(css, kept=True)]
        pieces = []
        leading = True
        for node, start, end in zip(nodes, starts, starts[1:], strict=False):
            if isinstance(node, ast.Comment) and node.value.strip() == SAID_AGAIN:
                place = replace(place, fixed=False)
            kept = self._node(node, place)
            # Without the rules before it, what was too late would come to life.
            late = not leading and isinstance(node, ast.AtRule) and node.lower_at_keyword in ("import", "namespace")
            pieces.append(Piece(GUARD * late + css[start:end], kept or not place.fixed))
            leading = leading and _leads(node)
        if nodes and starts[0]:
            pieces.insert(0, Piece(css[: starts[0]], not place.fixed))
        return pieces

    def ranked(self) -> list[Rule]:
        """Every rule, its layer ranked now that all are known."""
        return [replace(rule, layer=self.layers.rank(layer)) if layer else rule for rule, layer in self.rules]

    def _node(self, node: Node, place: _Place) -> bool:
        if isinstance(node, ast.QualifiedRule):
            return self._style_rule(node, place)
        if isinstance(node, ast.AtRule):
            self._at_rule(node, place)
            return True
        return False

    def _style_rule(self, node: ast.QualifiedRule, place: _Place) -> bool:
        prelude = _nested(node.prelude, place.parent) if place.parent else _with_parent(node.prelude, ROOT)[0]
        try:
            selectors = parse_selectors(prelude, quirks=self.quirks)
        except InvalidSelectorError:
            return True
        contents = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        inner = replace(place, parent=tuple(prelude))
        nested = False
        for is_declaration, run in itertools.groupby(contents, lambda each: isinstance(each, ast.Declaration)):
            if is_declaration:
                found = tuple(
                    declaration(each, self.quote) for each in run if isinstance(each, ast.Declaration) and usable(each)
                )
                self._rules(selectors, found, place)
                continue
            for each in run:
                nested = nested or isinstance(each, ast.AtRule | ast.QualifiedRule)
                self._node(each, inner)
        return nested or any(each.dynamic or each.element or HOOK.search(each.text) for each in selectors)

    def _declarations(self, contents: Iterable[Node]) -> tuple[Declaration, ...]:
        return tuple(
            declaration(each, self.quote) for each in contents if isinstance(each, ast.Declaration) and usable(each)
        )

    def _rules(self, selectors: Sequence[Selector], found: tuple[Declaration, ...], place: _Place) -> None:
        for selector in selectors:
            rule = Rule(
                selector=selector,
                declarations=found,
                order=len(self.rules),
                conditions=place.conditions,
                fixed=place.fixed and not place.conditions and not selector.dynamic and not selector.element,
            )
            if found:
                self.rules.append((rule, place.layer))

    def _at_rule(self, node: ast.AtRule, place: _Place) -> None:
        keyword = node.lower_at_keyword
        if keyword == "layer":
            self._layer(node, place)
        elif node.content is not None and keyword in CONDITIONS:
            condition = f"@{node.at_keyword} {tinycss2.serialize(node.prelude).strip()}".rstrip()
            always = keyword == "media" and EVERYWHERE.search(tinycss2.serialize(node.prelude))
            inner = place if always else replace(place, conditions=(*place.conditions, condition))
            self._block(node.content, inner)

    def _layer(self, node: ast.AtRule, place: _Place) -> None:
        names = [tuple(tinycss2.serialize(part).split(".")) for part in split_list(node.prelude) if part]
        for name in names:
            self.layers.declare((*place.layer, *name))
        if node.content is not None:
            path = (*place.layer, *(names[0] if names else (self.layers.unnamed(),)))
            self.layers.declare(path)
            self._block(node.content, replace(place, layer=path))

    def _block(self, content: Sequence[Node], place: _Place) -> None:
        contents = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        own = self._declarations(contents)
        if own and place.parent:
            self._rules(parse_selectors(list(place.parent), quirks=self.quirks), own, place)
        for each in contents:
            self._node(each, place)


def _leads(node: Node) -> bool:
    if isinstance(node, ast.AtRule):
        return node.lower_at_keyword in LEADING or (node.lower_at_keyword == "layer" and node.content is None)
    return not isinstance(node, ast.QualifiedRule)


def _foreign(nodes: Sequence[Node]) -> bool:
    """Whether the sheet's own namespace is another than HTML's, so that its rules reach no HTML element."""
    for node in itertools.takewhile(_leads, nodes):
        if isinstance(node, ast.AtRule) and node.lower_at_keyword == "namespace":
            words = [each for each in node.prelude if each.type not in ("whitespace", "comment")]
            if len(words) == 1 and getattr(words[0], "value", XHTML) != XHTML:
                return True
    return False


def important_body(declarations: Sequence[Declaration]) -> str:
    """Declarations as the body of a rule, all important."""
    return " ".join(f"{each.name}: {each.value} !important;" for each in declarations)


def _nested(prelude: Sequence[Node], parent: tuple[Node, ...]) -> list[Node]:
    matches = [*tinycss2.parse_component_value_list(":"), ast.FunctionBlock(0, 0, "is", list(parent))]
    made: list[Node] = []
    for part in split_list(prelude):
        replaced, found = _with_parent(part, matches)
        lead = [] if found else [*matches, ast.WhitespaceToken(0, 0, " ")]
        made += [*([ast.LiteralToken(0, 0, ",")] if made else []), *lead, *replaced]
    return made


def _with_parent(tokens: Sequence[Node], matches: list[Node]) -> tuple[list[Node], bool]:
    made: list[Node] = []
    found = False
    for node in tokens:
        if node == "&":
            made += matches
            found = True
        elif isinstance(node, ast.FunctionBlock):
            inner, inside = _with_parent(node.arguments, matches)
            made.append(ast.FunctionBlock(0, 0, node.name, inner))
            found = found or inside
        else:
            made.append(node)
    return made, found


def _offsets(css: str, nodes: Sequence[Node]) -> list[int]:
    lines = [0, *(match.end() for match in re.finditer(r"\r\n|[\n\r\f]", css))]
    return [lines[node.source_line - 1] + node.source_column - 1 for node in nodes]
