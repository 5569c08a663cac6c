"""The plan, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.report.deliver import settle_lines
from sharekit.report.tables import shorten, table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sharekit.pipeline.plan import Plan, Planned

HEADINGS = {
    "due": "Due now",
    "waiting": "Waiting for the far side",
    "unknown": "Unknown",
    "next": "Next",
    "missed": "Missed",
    "held": "Held",
    "refused": "Refused",
    "busy": "Being sent by another run",
}


def plan_json(plan: Plan) -> dict[str, Any]:
    """``{"since", "due": […], "next": […], …}``: a list for each state, each act with its key, moment, text and reason."""
    return {
        "since": plan.since.isoformat() if plan.since else None,
        **{state: [_json(each) for each in plan.planned if each.state == state] for state in HEADINGS},
        "orphans": [entry.key for entry in plan.orphans],
    }


def _json(planned: Planned) -> dict[str, Any]:
    act = planned.item.act
    return {
        "key": act.key,
        "kind": act.kind,
        "target": act.target,
        "slot": act.slot,
        "at": act.at.isoformat(),
        "title": act.title,
        "text": act.text,
        "reason": planned.reason,
        "source": act.source,
    }


def plan_lines(plan: Plan, zone: ZoneInfo) -> list[str]:
    """The acts under their headings, with times in the blog's zone."""
    lines: list[str] = []
    for state, heading in HEADINGS.items():
        found = [each for each in plan.planned if each.state == state]
        if found:
            lines += [heading, *table([_row(each, zone) for each in found], indent="  ")]
        if state == "unknown":
            for each in found:
                lines += settle_lines(each.key)
    for entry in plan.orphans:
        lines += ["No draft any more", f"  {entry.key}  {entry.state} since {entry.claimed_at.astimezone(zone):%d %b %H:%M}"]
        lines += settle_lines(entry.key)
    out = sum(each.state == "delivered" for each in plan.planned)
    old = sum(each.state == "old" for each in plan.planned)
    if out or old:
        since = f"{plan.since.astimezone(zone):%d %b %Y %H:%M}" if plan.since else ""
        lines.append(f"Out: {out} delivered" + (f", {old} from before {since}" if old else ""))
    return lines or ["Nothing is drafted. Run: sharekit build"]


def _row(planned: Planned, zone: ZoneInfo) -> tuple[str, ...]:
    act = planned.item.act
    moment = f"{act.at.astimezone(zone):%a %d %b %Y %H:%M}"
    return act.kind, act.target, shorten(act.title, 48), act.slot, moment, planned.reason
