"""``sharekit doctor``: runs the checks and says what they found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.app import FORMAT, NOW, Call, on_blog
from sharekit.model import Finding
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.steps.doctor import Check

MARKS = {"ok": "ok", "warn": "warn", "fail": "FAIL"}


@click.command("doctor", epilog="Example: sharekit doctor --offline")
@click.option("--offline", is_flag=True, help="Contact no provider: check that credentials exist, not that they work.")
@on_blog(NOW, FORMAT)
def command(call: Call, offline: bool) -> None:
    """Check that everything a delivery needs is configured and reachable. Changes nothing.

    Exits with 1 if something is wrong. X charges for reads, so checking it costs about as much as a share.
    """
    from sharekit.report.github import write_github_files
    from sharekit.steps.doctor import examine

    call.narrate("Checking …")
    checks = examine(call.session(), offline=offline)
    value = doctor_json(checks)
    call.emit(value, doctor_lines(checks))
    if call.form == "github":
        call.show(doctor_findings(checks))
        write_github_files(summary=doctor_summary(checks))
    sys.exit(0 if value["well"] else 1)


def doctor_json(checks: Sequence[Check]) -> dict[str, Any]:
    """``{"well", "checks": [{"name", "state", "message", "hint"}]}``; ``state`` is ok, warn or fail."""
    return {"well": all(each.state != "fail" for each in checks), "checks": [each._asdict() for each in checks]}


def doctor_lines(checks: Sequence[Check]) -> list[str]:
    """A line for each check, what to do below it, and the verdict."""
    from sharekit.report.output import table

    lines = []
    width = max(len(check.name) for check in checks)
    for check in checks:
        first, *rest = check.message.splitlines() or [""]
        lines += table([(MARKS[check.state].ljust(4), check.name.ljust(width), first)])
        below = [*rest, *(check.hint.splitlines() if check.hint and check.state != "ok" else [])]
        lines += [" " * (width + 8) + line for line in below]
    states = [check.state for check in checks]
    verdict = "Everything is in order."
    if failed := states.count("fail"):
        verdict = f"{counted(failed, 'check')} failed."
    elif doubtful := states.count("warn"):
        verdict = f"Ready to deliver, with {counted(doubtful, 'warning')}."
    return [*lines, "", verdict]


def doctor_summary(checks: Sequence[Check]) -> str:
    """The job summary, in Markdown."""
    from sharekit.report.github import words

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
