"""Which posts the next issue proposes, and an issue file → an Issue."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sharekit.errors import DraftError, did_you_mean
from sharekit.files import digest
from sharekit.issue.calendar import Calendar, read_calendar
from sharekit.model import Entry, Issue, IssueDraft
from sharekit.templating import translations
from sharekit.text.hook import description
from sharekit.text.sentences import excerpt

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import IssueSettings
    from sharekit.model import Part, Post, Series

PREHEADER = 110


def propose(
    posts: Sequence[Post], series: Sequence[Series], *, settings: IssueSettings, language: str, zone: ZoneInfo
) -> list[IssueDraft]:
    """The issues to write of these posts (oldest first), by the configured mode. No post is in two of them."""
    match settings.mode:
        case "manual":
            return []
        case "post":
            return [_proposal(_slug(post.id), [post], series, language, post.published.astimezone(zone)) for post in posts]
        case "series":
            return _series(posts, series, language, zone)
        case "digest":
            return _digests(posts, series, read_calendar(settings.when), language, zone)


def _digests(
    posts: Sequence[Post], series: Sequence[Series], calendar: Calendar, language: str, zone: ZoneInfo
) -> list[IssueDraft]:
    if not posts:
        return []
    if calendar.count is None:
        # Old posts that no issue had are in the next one: nobody wants the digests of months gone by.
        at = calendar.after(posts[-1].published, zone)
        return [_proposal(calendar.name(at), posts, series, language, at)]
    whole = len(posts) - len(posts) % calendar.count
    chunks = [posts[start : start + calendar.count] for start in range(0, whole, calendar.count)]
    moments = [calendar.after(chunk[-1].published, zone) for chunk in chunks]
    return [_proposal(calendar.name(at), chunk, series, language, at) for chunk, at in zip(chunks, moments, strict=True)]


def _series(posts: Sequence[Post], series: Sequence[Series], language: str, zone: ZoneInfo) -> list[IssueDraft]:
    free = {post.id for post in posts}
    made = []
    for each in series:
        members = [post for post in each.members if post.id in free]
        if each.more or each.announced or len(each.members) < 2 or len(members) < len(each.members):
            continue
        free -= {post.id for post in members}
        at = max(post.published for post in members).astimezone(zone)
        made.append(_proposal(_slug(each.name), members, series, language, at))
    return made


def proposal(
    posts: Sequence[Post], series: Sequence[Series], *, language: str, zone: ZoneInfo, name: str | None = None
) -> IssueDraft:
    """An issue of posts that a person chose. Without a name it has that of its only post or of the series, else its day."""
    at = max(post.published for post in posts).astimezone(zone)
    whole = next((each for each in series if [member.id for member in each.members] == [post.id for post in posts]), None)
    own = _slug(posts[0].id) if len(posts) == 1 else _slug(whole.name) if whole else f"{at:%Y-%m-%d}"
    return _proposal(name or own, posts, series, language, at)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or digest(text)


def _proposal(name: str, posts: Sequence[Post], series: Sequence[Series], language: str, at: datetime) -> IssueDraft:
    return IssueDraft(
        id=name,
        subject=_subject(posts, series, language),
        preheader=excerpt(" · ".join(description(post, PREHEADER) or post.title for post in posts), PREHEADER),
        posts=tuple(post.id for post in posts),
        send=at.replace(second=0, microsecond=0),
    )


def _subject(posts: Sequence[Post], series: Sequence[Series], language: str) -> str:
    words = translations(language).gettext
    ids = {post.id for post in posts}
    whole = next((each for each in series if {member.id for member in each.members} == ids), None)
    if whole is not None and len(posts) > 1:
        return words("%(series)s, the %(total)s parts") % {"series": whole.name, "total": len(posts)}
    if len(posts) == 1:
        return " ".join(posts[0].title.split())
    more = "%(first)s and one more" if len(posts) == 2 else "%(first)s and %(others)s more"
    return words(more) % {"first": " ".join(posts[-1].title.split()), "others": len(posts) - 1}


def compose(
    file: IssueDraft,
    posts: Mapping[str, Post],
    parts: Mapping[str, tuple[Part, ...]],
    *,
    language: str,
    drafts: Collection[str] = (),
) -> Issue:
    """The issue that a file describes. Raises DraftError for a post that is not there, and for no post at all."""
    if not file.posts:
        raise DraftError("the issue has no post", path=file.path, hint="Name at least one under posts:")
    entries = []
    for name in file.posts:
        post = posts.get(name)
        if post is None:
            if name in drafts:
                raise DraftError(f'the post "{name}" is a draft', path=file.path, hint="Publish it first, or leave it out.")
            hint = did_you_mean(name, posts, "sharekit posts lists the published ones.")
            raise DraftError(f'there is no published post "{name}"', path=file.path, hint=hint)
        entries.append(Entry(post=post, blurb=file.blurbs.get(name, ""), parts=parts.get(name, ())))
    return Issue(
        id=file.id,
        subject=" ".join(file.subject.split()),
        preheader=" ".join(file.preheader.split()),
        introduction=file.introduction,
        entries=tuple(entries),
        language=language,
        date=file.send or max(entry.post.published for entry in entries),
        status=file.status,
        source=file.path,
    )
