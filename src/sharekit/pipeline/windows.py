"""The shares' moments: each takes a window of its channel, as :mod:`sharekit.schedule` gives them out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sharekit.model import Share
from sharekit.records import free
from sharekit.schedule import Calendar, Wish, offset, parse_quiet, parse_windows, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.pipeline.acts import Item
    from sharekit.ports import LedgerEntry


def in_windows(
    items: Sequence[Item],
    entries: Mapping[str, LedgerEntry],
    config: Config,
    *,
    now: datetime,
    since: datetime | None,
    zone: ZoneInfo,
) -> list[Item]:
    """The items with their shares at the moments of their windows. What is older than ``since`` takes none.

    Raises ConfigError for a window or a quiet day that cannot be read.
    """
    taking = [item for item in items if _takes_a_window(item, since)]
    calendars = _calendars({item.act.target for item in taking}, config, zone)
    wishes = [_wish(item, entries.get(item.act.key), now) for item in taking]
    placed = place(wishes, calendars, now=now, grace=offset(config.shares.grace))
    result = []
    for item in items:
        found = placed.get(item.act.key)
        if found:
            act = replace(item.act, at=found.at)
            if act.when != "held":
                act = replace(act, when=found.when, reason=found.reason)
            item = replace(item, act=act)
            if isinstance(item.content, Share):
                item = replace(item, content=replace(item.content, created=found.at))
        result.append(item)
    return result


def _takes_a_window(item: Item, since: datetime | None) -> bool:
    # What a person holds back or ended takes no window from the others; what still waits for approval does.
    return item.act.kind == "share" and not item.ended and not (since and item.published < since)


def _wish(item: Item, entry: LedgerEntry | None, now: datetime) -> Wish:
    share = item.content
    return Wish(
        key=item.act.key,
        channel=item.act.target,
        moment=item.act.at,
        exact=item.exact,
        after=item.after,
        position=share.part.position if isinstance(share, Share) and share.part else 0,
        claimed_at=entry.claimed_at if entry and entry.state != "released" else None,
        settled=item.act.when == "held" or (entry is not None and not free(entry, now)),
    )


def _calendars(channels: Iterable[str], config: Config, zone: ZoneInfo) -> dict[str, Calendar]:
    quiet = parse_quiet(config.shares.quiet)
    calendars = {}
    for channel in channels:
        own = config.channels.get(channel, {}).get("windows")
        setting = f"channels.{channel}.windows" if own is not None else "shares.windows"
        windows = parse_windows(own if own is not None else config.shares.windows, setting=setting)
        calendars[channel] = Calendar(windows=windows, quiet=quiet, zone=zone)
    return calendars
