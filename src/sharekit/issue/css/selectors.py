"""One complex selector: how specific it is, and what it matches in a document that nobody touches.

cssselect2 knows the grammar and the structure. What depends on a person (``:hover``) is taken to be possible, because the
rules that hold then must stay in the sheet: https://drafts.csswg.org/selectors-4/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tinycss2
from tinycss2 import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tinycss2.ast import Node

Specificity = tuple[int, int, int]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Pseudo-classes that a document alone decides.
STATIC = _words(
    "link any-link root scope empty first-child last-child only-child first-of-type last-of-type only-of-type enabled"
    " disabled"
)
STATIC_FUNCTIONS = _words("is where not has -webkit-any nth-child nth-last-child nth-of-type nth-last-of-type lang")
DYNAMIC = _words(
    "hover active focus focus-visible focus-within visited target checked indeterminate default valid invalid in-range"
    " out-of-range required optional read-only read-write placeholder-shown autofill user-valid user-invalid fullscreen"
    " modal popover-open open defined picture-in-picture past current future host dir state host-context -webkit-autofill"
    " -webkit-any-link -webkit-full-screen xr-overlay window-inactive target-current active-view-transition"
)
LEGACY_ELEMENTS = frozenset(("before", "after", "first-line", "first-letter"))
ELEMENTS = re.compile(
    r"(?:before|after|first-line|first-letter|marker|placeholder|selection|backdrop|file-selector-button|cue|target-text"
    r"|spelling-error|search-text|grammar-error|highlight|details-content|part|slotted|view-transition.*|scroll-.*|column|picker.*"
    r"|checkmark|-webkit-.+)\Z"
)
# https://html.spec.whatwg.org/multipage/semantics-other.html#case-sensitivity-of-selectors: values that ignore case.
CASELESS = _words(
    "accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir"
    " direction disabled enctype face frame hreflang http-equiv lang language link media method multiple nohref noresize"
    " noshade nowrap readonly rel rev rules scope scrolling selected shape target text type valign valuetype vlink"
)
# https://html.spec.whatwg.org/multipage/semantics-other.html#concept-element-disabled: what can be.
CONTROLS = tinycss2.parse_component_value_list(":where(button,input,select,textarea,optgroup,option,fieldset)")
ALWAYS = tinycss2.parse_component_value_list(":not(.sharekit-never)")
NEVER = tinycss2.parse_component_value_list(":not(*)")
COMPOUND = r"(?:[a-z][a-z0-9]*)?(?:[.#][A-Za-z_][\w-]*)*"
SIMPLE = re.compile(rf"(?=[a-z.#]){COMPOUND}(?:(?: > | )(?=[a-z.#]){COMPOUND})*\Z", re.ASCII)


NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")


def safe_name(name: str) -> str:
    """An element's name as lxml can hold it: ``o:p`` is none to it."""
    return name if NAME.match(name) else re.sub(r"\W", "_", f"_{name}")


class InvalidSelectorError(ValueError):
    """A browser drops the whole rule for it."""


@dataclass(frozen=True, slots=True)
class Selector:
    """``text`` as it stands; ``matches`` tells an element (cssselect2's wrapper) that it may apply to.

    ``simple`` is set where premailer reads it right by itself. ``dynamic`` needs a person or a client; ``element`` is the
    name of a pseudo-element.
    """

    text: str
    specificity: Specificity
    matches: Callable[[Any], bool]
    simple: bool
    dynamic: bool
    element: str


def parse_selectors(tokens: Sequence[Node], *, quirks: bool = False) -> list[Selector]:
    """The selectors of a list. Raises InvalidSelectorError when one of them is not valid."""
    return [_selector(part, quirks=quirks) for part in split_list(tokens)]


def split_list(tokens: Iterable[Node]) -> list[list[Node]]:
    """Tokens between the commas of the outer level, without comments and outer white space."""
    parts: list[list[Node]] = [[]]
    for node in tokens:
        if node == ",":
            parts.append([])
        elif node.type != "comment":
            parts[-1].append(node)
    return [_trimmed(part) for part in parts]


