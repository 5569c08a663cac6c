"""``sharekit plan``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from sharekit.cli.github import tell_github
from sharekit.cli.options import blog_folder, format_option, now_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("plan", epilog="Example: sharekit plan --now 2026-12-01T08:30:00+01:00")
@blog_folder
@now_option
@format_option
def command(folder: Path, config_path: Path | None, now: datetime | None, form: str) -> None:
    """Show what is due, what comes next and what is held, from the share drafts. Changes nothing."""
    from sharekit.pipeline.blog import folders
    from sharekit.pipeline.plan import plan
    from sharekit.report.plan import plan_json, plan_lines
    from sharekit.report.summary import plan_summary
    from sharekit.wiring import load_config

    root = folder.resolve()
    config = load_config(root, config_path)
    zone = config.zone()
    acts = plan(folders(root, config), config, now=now or datetime.now(UTC), zone=zone)
    if form == "json":
        click.echo(json.dumps(plan_json(acts), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(plan_lines(acts, zone)))
    if form == "github":
        tell_github(summary=plan_summary(acts, zone), outputs={"plan-json": json.dumps(plan_json(acts), ensure_ascii=False)})
