"""The calendar of a channel: slots after publication, windows of the week, days on which nothing goes out."""

from __future__ import annotations

import functools
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SPAN = re.compile(r"\s*(\d{1,4})\s*(m|h|d|w|mo|y)\s*")
SPAN_HINT = 'Write it as "0d", "30m", "36h", "7d", "2w", "3mo" or "1y".'


def offset(text: str) -> timedelta:
    """``36h``, ``7d``, ``2w`` as a span. Raises ConfigError for anything else, months and years among it."""
    amount, unit = _parsed(text)
    if unit not in UNITS:
        raise ConfigError(f'"{text}" is not a span of time of known length', hint='Write it as "30m", "36h", "7d" or "2w".')
    return amount * UNITS[unit]


def moments(published: datetime, slots: Mapping[str, str], zone: ZoneInfo) -> dict[str, datetime]:
    """Each slot's moment, in ``zone``.

    Hours are hours. Days, weeks, months and years are those of the calendar, at the same time of day also when clocks
    change; a month that lacks the day takes its last one.
    """
    local = published.astimezone(zone)
    return {name: _after(local, span, zone) for name, span in slots.items()}


def _after(start: datetime, span: str, zone: ZoneInfo) -> datetime:
    amount, unit = _parsed(span)
    if amount == 0:
        return start  # of an hour that comes twice, the one in which it was published
    if unit in ("m", "h"):
        return (start.astimezone(UTC) + amount * UNITS[unit]).astimezone(zone)
    if unit in UNITS:
        return settled(start + amount * UNITS[unit], zone)
    months = start.year * 12 + start.month - 1 + amount * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    return settled(start.replace(year=year, month=month, day=day), zone)


def settled(moment: datetime, zone: ZoneInfo) -> datetime:
    """A time of the calendar as a moment that exists: in the hour that a change of clocks skips, an hour later (PEP 495)."""
    return moment.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


@functools.lru_cache(maxsize=128)
def _parsed(text: str) -> tuple[int, str]:
    found = SPAN.fullmatch(text)
    if not found:
        raise ConfigError(f'the slot "{text}" is not a span of time', hint=SPAN_HINT)
    return int(found.group(1)), found.group(2)


# --- windows ----------------------------------------------------------------------------------------------------------

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOW_HINT = 'Write it as "Tue,Thu 08:30", "Mon-Fri 12:15" or "daily 09:00"; several apart with ";".'
QUIET_HINT = 'Write it as "Sun", "2026-12-25", "12-25" or "2026-12-24..2027-01-02".'
# Quiet days may close the windows for months, but not for good.
FURTHEST = 800
A_DAY = timedelta(days=1)
# A window stays open for so long: a run that comes late, as those of CI do, still finds it.
OPEN_FOR = timedelta(hours=6)

