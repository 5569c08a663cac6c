"""The issue's stretch of the line: propose files, keep what a person wrote, render what the files say."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import msgspec

from sharekit.articles import Articles
from sharekit.drafts import format_issue_draft, issue_edited, read_drafts
from sharekit.errors import DraftError
from sharekit.files import write_if_changed
from sharekit.issue.calendar import read_calendar
from sharekit.issue.compose import compose, propose
from sharekit.issue.lint import lint, lint_templates
from sharekit.issue.mime import build_message
from sharekit.issue.render import Context, render
from sharekit.keys import issue_key
from sharekit.model import ADDRESS, UNSUBSCRIBE, Finding, parts_by_post
from sharekit.shares.links import share_links
from sharekit.steps.archive import write_archive
from sharekit.steps.blog import Made
from sharekit.templating import translations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sharekit.drafts import Drafts
    from sharekit.model import IssueDraft, Part, Post, RenderedIssue
    from sharekit.ports import LedgerEntry
    from sharekit.steps.blog import Blog


def read_issues(blog: Blog) -> Drafts:
    """The drafts of the blog, with what is wrong with them."""
    drafts = read_drafts(blog.folders.root, shares=blog.folders.shares, issues=blog.folders.issues)
    return drafts.known_as(posts_by_name(blog, drafts))


def write_issue(
    blog: Blog, posts: Sequence[Post], parts: Mapping[str, tuple[Part, ...]], entries: Mapping[str, LedgerEntry]
) -> tuple[list[Made], list[Finding]]:
    """Propose issues of the posts that are in none yet, render every issue that still waits, and write the archive.

    ``entries`` is the ledger: an issue that is out stays as its subscribers have it.
    """
    drafts = read_issues(blog)
    sent = {issue.id for issue in drafts.issues if _is_sent(issue, blog, entries)}
    existing = {issue.id: issue for issue in drafts.issues}
    proposed = proposals(blog, posts, drafts)
    made, findings = _write_proposals(blog, drafts, proposed, existing)
    findings = [*drafts.findings, *findings]
    names = {proposal.id for proposal in proposed}
    ids = {name: post.id for name, post in posts_by_name(blog, drafts).items()}
    kept = (issue for issue in drafts.issues if not untouched(issue))
    covered = {ids.get(name, name) for each in (*proposed, *kept) for name in each.posts}
    rendered = []
    for issue in existing.values():
        if issue.status == "skip" or issue.path in drafts.held:
            continue
        if issue.id not in names and issue.status == "draft" and not untouched(issue):
            made.append(Made(kind="issue", path=issue.path, what=_posts(issue), change="edited"))
        if issue.id not in names and untouched(issue) and any(ids.get(name) in covered for name in issue.posts):
            made.append(_dropped(blog, issue, "its posts are in other issues"))
            continue
        try:
            done, notes = _rendering(blog, issue, parts, drafts)
        except DraftError as error:
            if issue.id not in names and untouched(issue):
                made.append(_dropped(blog, issue, "its posts are not there any more"))
            else:
                findings.append(_broken(issue, error))
            continue
        rendered.append((issue, done))
        if issue.id not in sent:
            findings += notes
            made += _write(blog, issue, done)
    made += write_archive(blog, rendered, sent=sent)
    return made, findings


def write_archive_of(blog: Blog, entries: Mapping[str, LedgerEntry] | None) -> list[Made]:
    """The pages of the approved issues, and nothing else: no proposal is made, and what cannot be rendered is left out.

    Without the ledger any page that is there may be that of a sent issue, and stays.
    """
    drafts = read_issues(blog)
    sent = {issue.id for issue in drafts.issues if entries is None or _is_sent(issue, blog, entries)}
    parts = parts_by_post(blog.series)
    rendered = []
    for issue in drafts.issues:
        if issue.status != "approved" or issue.path in drafts.held:
            continue
        with contextlib.suppress(DraftError):
            rendered.append((issue, _rendering(blog, issue, parts, drafts)[0]))
    return write_archive(blog, rendered, sent=sent)


def _write_proposals(
    blog: Blog, drafts: Drafts, proposed: Sequence[IssueDraft], existing: dict[str, IssueDraft]
) -> tuple[list[Made], list[Finding]]:
    made: list[Made] = []
    findings: list[Finding] = []
    for proposal in proposed:
        same = existing.get(proposal.id)
        path = blog.folders.root / same.path if same else blog.folders.issues / f"{proposal.id}.md"
        if blog.folders.relative(path) in drafts.broken:
            continue
        if same is None or untouched(same):
            change = write_if_changed(path, format_issue_draft(proposal))
            what = f"{_posts(proposal)}, proposed"
            made.append(Made(kind="issue", path=blog.folders.relative(path), what=what, change=change))
            existing[proposal.id] = replace(proposal, path=blog.folders.relative(path))
        else:
            made.append(Made(kind="issue", path=same.path, what=_posts(same), change="edited"))
            findings += _difference(same, proposal)
    return made, findings


def untouched(issue: IssueDraft) -> bool:
    """Whether it is a proposal of sharekit's that no person has changed, approved or put aside."""
    return issue.status == "draft" and not issue_edited(issue)


