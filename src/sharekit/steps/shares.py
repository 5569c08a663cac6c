"""The share drafts of a build, a file for each article; one drafted on demand; and what sharekit would draft otherwise."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sharekit.counting import Counter, Outlet, too_long
from sharekit.drafts import format_share_draft
from sharekit.errors import DraftError
from sharekit.files import digest, write_if_changed
from sharekit.model import Finding, ShareDraft
from sharekit.planning import slots_of, unknown_section
from sharekit.registry import channel_names
from sharekit.steps.blog import Made, fresh_posts
from sharekit.steps.drafting import Drafting
from sharekit.text.typography import disarmed
from sharekit.text.visible import counted
from sharekit.text.words import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sharekit.config import Config
    from sharekit.model import LedgerEntry, Level
    from sharekit.steps.blog import Blog
    from sharekit.steps.drafting import Drafted

MOVE_HINT = (
    "If it is the same article: give it its old address as an alias, and build again. "
    "If it is another one: set status: approved in the new draft."
)
NOTHING_HINT = "Add a section of your own words, or share: in the front matter of the article."
MENTION_HINT = "Do you mean somebody? Type the name again in the draft, or set it under [shares.handles]."
ALT_HINT = 'images: [{url: "…", alt: "what it shows"}]'
GONE_HINT = (
    "It comes back with the article. If it moved, give it its old address as an alias; "
    "if it is gone for good, remove the file."
)


def write_shares(
    blog: Blog, entries: Mapping[str, LedgerEntry], *, now: datetime, everything: bool = False
) -> tuple[list[Made], list[Finding]]:
    """Draft what is new, refresh what nobody touched, and say where an edited section differs."""
    drafting = Drafting(blog, entries, now=now)
    made: list[Made] = []
    findings: list[Finding] = [*drafting.drafts.findings]
    if not channel_names(blog.config):
        return made, findings
    posts = fresh_posts(blog, everything=everything, upcoming=True)
    wanted = {post.id for post in posts}
    # A draft that is there is looked after, however old its article.
    posts = [post for post in blog.posts if post.id in wanted or post.id in drafting.of_post]
    for each in drafting.draft(posts):
        relative = blog.folders.relative(each.path)
        if relative in drafting.drafts.held:
            continue
        same = each.draft == each.known and relative not in drafting.drafts.renamed
        change = "unchanged" if same else write_if_changed(each.path, format_share_draft(each.draft))
        what = _drafted_for(each.draft.sections)
        made.append(Made("share", relative, what, "edited" if each.differing else change))
        findings += _findings(each, drafting.outlets, blog.config, relative)
    for path, kept in drafting.superseded.items():
        (blog.folders.root / path).unlink(missing_ok=True)
        made.append(Made("share", path, f"removed: its article has {kept.path}", "changed"))
    for draft in drafting.gone():
        if draft.status != "skip":
            message = f'the article "{draft.post}" is not published any more; nothing of this draft goes out'
            findings.append(Finding("warn", "draft-orphan", message, path=draft.path, hint=GONE_HINT))
    findings += _old_ones(blog, drafting, wanted)
    return made, findings


def _old_ones(blog: Blog, drafting: Drafting, wanted: set[str]) -> list[Finding]:
    """What was not drafted because it is older than ``since``."""
    old = [post for post in blog.reading.posts if post.id not in wanted and post.id not in drafting.of_post]
    if not old or blog.config.since is None:
        return []
    newest = max(old, key=lambda post: post.published)
    count = "1 older post is" if len(old) == 1 else f"{len(old)} older posts are"
    message = f"{count} not drafted (before since {blog.config.since}); the newest is “{plain(newest.title)}”"
    hint = f"To draft it all the same: sharekit shares new '{newest.id}'"
    path = newest.source or None
    return [Finding("info", "older-than-since", message, path=path, hint=hint)]


def new_share_draft(blog: Blog, entries: Mapping[str, LedgerEntry], name: str, *, now: datetime) -> str:
    """Draft an article on demand, however old: its slots count from ``now``. Its path.

    ``name`` is its id, its address, its file or its title. Raises SourceError for one that is not there, and DraftError
    for one that is drafted already.
    """
    post = blog.post_named(name)
    drafting = Drafting(blog, entries, now=now)
    if not channel_names(blog.config):
        raise DraftError("no channel is configured", hint="sharekit init, or [channels.x] in sharekit.toml")
    made = next(iter(drafting.draft([post], requested=now)), None)
    if made is None:
        raise DraftError("its draft is there, and cannot be read", hint="See what is wrong with it: sharekit check")
    if made.known is not None:
        raise DraftError("it is drafted already", path=made.known.path, hint="To send one act: sharekit shares send KEY")
    write_if_changed(made.path, format_share_draft(made.draft))
    return blog.folders.relative(made.path)


def _findings(each: Drafted, outlets: Sequence[Outlet], config: Config, path: str) -> Iterator[Finding]:
    """What a person should know of a draft, and what is wrong with it."""

    def found(level: Level, rule: str, message: str, hint: str | None = None, section: str = "") -> Finding:
        line = each.draft.lines.get(section)
        return Finding(level, rule, message, path=path, line=line, hint=hint)

    for name in each.differing:
        message = f"section {name} was edited by you and left alone; sharekit would draft it otherwise."
        yield found("info", "draft-edited", message, "See the difference: sharekit shares refresh", name)
    later = list(config.shares.slots)[1:] if each.fresh.evergreen else []
    unsaid = [name for outlet in outlets for slot in later if (name := f"{outlet.name} @ {slot}") not in each.fresh.sections]
    if unsaid and each.known is None:
        message = f"not drafted, for the article offers nothing that an earlier share does not say: {', '.join(unsaid)}"
        yield found("info", "nothing-new", message, NOTHING_HINT)
    names = sorted({name for text in each.fresh.sections.values() for name in disarmed(text)})
    if names and each.known is None:
        message = f"{', '.join(names)} would notify an account of that name; an invisible sign after the @ prevents it"
        yield found("info", "mention-prevented", message, MENTION_HINT)
    yield from section_findings(each.draft, {each.name: each.counter for each in outlets}, slots_of(config), path)
    for image in each.draft.images:
        if not image.alt.strip():
            message = f"the picture {image.url} has no alternative text"
            yield found("error" if config.shares.alt == "error" else "warn", "alt-missing", message, ALT_HINT)
    if each.moved_from:
        message = f'"{each.draft.title}" may be the article that was shared from {each.moved_from.path}; it is held'
        yield found("warn", "possible-move", message, MOVE_HINT)


def section_findings(
    draft: ShareDraft, counters: Mapping[str, Counter], slots: Mapping[str, str], path: str
) -> Iterator[Finding]:
    """What holds the sections of a draft: a heading of nothing, a text that is too long. ``counters`` is by channel."""
    for name, text in draft.sections.items():
        channel, _, slot = name.partition(" @ ")
        if name in draft.delivered:
            continue
        if channel not in counters or (slot and slot not in slots):
            yield replace(unknown_section(draft, name, counters, slots), path=path)
        elif wrong := too_long(text, counters[channel]):
            line = draft.lines.get(name)
            yield Finding("error", "draft-too-long", f"section {name}: {wrong}.", path=path, line=line)


def _drafted_for(sections: Collection[str]) -> str:
    """``2 channels × 2 slots``; only ``3 sections`` where not every channel has every slot."""
    channels, slots = ({name.partition(" @ ")[place] for name in sections} for place in (0, 2))
    if len(channels) * len(slots) != len(sections):
        return f"{len(sections)} sections"
    return f"{counted(len(channels), 'channel')} × {counted(len(slots), 'slot')}"


class Refresh(NamedTuple):
    """A section that would change: unified diff lines, and whether a person edited it."""

    edited: bool
    diff: tuple[str, ...]


def refresh(
    blog: Blog,
    entries: Mapping[str, LedgerEntry],
    *,
    now: datetime,
    only: Collection[str] = (),
    write: bool = False,
) -> list[Refresh]:
    """Every section that is not out and differs from what sharekit would draft now.

    With ``write`` the drafts take sharekit's words, a person's edits too; ``only`` names sections
    (``x``, ``linkedin @ reminder``) to look at. A section that a person removed stays removed.
    """
    found: list[Refresh] = []
    for each in Drafting(blog, entries, now=now).draft(blog.posts):
        known = each.known.sections if each.known else {}
        changed = {
            name: fresh
            for name, fresh in each.fresh.sections.items()
            if name in known and name not in each.draft.delivered and (not only or name in only)
            if digest(known[name]) != digest(fresh)
        }
        for name, fresh in changed.items():
            heading = f"{blog.folders.relative(each.path)}  {name}  (as it is)", "as sharekit would draft it"
            lines = difflib.unified_diff(known[name].splitlines(), fresh.splitlines(), *heading, lineterm="")
            found.append(Refresh(edited=name in each.differing, diff=tuple(lines)))
        if write and changed:
            drafted = {**each.draft.drafted, **{name: digest(fresh) for name, fresh in changed.items()}}
            draft = replace(each.draft, sections={**each.draft.sections, **changed}, drafted=drafted)
            write_if_changed(each.path, format_share_draft(draft))
    return found
