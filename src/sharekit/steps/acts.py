"""What the share drafts and the issue files hold: every act that may ever go out, whether or not it did."""

from __future__ import annotations

import functools
import re
from datetime import datetime, time
from typing import TYPE_CHECKING

import msgspec

from sharekit.errors import DraftError
from sharekit.issue.files import parse_issue
from sharekit.keys import issue_key, share_key
from sharekit.schedule import Act, When, moments
from sharekit.shares.cost import cost
from sharekit.shares.fit import Outlet, outlet, too_long
from sharekit.shares.sections import CLOSING, read_front_matter
from sharekit.shares.share import chosen_moment, part_of, parts_before, published, share_of
from sharekit.steps.drafts import read_drafts, slots_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.issue.files import IssueFile
    from sharekit.model import Part, Share
    from sharekit.shares.files import DraftFile
    from sharekit.steps.blog import Folders

MONTH = re.compile(r"(\d{4})-(\d{2})")
# An issue that is named after its month or week was meant for then. Of any other, ``send`` is when its last post came out,
# and it leaves when a person approves it.
PERIOD = re.compile(r"\d{4}-w?\d{2}")
ISSUE_HOUR = time(8)


class Item(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An act with what it sends: an issue, or what makes the share, given ``at``.

    ``published`` decides whether it is older than ``since``. ``part`` is the share's place in its series.
    ``after`` is the key of the share that it answers: that of the part before it in a series, on the same channel.
    ``exact`` says that a person chose its moment; ``ended`` that it will never go out as it stands; ``dated`` that its
    moment is a schedule, which can be missed.
    """

    act: Act
    published: datetime
    content: Callable[..., Share] | IssueFile
    part: Part | None = None
    after: str | None = None
    exact: bool = False
    ended: bool = False
    dated: bool = True


def read_items(where: Folders, config: Config, *, now: datetime, zone: ZoneInfo) -> list[Item]:
    """Everything that is drafted. Raises DraftError with file and line."""
    drafts = read_drafts(where.shares, where.root)
    before = parts_before(drafts)
    places = functools.cache(lambda channel: outlet(channel, config.channels.get(channel, {})))
    items = [
        item for draft in drafts for item in _share_items(draft, config, places, before.get(draft.post), now=now, zone=zone)
    ]
    for path in sorted(where.issues.glob("*.md")):
        file = parse_issue(path.read_text(encoding="utf-8-sig"), where.relative(path), read_front_matter)
        items.append(_issue_item(file, config, now=now, zone=zone))
    return items


def _share_items(
    draft: DraftFile,
    config: Config,
    places: Callable[[str], Outlet],
    before: str | None,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> list[Item]:
    since = published(draft)
    first = next(iter(config.shares.slots))
    at = moments(since, slots_of(config), zone)
    part = part_of(draft)
    language = config.site.language or "en"
    answered = {first: before, CLOSING: draft.post}
    items = []
    for name, text in draft.sections.items():
        channel, _, slot = name.partition(" @ ")
        slot = slot or first
        line = draft.lines[name]
        if slot not in at:
            known = ", ".join(at)
            raise DraftError(f'the slot "{slot}" is not configured', path=draft.path, line=line, hint=f"Known: {known}")
        answers = answered.get(slot)
        chosen = chosen_moment(draft, name, zone)
        # Before the post is there, its link leads nowhere.
        moment = max(chosen, since) if chosen else at[slot]
        place = places(channel)
        ended = draft.status in ("hold", "skip") or (not draft.evergreen and slot not in (first, CLOSING))
        when, reason = _state(draft, text, place, moment, now, ended=ended, approve=config.shares.approve, line=line)
        act = Act(
            key=share_key(draft.post, channel, slot),
            kind="share",
            target=channel,
            title=draft.title,
            slot=slot,
            at=moment,
            when=when,
            reason=reason,
            text=text,
            source=draft.path,
            cost=cost(place.like, text),
        )
        items.append(
            Item(
                act=act,
                published=since,
                content=functools.partial(share_of, draft, name, slot=slot, language=language),
                part=part,
                after=share_key(answers, channel, first) if answers else None,
                exact=chosen is not None,
                ended=ended,
            )
        )
    return items


def _issue_item(file: IssueFile, config: Config, *, now: datetime, zone: ZoneInfo) -> Item:
    mailer = config.issue.mailer
    month = MONTH.fullmatch(file.id)
    at = datetime(int(month[1]), int(month[2]), 1, tzinfo=zone) if month and "01" <= month[2] <= "12" else now
    at = file.moment or (datetime.combine(at.date(), ISSUE_HOUR, zone) if month else at)
    held = {"hold": "status: hold", "skip": "status: skip", "draft": "waits for status: approved"}.get(file.status, "")
    when: When = "held" if held else "due" if at <= now else "next"
    noun = "post" if len(file.posts) == 1 else "posts"
    act = Act(
        key=issue_key(file.id, mailer),
        kind="issue",
        target=mailer,
        title=f"{file.subject} ({len(file.posts)} {noun})",
        slot=file.id,
        at=at,
        when=when,
        reason=held,
        text=file.introduction,
        source=file.path,
    )
    return Item(act=act, published=at, content=file, dated=bool(file.send and PERIOD.fullmatch(file.id)))


def _state(
    draft: DraftFile, text: str, place: Outlet, at: datetime, now: datetime, *, ended: bool, approve: str, line: int
) -> tuple[When, str]:
    if draft.status in ("hold", "skip"):
        return "held", f"status: {draft.status}"
    if ended:
        return "held", "evergreen: false"
    if approve == "explicit" and draft.status != "approved":
        return "held", "waits for status: approved"
    wrong = too_long(text, place.counter)
    if wrong:
        return "held", f"{draft.path}:{line}: {wrong}"
    return ("due" if at <= now else "next"), ""
