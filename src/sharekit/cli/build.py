"""``sharekit build``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from sharekit.cli.blog import find_blog, narrate
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, format_option, now_option, quiet_option
from sharekit.registry import channel_names
from sharekit.steps.blog import read_blog

if TYPE_CHECKING:
    from sharekit.steps.blog import Folders
    from sharekit.steps.build import Step


@click.command("build", epilog="Example: sharekit build ~/blog --only shares")
@blog_folder
@click.option(
    "--only",
    type=click.Choice(["feed", "issue", "shares"]),
    multiple=True,
    help="Make only this; may be given several times.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The folder for what is published.  [default: public in the blog's folder]",
)
@click.option("--all", "everything", is_flag=True, help="Draft shares and an issue for every post, however old.")
@click.option("--push", "branch", metavar="BRANCH", help="Commit the drafts and push them to this branch, as CI does.")
@now_option
@format_option
@quiet_option
def command(
    folder: Path,
    config_path: Path | None,
    only: tuple[str, ...],
    output: Path | None,
    everything: bool,
    branch: str | None,
    now: datetime | None,
    form: str,
    quiet: bool,
) -> None:
    """Write the feed, the issue and a share draft for each post. Sends nothing.

    Only what changed is written. What you edited is left alone, and told where sharekit would write it otherwise.
    """
    from sharekit.report.build import build_json, build_lines

    if branch:
        from sharekit.steps.push import take_in

        take_in(folder.resolve(), branch)
    narrate("Reading the posts …", quiet=quiet)
    source, config, where = find_blog(folder, config_path, now=now, output=output.resolve() if output else None)
    moment = now or datetime.now(UTC)

    from sharekit.steps.build import STEPS, build

    steps = cast("tuple[Step, ...]", only or STEPS)
    made = build(
        read_blog(source, config, where), steps=steps, channels=channel_names(config), everything=everything, now=moment
    )
    account = made.account
    if form == "json":
        click.echo(json.dumps(build_json(account), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(build_lines(account)))
    show_findings(account.findings, form, quiet=quiet)
    if branch:
        _push(where, branch)


def _push(where: Folders, branch: str) -> None:
    from sharekit.cli.github import tell_github
    from sharekit.steps.push import push_drafts

    pushed = push_drafts(where.root, [where.shares, where.issues], branch)
    narrate(f"Pushed the drafts to {branch}." if pushed else f"Nothing new for {branch}.")
    tell_github(outputs={"pushed": "true" if pushed else "false"})
