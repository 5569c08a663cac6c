"""What a check found, as JSON and for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sharekit.report.tables import findings_lines
from sharekit.report.values import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Finding, Level

NOUNS: dict[Level, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warn": ("warning", "warnings"),
    "info": ("note", "notes"),
}


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
    return f"{posts} posts: {counted or 'nothing to say'}"
