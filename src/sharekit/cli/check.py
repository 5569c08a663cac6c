"""``sharekit check``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.options import blog_folder, format_option, now_option
from sharekit.errors import SourceError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("check", epilog="Example: sharekit check ~/blog --format github")
@blog_folder
@now_option
@format_option
def command(folder: Path, config_path: Path | None, now: datetime | None, form: str) -> None:
    """Say what is wrong with the posts: what was left out, dates, tags, links, images, series. Changes nothing.

    Each finding has its file and line; with --format github they are annotations. Exit 3 when there is an error.
    """
    from sharekit.report.check import check_json, check_lines, count_line
    from sharekit.report.github import annotate
    from sharekit.steps.check import check

    session = open_session(folder, config_path, now=now)
    blog = session.blog
    findings = [*session.drafts.findings, *check(blog, now=session.clock())]
    if form == "json":
        click.echo(json.dumps(check_json(findings), ensure_ascii=False, indent=2))
    elif form == "github":
        click.echo("\n".join([*annotate(findings), count_line(findings, len(blog.reading.posts))]))
    else:
        click.echo("\n".join(check_lines(findings, len(blog.reading.posts))))
    if any(finding.level == "error" for finding in findings):
        sys.exit(SourceError.exit_code)
