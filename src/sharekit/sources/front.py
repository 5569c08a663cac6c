"""The front matter of a file: where it ends, and what it holds.

Fences are ``---`` (YAML, ended by ``---`` or ``...``), ``+++`` (TOML), ``;;;`` and a bare ``{`` (JSON). A byte order mark,
CRLF or CR, blank lines and an HTML comment line before the fence are accepted, as the generators accept them.

PyYAML resolves YAML 1.1, where ``on`` is true and ``12:30:45`` a number; the generators mostly do not. Here ``yes``,
``12:30:45`` and dates stay the text that was written. Unknown tags (``!!python/name:…`` in ``mkdocs.yml``) are null.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import yaml
from yaml.resolver import Resolver

if TYPE_CHECKING:
    from yaml.nodes import Node

LONGEST = 200_000
FENCES: dict[str, tuple[str, re.Pattern[str]]] = {
    "---": ("yaml", re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)),
    "+++": ("toml", re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)),
    ";;;": ("json", re.compile(r"^;;;[ \t]*$", re.MULTILINE)),
}
SCRIPT = re.compile(r"(?:[ \t]*\n)*---[ \t]*(?:js|javascript)[ \t]*\n", re.IGNORECASE)
OPENING = re.compile(r"(?:[ \t]*\n)*(---|\+\+\+|;;;)[ \t]*(yaml|toml|json)?[ \t]*\n")
# libyaml where PyYAML was built with it: six times as fast.
Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LEFT_AS_TEXT = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int")
# An alias is cheap to write and dear to expand: ten lines can name a thousand million values.
MOST_VALUES = 100_000
# libyaml's time grows with the square of the depth, and its stack ends at some ten thousand.
DEEPEST = 100
BLANK = re.compile(r"^[ \t]*\t[ \t]*$", re.MULTILINE)
TOO_DEEP = "is nested too deeply"
# Text may hold line ends as they are.
JSON = json.JSONDecoder(strict=False)
# The byte order marks of UTF-16.
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(ValueError):
    """A text that cannot be read as what it is. ``line`` is 1-based within it; ``reason`` goes on from its name."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Front(NamedTuple):
    """A file in its two halves."""

    table: dict[str, Any]
    body: str


