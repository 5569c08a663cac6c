"""``sharekit preview``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import click

from sharekit.cli.options import FORMAT, NOW, QUIET, Call, on_blog
from sharekit.errors import ConfigError, SharekitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sharekit.feeds.document import FeedEntry
    from sharekit.model import Act, Finding, Image
    from sharekit.planning import Plan
    from sharekit.preview import Preview, ShownFeed, ShownIssue
    from sharekit.session import Session
    from sharekit.steps.blog import Blog

PLACE = Path(".sharekit", "preview")
# Of each feed, so many entries are shown in full.
ENTRIES = 3
SOURCE = re.compile(r"""(<img\b[^>]*?\bsrc=)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)


@click.command("preview", epilog="Example: sharekit preview --serve --open")
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
@on_blog(NOW, FORMAT, QUIET)
def command(call: Call, output: Path | None, opened: bool, served: bool, port: int) -> None:
    """Write pages that show what would go out: the plan, each share as it will look, the issues and the feeds.

    They show the drafts as they are in your files, edits and all, and need neither a server nor the network. Sends nothing.
    """
    call.narrate("Reading the posts …")
    session = call.session()
    place = output.resolve() if output else session.root / PLACE
    if served:
        _serve(call, session, place, port=port, opened=opened)
        return
    made, findings = write_pages(session, place)
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


def write_pages(session: Session, place: Path) -> tuple[Preview, tuple[Finding, ...]]:
    """Write the pages, and say what a person should know."""
    from sharekit.files import write_if_changed

    plan, unseen = session.plan_without_ledger()
    findings = tuple(dict.fromkeys((*unseen, *session.blog.findings, *plan.findings)))
    made = _draw(session, plan, findings, place)
    for name, text in made.pages.items():
        write_if_changed(place / name, text)
    return made, findings


def _serve(call: Call, session: Session, place: Path, *, port: int, opened: bool) -> None:
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

    server = PreviewServer(root, place, again, port=port)
    click.echo(f"Preview  {server.url}   (Ctrl-C ends it)")
    if opened:
        click.launch(server.url)
    server.run()


def _draw(session: Session, plan: Plan, findings: tuple[Finding, ...], place: Path) -> Preview:
    from sharekit.preview import Overview, render_preview
    from sharekit.steps.sample import read_samples, sample_acts

    blog, now = session.blog, session.clock()
    samples = sample_acts(read_samples(blog), blog, now=now)
    pictures = _pictures(blog, place)
    issues = [act for act in (*plan.acts, *samples) if act.kind == "issue"]
    overview = Overview(
        site=blog.site,
        series=blog.ahead,
        posts=len(blog.reading.posts),
        plan=plan,
        config=session.config,
        issues=_rendered_issues(issues, session, place, pictures),
        feeds=_feeds(blog, place, pictures),
        findings=findings,
        place=pictures,
        now=now,
        zone=session.zone,
        fresh=_fresh(session, plan),
        samples=samples,
    )
    overrides = [blog.folders.templates] if blog.folders.templates.is_dir() else []
    return render_preview(overview, overrides=overrides)


def _fresh(session: Session, plan: Plan) -> dict[tuple[str, str], str]:
    """What sharekit would write in the place of each section that a person edited."""
    from sharekit.drafts import share_draft_edited
    from sharekit.steps.shares import Drafting

    edited = {draft.post for draft in session.drafts.shares if share_draft_edited(draft)}
    if not edited:
        return {}
    drafting = Drafting(session.blog, plan.entries, now=session.clock())
    known = (*session.blog.reading.posts, *session.blog.reading.upcoming)
    posts = [post for post in known if post.id in drafting.of_post and drafting.of_post[post.id].post in edited]
    made = [each for each in drafting.draft(posts) if each.known]
    return {(each.known.path, name): text for each in made if each.known for name, text in each.fresh.sections.items()}


def _address(file: Path, place: Path) -> str:
    return quote(os.path.relpath(file, place).replace(os.sep, "/"))


def _rendered_issues(
    acts: Sequence[Act], session: Session, place: Path, pictures: Callable[[str], str]
) -> Mapping[str, ShownIssue]:
    """The page and the text part of each issue, with the blog's own pictures, which may not be published yet."""
    from sharekit.files import write_if_changed
    from sharekit.preview import ShownIssue

    shown = {}
    for act in acts:
        html, text = _rendered(act, session)
        if not html:
            continue
        name = f"issue-{'sample-' if 'samples' in act.source.split('/') else ''}{Path(act.source).stem}.html"
        write_if_changed(place / name, _with_pictures(html, pictures))
        shown[act.source] = ShownIssue(page=quote(name), text=text)
    return shown


def _rendered(act: Act, session: Session) -> tuple[str, str]:
    """An issue as it was rendered; anew where its draft was saved since, unless it is out."""
    from sharekit.model import IssueDraft, parts_by_post
    from sharekit.steps.issue import rendered_issue

    draft, page, text = ((session.root / act.source).with_suffix(ending) for ending in (".md", ".html", ".txt"))
    known = page.is_file() and text.is_file()
    if known and (act.state == "delivered" or page.stat().st_mtime >= draft.stat().st_mtime):
        return page.read_text(encoding="utf-8"), text.read_text(encoding="utf-8")
    if act.state == "delivered" or not isinstance(act.content, IssueDraft):
        return "", ""
    try:
        made = rendered_issue(session.blog, act.content, parts_by_post(session.blog.series))
    except SharekitError:
        return "", ""
    return made.html, made.text


def _feeds(blog: Blog, place: Path, pictures: Callable[[str], str]) -> list[ShownFeed]:
    import msgspec

    from sharekit.feeds.entries import Entries
    from sharekit.preview import ShownFeed
    from sharekit.steps.feeds import blog_feeds

    entries = Entries(settings=blog.config.feed, places={}, picture=blog.reading.picture)

    def shown(feed_entry: FeedEntry) -> FeedEntry:
        return msgspec.structs.replace(feed_entry, html=_with_pictures(feed_entry.html, pictures))

    return [
        ShownFeed(
            feed=feed,
            file=_built(blog.folders.output / feed.address.path(feed.formats[0]), place),
            entries=[shown(entries.of(post)) for post in list(feed.posts)[: -ENTRIES - 1 : -1]],
        )
        for feed in blog_feeds(blog)
    ]


def _built(file: Path, place: Path) -> str:
    return _address(file, place) if file.is_file() else ""


def _pictures(blog: Blog, place: Path) -> Callable[[Image | str], str]:
    """Where the pages find a picture: the blog's own file where there is one, since its address may not be published yet."""

    def address(image: Image | str) -> str:
        url = urljoin(blog.site.url, image if isinstance(image, str) else image.url)
        known = blog.reading.picture(url)
        return _address(known.file, place) if known and known.file else url

    return address


def _with_pictures(html: str, pictures: Callable[[str], str]) -> str:
    from html import escape, unescape

    return SOURCE.sub(lambda found: f"{found[1]}{found[2]}{escape(pictures(unescape(found[3])))}{found[2]}", html)
