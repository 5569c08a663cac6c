"""``sharekit series``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, format_option, now_option
from sharekit.report.blog import proposed_lines, series_json, series_lines, why_json, why_lines
from sharekit.series import propose_series

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("series", epilog="Example: sharekit series ~/blog --format json")
@blog_folder
@now_option
@format_option
@click.option("--why", metavar="NAME", help="Say from which lists, keys and lines a series and its order come.")
def command(folder: Path, config_path: Path | None, now: datetime | None, form: str, why: str | None) -> None:
    """List the series, their parts in order, and how each is known."""
    blog = open_session(folder, config_path, now=now).blog
    if why is not None:
        from sharekit.steps.why import why_series

        facts = why_series(blog, why)
        click.echo(
            json.dumps(why_json(facts), ensure_ascii=False, indent=2) if form == "json" else "\n".join(why_lines(facts))
        )
        return
    proposed = propose_series(blog.reading.posts, blog.series)
    if form == "json":
        click.echo(json.dumps(series_json(blog.series, proposed), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*series_lines(blog.series), *proposed_lines(proposed)]))
    show_findings(blog.findings, form)
