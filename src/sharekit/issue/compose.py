"""Which posts the next issue proposes, and an issue file → an Issue."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from sharekit.content import excerpt
from sharekit.errors import DraftError
from sharekit.issue.files import IssueFile
from sharekit.model import Entry, Issue
from sharekit.templating import translations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sharekit.model import Part, Post, Series

PREHEADER = 110


def propose(posts: Sequence[Post], series: Sequence[Series], *, language: str, zone: ZoneInfo) -> IssueFile | None:
    """An issue of these posts (oldest first), or None for none. It is named after the month that follows the newest."""
    if not posts:
        return None
    newest = posts[-1].published.astimezone(zone)
    year, month = (newest.year, newest.month + 1) if newest.month < 12 else (newest.year + 1, 1)
    return IssueFile(
        id=f"{year}-{month:02}",
        subject=_subject(posts, series, language),
        preheader=excerpt(" · ".join(post.summary or post.title for post in posts), PREHEADER),
        posts=tuple(post.id for post in posts),
    )


def _subject(posts: Sequence[Post], series: Sequence[Series], language: str) -> str:
    words = translations(language).gettext
    ids = {post.id for post in posts}
    whole = next((each for each in series if {member.id for member in each.members} == ids), None)
    if whole is not None and len(posts) > 1:
        return words("%(series)s, the %(total)s parts") % {"series": whole.name, "total": len(posts)}
    if len(posts) == 1:
        return posts[0].title
    return words("%(first)s and %(others)s more") % {"first": posts[-1].title, "others": len(posts) - 1}


def compose(file: IssueFile, posts: Mapping[str, Post], parts: Mapping[str, tuple[Part, ...]], *, language: str) -> Issue:
    """The issue that a file describes. Raises DraftError for a post that is not there, and for no post at all."""
    if not file.posts:
        raise DraftError("the issue has no post", path=file.path, hint="Name at least one under posts:")
    entries = []
    for name in file.posts:
        post = posts.get(name)
        if post is None:
            near = difflib.get_close_matches(name, posts, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else "sharekit posts lists the published ones."
            raise DraftError(f'there is no published post "{name}"', path=file.path, hint=hint)
        entries.append(Entry(post=post, parts=parts.get(name, ())))
    return Issue(
        id=file.id,
        subject=" ".join(file.subject.split()),
        preheader=" ".join(file.preheader.split()),
        introduction=file.introduction,
        entries=tuple(entries),
        language=language,
        date=max(entry.post.published for entry in entries),
        status=file.status,
        source=file.path,
    )
