"""The plan as a calendar to subscribe to: iCalendar, RFC 5545."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sharekit.model import Act, State
    from sharekit.planning import Plan

SHOWN: tuple[State, ...] = ("due", "waiting", "scheduled", "held")
LASTS = timedelta(minutes=5)


def plan_ics(plan: Plan, *, name: str) -> bytes:
    """The acts still to come, one event each, in UTC; the same plan gives the same bytes.

    An event keeps its UID, so that a calendar moves it when its window moves. DTSTAMP is the post's publication.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sharekit//plan//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for each in plan.of(*SHOWN):
        lines += _event(each)
    lines.append("END:VCALENDAR")
    return b"".join(map(_folded, lines))


def _event(act: Act) -> Iterator[str]:
    slot = f" ({act.slot})" if act.kind == "share" else ""
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(act.key)}@sharekit"
    yield f"DTSTAMP:{_moment(act.published or act.planned)}"
    yield f"DTSTART:{_moment(act.at)}"
    yield f"DTEND:{_moment(act.at + LASTS)}"
    yield f"SUMMARY:{_text(f'{act.target}: {act.title}{slot}')}"
    description = "\n\n".join(filter(None, (act.reason, act.text)))
    yield f"DESCRIPTION:{_text(description)}"
    yield f"STATUS:{'TENTATIVE' if act.state == 'held' else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of the type TEXT, with its special characters escaped (RFC 5545, 3.3.11)."""
    lines = (re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", line) for line in value.splitlines())
    return r"\n".join(re.sub(r"[\\;,]", r"\\\g<0>", line) for line in lines)


def _folded(line: str) -> bytes:
    """A content line of at most 75 bytes, continued on lines that begin with a space, never within a character (3.1)."""
    lines = [bytearray()]
    for character in line:
        data = character.encode(errors="replace")
        if len(lines[-1]) + len(data) > 75:
            lines.append(bytearray(b" "))
        lines[-1] += data
    return b"\r\n".join(lines) + b"\r\n"
