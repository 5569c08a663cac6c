"""What was found to be wrong: as lines, as JSON, and as annotations of GitHub."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sharekit.report.output import fields
from sharekit.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharekit.model import Finding, Level

KINDS = {"error": "error", "warn": "warning", "info": "notice"}
# GitHub shows ten annotations of a kind per step and silently drops the rest.
MOST_PER_KIND = 10
NOUNS: dict[Level, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warn": ("warning", "warnings"),
    "info": ("note", "notes"),
}


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


def check_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """``{"findings": [{"level", "rule", "path", "line", "message", "hint"}]}``, errors first."""
    return {"findings": [fields(each, "level rule path line message hint") for each in findings]}


def check_lines(findings: Sequence[Finding], posts: int) -> list[str]:
    """A line for each finding with its file and line, and how many there are."""
    return [*findings_lines(findings), count_line(findings, posts)]


def count_line(findings: Sequence[Finding], posts: int) -> str:
    """How many findings of each kind, in one line."""
    counts = Counter(each.level for each in findings)
    counted = ", ".join(
        f"{counts[level]} {one if counts[level] == 1 else many}" for level, (one, many) in NOUNS.items() if counts[level]
    )
    return f"{posts} posts: {counted or 'no problems'}"


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
    shown: dict[str, int] = {}
    lines = []
    for finding in findings:
        shown[finding.level] = shown.get(finding.level, 0) + 1
        if shown[finding.level] <= MOST_PER_KIND:
            message = f"{finding.message} {finding.hint}" if finding.hint else finding.message
            lines.append(annotation(finding.level, message, path=finding.path, line=finding.line))
    lines += [
        f"{count - MOST_PER_KIND} more of level {level} are not shown here"
        for level, count in shown.items()
        if count > MOST_PER_KIND
    ]
    return lines


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
