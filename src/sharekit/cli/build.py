"""``sharekit build``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.app import FORMAT, NOW, QUIET, Call, on_blog
from sharekit.errors import DraftError

if TYPE_CHECKING:
    from sharekit.steps.blog import Folders

# Errors in files that a person wrote: nothing in these files goes out until they are corrected.
HELD = ("draft", "second-draft", "second-issue", "post-twice", "issue", "unknown-section", "draft-too-long")


@click.command("build", epilog="Example: sharekit build ~/blog --only shares")
@click.option("--only", type=click.Choice(["feed", "issue", "shares"]), multiple=True, help="Build only this; repeatable.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Where published files go.  [default: public in the blog's folder]"
)
@click.option("--all", "everything", is_flag=True, help="Draft shares and an issue for every post, however old.")
@click.option("--push", "branch", metavar="BRANCH", help="Commit the drafts and push them to this branch, as CI does.")
@on_blog(NOW, FORMAT, QUIET)
def command(call: Call, only: tuple[str, ...], output: Path | None, everything: bool, branch: str | None) -> None:
    """Write the feeds, the issue and a share draft for each post. Sends nothing.

    Only files that changed are written. Your edits and whatever has gone out are left alone. Exits with 3 on an error.
    """
    from sharekit.report.blog import build_json, build_lines

    if branch:
        from sharekit.steps.push import take_in

        take_in(call.folder.resolve(), branch)
    call.narrate("Reading the posts …")
    session = call.session(output)
    made = session.build(only=only, everything=everything)
    call.emit(build_json(made), build_lines(made))
    call.show(made.findings)
    if branch:
        _push(call, session.folders, branch)
    if any(finding.rule in HELD for finding in made.findings if finding.level == "error"):
        sys.exit(DraftError.exit_code)


def _push(call: Call, where: Folders, branch: str) -> None:
    from sharekit.report.github import write_github_files
    from sharekit.steps.push import push_drafts

    pushed = push_drafts(where.root, [where.shares, where.issues], branch)
    call.narrate(f"Pushed the drafts to {branch}." if pushed else f"Nothing new for {branch}.")
    write_github_files(outputs={"pushed": "true" if pushed else "false"})
