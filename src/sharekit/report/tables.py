"""Plain aligned text, which a terminal, a log and a pipe show alike."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sharekit.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharekit.model import Finding


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


def findings_lines(findings: Iterable[Finding]) -> list[str]:
    """A line for each finding, ``level: path:line: message``, and its hint below it; made :func:`visible`."""
    lines = []
    for finding in findings:
        place = ":".join(str(part) for part in (finding.path, finding.line) if part is not None)
        level = {"error": "error", "warn": "warning", "info": "note"}[finding.level]
        lines.append(visible(f"{level}: {place + ': ' if place else ''}{finding.message}"))
        if finding.hint:
            lines += ["         " + visible(line) for line in finding.hint.splitlines()]
    return lines
