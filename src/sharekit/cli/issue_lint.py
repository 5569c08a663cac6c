"""``sharekit issue lint``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.options import blog_folder, format_option, now_option
from sharekit.errors import DraftError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("lint", epilog="Example: sharekit issue lint --id 2026-05 --format github")
@blog_folder
@click.option("--id", "names", multiple=True, metavar="ID", help="Only this issue; several times.")
@now_option
@format_option
def command(folder: Path, config_path: Path | None, names: tuple[str, ...], now: datetime | None, form: str) -> None:
    """Look at every issue that has not been skipped: size, links, pictures, contrast, what each client can show.

    The clients that count are [issue] clients; what they can show is Can I email's knowledge. Exit 3 when there is an error.
    """
    from sharekit.report.github import annotate
    from sharekit.report.tables import findings_lines
    from sharekit.steps.issue import issue_findings

    blog = open_session(folder, config_path, now=now).blog
    findings = issue_findings(blog, names)
    if form == "json":
        keys = ("level", "rule", "message", "path", "hint")
        click.echo(
            json.dumps([{key: getattr(each, key) for key in keys} for each in findings], ensure_ascii=False, indent=2)
        )
    else:
        click.echo("\n".join(annotate(findings) if form == "github" else findings_lines(findings) or ["Nothing is wrong."]))
    if any(each.level == "error" for each in findings):
        sys.exit(DraftError.exit_code)
