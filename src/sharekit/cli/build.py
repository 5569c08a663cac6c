"""``sharekit build`` and ``sharekit preview``."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.app import FORMAT, NOW, Call, on_blog
from sharekit.errors import ConfigError, DraftError, SharekitError
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from sharekit.session import Session
    from sharekit.steps.blog import Folders

PLACE = Path(".sharekit", "preview")
# Errors in files that a person wrote: nothing in these files goes out until they are corrected.
HELD = ("draft", "second-draft", "second-issue", "post-twice", "issue", "unknown-section", "draft-too-long")


@click.command(epilog="Example: sharekit build ~/blog --only shares")
@click.option("--only", type=click.Choice(["feed", "issue", "shares"]), multiple=True, help="Build only this; repeatable.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Where published files go.  [default: public in the blog's folder]"
)
@click.option("--all", "everything", is_flag=True, help="Draft shares and an issue for every post, however old.")
@click.option("--push", "branch", metavar="BRANCH", help="Commit the drafts and push them to this branch, as CI does.")
@on_blog(NOW, FORMAT)
def build(call: Call, only: tuple[str, ...], output: Path | None, everything: bool, branch: str | None) -> None:
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


@click.command(epilog="Example: sharekit preview --serve --open")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help=f"The folder for the pages.  [default: {PLACE} in the blog's folder]",
)
@click.option("--open", "opened", is_flag=True, help="Open the first page in your browser.")
@click.option("--serve", "served", is_flag=True, help="Serve the pages here, and reload them when a file is saved.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4747,
    help="With --serve; 0 for a free one.  [default: 4747]",
)
@on_blog(NOW, FORMAT)
def preview(call: Call, output: Path | None, opened: bool, served: bool, port: int) -> None:
    """Write pages that show what would go out: the plan, each share as it will look, the issues and the feeds.

    They show the drafts as they are in your files, edits and all, and need neither a server nor the network. Sends nothing.
    """
    from sharekit.preview.pages import write_pages

    call.narrate("Reading the posts …")
    session = call.session()
    place = output.resolve() if output else session.root / PLACE
    if served:
        _serve(call, session, place, port=port, opened=opened)
        return
    overview, files = write_pages(session, place)
    kinds = Counter([*(act.kind for act in overview.plan.acts), *("feed" for _ in overview.feeds)])
    kinds["sample"] = len(overview.samples)
    shown = ", ".join(
        counted(kinds[kind], kind) for kind in ("share", "issue", "feed", "sample") if kinds[kind] or kind != "sample"
    )
    first = files[0].as_uri()
    call.emit({"pages": list(map(str, files))}, [f"Preview  {shown}", f"         {first}"])
    call.show(overview.findings)
    if opened:
        click.launch(first)


def _serve(call: Call, session: Session, place: Path, *, port: int, opened: bool) -> None:
    from sharekit.preview.pages import write_pages
    from sharekit.preview.server import PreviewServer, stamps

    root = session.root
    if not place.is_relative_to(root):
        raise ConfigError(
            f"{place} is not in the blog's folder, so its pages cannot be served with the pictures of the blog",
            hint="Leave --output out, or name a folder of the blog.",
        )
    write_pages(session, place)
    blog, articles = session.blog, stamps(root, drafts=False)

    def again() -> None:
        """A draft was saved: the articles are read again only where they changed."""
        nonlocal blog, articles
        now = stamps(root, drafts=False)
        fresh = call.session()
        try:
            if now == articles:
                fresh.__dict__["blog"] = blog
            write_pages(fresh, place)
            blog, articles = fresh.blog, now
        except SharekitError as error:
            call.narrate(f"error: {error}")

    with PreviewServer(root, place, again, port=port) as server:
        click.echo(f"Preview  {server.url}   (Ctrl-C ends it)")
        if opened:
            click.launch(server.url)
        server.serve_forever()
