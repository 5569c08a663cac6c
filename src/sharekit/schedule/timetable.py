"""The timetable of the channels: when each share goes out, given windows, spacing, lateness and what is paused. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sharekit.model import Share
from sharekit.schedule.queue import Queue, give_windows, order
from sharekit.schedule.slots import offset
from sharekit.schedule.windows import Calendar, parse_quiet, parse_windows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.model import Act


def in_time(
    acts: Sequence[Act],
    config: Config,
    zone: ZoneInfo,
    now: datetime,
    *,
    paused: Mapping[str, str],
    stuck: Collection[str] = (),
    at_once: str = "",
) -> list[Act]:
    """The acts with their windows, moments and states, channel by channel.

    ``paused`` maps a channel that takes nothing to the reason. ``stuck`` are keys that this run tried in vain, ``at_once``
    the key of an act that a person sends by command. Raises ConfigError for a window or a quiet day that cannot be read.
    """
    settings = config.shares
    spacing, late = offset(settings.spacing), offset(settings.late)
    channels: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        channels[act.target].append(act)
    calendars = _calendars(channels, config, zone)
    made: list[Act] = []
    for channel, own in channels.items():
        calendar = calendars[channel]
        windows = give_windows(own, calendar)
        placed = [_given(act, windows.get(act.key, act.planned)) for act in own]
        queue = Queue(calendar=calendar, spacing=spacing, late=late, now=now, stuck=stuck)
        carried = queue.carry(placed)
        if channel in paused:
            carried = _on_hold(carried, paused[channel])
        if at_once in carried:
            carried[at_once] = _at_once(carried[at_once], now)
        made += (replace(act, at=act.at.astimezone(zone)) for act in (carried[each.key] for each in own))
    return made


def _given(act: Act, moment: datetime) -> Act:
    out = act.state == "delivered"
    return replace(act, given=moment, at=act.at if out else moment)


def _on_hold(acts: dict[str, Act], reason: str) -> dict[str, Act]:
    """The acts of a paused channel: they wait, and the first that is due probes once per run."""
    made = {}
    probing = min((act for act in acts.values() if act.try_now and act.state == "due"), key=order, default=None)
    for key, act in acts.items():
        if act.state in ("due", "scheduled") or (act.state == "waiting" and act.entry and act.entry.state == "waiting"):
            probe = act is probing
            rule = "paused" if act.entry and act.entry.outcome and act.entry.outcome.paused else ""
            act = replace(act, state="waiting", reason=f"channel paused: {reason}", rule=rule, try_now=probe)
        made[key] = act
    return made


def _at_once(act: Act, now: datetime) -> Act:
    """An act that a person sends by command: no window, no lateness and no other part stands in its way."""
    published = act.content.published if isinstance(act.content, Share) else None
    if published and published > now:
        return act
    if act.state in ("scheduled", "due", "waiting") or (act.state == "held" and act.rule == "late"):
        return replace(act, state="due", try_now=True, reason="", rule="")
    return act


def _calendars(channels: Collection[str], config: Config, zone: ZoneInfo) -> dict[str, Calendar]:
    quiet = parse_quiet(config.shares.quiet)
    made: dict[str | None, Calendar] = {}
    calendars = {}
    for channel in channels:
        table: Mapping[str, Any] = config.channels.get(channel, {})
        own = table.get("windows")
        setting = f"channels.{channel}.windows" if own is not None else "shares.windows"
        text = own if own is not None else config.shares.windows
        if text not in made:
            made[text] = Calendar(windows=parse_windows(text, setting=setting), quiet=quiet, zone=zone)
        calendars[channel] = made[text]
    return calendars
