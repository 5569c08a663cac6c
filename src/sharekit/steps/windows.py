"""The shares' moments: each takes a window of its channel, as :mod:`sharekit.schedule` gives them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sharekit.records import free
from sharekit.schedule import Calendar, Wish, offset, parse_quiet, parse_windows, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.ports import LedgerEntry
    from sharekit.schedule import Placed
    from sharekit.steps.acts import Item


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
    return [_placed(item, placed[item.act.key]) if item.act.key in placed else item for item in items]


def _placed(item: Item, found: Placed) -> Item:
    act = item.act
    if act.when == "held":
        return replace(item, act=replace(act, at=found.at))
    return replace(item, act=replace(act, at=found.at, when=found.when, reason=found.reason))


def _takes_a_window(item: Item, since: datetime | None) -> bool:
    # What a person holds back or ended takes no window from the others; what still waits for approval does.
    return item.act.kind == "share" and not item.ended and not (since and item.published < since)


def _wish(item: Item, entry: LedgerEntry | None, now: datetime) -> Wish:
    return Wish(
        key=item.act.key,
        channel=item.act.target,
        moment=item.act.at,
        exact=item.exact,
        after=item.after,
        position=item.part.position if item.part else 0,
        claimed_at=entry.claimed_at if entry and entry.state != "released" else None,
        settled=item.act.when == "held" or (entry is not None and not free(entry, now)),
    )


def _calendars(channels: Iterable[str], config: Config, zone: ZoneInfo) -> dict[str, Calendar]:
    quiet = parse_quiet(config.shares.quiet)
    made: dict[str | None, Calendar] = {}
    calendars = {}
    for channel in channels:
        own = config.channels.get(channel, {}).get("windows")
        setting = f"channels.{channel}.windows" if own is not None else "shares.windows"
        text = own if own is not None else config.shares.windows
        if text not in made:
            made[text] = Calendar(windows=parse_windows(text, setting=setting), quiet=quiet, zone=zone)
        calendars[channel] = made[text]
    return calendars
