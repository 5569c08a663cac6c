"""The plan, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.report.tables import shorten, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sharekit.schedule import Act

HEADINGS = {"due": "Due now", "next": "Next", "held": "Held"}


def plan_json(acts: Sequence[Act]) -> dict[str, Any]:
    """``{"due": […], "next": […], "held": […]}``, each act with its key, moment, text and the reason if it is held."""
    return {
        when: [
            {
                "key": act.key,
                "kind": act.kind,
                "target": act.target,
                "slot": act.slot,
                "at": act.at.isoformat(),
                "title": act.title,
                "text": act.text,
                "reason": act.reason,
                "source": act.source,
            }
            for act in acts
            if act.when == when
        ]
        for when in HEADINGS
    }


def plan_lines(acts: Sequence[Act], zone: ZoneInfo) -> list[str]:
    """The acts under their headings, with times in the blog's zone."""
    lines: list[str] = []
    for when, heading in HEADINGS.items():
        rows = [
            (
                act.kind,
                act.target,
                shorten(act.title, 48),
                act.slot,
                f"{act.at.astimezone(zone):%a %d %b %Y %H:%M}",
                act.reason,
            )
            for act in acts
            if act.when == when
        ]
        if rows:
            lines += [heading, *table(rows, indent="  ")]
    return lines or ["Nothing is drafted. Run: sharekit build"]
