"""``sharekit issue new``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import narrate, open_session
from sharekit.cli.options import blog_folder, now_option, quiet_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("new", epilog='Example: sharekit issue new --series "Kubecon Europe 2022"')
@blog_folder
@click.option("--post", "posts", multiple=True, metavar="ID", help="A post to put in it; several times, in order.")
@click.option("--series", metavar="NAME", help="All parts of a series, in order.")
@click.option(
    "--id", "name", metavar="ID", help="The issue's id and file name.  [default: from the mode, or its first post]"
)
@click.option("--again", is_flag=True, help="Take posts that another issue has already.")
@now_option
@quiet_option
def command(
    folder: Path,
    config_path: Path | None,
    posts: tuple[str, ...],
    series: str | None,
    name: str | None,
    again: bool,
    now: datetime | None,
    quiet: bool,
) -> None:
    """Write issues/<id>.md: subject, preheader and posts, for you to introduce. Nothing that you wrote is replaced.

    Without --post and --series it takes the posts that are in no issue yet.
    """
    from sharekit.steps.issue_new import Choice, new_issue

    blog = open_session(folder, config_path, now=now).blog
    path = new_issue(blog, Choice(posts=posts, series=series, name=name, again=again))
    click.echo(path)
    narrate("Write the introduction below its front matter, set status: approved, and run: sharekit build", quiet=quiet)
