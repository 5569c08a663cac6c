"""``sharekit build``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import narrate, open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, format_option, now_option, quiet_option
from sharekit.errors import DraftError

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.steps.blog import Folders

# Errors of files that a person wrote: nothing of these files goes out before they are corrected.
HELD = ("draft", "second-draft", "second-issue", "post-twice", "issue", "unknown-section", "draft-too-long")


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

    Only what changed is written. What you edited is left alone, and so is what is out. Exit 3 when there is an error.
    """
    from sharekit.report.build import build_json, build_lines

    if branch:
        from sharekit.steps.push import take_in

        take_in(folder.resolve(), branch)
    narrate("Reading the posts …", quiet=quiet)
    session = open_session(folder, config_path, now=now, output=output)
    made = session.build(only=only, everything=everything)
    if form == "json":
        click.echo(json.dumps(build_json(made), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(build_lines(made)))
    show_findings(made.findings, form, quiet=quiet)
    if branch:
        _push(session.folders, branch)
    if any(finding.rule in HELD for finding in made.findings if finding.level == "error"):
        sys.exit(DraftError.exit_code)


def _push(where: Folders, branch: str) -> None:
    from sharekit.cli.github import tell_github
    from sharekit.steps.push import push_drafts

    pushed = push_drafts(where.root, [where.shares, where.issues], branch)
    narrate(f"Pushed the drafts to {branch}." if pushed else f"Nothing new for {branch}.")
    tell_github(outputs={"pushed": "true" if pushed else "false"})
