"""The front matter of a file: where it ends, what it holds, and on which line its body begins.

Fences are ``---`` (YAML, ended by ``---`` or ``...``), ``+++`` (TOML), ``;;;`` and a bare ``{`` (JSON). A byte order mark,
CRLF or CR, blank lines and an HTML comment line before the fence are accepted, as the generators accept them.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any, Literal

from sharekit.sources.yaml import YamlError, read_yaml

Form = Literal["yaml", "toml", "json", "none"]
LONGEST = 200_000
TOO_DEEP = "its front matter is nested too deeply"
FENCES: dict[str, tuple[Form, re.Pattern[str]]] = {
    "---": ("yaml", re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)),
    "+++": ("toml", re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)),
    ";;;": ("json", re.compile(r"^;;;[ \t]*$", re.MULTILINE)),
}
SCRIPT = re.compile(r"(?:[ \t]*\n)*---[ \t]*(?:js|javascript)[ \t]*\n", re.IGNORECASE)
OPENING = re.compile(r"(?:[ \t]*\n)*(---|\+\+\+|;;;)[ \t]*(yaml|toml|json)?[ \t]*\n")


class FrontMatterError(ValueError):
    """The front matter cannot be read. ``line`` is 1-based in the file."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Front:
    """A file in its two halves. ``line`` is the 1-based line on which ``body`` begins.

    ``repeated`` are the keys that are given twice, with their lines in the file.
    """

    table: dict[str, Any]
    body: str
    form: Form = "none"
    line: int = 1
    repeated: tuple[tuple[str, int], ...] = field(default=())


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
    """The front matter and the body of a text. Raises FrontMatterError with the line."""
    text = text.removeprefix("\ufeff")
    opening = OPENING.match(text)
    if opening:
        return _fenced(text, opening)
    script = SCRIPT.match(text)
    if script:
        raise FrontMatterError("its front matter is JavaScript, which is not run", text.count("\n", 0, script.end()))
    start = len(text) - len(text.lstrip())
    if text.startswith("{", start) and not text.startswith(("{{", "{%", "{:"), start):
        return _bare_json(text, start)
    return Front(table={}, body=text)


def _fenced(text: str, opening: re.Match[str]) -> Front:
    form, closing = FENCES[opening[1]]
    form = opening[2] or form  # type: ignore[assignment]  # gray-matter names the language after the fence
    first_line = text.count("\n", 0, opening.end()) + 1
    end = closing.search(text, opening.end())
    if end is None:
        if form == "yaml" and not re.match(r"[ \t]*[\w\"'-]+[ \t]*:", text[opening.end() :]):
            # A rule (thematic break), not front matter.
            return Front(table={}, body=text)
        raise FrontMatterError(f"its front matter has no closing {opening[1]}", first_line - 1)
    inner = text[opening.end() : end.start()]
    if len(inner) > LONGEST:
        raise FrontMatterError(f"its front matter is longer than {LONGEST} characters", first_line)
    table, repeated = _read(form, inner, first_line)
    body = text[end.end() :].removeprefix("\n")
    line = text.count("\n", 0, end.end()) + 2
    return Front(table=table, body=body, form=form, line=line, repeated=repeated)


def _read(form: Form, inner: str, first_line: int) -> tuple[dict[str, Any], tuple[tuple[str, int], ...]]:
    repeated: tuple[tuple[str, int], ...] = ()
    if form == "yaml":
        try:
            read = read_yaml(inner)
        except YamlError as error:
            raise FrontMatterError(f"its front matter {error.reason}", first_line + error.line - 1) from error
        value, repeated = read.value, tuple((key, line + first_line - 1) for key, line in read.repeated)
    elif form == "toml":
        value = _toml(inner, first_line)
    else:
        value = _json(inner.strip(), first_line)[0]
    if value is None:
        return {}, ()
    if not isinstance(value, dict):
        raise FrontMatterError("its front matter is not a table of keys and values", first_line)
    return {str(key): each for key, each in value.items()}, repeated


def _toml(inner: str, first_line: int) -> Any:
    try:
        return tomllib.loads(inner)
    except RecursionError as error:
        raise FrontMatterError(TOO_DEEP, first_line) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = first_line + int(found[1]) - 1 if found else first_line
        raise FrontMatterError(f"its front matter is not valid TOML: {error}", line) from error


def _json(text: str, first_line: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)
    except RecursionError as error:
        raise FrontMatterError(TOO_DEEP, first_line) from error
    except ValueError as error:
        line = first_line + getattr(error, "lineno", 1) - 1
        raise FrontMatterError(f"its front matter is not valid JSON: {error}", line) from error


def _bare_json(text: str, start: int) -> Front:
    first_line = text.count("\n", 0, start) + 1
    value, end = _json(text[start : start + LONGEST], first_line)
    rest = text[start + end :]
    cut = len(rest) - len(rest.lstrip(" \t"))
    body = rest[cut:].removeprefix("\n")
    line = text.count("\n", 0, len(text) - len(body)) + 1
    return Front(table={str(key): each for key, each in value.items()}, body=body, form="json", line=line)


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
