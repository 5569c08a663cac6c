"""How a result is written: as JSON, or as lines that a terminal, a log and a pipe show alike."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sharekit.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def emit(value: object, form: str, lines: Iterable[str]) -> None:
    """Write a result to stdout: the value as JSON where ``form`` is json, else the lines.

    What a post says may stand in any line: no control character, and no command of a runner. The lines for GitHub are
    commands, and escaped already.
    """
    if form == "json":
        text = as_json(value)
    elif form == "github":
        text = "\n".join(lines)
    else:
        text = "\n".join(visible(part) for line in lines for part in line.split("\n"))
    click.echo(text)


def as_json(value: object, *, indent: int = 2) -> str:
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
    if not rows:
        return []
    rows = [[visible(cell) for cell in row] for row in rows]
    columns = max(len(row) for row in rows)
    widths = [max((width(row[i]) for row in rows if i < len(row)), default=0) for i in range(columns)]
    lines = []
    for row in rows:
        cells = [cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


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
