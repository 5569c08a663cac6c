"""Drafts + now → what is due, what comes next, and what waits for a person. A pure function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
When = Literal["due", "next", "held"]


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that can go out: its key, when it may, and why it waits if it does."""

    key: str
    kind: Literal["share", "issue"]
    target: str
    title: str
    slot: str
    at: datetime
    when: When
    reason: str
    text: str
    source: str


def offset(text: str) -> timedelta:
    """``7d``, ``36h``, ``2w`` as a span. Raises ConfigError for anything else."""
    found = re.fullmatch(r"\s*(\d+)\s*([hdw])\s*", text)
    if not found:
        raise ConfigError(f'the slot "{text}" is not a span of time', hint='Write it as "0d", "36h", "7d" or "2w".')
    return int(found.group(1)) * UNITS[found.group(2)]


def moments(published: datetime, slots: Mapping[str, str], zone: ZoneInfo) -> dict[str, datetime]:
    """Each slot's moment. Days are days of the calendar in the blog's zone, also when clocks change."""
    return {name: (published.astimezone(zone) + offset(span)).astimezone(zone) for name, span in slots.items()}


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Due first, then by moment: the order in which they would go out."""
    rank = {"due": 0, "next": 1, "held": 2}
    return sorted(acts, key=lambda act: (rank[act.when], act.at, act.key))
