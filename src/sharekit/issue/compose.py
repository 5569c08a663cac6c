"""Which posts the next issue proposes, and an issue file → an Issue."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import chain, count
from typing import TYPE_CHECKING

from sharekit.content import strip_illegal
from sharekit.errors import DraftError, did_you_mean
from sharekit.files import digest
from sharekit.issue.articles import one_line
from sharekit.issue.calendar import IssueCalendar, read_calendar
from sharekit.issue.render import opening
from sharekit.model import Entry, Issue, IssueDraft
from sharekit.templating import translations
from sharekit.text.sentences import excerpt, sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import IssueSettings
    from sharekit.model import Part, Post, Series

    # A name, the posts, and when they leave.
    Group = tuple[str, Sequence[Post], datetime]

PREHEADER = 110
# About what a mail program on a computer shows of a subject.
LONGEST_SUBJECT = 70


def propose(
    posts: Sequence[Post],
    series: Sequence[Series],
    *,
    settings: IssueSettings,
    language: str,
    zone: ZoneInfo,
    taken: Collection[str] = (),
) -> list[IssueDraft]:
    """The issues to write of these posts (oldest first), by the configured mode. No post is in two of them.

    ``taken`` are the ids of issues to which nothing is added.
    """
    groups: list[Group] = []
    match settings.mode:
        case "post":
            groups = [(_slug(post.id), [post], post.published.astimezone(zone)) for post in posts]
        case "series":
            groups = _series(posts, series, zone)
        case "digest":
            groups = _digests(posts, read_calendar(settings.when), zone, taken)
    shared = Counter(name for name, _, _ in groups)
    used = set(taken)
    made = []
    for name, members, at in groups:
        # In an order that no later post changes: of two posts whose ids make one name, both have a digest.
        plain = name if shared[name] == 1 or settings.mode == "digest" else f"{name}-{digest(members[0].id)[:6]}"
        more = (f"{plain}-{number}" for number in count(2))
        own = next(each for each in chain([plain], more) if each not in used)
        used.add(own)
        made.append(_proposal(own, in_reading_order(members, series), series, language, at))
    return made


def _digests(posts: Sequence[Post], calendar: IssueCalendar, zone: ZoneInfo, taken: Collection[str]) -> list[Group]:
    if not posts:
        return []
    if calendar.count is None:
        # Old posts that no issue had are in the next one: nobody wants the digests of months gone by.
        at = calendar.after(posts[-1].published, zone)
        while calendar.name(at) in taken:
            at = calendar.after(at, zone)
        return [(calendar.name(at), posts, at)]
    whole = len(posts) - len(posts) % calendar.count
    chunks = [posts[start : start + calendar.count] for start in range(0, whole, calendar.count)]
    moments = [calendar.after(chunk[-1].published, zone) for chunk in chunks]
    return [(calendar.name(at), chunk, at) for chunk, at in zip(chunks, moments, strict=True)]


def _series(posts: Sequence[Post], series: Sequence[Series], zone: ZoneInfo) -> list[Group]:
    free = {post.id for post in posts}
    made: list[Group] = []
    for each in series:
        # A part that came when the others were out already is an issue of its own.
        members = [post for post in each.members if post.id in free]
        if each.more or each.announced or len(each.members) < 2 or not members:
            continue
        free -= {post.id for post in members}
        made.append((_slug(each.name), members, max(post.published for post in members).astimezone(zone)))
    return made


def proposal(
    posts: Sequence[Post], series: Sequence[Series], *, language: str, zone: ZoneInfo, name: str | None = None
) -> IssueDraft:
    """An issue of posts in this order. Without a name it has that of its only post or of the series, else its day."""
    at = max(post.published for post in posts).astimezone(zone)
    ids = {post.id for post in posts}
    whole = next((each for each in series if {member.id for member in each.members} == ids), None)
    own = _slug(posts[0].id) if len(posts) == 1 else _slug(whole.name) if whole else f"{at:%Y-%m-%d}"
    return _proposal(name or own, posts, series, language, at)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or digest(text)


def _proposal(name: str, posts: Sequence[Post], series: Sequence[Series], language: str, at: datetime) -> IssueDraft:
    subject, rest = _subject(posts, series, language)
    return IssueDraft(
        id=name,
        subject=subject,
        preheader=_preheader(posts, rest),
        posts=tuple(post.id for post in posts),
        sources={digest(post.id): digest(post.source) for post in posts if post.source},
        send=at.replace(second=0, microsecond=0),
    )


def in_reading_order(posts: Sequence[Post], series: Sequence[Series]) -> list[Post]:
    """The newest post first; those of one series together, in its order, where the newest of them stands."""
    left = {post.id: post for post in sorted(posts, key=lambda each: (each.published, each.id), reverse=True)}
    shown: list[Post] = []
    while left:
        newest = next(iter(left))
        own = next((each.members for each in series if each.part(newest)), ())
        together = [left[member.id] for member in own if member.id in left] or [left[newest]]
        shown += together
        for post in together:
            del left[post.id]
    return shown


def _subject(shown: Sequence[Post], series: Sequence[Series], language: str) -> tuple[str, Sequence[Post]]:
    """The subject, and the posts that it does not name."""
    words = translations(language).gettext
    ids = {post.id for post in shown}
    whole = next((each for each in series if {member.id for member in each.members} == ids), None)
    if whole is not None and len(shown) > 1:
        return words("%(series)s, the %(total)s parts") % {"series": whole.name, "total": len(shown)}, shown
    first, others = one_line(shown[0].title), len(shown) - 1
    if not others:
        return first, ()
    more = "%(first)s and one more" if others == 1 else "%(first)s and %(others)s more"
    both = words(more) % {"first": first, "others": others}
    return (both if len(both) <= LONGEST_SUBJECT else first), shown[1:]


def _preheader(shown: Sequence[Post], rest: Sequence[Post]) -> str:
    """What goes on where the subject stopped: the other titles, or how the only article begins."""
    if rest:
        titles = [one_line(post.title) for post in rest]
        whole = [" · ".join(titles[:number]) for number in range(1, len(titles) + 1)]
        return next((each for each in reversed(whole) if len(each) <= PREHEADER), excerpt(titles[0], PREHEADER))
    title = one_line(shown[0].title).casefold().rstrip(".!?… ")
    said = (each for each in sentences(opening(shown[0])) if each.casefold().rstrip(".!?… ") != title)
    return excerpt(" ".join(said), PREHEADER)


def compose(
    file: IssueDraft,
    posts: Mapping[str, Post],
    parts: Mapping[str, tuple[Part, ...]],
    *,
    language: str,
) -> Issue:
    """The issue that a file describes. Raises DraftError for a post that is not there, and for no post at all."""
    if not file.posts:
        raise DraftError("the issue has no post", path=file.path, hint="Name at least one under posts:")
    entries: list[Entry] = []
    for name in file.posts:
        post = posts.get(name)
        if post is None:
            hint = did_you_mean(name, posts, "sharekit posts lists the published ones.")
            raise DraftError(f'there is no published post "{name}"', path=file.path, hint=hint)
        if any(entry.post.id == post.id for entry in entries):
            raise DraftError(f'the post "{name}" is in the issue twice', path=file.path, hint="Remove one of them.")
        entries.append(Entry(post=post, blurb=strip_illegal(file.blurbs.get(name, "")), parts=parts.get(name, ())))
    return Issue(
        id=file.id,
        subject=one_line(strip_illegal(file.subject)),
        preheader=one_line(strip_illegal(file.preheader)),
        introduction=strip_illegal(file.introduction),
        entries=tuple(entries),
        language=language,
        date=file.send or max(entry.post.published for entry in entries),
        source=file.path,
    )