def _trimmed(tokens: list[Node]) -> list[Node]:
    while tokens and tokens[0].type == "whitespace":
        tokens = tokens[1:]
    while tokens and tokens[-1].type == "whitespace":
        tokens = tokens[:-1]
    return tokens


def _selector(tokens: list[Node], *, quirks: bool) -> Selector:
    from cssselect2 import SelectorError, compile_selector_list

    text = re.sub(r"\s+", " ", tinycss2.serialize(tokens)).strip()
    if not text:
        raise InvalidSelectorError("nothing between commas")
    rewriting = _Rewriting()
    plain = rewriting.rewrite(tokens)
    try:
        [compiled] = [matching] = compile_selector_list(plain)
        if quirks:
            [matching] = compile_selector_list(_Rewriting(quirks=True).rewrite(tokens))
    except (SelectorError, ValueError, TypeError, AttributeError, NotImplementedError, SyntaxError) as error:
        raise InvalidSelectorError(text) from error
    a, b, c = compiled.specificity
    simple = not rewriting.dynamic and not quirks and bool(SIMPLE.match(text)) and "*" not in text
    return Selector(
        text=text,
        specificity=(a, b, c + bool(rewriting.element)),
        matches=matching.test,
        simple=simple,
        dynamic=rewriting.dynamic,
        element=rewriting.element,
    )


