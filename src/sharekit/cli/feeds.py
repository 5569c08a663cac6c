"""``sharekit feeds``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import narrate, open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, format_option, now_option, quiet_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("feeds", epilog="Example: sharekit feeds --links > layouts/partials/feeds.html")
@blog_folder
@click.option("--links", is_flag=True, help="Print the <link> tags by which browsers and readers find the feeds.")
@now_option
@format_option
@quiet_option
def command(folder: Path, config_path: Path | None, links: bool, now: datetime | None, form: str, quiet: bool) -> None:
    """List the feeds, where each is published, and what it holds. Writes nothing.

    With --links: the tags for the <head> of your theme.
    """
    from sharekit.feeds.autodiscovery import link_tags
    from sharekit.report.feeds import feeds_json, feeds_lines
    from sharekit.steps.feeds import blog_feeds, feed_facts

    narrate("Reading the posts …", quiet=quiet)
    blog = open_session(folder, config_path, now=now).blog
    feeds = blog_feeds(blog)
    if form == "json":
        click.echo(json.dumps(feeds_json(feed_facts(feeds)), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(link_tags(feeds) if links else feeds_lines(feed_facts(feeds))))
    show_findings(blog.findings, form, quiet=quiet)