def _is_sent(issue: IssueDraft, blog: Blog, entries: Mapping[str, LedgerEntry]) -> bool:
    entry = entries.get(issue_key(issue.id, blog.config.issue.mailer))
    return entry is not None and entry.state == "delivered"


def _dropped(blog: Blog, issue: IssueDraft, reason: str) -> Made:
    """Remove a proposal that nobody touched."""
    for ending in ("md", "html", "txt", "eml"):
        (blog.folders.issues / f"{issue.id}.{ending}").unlink(missing_ok=True)
    return Made(kind="issue", path=issue.path, what=f"removed: {reason}", change="changed")


def _broken(issue: IssueDraft, error: DraftError) -> Finding:
    return Finding(
        level="error", rule="issue", message=error.message, path=issue.path, line=error.line or 1, hint=error.hint
    )


def proposals(blog: Blog, posts: Sequence[Post], drafts: Drafts) -> list[IssueDraft]:
    """What the configured mode would write now. What a person edited or approved keeps its posts.

    ``posts`` are the new ones; those of a proposal that still waits are counted in, however many came since.
    """
    named = posts_by_name(blog, drafts)
    kept = [each for each in drafts.issues if not untouched(each)]
    taken = {named[name].id for each in kept for name in each.posts if name in named}
    waiting = {named[name].id for each in drafts.issues if untouched(each) for name in each.posts if name in named}
    new = {post.id for post in posts} | waiting
    language = blog.site.language
    free = [post for post in blog.reading.posts if post.id in new - taken and post.language == language]
    return propose(
        free,
        blog.series,
        settings=blog.config.issue,
        language=language,
        zone=blog.config.zone(blog.site.timezone),
        # A person who still writes may add what came since; what is approved is closed.
        taken={each.id for each in kept if each.status != "draft" or blog.config.issue.mode != "digest" or _counts(blog)},
    )


def _counts(blog: Blog) -> bool:
    return read_calendar(blog.config.issue.when).count is not None


def posts_by_name(blog: Blog, drafts: Drafts) -> dict[str, Post]:
    """The posts under every name that an issue may have for them."""
    return Articles(blog.reading.posts).by_name(drafts.shares)


def _posts(file: IssueDraft) -> str:
    return "1 post" if len(file.posts) == 1 else f"{len(file.posts)} posts"


def _difference(kept: IssueDraft, proposed: IssueDraft) -> list[Finding]:
    missing = [post for post in proposed.posts if post not in kept.posts]
    if not missing:
        return []
    return [
        Finding(
            level="info",
            rule="issue-edited",
            message=f"it was edited by you and left alone; {len(missing)} newer posts are not in it: {', '.join(missing)}",
            path=kept.path,
            hint="Add them under posts: if they belong there.",
        )
    ]


