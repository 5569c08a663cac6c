"""Reads a configuration file into typed tables. Every error names the file, the line, the value and the likely intention."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from sharekit.config.settings import FILE_NAME, Config, Settings
from sharekit.errors import ConfigError, ConfigErrors, did_you_mean
from sharekit.model import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Place = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A configuration file as it is written. A place in it is the path of keys: ``("shares", "late")``."""

    path: str
    text: str
    table: Mapping[str, Any]

    def value(self, *place: str) -> Any:
        """What is at a place; None where nothing is."""
        node: Any = self.table
        for key in place:
            if isinstance(node, list):
                node = node[int(key)] if key.isdecimal() and int(key) < len(node) else None
            else:
                node = node.get(key) if isinstance(node, dict) else None
        return node

    def problem(self, place: Place, reason: str, *, hint: str | None = None) -> ConfigError:
        """An error about the value at a place: ``[shares] late = "3 days" …reason``."""
        value = self.value(*place)
        shown = value.isoformat() if hasattr(value, "isoformat") else json.dumps(value, ensure_ascii=False, default=str)
        table = f"[{_name(place[:-1])}] " if len(place) > 1 else ""
        return self.error(place, f"{table}{place[-1]} = {shown} {reason}", hint=hint)

    def error(self, place: Place, message: str, *, hint: str | None = None) -> ConfigError:
        """An error with the line of a place."""
        return ConfigError(message, path=self.path, line=line_of(self.text, place), hint=hint)

    def problems(self, table: Mapping[str, Any], into: type[Settings], place: Place = ()) -> Iterator[ConfigError]:
        """Everything in a table that its Settings do not take."""
        fields = {field.encode_name: field for field in msgspec.structs.fields(into)}
        known = [key for key in fields if key != "grace"]
        wrong = [self._unknown(key, known, place) for key in table if key not in fields]
        wrong += [
            self.error(place, f"[{_name(place)}] has no {key}, which is required")
            for key, field in fields.items()
            if field.required and key not in table
        ]
        for key in fields.keys() & table.keys():
            wrong += self._wrong(table[key], fields[key].type, (*place, key))
        if not wrong:
            try:
                msgspec.convert(dict(table), into)
            except msgspec.ValidationError as error:
                wrong.append(self.error(_blamed(str(error), table, place), f"[{_name(place)}] {error}"))
        yield from wrong

    def _unknown(self, key: str, known: Iterable[str], place: Place) -> ConfigError:
        where = f" in [{_name(place)}]" if place else ""
        otherwise = f"Known here: {', '.join(sorted(known))}"
        return self.error((*place, key), f'unknown key "{key}"{where}.', hint=did_you_mean(key, known, otherwise))

    def _wrong(self, value: Any, kind: Any, place: Place) -> Iterator[ConfigError]:
        inner = struct_in(kind)
        if inner and isinstance(value, dict):
            yield from self.problems(value, inner, place)
        elif inner and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            for number, each in enumerate(value):
                yield from self.problems(each, inner, (*place, str(number)))
        else:
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError:
                yield from self._mistyped(value, schema_of(kind), place)

    def _mistyped(self, value: Any, schema: Mapping[str, Any], place: Place) -> Iterator[ConfigError]:
        inner = schema.get("additionalProperties")
        if isinstance(value, dict) and isinstance(inner, dict):
            for key, each in value.items():
                if not _fits(each, inner):
                    yield from self._mistyped(each, inner, (*place, key))
        else:
            options = schema.get("enum", ())
            hint = did_you_mean(value, options) if options and isinstance(value, str) else _example(place[-1], schema)
            yield self.problem(place, f"is not {type_words(schema)}", hint=hint)


