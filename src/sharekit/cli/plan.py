"""``sharekit plan``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, format_option, now_option
from sharekit.errors import DraftError

if TYPE_CHECKING:
    from datetime import datetime


@click.command("plan", epilog="Example: sharekit plan --now 2026-12-01T08:30:00+01:00")
@blog_folder
@now_option
@format_option
@click.option("--ics", type=click.Path(path_type=Path), help="Write it as a calendar to subscribe to too (iCalendar).")
def command(folder: Path, config_path: Path | None, now: datetime | None, form: str, ics: Path | None) -> None:
    """Show what is due, what comes next, and what does not go out and why. Changes nothing.

    Exit 3 when a draft is broken.
    """
    from sharekit.report.plan import plan_json, plan_lines

    session = open_session(folder, config_path, now=now)
    made, unseen = session.look()
    if form == "json":
        click.echo(json.dumps(plan_json(made), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(plan_lines(made, session.zone)))
    if ics:
        from sharekit.files import write_if_changed
        from sharekit.report.calendar import plan_ics

        write_if_changed(ics, plan_ics(made, name=f"sharekit: {session.root.name}"))
    if made.since is None:
        from sharekit.steps.deliver import BEGIN

        click.echo(BEGIN, err=True)
    show_findings((*unseen, *made.findings), form)
    if form == "github":
        from sharekit.cli.github import tell_github
        from sharekit.report.summary import plan_summary

        told = {"plan-json": json.dumps(plan_json(made), ensure_ascii=False)}
        tell_github(summary=plan_summary(made, session.zone, session.config), outputs=told)
    if any(finding.level == "error" and finding.path for finding in made.findings):
        sys.exit(DraftError.exit_code)
