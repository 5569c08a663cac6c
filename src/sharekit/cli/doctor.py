"""``sharekit doctor``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import narrate, open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.github import tell_github
from sharekit.cli.options import blog_folder, format_option, now_option, quiet_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("doctor", epilog="Example: sharekit doctor --offline")
@blog_folder
@click.option("--offline", is_flag=True, help="Ask no provider: credentials are then found, not tried.")
@now_option
@format_option
@quiet_option
def command(folder: Path, config_path: Path | None, offline: bool, now: datetime | None, form: str, quiet: bool) -> None:
    """Check that everything a delivery needs is configured and reachable. Changes nothing.

    Exits with 1 when something is wrong. X charges for reads: checking it costs about as much as a share.
    """
    from sharekit.report.doctor import doctor_findings, doctor_json, doctor_lines, doctor_summary
    from sharekit.steps.doctor import examine

    narrate("Checking …", quiet=quiet)
    session = open_session(folder, config_path, now=now)
    report = examine(session, offline=offline)
    if form == "json":
        click.echo(json.dumps(doctor_json(report), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(doctor_lines(report)))
    if form == "github":
        show_findings(doctor_findings(report), form)
        tell_github(summary=doctor_summary(report))
    sys.exit(0 if report.well else 1)
