"""What the doctor found, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.model import Finding
from sharekit.report.github import words
from sharekit.report.output import fields, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.steps.doctor import Check

MARKS = {"ok": "ok", "warn": "warn", "fail": "FAIL"}


def is_well(checks: Sequence[Check]) -> bool:
    return all(check.state != "fail" for check in checks)


def doctor_json(checks: Sequence[Check]) -> dict[str, Any]:
    """``{"well", "checks": [{"name", "state", "message", "hint"}]}``; ``state`` is ok, warn or fail."""
    return {"well": is_well(checks), "checks": [fields(check, "name state message hint") for check in checks]}


def doctor_lines(checks: Sequence[Check]) -> list[str]:
    lines = []
    width = max(len(check.name) for check in checks)
    for check in checks:
        first, *rest = check.message.splitlines() or [""]
        lines += table([(MARKS[check.state].ljust(4), check.name.ljust(width), first)])
        below = [*rest, *(check.hint.splitlines() if check.hint and check.state != "ok" else [])]
        lines += [" " * (width + 8) + line for line in below]
    return [*lines, "", _verdict(checks)]


def _verdict(checks: Sequence[Check]) -> str:
    states = [check.state for check in checks]
    if failed := states.count("fail"):
        return f"{failed} {'check' if failed == 1 else 'checks'} failed."
    if doubtful := states.count("warn"):
        return f"Ready to deliver, with {doubtful} {'warning' if doubtful == 1 else 'warnings'}."
    return "Everything is in order."


def doctor_summary(checks: Sequence[Check]) -> str:
    rows = [
        f"| {MARKS[check.state]} | {words(check.name)} | {words(check.message)} {words(check.hint or '')} |"
        for check in checks
    ]
    return "\n".join(["### sharekit doctor", "", "| | | |", "|-|-|-|", *rows])


def doctor_findings(checks: Sequence[Check]) -> list[Finding]:
    """What is not well, as findings for annotations."""
    return [
        Finding(
            "error" if check.state == "fail" else "warn",
            f"doctor-{check.name.replace(' ', '-')}",
            f"{check.name}: {check.message}",
            hint=check.hint,
        )
        for check in checks
        if check.state != "ok"
    ]
