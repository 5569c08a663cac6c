"""When issues leave: ``monthly on day 1 at 08:00``, ``weekly on monday at 08:00``, ``every 5 posts``, in the site's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHLY = re.compile(r"monthly(?:\s+on\s+day\s+(\d{1,2}))?(?:\s+at\s+(\d{1,2}):(\d{2}))?\Z", re.IGNORECASE)
WEEKLY = re.compile(r"weekly(?:\s+on\s+(\w+))?(?:\s+at\s+(\d{1,2}):(\d{2}))?\Z", re.IGNORECASE)
COUNTED = re.compile(r"every\s+(\d+)\s+posts?\Z", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class IssueCalendar:
    """One of: ``day`` of the month (1 to 28), ``weekday`` (0 is Monday), or a ``count`` of posts. ``at`` is local time."""

    at: time = time(8)
    day: int | None = None
    weekday: int | None = None
    count: int | None = None

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first sending strictly after a moment; the moment itself where posts are counted."""
        local = moment.astimezone(zone)
        if self.count is not None:
            return local
        for offset in range(63):
            day = local.date() + timedelta(days=offset)
            candidate = datetime.combine(day, self.at, zone)
            if self._on(day) and candidate > local:
                return candidate
        raise AssertionError("a day of the month or of the week comes within 62 days")

    def name(self, moment: datetime) -> str:
        """The id of the issue that leaves then: its month, its ISO week, or its day."""
        if self.day is not None:
            return f"{moment:%Y-%m}"
        if self.weekday is not None:
            year, week, _ = moment.isocalendar()
            return f"{year}-w{week:02}"
        return f"{moment:%Y-%m-%d}"

    def _on(self, day: date) -> bool:
        return day.day == self.day if self.day is not None else day.weekday() == self.weekday


def read_calendar(text: str) -> IssueCalendar:
    """Raises ConfigError for a text that is none of the three."""
    monthly, weekly, counted = (pattern.match(text.strip()) for pattern in (MONTHLY, WEEKLY, COUNTED))
    try:
        if monthly and 1 <= int(monthly[1] or 1) <= 28:
            return IssueCalendar(day=int(monthly[1] or 1), at=_time(monthly[2], monthly[3]))
        if weekly and (weekly[1] or "monday").lower() in DAYS:
            return IssueCalendar(weekday=DAYS.index((weekly[1] or "monday").lower()), at=_time(weekly[2], weekly[3]))
        if counted and int(counted[1]):
            return IssueCalendar(count=int(counted[1]))
    except ValueError as error:
        raise ConfigError(f'[issue] when = "{text}": {error}') from error
    raise ConfigError(
        f'[issue] when = "{text}" is not understood',
        hint='Write "monthly on day 1 at 08:00" (day 1 to 28), "weekly on monday at 08:00" or "every 5 posts".',
    )


def _time(hour: str | None, minute: str | None) -> time:
    return time(int(hour or 8), int(minute or 0))
