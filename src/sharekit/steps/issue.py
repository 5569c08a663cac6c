"""The issue's stretch of the line: propose files, keep what a person wrote, render what the files say."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import msgspec

from sharekit.errors import DraftError
from sharekit.files import write_if_changed
from sharekit.issue.compose import compose, propose
from sharekit.issue.files import IssueFile, edited, format_issue, parse_issue
from sharekit.issue.lint import lint, lint_templates
from sharekit.issue.mime import build_message
from sharekit.issue.render import Context, render
from sharekit.model import Finding, parts_by_post
from sharekit.placeholders import ADDRESS, UNSUBSCRIBE
from sharekit.shares.links import share_links
from sharekit.shares.sections import read_front_matter
from sharekit.steps.archive import write_archive
from sharekit.steps.made import Made
from sharekit.templating import translations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.model import Part, Post, RenderedIssue
    from sharekit.steps.blog import Blog

    # What an issue's file became, whoever wrote the file.
    Renderings = dict[IssueFile, tuple[RenderedIssue, list[Finding]]]


def read_issues(blog: Blog) -> list[IssueFile]:
    """The issue files of the blog, in order of name.

    Raises DraftError for one that cannot be understood, for two of one id, and for a post that is in two of them.
    """
    files = [
        parse_issue(path.read_text(encoding="utf-8-sig"), blog.folders.relative(path), read_front_matter)
        for path in sorted(blog.folders.issues.glob("*.md"))
    ]
    ids: dict[str, IssueFile] = {}
    posts: dict[str, IssueFile] = {}
    for file in files:
        if file.id in ids:
            raise DraftError(f'the id "{file.id}" is that of {ids[file.id].path} too', path=file.path)
        ids[file.id] = file
        # A proposal that nobody touched gives way; whatever a person approved or edited must not send a post twice.
        if file.status == "skip" or file.again or (file.status == "draft" and not edited(file)):
            continue
        for post in file.posts:
            if post in posts:
                raise DraftError(
                    f'the post "{post}" is in {posts[post].path} already',
                    path=file.path,
                    hint="Take it out of one of them, or say again: true where it is meant.",
                )
            posts[post] = file
    return files


def write_issue(
    blog: Blog, posts: Sequence[Post], parts: Mapping[str, tuple[Part, ...]], renderings: Renderings | None = None
) -> tuple[list[Made], list[Finding]]:
    """Propose issues of the posts that are in none yet, render every issue that still waits, and write the archive.

    ``renderings`` holds those that were rendered before from the same blog, and takes those that are rendered now.
    """
    renderings = {} if renderings is None else renderings
    existing = {file.id: file for file in read_issues(blog)}
    made: list[Made] = []
    findings: list[Finding] = []
    for proposed in proposals(blog, posts, list(existing.values())):
        same = existing.get(proposed.id)
        if same is None or not (edited(same) or same.status != "draft"):
            path = blog.folders.root / same.path if same else blog.folders.issues / f"{proposed.id}.md"
            change = write_if_changed(path, format_issue(proposed))
            what = f"{_posts(proposed)}, proposed"
            made.append(Made(kind="issue", path=blog.folders.relative(path), what=what, change=change))
            existing[proposed.id] = replace(proposed, path=blog.folders.relative(path))
        else:
            made.append(Made(kind="issue", path=same.path, what=_posts(same), change="edited"))
            findings += _difference(same, proposed)
    rendered = []
    for file in existing.values():
        if file.status != "skip":
            content = replace(file, drafted="")
            if content not in renderings:
                renderings[content] = _rendering(blog, file, parts)
            issue, told = renderings[content]
            rendered.append((file, issue))
            findings += told
            made += _write(blog, file, issue)
    made += write_archive(blog, rendered)
    return made, findings


def proposals(blog: Blog, posts: Sequence[Post], existing: Sequence[IssueFile]) -> list[IssueFile]:
    """What the configured mode would write now. What a person edited or approved keeps its posts."""
    zone = blog.config.zone(blog.site.timezone)
    language = blog.site.language
    ours = [post for post in posts if post.language == language]
    held = [each for each in existing if edited(each) or each.status != "draft"]
    taken = {name for each in held for name in each.posts}
    settings = blog.config.issue
    free = [post for post in ours if post.id not in taken]
    made = propose(free, blog.series, settings=settings, language=language, zone=zone)
    ids = {each.id for each in held}
    if settings.mode != "digest":
        return [each for each in made if each.id not in ids]
    if not made:
        # Nothing is new: say that the edited one stands as it is.
        whole = propose(ours, blog.series, settings=settings, language=language, zone=zone)
        return [each for each in whole if each.id in ids]
    return made


def _posts(file: IssueFile) -> str:
    return "1 post" if len(file.posts) == 1 else f"{len(file.posts)} posts"


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


def issue_to_send(blog: Blog, file: IssueFile, parts: Mapping[str, tuple[Part, ...]]) -> RenderedIssue:
    """The issue for a mailer, which fills the placeholders in. Raises DraftError as :func:`rendered_issue`."""
    own = blog.config.issue
    settings = msgspec.structs.replace(own, unsubscribe=UNSUBSCRIBE, address=own.address or ADDRESS)
    rendered = rendered_issue(replace(blog, config=msgspec.structs.replace(blog.config, issue=settings)), file, parts)
    return replace(rendered, message=build_message(rendered, blog.site, settings))


def rendered_issue(blog: Blog, file: IssueFile, parts: Mapping[str, tuple[Part, ...]]) -> RenderedIssue:
    """The issue of a file, as it leaves. Raises DraftError for a post that the blog does not have."""
    return _rendering(blog, file, parts)[0]


def _rendering(blog: Blog, file: IssueFile, parts: Mapping[str, tuple[Part, ...]]) -> tuple[RenderedIssue, list[Finding]]:
    posts = {post.id: post for post in blog.reading.posts}
    issue = compose(file, posts, parts, language=blog.site.language)
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
    files = {file.id: file for file in read_issues(blog) if file.status != "skip"}
    for name in names:
        if name not in files:
            raise DraftError(
                f'there is no issue "{name}"', hint=f"Known: {', '.join(files) or 'none yet: sharekit issue new'}"
            )
    parts = parts_by_post(blog.series)
    return [
        *lint_templates(blog.folders.templates),
        *(each for name in names or files for each in _rendering(blog, files[name], parts)[1]),
    ]


def online(blog: Blog, issue_id: str) -> str:
    """Where an issue is read on the web; empty without an archive."""
    folder = blog.config.issue.archive
    return urljoin(blog.site.url, f"{quote(folder)}/{quote(issue_id)}/") if folder else ""


def _write(blog: Blog, file: IssueFile, rendered: RenderedIssue) -> list[Made]:
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
