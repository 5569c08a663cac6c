"""Wishes → moments: which share takes which window of its channel, parts in order, one share per window.

The windows are given out over all shares that are drafted, those that are out among them, so that a delivery never moves
what comes after it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sharekit.schedule.acts import When
    from sharekit.schedule.windows import Calendar

A_MOMENT = timedelta(seconds=1)
ONE = "one share for each window"
QUIET = "nothing goes out on this day"


class Wish(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A share that wants to go out: at ``moment`` or after, or ``exact`` where a person wrote ``at:``.

    ``after`` is the key of the part before it. ``claimed_at`` says when a run took it, None where none did;
    ``settled`` whether nothing is left to be done for it.
    """

    key: str
    channel: str
    moment: datetime
    exact: bool = False
    after: str | None = None
    position: int = 0
    claimed_at: datetime | None = None
    settled: bool = False


class Placed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A share's moment, whether it has come, and why it is later than it might be."""

    at: datetime
    when: When
    reason: str = ""


def place(
    wishes: Iterable[Wish], calendars: Mapping[str, Calendar], *, now: datetime, grace: timedelta
) -> dict[str, Placed]:
    """Each wish's moment, by key. ``calendars`` are by channel; what is late by more than ``grace`` holds nobody up."""
    by_channel: dict[str, list[Wish]] = defaultdict(list)
    for wish in wishes:
        by_channel[wish.channel].append(wish)
    placed: dict[str, Placed] = {}
    for channel, own in by_channel.items():
        calendar = calendars[channel]
        moments = _windows(own, calendar)
        placed |= _at(own, moments, calendar, now=now, grace=grace)
    return placed


def _windows(wishes: list[Wish], calendar: Calendar) -> dict[str, datetime]:
    """The moment of each, whatever the time is now."""
    moments: dict[str, datetime] = {}
    after: dict[datetime, datetime | None] = {}  # an opening that is taken → one to try next, None for the next there is
    for wish in _parts_in_order(wishes):
        earliest = wish.moment
        before = moments.get(wish.after or "")
        if before is not None:
            earliest = max(earliest, before)
        if wish.exact:
            moments[wish.key] = earliest
            continue
        opening = _first_free(calendar, earliest, after)
        if calendar.windows is not None:
            after[opening] = None
        moments[wish.key] = opening
    return moments


def _first_free(calendar: Calendar, earliest: datetime, after: dict[datetime, datetime | None]) -> datetime:
    opening = calendar.next_from(earliest)
    passed = []
    while opening in after:
        passed.append(opening)
        opening = after[opening] or calendar.next_from(opening + A_MOMENT)
    # What was passed once is not walked again: a backlog of n shares takes n steps, not n².
    after.update(dict.fromkeys(passed, opening))
    return opening


def _parts_in_order(wishes: list[Wish]) -> list[Wish]:
    # By wish; but a part that wants to be earlier than the part before it comes right after that one.
    known = {wish.key: wish for wish in wishes}

    def rank(wish: Wish) -> tuple[datetime, int, str]:
        moment, current, seen = wish.moment, wish, {wish.key}
        while (before := known.get(current.after or "")) and before.key not in seen:
            moment, current = max(moment, before.moment), before
            seen.add(before.key)
        return moment, wish.position, wish.key

    return sorted(wishes, key=rank)


def _at(
    wishes: list[Wish], moments: Mapping[str, datetime], calendar: Calendar, *, now: datetime, grace: timedelta
) -> dict[str, Placed]:
    """What of it is due: late shares of one channel go out one per window, not all at once."""
    placed: dict[str, Placed] = {}
    opened = calendar.last_until(now)
    used = opened is not None and any(wish.claimed_at and wish.claimed_at >= opened for wish in wishes if not wish.exact)
    following = now
    for wish in sorted(wishes, key=lambda each: (moments[each.key], each.position, each.key)):
        at = moments[wish.key]
        if at > now or wish.settled or wish.exact or now - at > grace:
            placed[wish.key] = Placed(at=at, when="due" if at <= now else "next")
        elif calendar.is_quiet(now):
            placed[wish.key] = Placed(at=calendar.next_from(now), when="next", reason=QUIET)
        elif used:
            following = calendar.next_from(following + A_MOMENT)
            placed[wish.key] = Placed(at=following, when="next", reason=ONE)
        else:
            used = opened is not None
            placed[wish.key] = Placed(at=at, when="due")
    return placed
