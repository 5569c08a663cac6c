"""Writes docs/reference/ and docs/sharekit.schema.json from the code: ``python tools/reference.py``.

With ``--check`` nothing is written, and the exit code is 1 when a page is not what the code says.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sharekit import config, errors, report
from sharekit.cli.app import VERBS, group
from sharekit.registry import CHANNELS, MAILERS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 100
NOTE = "<!-- Made from the code by tools/reference.py. Correct the code, then run it. -->"

JSON_NOTE = (
    "`--format json` prints one document on stdout. The shapes are stable: they only grow, so a program should pass over",
    "keys that it does not know. Times are ISO 8601 with their offset; what is not known is `null`. Findings and narration",
    "go to stderr. The exit codes are in [errors.md](reference/errors.md).",
)


def main(arguments: list[str]) -> int:
    """Write every page, or with ``--check`` name those that are not up to date."""
    stale = []
    for path, text in pages().items():
        place = ROOT / path
        if place.is_file() and place.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if "--check" not in arguments:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path}: {'not what the code says' if '--check' in arguments else 'written'}", file=sys.stderr)
    return 1 if stale and "--check" in arguments else 0


def pages() -> dict[str, str]:
    """Each page below the project's folder, and its text."""
    return {
        "docs/reference/cli.md": "\n".join(cli()) + "\n",
        "docs/reference/config.md": "\n".join(configuration()) + "\n",
        "docs/reference/errors.md": "\n".join(failures()) + "\n",
        "docs/json.md": "\n".join(shapes()) + "\n",
        "docs/sharekit.schema.json": json.dumps(config.schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n",
    }


def cli() -> Iterator[str]:
    """The help of every command, as the command itself prints it."""
    yield from ("# Command line", "", NOTE, "")
    yield "stdout is the product, stderr the narration. The shapes of `--format json` are in [json.md](../json.md), the"
    yield from ("exit codes in [errors.md](errors.md).", "")
    yield from _help(group, "sharekit")
    for name in VERBS:
        if not find_spec(f"sharekit.cli.{name}"):
            continue
        command = importlib.import_module(f"sharekit.cli.{name}").command
        yield from _help(command, f"sharekit {name}")


def _help(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
    yield from (f"## {path}", "", "```text", *(line.rstrip() for line in command.get_help(context).splitlines()), "```", "")
    if isinstance(command, click.Group) and command is not group:
        for name, inner in sorted(command.commands.items()):
            yield from _help(inner, f"{path} {name}")


def configuration() -> Iterator[str]:
    """Every table of sharekit.toml with its keys, their types and defaults."""
    yield from (
        "# sharekit.toml",
        "",
        NOTE,
        "",
        "Every key is optional; an unknown one is an error. `sharekit init` writes the file with comments.",
        "",
    )
    yield from _table("", config.Config)
    yield "A channel's kind is its name, unless its table says `kind`; a mailer's likewise."
    yield ""
    for kind, place in CHANNELS.items():
        yield from _table(f"[channels.{kind}]", _settings(place))
    for kind, place in MAILERS.items():
        if not find_spec(place.partition(":")[0]):
            continue
        yield from _table(f"[mailers.{kind}]", _settings(place))


def _settings(place: str) -> type[msgspec.Struct]:
    module: Any = importlib.import_module(place.partition(":")[0])
    found: type[msgspec.Struct] = module.Settings
    return found


def _table(name: str, struct: type[msgspec.Struct]) -> Iterator[str]:
    fields = msgspec.structs.fields(struct)
    inner = {field.encode_name: (each, _is_list(field.type)) for field in fields if (each := _struct_in(field.type))}
    yield from (f"## {name or 'The top of the file'}", "", _words(struct), "")
    apart = {*inner, "channels", "mailers"}
    plain = [field for field in fields if field.encode_name not in apart]
    if plain:
        yield from ("| key | type | default |", "|-|-|-|")
        for field in plain:
            yield f"| `{field.encode_name}` | {_type(field.type)} | {_default(field)} |"
        yield ""
    for key, (each, many) in inner.items():
        yield from _table(f"[[{key}]]" if many else f"[{key}]", each)


def _is_list(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) in (tuple, list)


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    options = (kind, *getattr(kind, "__args__", ()))
    return next((each for each in options if isinstance(each, type) and issubclass(each, msgspec.Struct)), None)


def _words(struct: type[msgspec.Struct]) -> str:
    text = " ".join((inspect.getdoc(struct) or "").split())
    return text.partition("] ")[2] if text.startswith("[") else text


def _type(kind: Any) -> str:
    schema = msgspec.json.schema(kind)
    return _schema_words(schema).replace("|", "\\|")


def _schema_words(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_schema_words(each) for each in schema["anyOf"] if each != {"type": "null"})
    if "enum" in schema:
        return " ".join(f"`{each}`" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_schema_words(schema['items'])}" if "items" in schema else "list"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"table of {_schema_words(more)}" if isinstance(more, dict) else "table"
    names = {"string": "text", "integer": "number", "number": "number", "boolean": "true or false"}
    return names.get(schema.get("type", ""), "any")


def _default(field: msgspec.structs.FieldInfo) -> str:
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else None
    if value is None:
        return ""
    return f"`{json.dumps(msgspec.to_builtins(value), ensure_ascii=False)}`"


def shapes() -> Iterator[str]:
    """What every command prints with ``--format json``, as the function that makes it says."""
    yield from ("# JSON", "", NOTE, "", *JSON_NOTE, "")
    for info in pkgutil.iter_modules(report.__path__):
        module = importlib.import_module(f"sharekit.report.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.endswith("_json") and not name.startswith("_") and function.__module__ == module.__name__:
                said = " ".join((inspect.getdoc(function) or "").split()).replace("``", "`")
                yield from (f"## {name.removesuffix('_json')}", "", said, "")


def failures() -> Iterator[str]:
    """The tree of errors with the exit code of each."""
    doc = inspect.getdoc(errors) or ""
    tree = doc.partition("::\n")[2].partition("\nThe number")[0]
    yield from ("# Errors and exit codes", "", NOTE, "", "```text", inspect.cleandoc(tree), "```", "")
    yield from ("The number is the exit code of a command that ends with the error.", "")
    yield from ("| error | exit code | what it means |", "|-|-|-|")
    for each in _family(errors.SharekitError):
        said = (inspect.getdoc(each) or "").partition("\n\n")[0]
        yield f"| {each.__name__} | {each.exit_code} | {' '.join(said.split())} |"
    yield from ("", "0: done, also when nothing was due. 130: stopped by hand.")


def _family(first: type[errors.SharekitError]) -> Iterator[type[errors.SharekitError]]:
    yield first
    for each in first.__subclasses__():
        if each.__module__ == errors.__name__:
            yield from _family(each)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