def decode(data: bytes) -> str:
    """The text of a file with ``\\n`` line ends.

    A byte order mark tells UTF-16; anything else is UTF-8, with U+FFFD for what is not.
    """
    text = data.decode("utf-16" if data[:2] in UTF_16 else "utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split(text: str) -> Front:
    """The front matter and the body of a text. Raises Unreadable with the line."""
    text = text.removeprefix("\ufeff")
    opening = OPENING.match(text)
    if opening:
        return _fenced(text, opening)
    script = SCRIPT.match(text)
    if script:
        raise Unreadable("its front matter is JavaScript, which is not run", text.count("\n", 0, script.end()))
    start = len(text) - len(text.lstrip())
    if text.startswith("{", start) and not text.startswith(("{{", "{%", "{:"), start):
        return _bare_json(text, start)
    return Front({}, text)


def _fenced(text: str, opening: re.Match[str]) -> Front:
    usual, closing = FENCES[opening[1]]
    # gray-matter names the language after the fence.
    form = opening[2] or usual
    first_line = text.count("\n", 0, opening.end()) + 1
    end = closing.search(text, opening.end())
    if end is None:
        if form == "yaml" and not re.match(r"[ \t]*[\w\"'-]+[ \t]*:", text[opening.end() :]):
            # A rule (thematic break), not front matter.
            return Front({}, text)
        raise Unreadable(f"its front matter has no closing {opening[1]}", first_line - 1)
    inner = text[opening.end() : end.start()]
    if len(inner) > LONGEST:
        raise Unreadable(f"its front matter is longer than {LONGEST} characters", first_line)
    return Front(_read(form, inner, first_line), text[end.end() :].removeprefix("\n"))


def _read(form: str, inner: str, first_line: int) -> dict[str, Any]:
    try:
        value = read_data(inner.strip() if form == "json" else inner, form)
    except Unreadable as error:
        raise Unreadable(f"its front matter {error.reason}", first_line + (error.line or 1) - 1) from error
    if not isinstance(value, dict | None):
        raise Unreadable("its front matter is not a table of keys and values", first_line)
    return {str(key): each for key, each in (value or {}).items()}


def _bare_json(text: str, start: int) -> Front:
    inner = text[start : start + LONGEST]
    table = _read("json", inner, text.count("\n", 0, start) + 1)
    end = start + JSON.raw_decode(inner)[1]
    return Front(table, text[end:].lstrip(" \t").removeprefix("\n"))


def read_data(text: str, form: str) -> Any:
    """The value of a text in YAML, TOML or JSON, whatever follows it in JSON. Raises Unreadable."""
    try:
        if form == "toml":
            return tomllib.loads(text)
        return JSON.raw_decode(text)[0] if form == "json" else read_yaml(text)
    except RecursionError as error:
        raise Unreadable(TOO_DEEP) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        raise Unreadable(f"is not valid TOML: {error}", int(found[1]) if found else None) from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not valid JSON: {error}", error.lineno) from error


def line_of(text: str, key: str) -> int | None:
    """The 1-based line on which a key of the front matter is written, as far as a scan of its lines can tell."""
    pattern = re.compile(rf"""[ \t]*(?:\.\. |:)?["']?{re.escape(key)}["']?[ \t]*[:=]""", re.IGNORECASE)
    for number, line in enumerate(text[:LONGEST].splitlines(), start=1):
        if pattern.match(line):
            return number
    return None


class _Loader(Base):  # type: ignore[misc]  # its class depends on how PyYAML was built
    """SafeLoader without YAML 1.1's surprises."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, pattern) for tag, pattern in rules if tag not in LEFT_AS_TEXT]
        for first, rules in Resolver.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_multi_constructor("", lambda _loader, _suffix, _node: None)


def _otherwise(loader: Any, node: Node) -> Any:
    """``!ENV [NAME, otherwise]`` of MkDocs: what counts where the environment does not say more.

    https://www.mkdocs.org/user-guide/configuration/#environment-variables
    """
    return loader.construct_sequence(node, deep=True)[-1] if isinstance(node, yaml.SequenceNode) and node.value else None


_Loader.add_constructor("!ENV", _otherwise)


def read_yaml(text: str) -> Any:
    """The first document of a text. Raises Unreadable for broken YAML and for what would not fit into memory."""
    # A line of white space alone is empty to js-yaml and go-yaml, whatever it is of; to libyaml a tab there is an error.
    text = BLANK.sub("", text) if "\t" in text else text
    try:
        _refuse_depth(text)
        loader = _Loader(text)
        try:
            node = loader.get_node() if loader.check_node() else None
            if node is None:
                return None
            if _size(node, {}, set()) > MOST_VALUES:
                raise Unreadable("has aliases that stand for more values than a post can need", 1)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except Unreadable:
        raise
    except (yaml.YAMLError, ValueError, TypeError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise Unreadable(f"is not valid YAML: {reason}", mark.line + 1 if mark else 1) from error


def _refuse_depth(text: str) -> None:
    """Raise Unreadable at the first value that is nested too deeply, before the rest is read."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise Unreadable(TOO_DEEP, event.start_mark.line + 1 if event.start_mark else None)


def _size(node: Node, known: dict[int, int], open_nodes: set[int]) -> int:
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) in known:
        return known[id(node)]
    if id(node) in open_nodes:
        raise Unreadable("has an alias inside what it names", node.start_mark.line + 1)
    open_nodes.add(id(node))
    pairs = isinstance(node, yaml.MappingNode)
    children = [each for pair in node.value for each in pair] if pairs else node.value
    total = 1 + sum(_size(child, known, open_nodes) for child in children)
    open_nodes.discard(id(node))
    known[id(node)] = total
    return total
