"""The configuration files of generators, read without running them."""

from __future__ import annotations

import ast
import contextlib
import re
from typing import TYPE_CHECKING, Any

from sharekit.errors import SourceError
from sharekit.sources.front import Unreadable, decode, read_data
from sharekit.sources.params import lowered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PAIR = re.compile(
    r"""(?<![\w.])["']?(?P<key>\w+)["']?\s*[:=]\s*(?:(?:process|import\.meta)\.env[\w.]*\s*(?:\|\||\?\?)\s*)?"""
    r"""(?P<quote>["'`])(?P<value>[^"'`\n]*)(?P=quote)"""
)


def table_of(root: Path, names: Sequence[str]) -> dict[str, Any]:
    """The first of these files as a table with lower-case keys; empty when there is none.

    Raises SourceError with file and line when it cannot be understood.
    """
    for name in names:
        path = root / name
        if path.is_file():
            text, _ = decode(path.read_bytes())
            return lowered(_parsed(name, text))
    return {}


def _parsed(name: str, text: str) -> dict[str, Any]:
    form = name.rpartition(".")[2]
    try:
        value = read_data(text, form if form in ("toml", "json") else "yaml")
    except Unreadable as error:
        raise SourceError(error.reason, path=name, line=error.line) from error
    return value if isinstance(value, dict) else {}


def python_settings(root: Path, names: Sequence[str]) -> dict[str, Any]:
    """The plain assignments of Python settings files, later files over earlier ones, with lower-case keys. Nothing is run.

    A value that is not a literal, a ``dict(…)`` of literals or a name that was assigned before is left out.
    """
    made: dict[str, Any] = {}
    for path in (root / name for name in names if (root / name).is_file()):
        try:
            tree = ast.parse(decode(path.read_bytes())[0], path.name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            raise SourceError(f"cannot be understood: {error}", path=path.name, line=line) from error
        for statement in tree.body:
            if isinstance(statement, ast.Assign):
                with contextlib.suppress(ValueError, TypeError):
                    value = _value(statement.value, made)
                    made.update({each.id: value for each in statement.targets if isinstance(each, ast.Name)})
    return lowered(made)


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.List() | ast.Tuple():
            return [_value(each, names) for each in node.elts]
        case ast.Dict():
            return {
                _value(key, names): _value(each, names)
                for key, each in zip(node.keys, node.values, strict=True)
                if key is not None
            }
        case ast.Call(func=ast.Name(id="dict")):
            return {each.arg: _value(each.value, names) for each in node.keywords if each.arg}
        case ast.BinOp(op=ast.Add()):
            return _value(node.left, names) + _value(node.right, names)
    raise ValueError("not a literal")


def script_settings(text: str) -> dict[str, str]:
    """The texts that a JavaScript configuration gives its keys, as in ``site: "https://…"``, by lower-case key; the first of
    each counts. What the environment may give stands before it: ``process.env.URL || "https://…"``."""
    made: dict[str, str] = {}
    for found in PAIR.finditer(re.sub(r"(?<![:\"'`])//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)):
        made.setdefault(found["key"].lower(), found["value"])
    return made


def script_of(root: Path, names: Sequence[str]) -> str:
    """The text of the first of these files; empty when there is none."""
    return next((decode((root / name).read_bytes())[0] for name in names if (root / name).is_file()), "")
