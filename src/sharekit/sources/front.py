"""The front matter of a file: where it ends, and what it holds.

Fences are ``---`` (YAML, ended by ``---`` or ``...``), ``+++`` (TOML), ``;;;`` and a bare ``{`` (JSON). A byte order mark,
CRLF or CR, blank lines and an HTML comment line before the fence are accepted, as the generators accept them.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, NamedTuple

from sharekit.sources.yaml import Unreadable, read_yaml

LONGEST = 200_000
TOO_DEEP = "its front matter is nested too deeply"
FENCES: dict[str, tuple[str, re.Pattern[str]]] = {
    "---": ("yaml", re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)),
    "+++": ("toml", re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)),
    ";;;": ("json", re.compile(r"^;;;[ \t]*$", re.MULTILINE)),
}
SCRIPT = re.compile(r"(?:[ \t]*\n)*---[ \t]*(?:js|javascript)[ \t]*\n", re.IGNORECASE)
OPENING = re.compile(r"(?:[ \t]*\n)*(---|\+\+\+|;;;)[ \t]*(yaml|toml|json)?[ \t]*\n")


class Front(NamedTuple):
    """A file in its two halves, and the keys of its table that are given twice, with their lines in the file."""

    table: dict[str, Any]
    body: str
    repeated: tuple[tuple[str, int], ...] = ()


def decode(data: bytes) -> tuple[str, bool]:
    """The text of a file with ``\\n`` line ends, and whether every byte of it was valid.

    A byte order mark tells UTF-16; anything else is UTF-8, with U+FFFD for what is not.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text, clean = data.decode(encoding), True
    except UnicodeDecodeError:
        text, clean = data.decode(encoding, "replace"), False
    return text.replace("\r\n", "\n").replace("\r", "\n"), clean


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
    table, repeated = _read(form, inner, first_line)
    return Front(table, text[end.end() :].removeprefix("\n"), repeated)


def _read(form: str, inner: str, first_line: int) -> tuple[dict[str, Any], tuple[tuple[str, int], ...]]:
    repeated: tuple[tuple[str, int], ...] = ()
    if form == "yaml":
        try:
            read = read_yaml(inner)
        except Unreadable as error:
            raise Unreadable(f"its front matter {error.reason}", first_line + (error.line or 1) - 1) from error
        value, repeated = read.value, tuple((key, line + first_line - 1) for key, line in read.repeated)
    elif form == "toml":
        value = _toml(inner, first_line)
    else:
        value = _json(inner.strip(), first_line)[0]
    if value is None:
        return {}, ()
    if not isinstance(value, dict):
        raise Unreadable("its front matter is not a table of keys and values", first_line)
    return {str(key): each for key, each in value.items()}, repeated


def _toml(inner: str, first_line: int) -> Any:
    try:
        return tomllib.loads(inner)
    except RecursionError as error:
        raise Unreadable(TOO_DEEP, first_line) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = first_line + int(found[1]) - 1 if found else first_line
        raise Unreadable(f"its front matter is not valid TOML: {error}", line) from error


def _json(text: str, first_line: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)
    except RecursionError as error:
        raise Unreadable(TOO_DEEP, first_line) from error
    except ValueError as error:
        line = first_line + getattr(error, "lineno", 1) - 1
        raise Unreadable(f"its front matter is not valid JSON: {error}", line) from error


def _bare_json(text: str, start: int) -> Front:
    value, end = _json(text[start : start + LONGEST], text.count("\n", 0, start) + 1)
    body = text[start + end :].lstrip(" \t").removeprefix("\n")
    return Front({str(key): each for key, each in value.items()}, body)


def line_of(text: str, key: str) -> int | None:
    """The 1-based line on which a key of the front matter is written, as far as a scan of its lines can tell."""
    pattern = re.compile(rf"""[ \t]*(?:\.\. |:)?["']?{re.escape(key)}["']?[ \t]*[:=]""", re.IGNORECASE)
    for number, line in enumerate(text[:LONGEST].splitlines(), start=1):
        if pattern.match(line):
            return number
    return None


def body_of(text: str) -> str:
    """What follows the front matter, found by its fences alone and without reading what is between them."""
    opening = OPENING.match(text.removeprefix("\ufeff"))
    if opening is None:
        return text
    end = FENCES[opening[1]][1].search(text, opening.end())
    return text[end.end() :].removeprefix("\n") if end else text
