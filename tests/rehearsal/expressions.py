"""The part of GitHub's expressions that our workflows use: names, strings, ``== != && || ! ( )`` and ``always()``."""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>==|!=|&&|\|\||[!()])|(?P<name>[\w.-]+))")


def evaluate(text: str, contexts: dict[str, Any]) -> Any:
    """The value of an expression. Raises ValueError for what this does not know, so that nothing passes unseen."""
    tokens: list[tuple[str, str]] = []
    place = 0
    text = text.strip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if not found or not found.lastgroup:
            raise ValueError(f"not understood: {text[place:]!r}")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    value, rest = _or(tokens, contexts)
    if rest:
        raise ValueError(f"left over in {text!r}: {rest}")
    return value


def fill_in(text: str, contexts: dict[str, Any]) -> str:
    """A string with every ``${{ … }}`` replaced, once: what a value holds is never looked at again."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _words(evaluate(found[1], contexts)), text)


def _words(value: Any) -> str:
    return {True: "true", False: "false", None: ""}.get(value, str(value)) if not isinstance(value, str) else value


Tokens = list[tuple[str, str]]


def _or(tokens: Tokens, contexts: dict[str, Any]) -> tuple[Any, Tokens]:
    left, tokens = _and(tokens, contexts)
    while tokens and tokens[0] == ("sign", "||"):
        right, tokens = _and(tokens[1:], contexts)
        left = left or right
    return left, tokens


def _and(tokens: Tokens, contexts: dict[str, Any]) -> tuple[Any, Tokens]:
    left, tokens = _equal(tokens, contexts)
    while tokens and tokens[0] == ("sign", "&&"):
        right, tokens = _equal(tokens[1:], contexts)
        left = left and right
    return left, tokens


def _equal(tokens: Tokens, contexts: dict[str, Any]) -> tuple[Any, Tokens]:
    left, tokens = _one(tokens, contexts)
    while tokens and tokens[0][1] in ("==", "!=") and tokens[0][0] == "sign":
        sign = tokens[0][1]
        right, tokens = _one(tokens[1:], contexts)
        left = (_words(left) == _words(right)) == (sign == "==")
    return left, tokens


def _one(tokens: Tokens, contexts: dict[str, Any]) -> tuple[Any, Tokens]:
    kind, value = tokens[0]
    if (kind, value) == ("sign", "!"):
        inner, rest = _one(tokens[1:], contexts)
        return not inner, rest
    if (kind, value) == ("sign", "("):
        inner, rest = _or(tokens[1:], contexts)
        return inner, rest[1:]
    if kind == "text":
        return value[1:-1].replace("''", "'"), tokens[1:]
    return _named(value, contexts), tokens[1:]


def _named(name: str, contexts: dict[str, Any]) -> Any:
    value: Any = contexts
    first, *rest = name.split(".")
    if first not in contexts:
        raise ValueError(f"unknown context: {name}")
    value = contexts[first]
    for part in rest:
        value = value.get(part) if isinstance(value, dict) else None
    return value
