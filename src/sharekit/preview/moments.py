"""Moments, months and days of the week in the reader's language (CLDR, by Babel)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.text.language import locale_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A day and a time: "Thu 21 May 2026 11:00"."""
    from babel.dates import format_datetime

    return str(format_datetime(at, "EEE d MMM y HH:mm", tzinfo=zone, locale=locale_of(language)))


def month(day: date, language: str) -> str:
    """The name of a month and its year, as a heading."""
    from babel.dates import format_date

    name = str(format_date(day, "LLLL y", locale=locale_of(language)))
    return name[:1].upper() + name[1:]


def weekdays(language: str) -> Sequence[str]:
    """The short names of the days, Monday first."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated", context="stand-alone", locale=locale_of(language))
    return [names[number] for number in range(7)]
