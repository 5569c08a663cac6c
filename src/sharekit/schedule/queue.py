"""The queue of one channel: which act gets which window, and when each goes out. Pure.

Windows are given out over all acts, those that are out among them, in order of moment; so a delivery never moves what comes
after it. An act that missed its window goes out in the next one besides the act that has it, ``spacing`` apart.
"""

from __future__ import annotations

import bisect
import heapq
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from sharekit.model import Share
from sharekit.schedule.calendar import Calendar, offset, parse_quiet, parse_windows
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.model import Act

A_MOMENT = timedelta(seconds=1)
A_MINUTE = timedelta(minutes=1)


def sent_at(act: Act) -> datetime | None:
    """When an act was sent, as far as is known: delivered, or claimed without a certain answer; not what went by hand."""
    if act.entry is None or act.entry.state not in ("delivered", "unknown", "claimed") or act.entry.sent.get("by"):
        return None
    return act.entry.claimed_at


def order(act: Act) -> tuple[datetime, int, str]:
    """The order in which acts go out: by moment, and by their place in the series."""
    return act.at.astimezone(UTC), _position(act), act.key


# --- windows ------------------------------------------------------------------------------------------------------------


def give_windows(acts: Sequence[Act], calendar: Calendar) -> dict[str, datetime]:
    """Key → the moment that the queue gives an act: its first free window, or a day that is not quiet.

    Acts that wait for approval come last, so that they take no window from approved ones; skipped ones take none.
    """
    given: dict[str, datetime] = {}
    taken: dict[datetime, datetime | None] = {}  # an opening → one to try next, None for the next there is
    wanting = [act for act in acts if act.state != "skipped"]
    ranks = _ranks(wanting)
    for act in sorted(wanting, key=lambda each: (not (each.state == "scheduled" or sent_at(each)), ranks[each.key])):
        earliest = act.planned.astimezone(UTC)
        earliest = max(earliest, given.get(act.answers, earliest))
        if act.exact:
            given[act.key] = earliest
            continue
        opening = _first_free(calendar, earliest, taken)
        sent = sent_at(act)
        if sent is not None and sent < opening:
            # It went out before its turn, in the window of that moment or in none: its own is free.
            opening = (calendar.opening_at(sent) or sent).astimezone(UTC)
        if calendar.windows is not None:
            taken.setdefault(opening, None)
        given[act.key] = opening
    return {key: moment.astimezone(calendar.zone) for key, moment in given.items()}


def _first_free(calendar: Calendar, earliest: datetime, taken: dict[datetime, datetime | None]) -> datetime:
    opening = calendar.next_from(earliest).astimezone(UTC)
    passed = []
    while opening in taken:
        passed.append(opening)
        opening = taken[opening] or calendar.next_from(opening + A_MOMENT).astimezone(UTC)
    # What was passed once is not walked again: a backlog of n acts takes n steps, not n².
    taken.update(dict.fromkeys(passed, opening))
    return opening


def _ranks(acts: Sequence[Act]) -> dict[str, tuple[datetime, int, int, str]]:
    """The order of moments; but a part that would be earlier than the part before it comes right after that one."""
    known = {act.key: act for act in acts}
    ranks = {}
    for act in acts:
        moment, current, seen = act.planned.astimezone(UTC), act, {act.key}
        while (before := known.get(current.answers)) and before.key not in seen:
            moment, current = max(moment, before.planned.astimezone(UTC)), before
            seen.add(before.key)
        ranks[act.key] = (moment, _position(act), len(seen), act.key)
    return ranks


def _position(act: Act) -> int:
    return act.part.position if act.part else 0


# --- time ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class _Ready:
    """An act that may go out: the oldest first, a part after the part before it. Lateness counts from ``reference``."""

    given: datetime
    position: int
    key: str
    act: Act = field(compare=False)
    reference: datetime = field(compare=False)
    waits: bool = field(compare=False)
    follows: bool = field(compare=False)