@dataclass
class _Rewriting:
    """Makes of a selector one that cssselect2 reads right, and notes what it had to leave out."""

    quirks: bool = False
    dynamic: bool = False
    element: str = ""
    within_has: bool = False

    def rewrite(self, tokens: Sequence[Node], *, forgiving: bool = False, inner: bool = False) -> list[Node]:
        made: list[Node] = []
        at = 0
        while at < len(tokens):
            node = tokens[at]
            if node == ":" and at + 1 < len(tokens):
                at = self._pseudo(tokens, at, made, forgiving=forgiving, inner=inner)
                continue
            if self.element and node.type != "whitespace" and not inner:
                raise InvalidSelectorError("something after a pseudo-element")
            at = self._simple(tokens, at, made)
        if not inner and (not made or all(node.type == "whitespace" for node in made)):
            made = [*made, *tinycss2.parse_component_value_list("*")]
        return made

    def _simple(self, tokens: Sequence[Node], at: int, made: list[Node]) -> int:
        node = tokens[at]
        if isinstance(node, ast.SquareBracketsBlock):
            made.append(self._attribute(node))
        elif self.quirks and isinstance(node, ast.HashToken):
            made.append(_ignoring_case("id", "=", node.value))
        elif self.quirks and node == "." and at + 1 < len(tokens) and isinstance(tokens[at + 1], ast.IdentToken):
            made.append(_ignoring_case("class", "~=", tokens[at + 1].value))
            return at + 2
        elif isinstance(node, ast.IdentToken) and (not at or tokens[at - 1] != ".") and not NAME.match(node.value):
            made.append(ast.IdentToken(0, 0, safe_name(node.lower_value)))
        else:
            made.append(node)
        return at + 1

    def _attribute(self, block: ast.SquareBracketsBlock) -> Node:
        content = [node for node in block.content if node.type != "comment"]
        if content[:2] == ["*", "|"]:
            content = content[2:]
        words = [node for node in content if node.type != "whitespace"]
        if len(words) > 3 and words[-1].type == "ident" and words[-1].lower_value == "s":
            # Firefox knows the flag; Chromium and WebKit drop the rule, which stays in the sheet.
            raise InvalidSelectorError("the flag s")
        if len(words) == 3 and words[0].type == "ident" and words[0].lower_value in CASELESS:
            return ast.SquareBracketsBlock(0, 0, [*content, *tinycss2.parse_component_value_list(" i")])
        return ast.SquareBracketsBlock(0, 0, content)

    def _pseudo(self, tokens: Sequence[Node], at: int, made: list[Node], *, forgiving: bool, inner: bool) -> int:
        following = tokens[at + 1]
        if following == ":" or (following.type == "ident" and following.lower_value in LEGACY_ELEMENTS):
            named = tokens[at + 2] if following == ":" and at + 2 < len(tokens) else following
            name = getattr(named, "lower_value", None) or getattr(named, "lower_name", "")
            if inner or not ELEMENTS.match(str(name)):
                raise InvalidSelectorError(str(name))
            self.element = str(name)
            if not made or made[-1].type == "whitespace" or made[-1] in (">", "+", "~"):
                made += tinycss2.parse_component_value_list("*")
            return at + (3 if following == ":" else 2)
        if self.element in LEGACY_ELEMENTS:
            raise InvalidSelectorError(f"something after ::{self.element}")
        if isinstance(following, ast.FunctionBlock):
            made += self._function(following)
        elif isinstance(following, ast.IdentToken):
            made += self._class(tokens[at], following, forgiving=forgiving)
        else:
            raise InvalidSelectorError(":")
        return at + 2

    def _class(self, colon: Node, name: ast.IdentToken, *, forgiving: bool) -> list[Node]:
        if name.lower_value in STATIC:
            only = CONTROLS if name.lower_value in ("enabled", "disabled") else ()
            return [colon, ast.IdentToken(0, 0, name.lower_value), *only]
        if name.lower_value in DYNAMIC:
            self.dynamic = True
            return list(ALWAYS)
        if forgiving:
            return list(NEVER)
        raise InvalidSelectorError(name.value)

    def _function(self, block: ast.FunctionBlock) -> list[Node]:
        name = block.lower_name
        if name in DYNAMIC:
            self.dynamic = True
            return list(ALWAYS)
        if name not in STATIC_FUNCTIONS:
            raise InvalidSelectorError(name)
        if name == "lang":
            return _language(block)
        if name.startswith("nth-"):
            return _pseudo_class(name, self._nth(name, block.arguments))
        if name == "has" and self.within_has:
            raise InvalidSelectorError(":has() in :has()")
        within = _Rewriting(quirks=self.quirks, within_has=self.within_has or name == "has")
        arguments = self._list(within, block.arguments, forgiving=name in ("is", "where"))
        self.dynamic = self.dynamic or within.dynamic
        if within.dynamic and name == "not":
            return list(ALWAYS)
        if not arguments:
            return list(NEVER)
        return _pseudo_class("is" if name == "-webkit-any" else name, arguments)

    def _list(self, within: _Rewriting, tokens: Iterable[Node], *, forgiving: bool) -> list[Node]:
        made: list[Node] = []
        for part in split_list(tokens):
            try:
                if not part:
                    raise InvalidSelectorError("nothing between commas")
                inner = within.rewrite(part, forgiving=forgiving, inner=True)
            except InvalidSelectorError:
                if not forgiving:
                    raise
                continue
            made += [*tinycss2.parse_component_value_list(","), *inner] if made else inner
        return made

    def _nth(self, name: str, tokens: Sequence[Node]) -> list[Node]:
        place = next((at for at, node in enumerate(tokens) if node.type == "ident" and node.lower_value == "of"), None)
        if place is None:
            return list(tokens)
        if name.endswith("-type"):
            raise InvalidSelectorError(name)
        # cssselect2 takes every selector after "of" to be needed; any of them is enough.
        chosen = _pseudo_class("is", self._list(_Rewriting(quirks=self.quirks), tokens[place + 1 :], forgiving=False))
        return [*tokens[: place + 1], ast.WhitespaceToken(0, 0, " "), *chosen]


def _pseudo_class(name: str, arguments: list[Node]) -> list[Node]:
    return [*tinycss2.parse_component_value_list(":"), ast.FunctionBlock(0, 0, name, arguments)]


def _ignoring_case(attribute: str, operator: str, value: str) -> Node:
    tokens = [
        ast.IdentToken(0, 0, attribute),
        ast.LiteralToken(0, 0, operator),
        ast.StringToken(0, 0, value, ""),
        ast.WhitespaceToken(0, 0, " "),
        ast.IdentToken(0, 0, "i"),
    ]
    return ast.SquareBracketsBlock(0, 0, tokens)


def _language(block: ast.FunctionBlock) -> list[Node]:
    words = [node for node in block.arguments if node.type not in ("whitespace", "comment")]
    if len(words) == 1 and words[0].type == "ident":
        return _pseudo_class("lang", words)
    # A list of languages, or one in quotes, is not known to Chromium.
    raise InvalidSelectorError(":lang")
