"""What the share drafts and the issue files hold: every act that may ever go out, whether or not it did."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from sharekit.counting import counter
from sharekit.errors import DraftError
from sharekit.issue.files import parse_issue
from sharekit.model import Card, Part, Share, issue_key, share_key
from sharekit.pipeline.shares import read_drafts
from sharekit.schedule import Act, When, moments
from sharekit.shares.sections import read_front_matter

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.issue.files import IssueFile
    from sharekit.pipeline.blog import Folders
    from sharekit.shares.files import DraftFile

# "Kubecon Europe 2022 (2/3)", and "+" when more parts are announced without a number.
PART = re.compile(r"(?P<series>.+) \((?P<position>\d+)/(?P<total>\d+)(?P<more>\+?)\)$")
MONTH = re.compile(r"(\d{4})-(\d{2})")
ISSUE_HOUR = time(8)


@dataclass(frozen=True, kw_only=True)
class Item:
    """An act with what it sends. ``published`` decides whether it is older than ``since``.

    ``after`` is the key of the part before it in a series, on the same channel and slot.
    """

    act: Act
    published: datetime
    content: Share | IssueFile
    after: str | None = None


def read_items(where: Folders, config: Config, *, now: datetime, zone: ZoneInfo) -> list[Item]:
    """Everything that is drafted. Raises DraftError with file and line."""
    drafts = read_drafts(where.shares, where.root)
    before = _parts_before(drafts)
    items = [item for draft in drafts for item in _share_items(draft, config, before.get(draft.post), now=now, zone=zone)]
    for path in sorted(where.issues.glob("*.md")):
        file = parse_issue(path.read_text(encoding="utf-8-sig"), where.relative(path), read_front_matter)
        items.append(_issue_item(file, config, now=now, zone=zone))
    return items


def _share_items(draft: DraftFile, config: Config, before: str | None, *, now: datetime, zone: ZoneInfo) -> list[Item]:
    published = _published(draft)
    at = moments(published, config.shares.slots, zone)
    part = _part(draft)
    items = []
    for name, text in draft.sections.items():
        channel, _, slot = name.partition(" @ ")
        slot = slot or next(iter(config.shares.slots))
        line = draft.lines[name]
        if slot not in at:
            known = ", ".join(at)
            raise DraftError(f'the slot "{slot}" is not configured', path=draft.path, line=line, hint=f"Known: {known}")
        when, reason = _state(draft, channel, text, at[slot], now, approve=config.shares.approve, line=line)
        key = share_key(draft.post, channel, slot)
        act = Act(
            key=key,
            kind="share",
            target=channel,
            title=draft.title,
            slot=slot,
            at=at[slot],
            when=when,
            reason=reason,
            text=text,
            source=draft.path,
        )
        share = Share(
            post_id=draft.post,
            channel=channel,
            slot=slot,
            text=text,
            language=config.site.language or "en",
            card=Card(url=draft.url, title=draft.title),
            created=published,
            part=part,
            source=f"{draft.path}:{line}",
        )
        items.append(
            Item(act=act, published=published, content=share, after=share_key(before, channel, slot) if before else None)
        )
    return items


def _issue_item(file: IssueFile, config: Config, *, now: datetime, zone: ZoneInfo) -> Item:
    mailer = config.issue.mailer
    month = MONTH.fullmatch(file.id)
    at = datetime(int(month[1]), int(month[2]), 1, tzinfo=zone) if month and "01" <= month[2] <= "12" else now
    at = datetime.combine(at.date(), ISSUE_HOUR, zone) if month else at
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
    return Item(act=act, published=at, content=file)


def _part(draft: DraftFile) -> Part | None:
    found = PART.match(draft.series.split("), ")[0].rstrip(")") + ")") if draft.series else None
    if not found:
        return None
    return Part(series=found["series"], position=int(found["position"]), total=int(found["total"]), more=bool(found["more"]))


def _parts_before(drafts: list[DraftFile]) -> dict[str, str]:
    """A post → the post of the part before it, where both are drafted."""
    places = {(part.series, part.position): draft.post for draft in drafts if (part := _part(draft))}
    return {
        post: places[series, position - 1] for (series, position), post in places.items() if (series, position - 1) in places
    }


def _published(draft: DraftFile) -> datetime:
    try:
        moment = datetime.fromisoformat(draft.published)
    except ValueError as error:
        raise DraftError(
            f'published: "{draft.published}" is not a time', path=draft.path, hint="Run sharekit build to write it again."
        ) from error
    if moment.tzinfo is None:
        raise DraftError(f'published: "{draft.published}" has no zone', path=draft.path, hint="2022-05-20T08:30:00+02:00")
    return moment


def _state(
    draft: DraftFile, channel: str, text: str, at: datetime, now: datetime, *, approve: str, line: int
) -> tuple[When, str]:
    if draft.status in ("hold", "skip"):
        return "held", f"status: {draft.status}"
    if approve == "explicit" and draft.status != "approved":
        return "held", "waits for status: approved"
    rule = counter(channel)
    length = rule.measure(text)
    if length > rule.limit:
        return "held", f"{draft.path}:{line}: {length} of {rule.limit} ({rule.rule}); {length - rule.limit} too many"
    return ("due" if at <= now else "next"), ""