@dataclass
class Queue:
    """The acts of one channel, carried forward in time from ``now`` as deliveries would carry them.

    ``spacing`` is between two acts of the channel; what is more than ``late`` behind the moment that it was given is held.
    ``stuck`` are keys that this run tried in vain: they wait, and take nobody's place.
    """

    calendar: Calendar
    spacing: timedelta
    late: timedelta
    now: datetime
    stuck: Collection[str] = ()

    def carry(self, acts: Sequence[Act]) -> dict[str, Act]:
        """Key → each act, the pending ones with their state, their moment, and the reason where there is one."""
        self._all = {act.key for act in acts}
        self._result = {act.key: act for act in acts if act.state != "scheduled"}
        self._following: dict[str, list[Act]] = defaultdict(list)
        self._coming: list[tuple[datetime, _Ready]] = []
        # What waits for a moment that is known; of any other nobody can say when it goes.
        self._dated: set[str] = set()
        # What waits for its page, or is late → the moment from which its lateness counts.
        self._references: dict[str, datetime] = {}
        self._now = self.now.astimezone(UTC)
        # Clocks of two machines differ: what was sent a little later than now was sent now.
        self._sent = sorted(min(moment.astimezone(UTC), self._now) for act in acts if (moment := sent_at(act)))
        self._places = self._places_of(acts)
        for act in acts:
            if act.state == "scheduled":
                self._enter(act)
        ready: list[_Ready] = []
        clock = self._now
        while self._coming or ready:
            if not ready:
                clock = max(clock, self._coming[0][0])
            moment = self._next_moment(clock, self._sent)
            while self._coming and self._coming[0][0] <= moment:
                heapq.heappush(ready, heapq.heappop(self._coming)[1])
            each = heapq.heappop(ready)
            if self._is_late(moment, each.reference):
                self._settle(self._held(each.act, each.reference, moment))
                continue
            clock = moment
            self._settle(self._placed(each, moment))
        return self._result

    def _places_of(self, acts: Sequence[Act]) -> dict[str, datetime]:
        """Key → when an act would go out had nothing ever been late: a place far back in the queue is not lateness."""
        places: dict[str, datetime] = {}
        queued = [act for act in acts if act.state == "scheduled" or sent_at(act)]
        taken = sorted(_given(act) for act in queued if act.exact)
        clock = min(map(_given, queued), default=self._now)
        ranks = _ranks(queued)
        for act in sorted(queued, key=lambda each: (_given(each), ranks[each.key])):
            if not act.exact:
                places[act.key] = clock = self._next_moment(max(clock, _given(act)), taken)
                bisect.insort(taken, clock)
        return places

    def _settle(self, act: Act) -> None:
        self._result[act.key] = act
        for following in self._following.pop(act.key, ()):
            self._enter(following)

    def _enter(self, act: Act) -> None:
        before = self._result.get(act.answers)
        if before is None and act.answers in self._all:
            self._following[act.answers].append(act)
            return
        given = _given(act)
        blocked = before is not None and before.state in ("waiting", "unknown") and before.key not in self._dated
        if before is not None and blocked and before.key not in self._references:
            reason = f"waits for the part before it, which is {before.state}"
            self._settle(replace(act, state="waiting", reason=reason, at=self._local(given)))
            return
        free, reason, waits = self._free_from(act, before)
        outcome = act.entry.outcome if act.entry and act.entry.state == "waiting" else None
        retry = outcome.retry_at.astimezone(UTC) if outcome and outcome.retry_at else free
        if reason := reason or (outcome.reason if outcome else ""):
            act = replace(act, reason=reason)
        if (act.key in self.stuck and retry <= self._now) or (outcome and act.entry and act.entry.sent.get("page")):
            self._settle(self._waiting(act, free))
            return
        follows = before is not None and before.state == "due"
        reference = max(free, self._places.get(act.key, free))
        ready = _Ready(given, _position(act), act.key, act, reference, waits or bool(outcome), follows)
        if act.exact:
            moment = max(free, retry, self._now)
            late = moment - reference > self.late
            self._settle(self._held(act, reference, moment) if late else self._placed(ready, moment))
        else:
            heapq.heappush(self._coming, (max(free, retry), ready))

    def _free_from(self, act: Act, before: Act | None) -> tuple[datetime, str, bool]:
        """From when an act may go, given the part before it; lateness counts from then. Why, and whether that is a wait."""
        given = _given(act)
        if before is None:
            return given, "", False
        if before.state == "held" or before.key in self._references:
            free = self._free_without(act, before)
            waits = free > self._now
            return free, f"{'waits for' if waits else 'goes out without'} the part before it, which is {before.state}", waits
        if before.state in ("refused", "skipped"):
            settled = before.entry.outcome.at if before.entry and before.entry.outcome else given
            return max(given, settled), f"goes out without the part before it, which is {before.state}", False
        if before.state == "waiting":
            return max(given, before.at.astimezone(UTC)), "waits for the part before it, which is waiting", True
        # A part that is late goes out late, and takes the next one with it.
        out = sent_at(before) or max(before.at, self._now if before.state == "due" else before.at)
        return max(given, out.astimezone(UTC)), "", False

    def _placed(self, ready: _Ready, moment: datetime) -> Act:
        bisect.insort(self._sent, moment)
        act = ready.act
        if moment > self._now:
            self._dated.add(act.key)
            return replace(act, state="waiting" if ready.waits else "scheduled", at=self._local(moment))
        if ready.follows:  # it is due when the part before it is out, which this run sees to
            return replace(act, reason="waits for the part before it, which is due", at=self._local(moment))
        return replace(act, state="due", at=self._local(_given(act)), try_now=True)

    def _waiting(self, act: Act, free: datetime) -> Act:
        if self._is_late(self._now, free):
            return self._held(act, free, self._now)
        if act.key not in self.stuck:
            self._references[act.key] = free
        tries = act.key not in self.stuck and free <= self._now and self._next_moment(self._now, self._sent) <= self._now
        return replace(act, state="waiting", at=self._local(free), try_now=tries)

    def _held(self, act: Act, reference: datetime, moment: datetime) -> Act:
        self._references[act.key] = reference
        late = in_words(self.late)
        due = f"late: it was due at {reference.astimezone(self.calendar.zone):%a %d %b %H:%M}, "
        behind = f"more than {late} ago" if self._now - reference > self.late else f"and may go out more than {late} later"
        return replace(
            act,
            state="held",
            rule="late",
            at=self._local(_given(act)),
            reason=due + behind + (f"; {act.reason}" if act.reason else ""),
            hint=f"Send it now: sharekit shares send '{act.key}'",
        )

    def _is_late(self, moment: datetime, reference: datetime) -> bool:
        # An act in an open window is as late as the window's opening: a run some minutes later makes no difference.
        opened = self._local(self.calendar.opening_at(moment) or moment)
        behind = opened.astimezone(UTC) - reference
        # A week later is seven days also where a change of clocks makes one of them longer.
        return min(behind, opened.replace(tzinfo=None) - self._local(reference).replace(tzinfo=None)) > self.late

    def _free_without(self, act: Act, before: Act) -> datetime:
        """From when an act goes out without the part before it, which is held, or will be if its page never comes."""
        moment = _given(act) + self.late
        reference = self._references.get(before.key)
        while True:
            moment = moment if act.exact else self._open_from(moment)
            if reference is None or self._is_late(moment, reference):
                return moment
            # What is not late in a window is not late until another one opens.
            waits = not act.exact and self.calendar.windows is not None
            following = self.calendar.next_from(moment + A_MOMENT).astimezone(UTC) if waits else moment + A_MINUTE
            moment = max(following, reference + self.late)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.calendar.zone)

    def _next_moment(self, clock: datetime, taken: Sequence[datetime]) -> datetime:
        """The first moment from ``clock`` on that is open and far enough from those that are taken before it."""
        moment = self._open_from(clock)
        while self.spacing:
            before = bisect.bisect_right(taken, moment)
            if before == 0 or moment >= (earliest := _whole_minute(taken[before - 1] + self.spacing)):
                return moment
            moment = self._open_from(earliest)
        return moment

    def _open_from(self, moment: datetime) -> datetime:
        return self.calendar.open_from(moment).astimezone(UTC)


def _given(act: Act) -> datetime:
    return (act.given or act.planned).astimezone(UTC)


def _whole_minute(moment: datetime) -> datetime:
    """The moment, or the next whole minute: what is announced as 09:00 goes out at 09:00."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + A_MINUTE


def in_words(span: timedelta) -> str:
    """``7 days``, ``36 hours``, ``30 minutes``."""
    minutes = int(span.total_seconds() // 60)
    for unit, length in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes % length == 0:
            return counted(minutes // length, unit)
    raise AssertionError("every span is a whole number of minutes")


# --- the channels -----------------------------------------------------------------------------------------------------


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
        placed = []
        for act in own:
            moment = windows.get(act.key, act.planned)
            placed.append(replace(act, given=moment, at=act.at if act.state == "delivered" else moment))
        queue = Queue(calendar=calendar, spacing=spacing, late=late, now=now, stuck=stuck)
        carried = queue.carry(placed)
        if channel in paused:
            carried = _on_hold(carried, paused[channel])
        if at_once in carried:
            carried[at_once] = _at_once(carried[at_once], now)
        settled = [carried[each.key] for each in own]
        made += (act if act.at.tzinfo is zone else replace(act, at=act.at.astimezone(zone)) for act in settled)
    return made


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
