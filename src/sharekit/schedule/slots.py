"""Slots: named moments after publication."""

from __future__ import annotations

import functools
import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SPAN = re.compile(r"\s*(\d{1,4})\s*(m|h|d|w|mo|y)\s*")
HINT = 'Write it as "0d", "30m", "36h", "7d", "2w", "3mo" or "1y".'


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
        raise ConfigError(f'the slot "{text}" is not a span of time', hint=HINT)
    return int(found.group(1)), found.group(2)
