"""Writes docs/reference/ and docs/sharekit.schema.json from the code: ``python tools/reference.py``.

With ``--check`` nothing is written, and the exit code is 1 when a page is not what the code says.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import providers

from sharekit import cli as verbs
from sharekit import config, errors, registry, report
from sharekit.cli.app import VERBS, group

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 100
NOTE = "<!-- Made from the code by tools/reference.py. Correct the code, then run it. -->"
KIND = "The network or provider, if the table's name is not it."

JSON_NOTE = (
    "`--format json` prints one document on stdout. Keys may be added, but are never removed or renamed: ignore those that",
    "you do not know. Times are ISO 8601 with an offset; an unknown value is `null`. Findings and progress go to stderr.",
    "Exit codes are in [errors.md](reference/errors.md).",
)
# The commands that print a shape, where its function is not named after its one command.
PRINTED_BY = {
    "delivered": "deliver",
    "drafts": "shares list",
    "entry": "ledger list, show and export",
    "why": "posts --why, series --why",
    "would": "deliver --dry-run",
}


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
        "docs/providers.md": providers.page(),
        "docs/sharekit.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n",
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the configuration file, with the tables of the built-in adapters, for editors."""
    kinds = [(port, kind, registry.declared(port, kind).Settings) for port, _ in PORTS for kind in registry.BUILT_IN[port]]
    (made, *refs), definitions = msgspec.json.schema_components(
        [config.Config, *(table for _, _, table in kinds)], ref_template="#/$defs/{name}"
    )
    for (port, kind, _), ref in zip(kinds, refs, strict=True):
        table = definitions.pop(ref["$ref"].removeprefix("#/$defs/"))
        choice = [{"enum": list(registry.BUILT_IN[port])}, {"type": "string"}]
        table["properties"]["kind"] = {"description": KIND, "anyOf": choice}
        definitions[f"{port}.{kind}"] = table
    for port, _ in PORTS:
        named = {kind: {"$ref": f"#/$defs/{port}.{kind}"} for kind in registry.BUILT_IN[port]}
        cases = [
            {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": ref}
            for kind, ref in named.items()
        ]
        by_kind: dict[str, Any] = {"type": "object", "required": ["kind"], "allOf": cases}
        own = {kind: {"if": {"required": ["kind"]}, "then": by_kind, "else": ref} for kind, ref in named.items()}
        definitions["Config"]["properties"][port] |= {"properties": own, "additionalProperties": by_kind}
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": config.FILE_NAME, **made, "$defs": definitions}


def cli() -> Iterator[str]:
    """The help of every command, as the command itself prints it."""
    yield from ("# Command line", "", NOTE, "")
    yield "Results go to stdout, progress and findings to stderr. [json.md](../json.md) describes the output of"
    yield from ("`--format json`, and [errors.md](errors.md) the exit codes.", "")
    yield from _help(group, "sharekit")
    for name in VERBS:
        if command := group.get_command(click.Context(group), name):
            yield from _help(command, f"sharekit {name}")


def _help(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
    yield from (f"## {path}", "", "```text", *(line.rstrip() for line in command.get_help(context).splitlines()), "```", "")
    if isinstance(command, click.Group) and command is not group:
        for name, inner in sorted(command.commands.items()):
            yield from _help(inner, f"{path} {name}")


def configuration() -> Iterator[str]:
    """Every table of sharekit.toml with its keys, their types, defaults and descriptions."""
    yield from (
        "# sharekit.toml",
        "",
        NOTE,
        "",
        "Every key is optional; an unknown one is an error that names the one you meant. `sharekit init` writes the file.",
        "",
    )
    yield from _table("", config.Config)
    for port, words in PORTS:
        yield from (f"## [{port}.NAME]", "", *words, "")
        for kind in registry.BUILT_IN[port]:
            adapter = registry.declared(port, kind)
            yield from (f"### {adapter.label}: `{kind}`", "")
            yield from _keys(adapter.Settings, common=config.ChannelSettings if port == "channels" else None)
            if adapter.SECRETS:
                yield from ("| environment variable | required permission |", "|-|-|")
                yield from (
                    f"| `{each.variable}` | {each.scope} ([where to get it](../how-to/{each.page.split()[-1]}.md)) |"
                    for each in adapter.SECRETS
                )
                yield ""
        if port == "channels":
            yield from ("### Every channel", "")
            yield from _keys(config.ChannelSettings)


PORTS: tuple[tuple[registry.Port, tuple[str, ...]], ...] = (
    (
        "channels",
        (
            "An account that shares are posted to. `NAME` is also its kind, unless the table sets `kind`: give a second",
            'account of a kind its own name, such as `[channels.perso]` with `kind = "mastodon"`. Its environment variables',
            "then contain that name: `SHAREKIT_PERSO_TOKEN`.",
        ),
    ),
    (
        "mailers",
        ("What sends the newsletter to the subscribers; `mailer` in `[issue]` names it. `kind` works as for channels.",),
    ),
)


def _table(name: str, struct: type[config.Settings]) -> Iterator[str]:
    fields = msgspec.structs.fields(struct)
    inner = {field.encode_name: each for field in fields if (each := config.struct_in(field.type))}
    yield from (f"## {name or 'Top level'}", "", _words(struct), "")
    yield from _keys(struct)
    for key, each in inner.items():
        yield from _table("[[series]]" if key == "series" else f"[{key}]", each)


def _keys(struct: type[config.Settings], common: type[config.Settings] | None = None) -> Iterator[str]:
    """The rows of a table, without those that are as in ``common``."""
    known = {field.name: field for field in msgspec.structs.fields(common)} if common else {}
    fields = [
        field
        for field in msgspec.structs.fields(struct)
        if field.encode_name not in ("channels", "mailers") and field != known.get(field.name)
    ]
    inner = [field for field in fields if config.struct_in(field.type)]
    plain = [field for field in fields if field not in inner]
    if not plain:
        return
    yield from ("| key | what it is | type | default |", "|-|-|-|-|")
    for field in plain:
        schema = config.schema_of(field.type)
        example = f" Such as `{config.toml_value(schema['examples'][0])}`." if schema.get("examples") else ""
        needed = " **Required.**" if config.is_marked(field, "required") else ""
        cells = (f"`{field.encode_name}`", schema["description"] + example + needed, _type(schema), _default(field))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
    for field in inner if struct is not config.Config else ():
        table = config.struct_in(field.type)
        if table:
            yield from (f"`[….{field.encode_name}]`: {_words(table)}", "")
            yield from _keys(table)


def _words(struct: type[msgspec.Struct]) -> str:
    text = " ".join((inspect.getdoc(struct) or "").split()).replace("``", "`")
    return text.partition("] ")[2] if text.startswith("[") else text


def _type(schema: dict[str, Any]) -> str:
    if "pattern" in schema:
        return "text"
    return config.type_words(schema).removeprefix("one of ")


def _default(field: msgspec.structs.FieldInfo) -> str:
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else None
    return "" if value is None else f"`{config.toml_value(msgspec.to_builtins(value))}`"


def shapes() -> Iterator[str]:
    """What every command prints with ``--format json``, as the function that makes it says."""
    yield from ("# JSON", "", NOTE, "", *JSON_NOTE, "")
    found = {}
    for info in (
        *pkgutil.iter_modules(report.__path__, "sharekit.report."),
        *pkgutil.iter_modules(verbs.__path__, "sharekit.cli."),
    ):
        module = importlib.import_module(info.name)
        for function_name, function in inspect.getmembers(module, inspect.isfunction):
            name = function_name.removesuffix("_json")
            if name != function_name and not name.startswith("_") and function.__module__ == module.__name__:
                found[PRINTED_BY.get(name, name)] = inspect.getdoc(function) or ""
    for command, text in sorted(found.items()):
        yield from (f"## {command}", "", " ".join(text.split()).replace("``", "`"), "")


def failures() -> Iterator[str]:
    """The tree of errors with the exit code of each."""
    doc = inspect.getdoc(errors) or ""
    tree = doc.partition("::\n")[2].partition("\nThe number")[0]
    yield from ("# Errors and exit codes", "", NOTE, "", "```text", inspect.cleandoc(tree), "```", "")
    yield from ("The number is the exit code of a command that fails with the error.", "")
    yield from ("| error | exit code | what it means |", "|-|-|-|")
    for each in _family(errors.SharekitError):
        said = (inspect.getdoc(each) or "").partition("\n\n")[0]
        yield f"| {each.__name__} | {each.exit_code} | {' '.join(said.split())} |"
    yield from ("", "0: done, even if nothing was due. 130: interrupted.")


def _family(first: type[errors.SharekitError]) -> Iterator[type[errors.SharekitError]]:
    yield first
    for each in first.__subclasses__():
        if each.__module__ == errors.__name__:
            yield from _family(each)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