def issue_to_send(
    blog: Blog, file: IssueDraft, parts: Mapping[str, tuple[Part, ...]], *, clock: Callable[[], datetime]
) -> RenderedIssue:
    """The issue for a mailer, which fills the placeholders in. Raises DraftError as :func:`rendered_issue`.

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
    rendered = rendered_issue(replace(blog, config=msgspec.structs.replace(blog.config, issue=settings)), file, parts)
    return replace(rendered, message=build_message(rendered, blog.site, settings, online=page, now=clock()))


def _is_up(blog: Blog, page: str, clock: Callable[[], datetime]) -> bool:
    from sharekit.registry import table_kind
    from sharekit.steps.deliver import page_answer

    mailer = blog.config.issue.mailer
    kind = table_kind("mailers", mailer, blog.config.mailers.get(mailer, {}))
    if not blog.config.deliver.check_page or kind == "files":
        return True
    return not page_answer(page, clock=clock)


def rendered_issue(blog: Blog, file: IssueDraft, parts: Mapping[str, tuple[Part, ...]]) -> RenderedIssue:
    """The issue of a file, as it leaves. Raises DraftError for a post that the blog does not have."""
    return _rendering(blog, file, parts, read_issues(blog))[0]


def _rendering(
    blog: Blog, file: IssueDraft, parts: Mapping[str, tuple[Part, ...]], drafts: Drafts
) -> tuple[RenderedIssue, list[Finding]]:
    issue = compose(file, posts_by_name(blog, drafts), parts, language=blog.site.language)
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
            overrides=[blog.folders.templates] if blog.folders.templates.is_dir() else [],
        ),
    )
    return rendered, [*findings, *lint(rendered, settings)]


def issue_findings(blog: Blog, names: Sequence[str] = ()) -> list[Finding]:
    """What is wrong with the issues, or with those that are named. Raises DraftError for a name that is none."""
    drafts = read_issues(blog)
    files = {file.id: file for file in drafts.issues if file.status != "skip"}
    for name in names:
        if name not in files:
            raise DraftError(
                f'there is no issue "{name}"', hint=f"Known: {', '.join(files) or 'none yet: sharekit issue new'}"
            )
    found = [each for each in drafts.findings if each.path and each.path.startswith(f"{blog.folders.issues.name}/")]
    found += lint_templates(blog.folders.templates)
    for name in names or files:
        found += _found(blog, files[name])
    return list(dict.fromkeys(found))


def issue_error(blog: Blog, file: IssueDraft) -> str:
    """The first error for which an issue must not be sent as it is; empty where there is none."""
    return next((each.message for each in _found(blog, file) if each.level == "error"), "")


def _found(blog: Blog, file: IssueDraft) -> list[Finding]:
    try:
        return _rendering(blog, file, parts_by_post(blog.series), read_issues(blog))[1]
    except DraftError as error:
        return [_broken(file, error)]


def online(blog: Blog, issue_id: str) -> str:
    """Where an issue is read on the web; empty without an archive."""
    folder = blog.config.issue.archive
    return urljoin(blog.site.url, f"{quote(folder)}/{quote(issue_id)}/") if folder else ""


def _write(blog: Blog, file: IssueDraft, rendered: RenderedIssue) -> list[Made]:
    made = []
    forms: dict[str, str | bytes] = {
        "html": rendered.html,
        "txt": rendered.text,
        "eml": build_message(rendered, blog.site, blog.config.issue, online=online(blog, file.id)),
    }
    for ending, content in forms.items():
        path = blog.folders.issues / f"{file.id}.{ending}"
        change = write_if_changed(path, content)
        made.append(Made(kind="issue", path=blog.folders.relative(path), what="rendered", change=change))
    return made
