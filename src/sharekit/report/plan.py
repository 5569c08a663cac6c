"""The plan, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.report.deliver import settle_lines, short_title
from sharekit.report.tables import table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sharekit.steps.plan import Plan, Planned

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
        "cost": act.cost,
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
    if price := _price(plan):
        lines.append(price)
    return lines or ["Nothing is drafted. Run: sharekit build"]


def _row(planned: Planned, zone: ZoneInfo) -> tuple[str, ...]:
    act = planned.item.act
    moment = f"{act.at.astimezone(zone):%a %d %b %Y %H:%M}"
    remarks = (f"${act.cost:.2f}" if act.cost else "", planned.reason)
    return act.kind, act.target, short_title(planned, 48), act.slot, moment, "  ".join(filter(None, remarks))


def _price(plan: Plan) -> str | None:
    coming = [each.item.act.cost for each in plan.of("due", "waiting", "next") if each.item.act.cost]
    if not coming:
        return None
    posts = "post above that is" if len(coming) == 1 else f"{len(coming)} posts above that are"
    return f"X charges for each call: ${sum(coming):.2f} for the {posts} still to go out"
