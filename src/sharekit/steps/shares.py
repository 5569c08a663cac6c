"""The shares' stretch of the line: a draft file for each post, kept where a person edited it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sharekit.files import write_if_changed
from sharekit.model import Finding
from sharekit.shares.draft import closing_texts, draft_texts
from sharekit.shares.files import DraftFile, format_draft, new_draft, refreshed
from sharekit.shares.fit import Outlet, outlet, too_long
from sharekit.shares.templates import Templates
from sharekit.steps.drafts import read_drafts
from sharekit.steps.made import Made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sharekit.config import Config
    from sharekit.model import Part, Post, Series
    from sharekit.steps.blog import Blog


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A post's draft as it was, as it is to be, and as sharekit would write it were nothing edited.

    ``differing`` names the sections that a person edited and sharekit would write otherwise.
    """

    path: Path
    known: DraftFile | None
    draft: DraftFile
    fresh: DraftFile
    differing: tuple[str, ...]


def outlets(config: Config, channels: Sequence[str]) -> list[Outlet]:
    """The channels as the drafts see them. Raises ConfigError."""
    return [outlet(name, config.channels.get(name, {})) for name in channels]


def drafted(
    blog: Blog, posts: Sequence[Post], parts: Mapping[str, tuple[Part, ...]], channels: Sequence[str]
) -> Iterator[Drafted]:
    """Each post's draft; writes nothing."""
    known = {draft.post: draft for draft in read_drafts(blog.folders.shares, blog.folders.root)}
    names = file_names(posts)
    settings = blog.config.shares
    templates = Templates([blog.folders.templates] if blog.folders.templates.is_dir() else [])
    places = outlets(blog.config, channels)
    before, ending = _neighbours(blog.series)
    for post in posts:
        texts = draft_texts(
            post,
            parts=parts.get(post.id, ()),
            outlets=places,
            settings=settings,
            templates=templates,
            before=before.get(post.id),
            evergreen=post.params.get("evergreen") is not False,
        )
        if settings.closing and post.id in ending:
            texts |= closing_texts(ending[post.id], outlets=places, settings=settings, templates=templates)
        fresh = new_draft(post, parts=parts.get(post.id, ()), texts=texts)
        there = known.get(post.id)
        draft, differing = refreshed(there, fresh) if there else (fresh, [])
        path = blog.folders.root / draft.path if draft.path else blog.folders.shares / names[post.id]
        yield Drafted(path=path, known=there, draft=draft, fresh=fresh, differing=tuple(differing))


def write_shares(
    blog: Blog, posts: Sequence[Post], parts: Mapping[str, tuple[Part, ...]], channels: Sequence[str]
) -> tuple[list[Made], list[Finding]]:
    """Draft what is new, refresh what nobody touched, and tell where an edited section differs."""
    made: list[Made] = []
    findings: list[Finding] = []
    slots = len(blog.config.shares.slots)
    for each in drafted(blog, posts, parts, channels):
        change = write_if_changed(each.path, format_draft(each.draft)) if each.draft != each.known else "unchanged"
        relative = blog.folders.relative(each.path)
        what = f"{_counted(len(channels), 'channel')} × {_counted(slots, 'slot')}"
        made.append(Made(kind="share", path=relative, what=what, change="edited" if each.differing else change))
        findings += _edited(each, relative)
        findings += draft_findings(each.draft, blog.config, path=relative)
    published = {post.id for post in blog.reading.posts}
    findings += [
        Finding(
            level="warn",
            rule="draft-orphan",
            message=f'there is no post "{draft.post}" any more; its shares still go out',
            path=draft.path,
            hint="Write status: skip, or remove the file. If the post moved, give it its old address as an alias.",
        )
        for draft in read_drafts(blog.folders.shares, blog.folders.root)
        if draft.post not in published and draft.status != "skip"
    ]
    return made, findings


def draft_findings(draft: DraftFile, config: Config, *, path: str) -> list[Finding]:
    """What is wrong with a draft: texts that are too long, pictures without words."""
    found = []
    rules: dict[str, Outlet] = {}
    for name, text in draft.sections.items():
        channel = name.partition(" @ ")[0]
        rule = rules.setdefault(channel, outlet(channel, config.channels.get(channel, {})))
        wrong = too_long(text, rule.counter)
        if wrong:
            message = f"section {name}: {wrong}."
            found.append(
                Finding(level="error", rule="draft-too-long", message=message, path=path, line=draft.lines.get(name))
            )
    found += [
        Finding(
            level=config.shares.alt,
            rule="alt-missing",
            message=f"the picture {image.url} has no words for those who do not see it",
            path=path,
            hint='images: [{url: "…", alt: "what it shows"}]',
        )
        for image in draft.images
        if not image.alt.strip()
    ]
    return found


def _edited(each: Drafted, path: str) -> list[Finding]:
    return [
        Finding(
            level="info",
            rule="draft-edited",
            message=f"section {name} was edited by you and left alone; sharekit would draft it otherwise.",
            path=path,
            line=each.draft.lines.get(name),
            hint="See the difference: sharekit shares refresh",
        )
        for name in each.differing
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _neighbours(series: Sequence[Series]) -> tuple[dict[str, Post], dict[str, Series]]:
    """A post's id → the part before it, and the last part's id → its series where that is complete."""
    before: dict[str, Post] = {}
    ending: dict[str, Series] = {}
    for each in series:
        for earlier, later in zip(each.members, each.members[1:], strict=False):
            before.setdefault(later.id, earlier)
        if len(each.members) > 1 and not each.announced and not each.more:
            ending[each.members[-1].id] = each
    return before, ending


def file_names(posts: Sequence[Post]) -> dict[str, str]:
    """A file name for each post: its date and the last part of its address, or its whole path where two would share one."""
    stems: dict[str, list[Post]] = {}
    for post in posts:
        stems.setdefault(_stem(post), []).append(post)
    return {
        post.id: f"{stem if len(same) == 1 else post.id.replace('/', '-')}.md"
        for stem, same in stems.items()
        for post in same
    }


def _stem(post: Post) -> str:
    file = PurePosixPath(post.source)
    stem = file.parent.name if file.stem in ("index", "_index") else file.stem
    day = f"{post.published:%Y-%m-%d}-"
    return stem if stem[:4].isdigit() else day + stem
