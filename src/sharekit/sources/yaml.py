"""YAML as blogs write it: what is ambiguous stays text, what is a trap is refused.

PyYAML resolves YAML 1.1, where ``on`` is true and ``12:30:45`` a number; the generators mostly do not. Here ``yes``,
``12:30:45`` and dates stay the text that was written. Unknown tags (``!!python/name:…`` in ``mkdocs.yml``) are null.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import yaml
from yaml.resolver import Resolver

if TYPE_CHECKING:
    from yaml.nodes import Node

# libyaml where PyYAML was built with it: six times as fast.
Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LEFT_AS_TEXT = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int")
# An alias is cheap to write and dear to expand: ten lines can name a thousand million values.
MOST_VALUES = 100_000
# libyaml's time grows with the square of the depth, and its stack ends at some ten thousand; what is as short as this is
# stopped by Python's own limit before.
DEEPEST = 100
SHORT = 2000
BLANK = re.compile(r"^[ \t]*\t[ \t]*$", re.MULTILINE)
TOO_DEEP = "is nested too deeply"


class Unreadable(ValueError):
    """A text that cannot be read as what it is. ``line`` is 1-based within it; ``reason`` goes on from its name."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Yaml(NamedTuple):
    """What a text holds, and the keys that it gives twice, with their lines."""

    value: Any
    repeated: tuple[tuple[str, int], ...] = ()


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


def read_yaml(text: str) -> Yaml:
    """The first document of a text. Raises Unreadable for broken YAML and for what would not fit into memory."""
    # A line of white space alone is empty to js-yaml and go-yaml, whatever it is of; to libyaml a tab there is an error.
    text = BLANK.sub("", text) if "\t" in text else text
    try:
        if len(text) > SHORT:
            _refuse_depth(text)
        loader = _Loader(text)
        try:
            node = loader.get_node() if loader.check_node() else None
            if node is None:
                return Yaml(value=None)
            if _size(node, {}, set()) > MOST_VALUES:
                raise Unreadable("has aliases that stand for more values than a post can need", 1)
            return Yaml(loader.construct_document(node), tuple(_repeated(node)))
        finally:
            loader.dispose()
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable(TOO_DEEP, 1) from error
    except (yaml.YAMLError, ValueError, TypeError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise Unreadable(f"is not valid YAML: {reason}", mark.line + 1 if mark else 1) from error


def _refuse_depth(text: str) -> None:
    """Raise Unreadable at the first value that is nested too deeply, before the rest is read."""
    loader = _Loader(text)
    depth = 0
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                raise Unreadable(TOO_DEEP, event.start_mark.line + 1)
    finally:
        loader.dispose()


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


def _repeated(node: Node) -> list[tuple[str, int]]:
    if not isinstance(node, yaml.MappingNode):
        return []
    seen: set[str] = set()
    found = []
    for key, _ in node.value:
        name = str(key.value)
        if name in seen and name != "<<":
            found.append((name, key.start_mark.line + 1))
        seen.add(name)
    return found
