"""Dates as blogs write them → aware moments. What names no day that exists is refused, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

# 2024-05-01, 2024/5/1 8:30, 2024-05-01T08:30:00.5+02:00, "2024-05-01 08:30:00 -0700", "… UTC", "… Z"
PATTERN = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:(?:[Tt]|\s+|-(?=\d\d[:-]))(?P<hour>\d{1,2})[:-](?P<minute>\d{2})(?:[:-](?P<second>\d{2})(?:[.,](?P<part>\d{1,9})\d*)?)?)?"
    r"\s*(?P<zone>[Zz]|(?:UTC|GMT)(?![+-])|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|[+-]\d{1,2}(?!\d))?(?:\s*\[?[A-Za-z_]+/[A-Za-z_]+\]?)?\Z"
)
# What a lenient reader finds in "2024-05-01- 08:30 +02:00" or "2024-05-01 at 8:30": a day, and a time with its zone.
LOOSE_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?!\d)")
LOOSE_TIME = re.compile(
    r"(?<![\d+-])\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s*(?:UTC|GMT|Z|[+-]\d{2}:?\d{2})(?!\w))?", re.IGNORECASE
)


class DateError(ValueError):
    """The text is not a moment."""


def moment(value: Any, zone: tzinfo = UTC) -> datetime:
    """An aware moment; one without a zone is in ``zone``. Raises DateError, naming the value.

    Besides ISO 8601 and its usual relaxations it takes what ``dateutil`` understands in only one way, such as
    ``5 March 2024``.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    text = str(value).strip().strip("\"'").strip()
    found = PATTERN.match(text)
    made = _from_parts(found, zone, text) if found else _from_words(text, zone)
    if not 1 < made.year < 9999:
        raise DateError(f'the date "{text}" cannot be')
    return made


def loose_moment(value: Any, zone: tzinfo = UTC) -> datetime:
    """As ``moment``, for generators whose own readers pass over what they do not know after a day. Raises DateError."""
    try:
        return moment(value, zone)
    except DateError:
        text = str(value).strip()
        day = LOOSE_DAY.match(text)
        if day is None:
            raise
        time = LOOSE_TIME.search(text, day.end())
        return moment(f"{day[0]} {time[0].upper() if time else ''}", zone)


def _from_parts(found: re.Match[str], zone: tzinfo, text: str) -> datetime:
    number = {name: int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    micro = int((found["part"] or "").ljust(6, "0")[:6] or 0)
    try:
        return datetime(**number, microsecond=micro, tzinfo=_offset(found["zone"]) or zone)
    except (ValueError, OverflowError) as error:
        raise DateError(f'the date "{text}" does not exist') from error


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    text = re.sub(r"^(?:UTC|GMT)(?=[+-])", "", text)
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    return timezone((timedelta(hours=hours, minutes=minutes)) * (1 if text[0] == "+" else -1))


def _from_words(text: str, zone: tzinfo) -> datetime:
    from dateutil import parser

    # Numbers alone, as in 05/03/2024, are a day in one country and another in the next.
    if not re.search(r"[A-Za-z]{3}", text) or len(text) > 60:
        raise DateError(f'"{text[:60]}" is not a date')
    try:
        # dateutil fills what is missing from a default: two defaults show whether anything was.
        one, other = (
            parser.parse(text, default=datetime(year, month, month, tzinfo=zone)) for year, month in ((1996, 1), (2000, 2))
        )
    except (ValueError, OverflowError, TypeError, RecursionError) as error:
        raise DateError(f'"{text}" is not a date') from error
    if one != other:
        raise DateError(f'"{text}" does not name a day')
    made: datetime = one
    return made


def zone_of(name: object, fallback: tzinfo = UTC) -> tzinfo:
    """The time zone of that name, or the fallback when nothing is known of it."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(str(name)) if name else fallback
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fallback