def read_config(path: Path, check: Callable[[Document], Iterable[ConfigError]] | None = None) -> Config:
    """Read a configuration file. Raises ConfigError with all that is wrong in it, what ``check`` finds as well."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            "there is no such file", path=str(path), hint="Name another with --config, or run: sharekit init"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", path=str(path)) from error
    shown = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    document = Document(path=shown, text=text, table=_table(text, shown))
    found = list(document.problems(document.table, Config))
    found += check(document) if check else ()
    if found:
        found.sort(key=lambda each: each.line or 0)
        raise found[0] if len(found) == 1 else ConfigErrors(found)
    return msgspec.convert(document.table, Config)


def notes(config: Config) -> list[Finding]:
    """Notes on a valid configuration: deprecated keys."""
    if config.shares.grace is None:
        return []
    message = "[shares] grace is no longer used: a share that missed its window goes out in the next one"
    hint = 'Remove it. [shares] late = "7d" says when a share is held for you instead.'
    return [Finding(level="info", rule="old-key", message=message, path=FILE_NAME, hint=hint)]


def _table(text: str, path: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found.group(1)) if found else None
        raise ConfigError(f"is not valid TOML: {error}", path=path, line=line) from error
    except RecursionError as error:
        raise ConfigError("is nested too deeply", path=path, hint="No setting needs more than three levels.") from error
    if isinstance(table.get("since"), date):
        table["since"] = table["since"].isoformat()
    return table


def struct_in(kind: Any) -> type[Settings] | None:
    """The table that a type is, or is a list of."""
    options = (kind, *getattr(kind, "__args__", ()))
    return next((each for each in options if isinstance(each, type) and issubclass(each, Settings)), None)


def is_needed(field: msgspec.structs.FieldInfo) -> bool:
    """Whether an adapter works only with this key of its table."""
    return any((getattr(meta, "extra", None) or {}).get("required") for meta in getattr(field.type, "__metadata__", ()))


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a key's type, with what all of a choice have in common in one place."""
    schema = msgspec.json.schema(kind)
    options = [each for each in schema.pop("anyOf", ()) if each != {"type": "null"}]
    return {**schema, **options[0]} if len(options) == 1 else schema


def type_words(schema: Mapping[str, Any]) -> str:
    """A type in words: ``text``, ``a whole number of 1 or more``, ``one of keep, link``."""
    if "enum" in schema:
        return f"one of {', '.join(str(each) for each in schema['enum'])}"
    if "pattern" in schema:
        return f"like {schema['examples'][0]}" if schema.get("examples") else f"text that matches {schema['pattern']}"
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return (
            f"a list of {'whole numbers' if items.get('type') == 'integer' else type_words(items).removeprefix('one of ')}"
        )
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties") or {}
        return f"a table of {type_words(inner).replace('a table', 'tables')}" if inner else "a table"
    if "minimum" in schema:
        most = f" to {schema['maximum']}" if "maximum" in schema else " or more"
        return f"a whole number of {schema['minimum']}{most}"
    names = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
    return names.get(schema.get("type", ""), "a value")


def line_of(text: str, place: Place) -> int | None:
    """The 1-based line where a place is written, as far as a scan of the lines can tell: its own, else its table's,
    else that of the first table below it.
    """
    current: Place = ()
    tables: dict[str, int] = {}
    best: tuple[int, int] = (0, 0)
    below = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]", line)
        key = re.match(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""", line)
        if header:
            current = _keys(header[2])
            if header[1] == "[[":
                tables[header[2]] = tables.get(header[2], -1) + 1
                current = (*current, str(tables[header[2]]))
            found = current
        elif key:
            found = (*current, *_keys(key[1]))
        else:
            continue
        # A header of a deeper table belongs to it alone; a line with the key of a table holds all of it.
        if found == place[: len(found)] and len(found) > best[0]:
            best = (len(found), number)
        elif below is None and found[: len(place)] == place:
            below = number
    return best[1] or below


def _keys(text: str) -> Place:
    return tuple(each.strip("\"'") for each in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", text))


def _name(place: Place) -> str:
    return ".".join(key for key in place if not key.isdecimal())


def _blamed(message: str, table: Mapping[str, Any], place: Place) -> Place:
    """The key of the table that a message of its own names first."""
    key = next((key for key in table if message.startswith(f"{key} ")), None)
    return (*place, key) if key else place


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether what is in a table is what the table holds: text, or a table again."""
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties") or {}
        return isinstance(value, dict) and all(_fits(each, inner) for each in value.values())
    return schema.get("type") != "string" or isinstance(value, str)


def _example(key: str, schema: Mapping[str, Any]) -> str | None:
    examples = schema.get("examples")
    return f"Write it as in: {key} = {json.dumps(examples[0], ensure_ascii=False)}" if examples else None
