"""GitHub's workflow commands.

Escaping per https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts: a title of a post must not be
able to end the command and begin one of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharekit.model import Finding

KINDS = {"error": "error", "warn": "warning", "info": "notice"}
# GitHub shows ten annotations of a kind per step and silently drops the rest.
MOST_PER_KIND = 10


def annotation(level: str, message: str, *, path: str | None = None, line: int | None = None) -> str:
    """One ``::error file=…,line=…::message`` line. ``level`` is error, warn or info."""
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
