"""How results and findings are written: as JSON, as annotations of GitHub, or as lines that all terminals show alike."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sharekit.text.visible import counted, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharekit.model import Finding, Level

KINDS = {"error": "error", "warn": "warning", "info": "notice"}
# GitHub shows ten annotations of a kind per step and silently drops the rest.
MOST_PER_KIND = 10
NOUNS: dict[Level, str] = {"error": "error", "warn": "warning", "info": "note"}


def emit(value: object, form: str, lines: Iterable[str]) -> None:
    """Write a result to stdout: the value as JSON where ``form`` is json, else the lines.

    What a post says may stand in any line: no control character, and no command of a runner. The lines for GitHub are
    commands, and escaped already.
    """
    if form == "json":
        text = json_text(value)
    elif form == "github":
        text = "\n".join(lines)
    else:
        text = "\n".join(visible(part) for line in lines for part in line.split("\n"))
    click.echo(text)


def json_text(value: object, *, indent: int = 2) -> str:
    """A JSON document; on one line where ``indent`` is negative."""
    return msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()


def fields(value: object, names: str) -> dict[str, Any]:
    """The named attributes of a value, in that order; times are ISO 8601 with their offset."""
    found = {name: getattr(value, name) for name in names.split()}
    return {name: each.isoformat() if isinstance(each, datetime) else each for name, each in found.items()}


def table(rows: Sequence[Sequence[str]], *, indent: str = "") -> list[str]:
    """Lines with the columns aligned by their width on a terminal; the last column is not padded.

    Each cell is made :func:`visible`: it may hold what a post says.
    """
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip_longest(*shown, fillvalue="")]
    padded = ([cell + " " * (most - width(cell)) for cell, most in zip(row, widths, strict=False)] for row in shown)
    return [(indent + "  ".join(row)).rstrip() for row in padded]


def width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters two, combining ones none (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char) or unicodedata.category(char) == "Cf"
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )


def shorten(text: str, most: int) -> str:
    """The text within ``most`` columns, ending in an ellipsis when something was cut."""
    if width(text) <= most:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > most - 1:
            break
        kept += char
    return kept.rstrip() + "…"


# --- findings -----------------------------------------------------------------------------------------------------------


def findings_lines(findings: Iterable[Finding]) -> list[str]:
    """A line for each finding, ``level: path:line: message``, and its hint below it; made :func:`visible`."""
    lines = []
    for finding in findings:
        place = ":".join(str(part) for part in (finding.path, finding.line) if part is not None)
        lines.append(visible(f"{NOUNS[finding.level]}: {place + ': ' if place else ''}{finding.message}"))
        if finding.hint:
            lines += ["         " + visible(line) for line in finding.hint.splitlines()]
    return lines


def check_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """``{"findings": [{"level", "rule", "path", "line", "message", "hint"}]}``, errors first."""
    return {"findings": [fields(each, "level rule path line message hint") for each in findings]}


def count_line(findings: Sequence[Finding], posts: int) -> str:
    """How many findings of each level there are, for the last line of ``check``."""
    counts = Counter(each.level for each in findings)
    found = ", ".join(counted(counts[level], noun) for level, noun in NOUNS.items() if counts[level])
    return f"{counted(posts, 'post')}: {found or 'no problems'}"


def annotation(level: str, message: str, *, path: str | None = None, line: int | None = None) -> str:
    """One ``::error file=…,line=…::message`` line. ``level`` is error, warn or info.

    A title cannot end it and begin a command of its own: it is escaped as
    https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts does it.
    """
    properties = ",".join(
        f"{name}={_property(str(value))}" for name, value in (("file", path), ("line", line)) if value is not None
    )
    return f"::{KINDS[level]}{' ' + properties if properties else ''}::{visible(_data(message))}"


def annotate(findings: Iterable[Finding]) -> list[str]:
    """An annotation for each finding, the first ten of a kind; the rest are counted in one line more."""
    shown: Counter[Level] = Counter()
    lines = []
    for finding in findings:
        shown[finding.level] += 1
        if shown[finding.level] <= MOST_PER_KIND:
            message = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
            lines.append(annotation(finding.level, message, path=finding.path, line=finding.line))
    more = {level: count - MOST_PER_KIND for level, count in shown.items() if count > MOST_PER_KIND}
    return [*lines, *(f"{counted(count, f'more {NOUNS[level]}')} not shown here" for level, count in more.items())]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
