"""The plan as a calendar to subscribe to: iCalendar, RFC 5545."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

    from sharekit.model import Act, State
    from sharekit.planning import Plan

SHOWN: tuple[State, ...] = ("due", "waiting", "scheduled", "held")
LASTS = timedelta(minutes=5)


def plan_ics(plan: Plan, *, name: str) -> bytes:
    """What is still to come, an event each, in UTC; the same plan gives the same bytes.

    An event keeps its UID, so that a calendar moves it when its window moves. Its stamp is the post's publication.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//sharekit//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for each in plan.of(*SHOWN):
        calendar.add_component(_event(each))
    made: bytes = calendar.to_ical()
    return made


def _event(act: Act) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{act.key}@sharekit")
    event.add("dtstamp", (act.published or act.planned).astimezone(UTC))
    event.add("dtstart", act.at.astimezone(UTC))
    event.add("dtend", (act.at + LASTS).astimezone(UTC))
    event.add("summary", f"{act.target}: {act.title}" + (f" ({act.slot})" if act.kind == "share" else ""))
    event.add("description", "\n\n".join(filter(None, (act.reason, act.text))))
    event.add("status", "TENTATIVE" if act.state == "held" else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
