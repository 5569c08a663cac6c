"""The plan by days: whole weeks of the months in which something goes out, was missed, or went out lately."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from sharekit.preview.moments import month
from sharekit.registry import outlet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.model import Act

BEFORE, AFTER = timedelta(days=31), timedelta(days=92)


@dataclass(frozen=True, kw_only=True)
class Event:
    """What goes out of one file at one moment. ``places`` are pairs: a network, or ``issue``, and its name for a person.

    ``anchor`` leads to where it is shown.
    """

    time: str
    title: str
    state: str
    anchor: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a month's page; ``outside`` says that it belongs to the month before or after."""

    date: date
    outside: bool
    today: bool
    events: tuple[Event, ...]


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month in whole weeks, Monday first."""

    name: str
    weeks: tuple[tuple[Day, ...], ...]


def months(acts: Sequence[Act], config: Config, *, now: datetime, zone: ZoneInfo, language: str = "en") -> list[Month]:
    """The months around ``now`` in which something is planned, in order; empty where nothing is.

    They are named in ``language``.
    """
    today = now.astimezone(zone).date()
    events: dict[date, list[Event]] = {}
    shown = [each for each in acts if now - BEFORE <= each.at <= now + AFTER and each.state != "skipped"]
    for (at, _, _), group in groupby(sorted(shown, key=_together), key=_together):
        events.setdefault(at.astimezone(zone).date(), []).append(_event(list(group), config, zone))
    found = sorted({(day.year, day.month) for day in events})
    return [_month(date(year, number, 1), events, today, language) for year, number in found]


def _together(act: Act) -> tuple[datetime, str, str]:
    return act.at, act.source, act.state


def _month(first: date, events: Mapping[date, Sequence[Event]], today: date, language: str) -> Month:
    def day(each: date) -> Day:
        outside = each.month != first.month
        return Day(date=each, outside=outside, today=each == today, events=() if outside else tuple(events.get(each, ())))

    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return Month(name=month(first, language), weeks=tuple(tuple(map(day, week)) for week in weeks))


def _event(group: Sequence[Act], config: Config, zone: ZoneInfo) -> Event:
    act = group[0]
    issue = act.kind == "issue"
    targets = [each.target for each in group]
    outlets = [] if issue else [outlet(name, config.channels.get(name, {})) for name in targets]
    return Event(
        time=f"{act.at.astimezone(zone):%H:%M}",
        title=act.title,
        state=group[0].state,
        anchor=f"{'issues' if issue else 'shares'}.html#{anchor(act.source)}",
        places=(("issue", "Issue"),) if issue else tuple((each.like, each.label) for each in outlets),
    )


def anchor(source: str) -> str:
    """The name by which a file's place on its page is found."""
    return source.rpartition("/")[2].removesuffix(".md")