Quiet = tuple["Callable[[date], bool]", ...]


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Times of day for each day of the week (0 is Monday), sorted."""

    week: tuple[tuple[time, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When a channel may post: its windows, None for at any time, without the quiet days, in the blog's zone."""

    windows: Windows | None
    quiet: Quiet
    zone: ZoneInfo

    def next_from(self, moment: datetime) -> datetime:
        """The first opening at ``moment`` or after it. Raises ConfigError where quiet days leave none."""
        # Moments of one zone compare by their clocks, which show one hour twice (PEP 495); those of two zones do not.
        moment = moment.astimezone(UTC)
        local = moment.astimezone(self.zone)
        day = local.date()
        for _ in range(FURTHEST):
            for opening in self._openings(day, local):
                if opening >= moment:
                    return opening
            day += A_DAY
        raise ConfigError("[shares]: quiet days leave no day on which anything may go out", hint=QUIET_HINT)

    def opening_at(self, moment: datetime) -> datetime | None:
        """The opening of the window that is open at ``moment``; without windows the moment itself. None where none is."""
        if self.is_quiet(moment):
            return None
        if self.windows is None:
            return moment
        local = moment.astimezone(self.zone)
        days = (local.date(), local.date() - A_DAY)
        openings = (each for day in days for each in self._openings(day, local))
        since = moment.astimezone(UTC) - OPEN_FOR
        return max((each for each in openings if since <= each <= since + OPEN_FOR), default=None)

    def open_from(self, moment: datetime) -> datetime:
        """The first moment from ``moment`` on at which something late may go out: the moment itself while a window is open,
        else the next opening; without windows, the end of a quiet day.
        """
        if self.opening_at(moment) is not None:
            return moment
        if self.windows is None:
            # From midnight on: the day itself is quiet.
            moment = settled(datetime.combine(moment.astimezone(self.zone).date(), time()), self.zone)
        return self.next_from(moment)

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing goes out on that day."""
        return self._closed(moment.astimezone(self.zone).date())

    def _openings(self, day: date, asked: datetime) -> Sequence[datetime]:
        if self._closed(day):
            return ()
        if self.windows is not None:
            return [settled(datetime.combine(day, each), self.zone) for each in self.windows.week[day.weekday()]]
        return [asked if day == asked.date() else settled(datetime.combine(day, asked.time()), self.zone)]

    def _closed(self, day: date) -> bool:
        return any(rule(day) for rule in self.quiet)


def parse_windows(text: str | None, *, setting: str) -> Windows | None:
    """``Tue,Thu 08:30; Sat 10:00`` as windows; None for none. Raises ConfigError naming ``setting``."""
    if text is None or not text.strip():
        return None
    week: list[set[time]] = [set() for _ in DAYS]
    for rule in text.split(";"):
        found = re.fullmatch(r"\s*(?:([A-Za-z,\- ]+?)\s+)?(\d{1,2}:\d{2}(?:\s*,\s*\d{1,2}:\d{2})*)\s*", rule)
        if not found:
            raise ConfigError(f'{setting}: "{rule.strip()}" is not a window', hint=WINDOW_HINT)
        for day in _days(found.group(1) or "daily", setting, WINDOW_HINT):
            week[day] |= {_time(each, setting) for each in found.group(2).split(",")}
    return Windows(week=tuple(tuple(sorted(times)) for times in week))


def parse_quiet(rules: Sequence[str]) -> Quiet:
    """Days of the week, dates, days of the year and spans of dates as tests of a day. Raises ConfigError."""
    return tuple(_quiet(rule.strip()) for rule in rules)


def _quiet(rule: str) -> Callable[[date], bool]:
    try:
        if ".." in rule:
            first, last = (date.fromisoformat(each.strip()) for each in rule.split(".."))
            if last < first:
                raise ValueError("it ends before it begins")
            return lambda day: first <= day <= last
        if re.fullmatch(r"\d\d-\d\d", rule):
            yearly = date.fromisoformat(f"2024-{rule}")  # a leap year, so that 02-29 is a day
            return lambda day: (day.month, day.day) == (yearly.month, yearly.day)
        if rule[:1].isdigit():
            once = date.fromisoformat(rule)
            return lambda day: day == once
    except ValueError as error:
        raise ConfigError(f'shares.quiet: "{rule}" is not a day', hint=QUIET_HINT) from error
    days = _days(rule, "shares.quiet", QUIET_HINT)
    return lambda day: day.weekday() in days


def _days(text: str, setting: str, hint: str) -> set[int]:
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        if part in ("daily", "everyday"):
            return set(range(7))
        first, _, last = part.partition("-")
        names = [name[:3] for name in (first, last or first)]
        if not all(name in DAYS for name in names):
            raise ConfigError(f'{setting}: "{part}" is not a day of the week', hint=hint)
        start, end = (DAYS.index(name) for name in names)
        found |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    return found


def _time(text: str, setting: str) -> time:
    hour, minute = text.strip().split(":")
    try:
        return time(int(hour), int(minute))
    except ValueError as error:
        raise ConfigError(f'{setting}: "{text.strip()}" is not a time of day', hint=WINDOW_HINT) from error
