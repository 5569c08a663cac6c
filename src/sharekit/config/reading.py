"""A configuration file → typed tables, with the file, the line and the nearest known key in every complaint."""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from sharekit.config.settings import Config
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


def read_config(path: Path) -> Config:
    """Read a configuration file. Raises ConfigError with the file, the line and the cause."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            "there is no such file", path=str(path), hint="Name another with --config, or run: sharekit init"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", path=str(path)) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        raise ConfigError(
            f"is not valid TOML: {error}", path=str(path), line=int(found.group(1)) if found else None
        ) from error
    if isinstance(table.get("since"), date):
        table["since"] = table["since"].isoformat()
    return convert(table, Config, text=text, path=str(path))


def convert(table: dict[str, Any], into: type[T], *, text: str, path: str, prefix: str = "") -> T:
    """A table of the file as ``into``, or a ConfigError with the line and the nearest known key.

    ``prefix`` is the dotted name of the table, empty for the whole file; ``text`` is the file, to find the line in.
    """
    try:
        return msgspec.convert(table, into)
    except msgspec.ValidationError as error:
        raise _explained(str(error), into, text=text, path=path, prefix=prefix) from error


def _explained(message: str, into: type[object], *, text: str, path: str, prefix: str) -> ConfigError:
    where = re.search(r" - at `\$\.?(.*)`$", message)
    inner = re.sub(r"\[\.*\d*\]", "", where.group(1)) if where else ""
    table = ".".join(part for part in (prefix, inner) if part)
    unknown = re.search(r"unknown field `(.+?)`", message)
    if not unknown:
        section, _, key = table.rpartition(".")
        reason = message.split(" - at `")[0].replace("`", "").lower()
        return ConfigError(f'"{table or "the file"}": {reason}', path=path, line=line_of(text, section, key))
    key = unknown.group(1)
    near = difflib.get_close_matches(key, _known_keys(into, inner), n=1, cutoff=0.5)
    place = f" in [{table}]" if table else ""
    hint = f'Did you mean "{near[0]}"?' if near else "Known here: " + ", ".join(sorted(_known_keys(into, inner)))
    return ConfigError(f'unknown key "{key}"{place}.', path=path, line=line_of(text, table, key), hint=hint)


def _known_keys(into: type[object], inner: str) -> list[str]:
    node = msgspec.json.schema(into)
    definitions = node.get("$defs", {})
    for name in [None, *inner.split(".")] if inner else [None]:
        if name is not None:
            node = node.get("properties", {}).get(name, {})
        node = node.get("items", node)
        for option in [node, *node.get("anyOf", [])]:
            if "$ref" in option:
                node = definitions[option["$ref"].rpartition("/")[2]]
    return list(node.get("properties", {}))


def line_of(text: str, table: str, key: str) -> int | None:
    """The 1-based line where ``key`` of ``table`` is written, as far as a scan of the lines can tell."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?\s*([^\[\]]+?)\s*\]", line)
        if header:
            current = header.group(1).replace('"', "")
            if f"{table}.{key}".strip(".") == current:
                return number
        elif current == table and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line):
            return number
        elif table and re.match(rf"""\s*{re.escape(table)}\s*=.*\b{re.escape(key)}\b""", line):
            return number
    return None
