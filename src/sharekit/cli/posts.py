"""``sharekit posts``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, format_option, now_option
from sharekit.report.blog import posts_json, posts_lines, why_json, why_lines

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("posts", epilog="Example: sharekit posts ~/blog --format json")
@blog_folder
@now_option
@format_option
@click.option("--why", metavar="POST", help="Say where the address, date, language and series of one post come from.")
def command(folder: Path, config_path: Path | None, now: datetime | None, form: str, why: str | None) -> None:
    """List the published posts, and what was left out with the reason."""
    blog = open_session(folder, config_path, now=now).blog
    if why is not None:
        from sharekit.steps.why import why_post

        facts = why_post(blog, why)
        click.echo(
            json.dumps(why_json(facts), ensure_ascii=False, indent=2) if form == "json" else "\n".join(why_lines(facts))
        )
        return
    if form == "json":
        click.echo(json.dumps(posts_json(blog.reading, blog.series), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(posts_lines(blog.reading, blog.series)))
    show_findings(blog.reading.findings, form)
