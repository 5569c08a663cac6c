"""``sharekit plan``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sharekit.cli.app import FORMAT, NOW, QUIET, Call, on_blog
from sharekit.errors import DraftError


@click.command("plan", epilog="Example: sharekit plan --now 2026-12-01T08:30:00+01:00")
@click.option("--ics", type=click.Path(path_type=Path), help="Also write it as a calendar to subscribe to (iCalendar).")
@on_blog(NOW, FORMAT, QUIET)
def command(call: Call, ics: Path | None) -> None:
    """Show what is due, what comes next, and what is held and why. Changes nothing.

    Exits with 3 when a draft is broken.
    """
    from sharekit.report.acts import plan_json, plan_lines

    session = call.session()
    made, unseen = session.plan_without_ledger()
    call.emit(plan_json(made), plan_lines(made, session.zone))
    if ics:
        from sharekit.files import write_if_changed
        from sharekit.report.acts import plan_ics

        write_if_changed(ics, plan_ics(made, name=f"sharekit: {session.root.name}"))
    if made.since is None:
        from sharekit.steps.deliver import BEGIN

        click.echo(BEGIN, err=True)
    call.show((*unseen, *made.findings))
    if call.form == "github":
        from sharekit.report.github import plan_summary, write_github_files
        from sharekit.report.output import json_text

        summary = plan_summary(made, session.zone, session.config)
        write_github_files(summary=summary, outputs={"plan-json": json_text(plan_json(made), indent=-1)})
    if any(finding.level == "error" and finding.path for finding in made.findings):
        sys.exit(DraftError.exit_code)
