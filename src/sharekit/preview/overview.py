"""From an open blog to what the pages show, and the pages as files."""

from __future__ import annotations

import os
import re
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from sharekit.errors import SharekitError
from sharekit.model import IssueDraft
from sharekit.preview.pages import Overview, ShownFeed, ShownIssue, render_preview

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharekit.model import Act, Finding, Image
    from sharekit.planning import Plan
    from sharekit.session import Session
    from sharekit.steps.blog import Blog

# Of each feed, so many entries are shown in full.
ENTRIES = 3
SOURCE = re.compile(r"""(<img\b[^>]*?\bsrc=)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)


def write_pages(session: Session, place: Path) -> tuple[Overview, list[Path], tuple[Finding, ...]]:
    """Write the pages into a folder: what they show, their files, the first one first, and what a person should know."""
    from sharekit.files import write_if_changed
    from sharekit.steps.sample import sample_acts

    blog, now = session.blog, session.clock()
    plan, unseen = session.plan_without_ledger()
    findings = tuple(dict.fromkeys((*unseen, *blog.findings, *plan.findings)))
    samples = sample_acts(blog, now=now)
    pictures = _pictures(blog, place)
    issues = [act for act in (*plan.acts, *samples) if isinstance(act.content, IssueDraft)]
    overview = Overview(
        site=blog.site,
        series=blog.ahead,
        posts=len(blog.reading.posts),
        plan=plan,
        config=session.config,
        issues=_issues(issues, session, place, pictures),
        feeds=_feeds(blog, place, pictures),
        findings=findings,
        place=pictures,
        now=now,
        zone=session.zone,
        fresh=_fresh(session, plan),
        samples=samples,
    )
    files = []
    for name, text in render_preview(overview, overrides=blog.folders.overrides).items():
        write_if_changed(place / name, text)
        files.append(place / name)
    return overview, files, findings


def _fresh(session: Session, plan: Plan) -> dict[tuple[str, str], str]:
    """What sharekit would write in the place of each section that a person edited."""
    from sharekit.drafts import share_draft_edited
    from sharekit.steps.shares import Drafting

    edited = {draft.post for draft in session.drafts.shares if share_draft_edited(draft)}
    if not edited:
        return {}
    drafting = Drafting(session.blog, plan.entries, now=session.clock())
    posts = [post for post in session.blog.posts if post.id in drafting.of_post and drafting.of_post[post.id].post in edited]
    made = [each for each in drafting.draft(posts) if each.known]
    return {(each.known.path, name): text for each in made if each.known for name, text in each.fresh.sections.items()}


def _issues(acts: Sequence[Act], session: Session, place: Path, pictures: Callable[[str], str]) -> dict[str, ShownIssue]:
    """The page and the text part of each issue, with the blog's own pictures, which may not be published yet."""
    from sharekit.files import write_if_changed

    made = {}
    for act in acts:
        html, text = _rendered(act, session)
        if html:
            name = f"issue-{'sample-' if 'samples' in act.source.split('/') else ''}{Path(act.source).stem}.html"
            write_if_changed(place / name, _with_pictures(html, pictures))
            made[act.source] = ShownIssue(page=quote(name), text=text)
    return made


def _rendered(act: Act, session: Session) -> tuple[str, str]:
    """An issue as it was rendered; anew where its draft was saved since, unless it is out."""
    from sharekit.steps.issue import rendered_issue

    draft, page, text = ((session.root / act.source).with_suffix(ending) for ending in (".md", ".html", ".txt"))
    known = page.is_file() and text.is_file()
    if known and (act.state == "delivered" or page.stat().st_mtime >= draft.stat().st_mtime):
        return page.read_text(encoding="utf-8"), text.read_text(encoding="utf-8")
    if act.state == "delivered" or not isinstance(act.content, IssueDraft):
        return "", ""
    try:
        made = rendered_issue(session.blog, act.content)
    except SharekitError:
        return "", ""
    return made.html, made.text


def _feeds(blog: Blog, place: Path, pictures: Callable[[str], str]) -> list[ShownFeed]:
    import msgspec

    from sharekit.feeds.entries import Entries
    from sharekit.steps.feeds import blog_feeds

    entries = Entries(settings=blog.config.feed, places={}, picture=blog.reading.picture)
    made = []
    for feed in blog_feeds(blog):
        file = blog.folders.output / feed.address.path(feed.formats[0])
        newest = [entries.of(post) for post in list(feed.posts)[: -ENTRIES - 1 : -1]]
        shown = [msgspec.structs.replace(each, html=_with_pictures(each.html, pictures)) for each in newest]
        made.append(ShownFeed(feed=feed, file=_address(file, place) if file.is_file() else "", entries=shown))
    return made


def _address(file: Path, place: Path) -> str:
    return quote(os.path.relpath(file, place).replace(os.sep, "/"))


def _pictures(blog: Blog, place: Path) -> Callable[[Image | str], str]:
    """Where the pages find a picture: the blog's own file where there is one, since its address may not be published yet."""

    def address(image: Image | str) -> str:
        url = urljoin(blog.site.url, image if isinstance(image, str) else image.url)
        known = blog.reading.picture(url)
        return _address(known.file, place) if known and known.file else url

    return address


def _with_pictures(html: str, pictures: Callable[[str], str]) -> str:
    return SOURCE.sub(lambda found: f"{found[1]}{found[2]}{escape(pictures(unescape(found[3])))}{found[2]}", html)
