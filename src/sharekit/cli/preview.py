"""``sharekit preview``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import click

from sharekit.cli.options import FORMAT, NOW, QUIET, Call, on_blog

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.feeds.document import Feed
    from sharekit.model import Finding, Image
    from sharekit.planning import Plan
    from sharekit.preview import Preview
    from sharekit.session import Session
    from sharekit.steps.blog import Blog

PLACE = Path(".sharekit", "preview")


@click.command("preview", epilog="Example: sharekit build && sharekit preview --open")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help=f"The folder for the pages.  [default: {PLACE} in the blog's folder]",
)
@click.option("--open", "opened", is_flag=True, help="Open the first page in your browser.")
@on_blog(NOW, FORMAT, QUIET)
def command(call: Call, output: Path | None, opened: bool) -> None:
    """Write pages that show what would go out: the calendar, each share as it will look, the issues and the feeds.

    They show the drafts as they are in your files, edits and all, and need no server. Sends nothing.
    """
    from sharekit.files import write_if_changed

    session = call.session()
    root = session.root
    call.narrate("Reading the posts …")
    plan, unseen = session.plan_without_ledger()
    place = output.resolve() if output else root / PLACE
    findings = tuple(dict.fromkeys((*unseen, *session.blog.findings, *plan.findings)))
    made = _draw(session, plan, findings, place)
    for name, text in made.pages.items():
        write_if_changed(place / name, text)
    first = place / next(iter(made.pages))
    shown = ", ".join(
        f"{count} {noun}{'' if count == 1 else 's'}"
        for noun, count in (("share", made.shares), ("issue", made.issues), ("feed", made.feeds))
    )
    pages = [str(place / name) for name in made.pages]
    call.emit({"pages": pages}, [f"Preview  {shown}", f"         {first.as_uri()}"])
    call.show(findings)
    if opened:
        click.launch(first.as_uri())


def _draw(session: Session, plan: Plan, findings: tuple[Finding, ...], place: Path) -> Preview:
    from sharekit.preview import Overview, render_preview
    from sharekit.steps.feeds import blog_feeds

    blog, now = session.blog, session.clock()
    overview = Overview(
        site=blog.site,
        series=blog.series,
        posts=len(blog.reading.posts),
        plan=plan,
        config=session.config,
        issues=_rendered_issues(plan, session.root, place),
        feeds=[(feed, _built(feed, blog, place)) for feed in blog_feeds(blog)],
        findings=findings,
        place=_pictures(blog, place),
        now=now,
        zone=session.zone,
    )
    overrides = [blog.folders.templates] if blog.folders.templates.is_dir() else []
    return render_preview(overview, overrides=overrides)


def _address(file: Path, place: Path) -> str:
    return quote(os.path.relpath(file, place).replace(os.sep, "/"))


def _rendered_issues(plan: Plan, root: Path, place: Path) -> dict[str, str]:
    sources = [act.source for act in plan.acts if act.kind == "issue"]
    pages = {source: (root / source).with_suffix(".html") for source in sources}
    return {source: _address(file, place) for source, file in pages.items() if file.is_file()}


def _built(feed: Feed, blog: Blog, place: Path) -> str:
    file = blog.folders.output / feed.address.path(feed.formats[0])
    return _address(file, place) if file.is_file() else ""


def _pictures(blog: Blog, place: Path) -> Callable[[Image], str]:
    """Where the pages find a picture: the blog's own file where there is one, since its address may not be published yet."""

    def address(image: Image) -> str:
        url = urljoin(blog.site.url, image.url)
        known = blog.reading.picture(url)
        return _address(known.file, place) if known and known.file else url

    return address
