"""The issues of a build: propose files, keep what a person wrote, render what the files say, and write the archive."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import msgspec

from sharekit.drafts import ISSUE_ID, format_issue_draft, issue_edited
from sharekit.errors import DraftError
from sharekit.files import write_if_changed
from sharekit.issue.calendar import read_calendar
from sharekit.issue.compose import compose, in_reading_order, proposal, propose
from sharekit.issue.lint import lint, lint_templates
from sharekit.issue.mime import build_message
from sharekit.issue.render import Context, Edition, archive_index, archive_page, render
from sharekit.model import ADDRESS, UNSUBSCRIBE, Finding, parts_by_post
from sharekit.planning import sent_by
from sharekit.shares.links import share_links
from sharekit.steps.blog import Made, fresh_posts
from sharekit.steps.page import page_answer
from sharekit.templating import translations
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from sharekit.drafts import Drafts
    from sharekit.model import IssueDraft, LedgerEntry, Post, RenderedIssue
    from sharekit.steps.blog import Blog


def posts_by_name(blog: Blog, drafts: Drafts) -> dict[str, Post]:
    """The posts under every name that an issue may have for them."""
    return blog.articles.by_name(drafts.shares, drafts.issues)


def untouched(issue: IssueDraft) -> bool:
    """Whether it is a proposal of sharekit's that no person has changed, approved or put aside."""
    return issue.status == "draft" and not issue_edited(issue)


def write_issue(blog: Blog, posts: Sequence[Post], entries: Mapping[str, LedgerEntry]) -> tuple[list[Made], list[Finding]]:
    """Propose issues of the posts that are in none yet, render every issue that still waits, and write the archive.

    ``entries`` is the ledger: an issue that is out stays as its subscribers have it.
    """
    drafts = blog.read_drafts()
    sent = _sent(drafts, entries)
    proposed = proposals(blog, posts, drafts)
    known = {issue.id: issue for issue in drafts.issues}
    made, findings = _write_proposals(blog, drafts, proposed, known)
    findings = [*drafts.findings, *findings]
    names = {proposal.id for proposal in proposed}
    ids = {name: post.id for name, post in posts_by_name(blog, drafts).items()}
    kept = (issue for issue in drafts.issues if not untouched(issue))
    covered = {ids.get(name, name) for each in (*proposed, *kept) for name in each.posts}
    rendered = []
    for issue in known.values():
        if issue.status == "skip" or issue.path in drafts.held:
            continue
        old_proposal = issue.id not in names and untouched(issue)
        if issue.id not in names and issue.status == "draft" and not old_proposal:
            made.append(Made("issue", issue.path, counted(len(issue.posts), "post"), "edited"))
        if old_proposal and any(ids.get(name) in covered for name in issue.posts):
            made.append(_dropped(blog, issue, "its posts are in other issues"))
            continue
        try:
            done, notes = _rendering(blog, issue, drafts)
        except DraftError as error:
            if old_proposal:
                made.append(_dropped(blog, issue, "its posts are not there any more"))
            elif issue.id not in sent:  # what is out stays as it is, whatever becomes of its articles
                findings.append(_broken(blog, issue, error))
            continue
        rendered.append((issue, done))
        if issue.id not in sent:
            findings += notes
            message = build_message(done, blog.site, blog.config.issue, online=online(blog, issue.id))
            forms: dict[str, str | bytes] = {"html": done.html, "txt": done.text, "eml": message}
            made += (blog.write("issue", blog.folders.issues / f"{issue.id}.{end}", forms[end], "rendered") for end in forms)
    return made + _write_archive(blog, rendered, sent), findings


def _sent(drafts: Drafts, entries: Mapping[str, LedgerEntry]) -> set[str]:
    found = {issue.id: sent_by(issue.id, entries) for issue in drafts.issues}
    return {name for name, entry in found.items() if entry and entry.state == "delivered"}


def proposals(blog: Blog, posts: Sequence[Post], drafts: Drafts) -> list[IssueDraft]:
    """What the configured mode would write now. What a person edited or approved keeps its posts.

    ``posts`` are the new ones; those of a proposal that still waits are counted in, however many came since.
    """
    named = posts_by_name(blog, drafts)
    kept = [each for each in drafts.issues if not untouched(each)]
    taken = {named[name].id for each in kept for name in each.posts if name in named}
    waiting = {named[name].id for each in drafts.issues if untouched(each) for name in each.posts if name in named}
    new = {post.id for post in posts} | waiting
    language, own = blog.site.language, blog.config.issue
    # A person who still writes may add what came since; what is approved is closed.
    open_too = own.mode == "digest" and read_calendar(own.when).count is None
    return propose(
        [post for post in blog.reading.posts if post.id in new - taken and post.language == language],
        blog.series,
        settings=own,
        language=language,
        zone=blog.zone,
        taken={each.id for each in kept if each.status != "draft" or not open_too},
    )


