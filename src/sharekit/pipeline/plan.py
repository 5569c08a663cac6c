"""``plan``: what would go out, from the drafts alone. The blog itself is not read, so it is quick."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sharekit.counting import counter
from sharekit.errors import DraftError
from sharekit.model import share_key
from sharekit.pipeline.shares import read_drafts
from sharekit.schedule import Act, When, in_order, moments

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.pipeline.blog import Folders
    from sharekit.shares.files import DraftFile


def plan(where: Folders, config: Config, *, now: datetime, zone: ZoneInfo) -> list[Act]:
    """Every share that a draft holds, in the order in which they would go out. Raises DraftError with file and line."""
    first = next(iter(config.shares.slots))
    acts = []
    for draft in read_drafts(where.shares, where.root):
        at = moments(_published(draft), config.shares.slots, zone)
        for name, text in draft.sections.items():
            channel, _, slot = name.partition(" @ ")
            slot = slot or first
            if slot not in at:
                known = ", ".join(at)
                raise DraftError(
                    f'the slot "{slot}" is not configured', path=draft.path, line=draft.lines[name], hint=f"Known: {known}"
                )
            when, reason = _state(draft, channel, text, at[slot], now, approve=config.shares.approve, line=draft.lines[name])
            acts.append(
                Act(
                    key=share_key(draft.post, channel, slot),
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
            )
    return in_order(acts)


def _published(draft: DraftFile) -> datetime:
    try:
        return datetime.fromisoformat(draft.published)
    except ValueError as error:
        raise DraftError(
            f'published: "{draft.published}" is not a time', path=draft.path, hint="Run sharekit build to write it again."
        ) from error


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
