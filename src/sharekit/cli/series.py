"""``sharekit series``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, format_option, now_option
from sharekit.report.blog import proposed_lines, series_json, series_lines
from sharekit.series import propose_series

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("series", epilog="Example: sharekit series ~/blog --format json")
@blog_folder
@now_option
@format_option
def command(folder: Path, config_path: Path | None, now: datetime | None, form: str) -> None:
    """List the series, their parts in order, and how each is known."""
    blog = open_session(folder, config_path, now=now).blog
    proposed = propose_series(blog.reading.posts, blog.series)
    if form == "json":
        click.echo(json.dumps(series_json(blog.series, proposed), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*series_lines(blog.series), *proposed_lines(proposed)]))
    show_findings(blog.findings, form)
