"""The issue's stretch of the line: propose a file, keep what a person wrote, render what the file says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from sharekit.files import write_if_changed
from sharekit.issue.compose import compose, propose
from sharekit.issue.files import IssueFile, edited, format_issue, parse_issue
from sharekit.issue.mime import build_message
from sharekit.issue.render import Context, render
from sharekit.model import Finding
from sharekit.pipeline.made import Made
from sharekit.shares.links import share_links
from sharekit.shares.sections import read_front_matter
from sharekit.templating import translations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.model import Part, Post, RenderedIssue
    from sharekit.pipeline.blog import Blog


def read_issues(blog: Blog) -> list[IssueFile]:
    """The issue files of the blog, in order of name. Raises DraftError for one that cannot be understood."""
    return [
        parse_issue(path.read_text(encoding="utf-8-sig"), blog.folders.relative(path), read_front_matter)
        for path in sorted(blog.folders.issues.glob("*.md"))
    ]


def write_issue(
    blog: Blog, posts: Sequence[Post], parts: Mapping[str, tuple[Part, ...]]
) -> tuple[list[Made], list[Finding]]:
    """Propose an issue of the posts that are in none yet, and render every issue that still waits."""
    existing = read_issues(blog)
    made: list[Made] = []
    findings: list[Finding] = []
    proposed = _proposal(blog, posts, existing)
    if proposed is not None:
        path = blog.folders.issues / f"{proposed.id}.md"
        same = next((each for each in existing if each.id == proposed.id), None)
        what = f"{len(proposed.posts)} posts, proposed"
        if same is None or not edited(same):
            change = write_if_changed(path, format_issue(proposed))
            made.append(Made(kind="issue", path=blog.folders.relative(path), what=what, change=change))
            existing = [each for each in existing if each.id != proposed.id] + [proposed]
        else:
            made.append(Made(kind="issue", path=same.path, what=f"{len(same.posts)} posts", change="edited"))
            findings += _difference(same, proposed)
    for issue in existing:
        if issue.status != "skip":
            made += _render(blog, issue, parts)
    return made, findings


def _proposal(blog: Blog, posts: Sequence[Post], existing: Sequence[IssueFile]) -> IssueFile | None:
    zone = blog.config.zone(blog.site.timezone)
    language = blog.site.language
    ours = [post for post in posts if post.language == language]
    # What a person edited or approved keeps its posts; only an untouched proposal is made again.
    taken = {name for each in existing if edited(each) or each.status != "draft" for name in each.posts}
    free = [post for post in ours if post.id not in taken]
    made = propose(free, blog.series, language=language, zone=zone)
    if made is None:
        kept = next((each for each in existing if edited(each)), None)
        whole = propose(ours, blog.series, language=language, zone=zone)
        return whole if whole and kept and whole.id == kept.id else None
    return made


def _difference(kept: IssueFile, proposed: IssueFile) -> list[Finding]:
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


def rendered_issue(
    blog: Blog, file: IssueFile, parts: Mapping[str, tuple[Part, ...]]
) -> tuple[RenderedIssue, list[Finding]]:
    """The issue of a file, as it leaves. Raises DraftError for a post that the blog does not have."""
    posts = {post.id: post for post in blog.reading.posts}
    issue = compose(file, posts, parts, language=blog.site.language)
    return render(
        issue,
        Context(
            site=blog.site,
            settings=blog.config.issue,
            links=partial(share_links, email_label=translations(issue.language).gettext("E-mail")),
            picture=blog.reading.picture,
            series=blog.series,
            online=urljoin(blog.site.url, f"{blog.config.issue.archive}/{quote(file.id)}/") if blog.config.issue.archive else "",
            overrides=[blog.folders.templates] if blog.folders.templates.is_dir() else [],
        ),
    )


def _render(blog: Blog, file: IssueFile, parts: Mapping[str, tuple[Part, ...]]) -> list[Made]:
    rendered, findings = rendered_issue(blog, file, parts)
    made = []
    forms: dict[str, str | bytes] = {
        "html": rendered.html,
        "txt": rendered.text,
        "eml": build_message(rendered, blog.site, blog.config.issue),
    }
    for ending, content in forms.items():
        path = blog.folders.issues / f"{file.id}.{ending}"
        change = write_if_changed(path, content)
        made.append(Made(kind="issue", path=blog.folders.relative(path), what="rendered", change=change))
    return made