def _write_proposals(
    blog: Blog, drafts: Drafts, proposed: Sequence[IssueDraft], known: dict[str, IssueDraft]
) -> tuple[list[Made], list[Finding]]:
    made: list[Made] = []
    findings: list[Finding] = []
    for each in proposed:
        same = known.get(each.id)
        path = blog.folders.root / same.path if same else blog.folders.issues / f"{each.id}.md"
        if blog.folders.relative(path) in drafts.broken:
            continue
        if same is None or untouched(same):
            made.append(blog.write("issue", path, format_issue_draft(each), f"{counted(len(each.posts), 'post')}, proposed"))
            known[each.id] = replace(each, path=made[-1].path)
            continue
        made.append(Made("issue", same.path, counted(len(same.posts), "post"), "edited"))
        if missing := [post for post in each.posts if post not in same.posts]:
            message = f"it was edited by you and left alone; {len(missing)} newer posts are not in it: {', '.join(missing)}"
            hint = "Add them under posts: if they belong there."
            findings.append(Finding("info", "issue-edited", message, path=same.path, hint=hint))
    return made, findings


def _dropped(blog: Blog, issue: IssueDraft, reason: str) -> Made:
    """Remove a proposal that nobody touched."""
    for ending in ("md", "html", "txt", "eml"):
        (blog.folders.issues / f"{issue.id}.{ending}").unlink(missing_ok=True)
    return Made("issue", issue.path, f"removed: {reason}", "changed")


def _broken(blog: Blog, issue: IssueDraft, error: DraftError) -> Finding:
    # What is broken may be the template.
    path = blog.folders.relative(Path(error.path)) if error.path else issue.path
    return Finding("error", "issue", error.message, path=path, line=error.line or 1, hint=error.hint)


# --- an issue that a person asks for by name ----------------------------------------------------------------------------


def new_issue(
    blog: Blog, *, posts: Sequence[str] = (), series: str | None = None, name: str | None = None, again: bool = False
) -> str:
    """Write the file of an issue of these posts, of a series, or of all that is in no issue yet; its path.

    Raises SourceError for a post or a series that is not there, and DraftError for a file that is.
    """
    drafts = blog.read_drafts()
    named = posts_by_name(blog, drafts)
    taken = {
        named[post].id if post in named else post: file.path
        for file in drafts.issues
        if not again and file.status != "skip" and not untouched(file)
        for post in file.posts
    }
    chosen = _chosen(blog, posts, series, taken)
    for post in chosen:
        if post.id in taken:
            raise DraftError(f'the post "{post.id}" is in {taken[post.id]} already', hint="With --again it is in both.")
    if not chosen:
        raise DraftError("there is no post that is in no issue yet", hint="Name posts with --post, or take them --again.")
    file = proposal(chosen, blog.series, language=blog.site.language, zone=blog.zone, name=name)
    if not ISSUE_ID.match(file.id):
        raise DraftError(f'the id "{file.id}" cannot name a file', hint="Letters, digits, hyphens and dots.")
    path = blog.folders.issues / f"{file.id}.md"
    if path.exists():
        hint = "Choose another --id, or edit that file."
        raise DraftError("is there already", path=blog.folders.relative(path), hint=hint)
    # Without the digest it is a person's own file, which no proposal replaces.
    text = re.sub(r"^drafted: .*\n", "", format_issue_draft(replace(file, again=again)), flags=re.MULTILINE)
    write_if_changed(path, text)
    return blog.folders.relative(path)


def _chosen(blog: Blog, posts: Sequence[str], series: str | None, taken: Collection[str]) -> Sequence[Post]:
    if series is not None:
        return blog.series_named(series).members
    if not posts:
        free = [post for post in fresh_posts(blog) if post.id not in taken and post.language == blog.site.language]
        return in_reading_order(free, blog.series)
    chosen = {post.id: post for post in map(blog.post_named, posts)}
    if coming := next((post for post in blog.reading.upcoming if post.id in chosen), None):
        raise DraftError(f'"{coming.title}" is not published yet', path=coming.source or None)
    return list(chosen.values())


# --- rendering ----------------------------------------------------------------------------------------------------------


def rendered_issue(blog: Blog, file: IssueDraft) -> RenderedIssue:
    """The issue of a file, as it leaves. Raises DraftError for a post that the blog does not have."""
    return _rendering(blog, file, blog.read_drafts())[0]


def _rendering(blog: Blog, file: IssueDraft, drafts: Drafts) -> tuple[RenderedIssue, list[Finding]]:
    issue = compose(file, posts_by_name(blog, drafts), parts_by_post(blog.series), language=blog.site.language)
    settings = blog.config.issue
    rendered, findings = render(
        issue,
        Context(
            site=blog.site,
            settings=settings,
            links=partial(share_links, email_label=translations(issue.language).gettext("E-mail")),
            picture=blog.reading.picture,
            series=blog.series,
            online=online(blog, file.id),
            overrides=blog.folders.overrides,
        ),
    )
    return rendered, [*findings, *lint(rendered, settings)]


def issue_to_send(blog: Blog, file: IssueDraft, *, clock: Callable[[], datetime]) -> RenderedIssue:
    """The issue for a mailer, which fills in the placeholders. Raises DraftError.

    It is dated now, and links to its page on the web only where that page is up.
    """
    own = blog.config.issue
    # A list that others keep has a way of its own to leave it.
    link = None if blog.config.mailers.get(own.mailer, {}).get("to") else UNSUBSCRIBE
    settings = msgspec.structs.replace(own, unsubscribe=link, address=own.address or ADDRESS)
    page = online(blog, file.id)
    if page and not _is_up(blog, page, clock):
        settings = msgspec.structs.replace(settings, archive="")
        page = ""
    rendered = rendered_issue(replace(blog, config=msgspec.structs.replace(blog.config, issue=settings)), file)
    return replace(rendered, message=build_message(rendered, blog.site, settings, online=page, now=clock()))


def _is_up(blog: Blog, page: str, clock: Callable[[], datetime]) -> bool:
    from sharekit.registry import kind_of

    is_files = kind_of("mailers", blog.config.issue.mailer, blog.config) == "files"
    return not blog.config.deliver.check_page or is_files or not page_answer(page, clock=clock)


def issue_findings(blog: Blog, names: Sequence[str] = ()) -> list[Finding]:
    """What is wrong with the issues, or with those that are named. Raises DraftError for a name that is none."""
    drafts = blog.read_drafts()
    files = {file.id: file for file in drafts.issues if file.status != "skip"}
    for name in names:
        if name not in files:
            known = ", ".join(files) or "none yet: sharekit issue new"
            raise DraftError(f'there is no issue "{name}"', hint=f"Known: {known}")
    found = [each for each in drafts.findings if each.path and each.path.startswith(f"{blog.folders.issues.name}/")]
    found += lint_templates(blog.folders.templates)
    for name in names or files:
        found += _found(blog, files[name], drafts)
    return list(dict.fromkeys(found))


def issue_error(blog: Blog, file: IssueDraft) -> str:
    """The first error for which an issue must not be sent as it is; empty where there is none."""
    return next((each.message for each in _found(blog, file, blog.read_drafts()) if each.level == "error"), "")


def without_posts(blog: Blog, files: Sequence[IssueDraft]) -> list[Finding]:
    """The issues of a person that name a post which is not published, as a build would report them."""
    posts, found = posts_by_name(blog, blog.read_drafts()), []
    for file in files:
        try:
            if not untouched(file):
                compose(file, posts, {}, language=blog.site.language)
        except DraftError as error:
            found.append(_broken(blog, file, error))
    return found


def _found(blog: Blog, file: IssueDraft, drafts: Drafts) -> list[Finding]:
    try:
        return _rendering(blog, file, drafts)[1]
    except DraftError as error:
        return [_broken(blog, file, error)]


# --- the archive --------------------------------------------------------------------------------------------------------


def online(blog: Blog, issue_id: str) -> str:
    """Where an issue is read on the web; empty without an archive."""
    folder = blog.config.issue.archive
    return urljoin(blog.site.root, f"{quote(folder)}/{quote(issue_id)}/") if folder else ""


def write_archive_of(blog: Blog, entries: Mapping[str, LedgerEntry] | None) -> list[Made]:
    """The pages of the approved issues, and nothing else: no proposal is made, and what cannot be rendered is left out.

    Without the ledger any page that is there may be that of a sent issue, and stays.
    """
    drafts = blog.read_drafts()
    sent = {issue.id for issue in drafts.issues} if entries is None else _sent(drafts, entries)
    rendered = []
    for issue in drafts.issues:
        if issue.status == "approved" and issue.path not in drafts.held:
            with contextlib.suppress(DraftError):
                rendered.append((issue, _rendering(blog, issue, drafts)[0]))
    return _write_archive(blog, rendered, sent)


def _write_archive(blog: Blog, issues: Sequence[tuple[IssueDraft, RenderedIssue]], sent: Collection[str]) -> list[Made]:
    """A page for each approved issue, an index and a feed below ``[issue] archive``; without it, nothing.

    The page of an issue that is among the ids of ``sent`` stays as its subscribers have it.
    """
    own = blog.config.issue
    place = blog.folders.output / own.archive
    editions = []
    for file, rendered in issues:
        if own.archive and file.status == "approved":
            page = place / file.id / "index.html"
            kept = page.read_text(encoding="utf-8") if file.id in sent and page.is_file() else ""
            html = kept or archive_page(rendered.html, own)
            editions.append(Edition(issue=rendered.issue, url=online(blog, file.id), html=html))
    if not editions:
        return []
    editions.sort(key=lambda each: (each.issue.date, each.issue.id), reverse=True)
    base = urljoin(blog.site.root, f"{quote(own.archive)}/")
    index, feed = archive_index(editions, blog.site, own, base=base, overrides=blog.folders.overrides)
    files = {place / each.issue.id / "index.html": each.html for each in editions}
    files |= {place / "index.html": index, place / "index.xml": feed}
    return [blog.write("issue", path, content, "archive") for path, content in files.items()]
