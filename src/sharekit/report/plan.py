"""The plan, as JSON and for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sharekit.report.deliver import hint_lines, short_title
from sharekit.report.output import fields, table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sharekit.model import Act, State
    from sharekit.planning import Plan

ACT = "key kind target slot title text cost reason hint source at"
HEADINGS: dict[State, str] = {
    "due": "Due now",
    "scheduled": "Next",
    "waiting": "Waiting",
    "unknown": "Unknown",
    "held": "Held",
    "refused": "Refused",
}


def plan_json(plan: Plan) -> dict[str, Any]:
    """``{"since", "due", "scheduled", "waiting", "unknown", "held", "refused", "skipped", "orphans"}``.

    Each state has a list of acts: ``{"key", "kind", "target", "slot", "at", "title", "text", "cost", "reason", "hint",
    "source"}``. ``orphans`` are the keys of open records whose draft is gone. ``"next"`` is ``scheduled`` by its older name.
    """
    shown: tuple[State, ...] = (*HEADINGS, "skipped")
    states = {str(state): [fields(act, ACT) for act in plan.of(state)] for state in shown}
    return {
        "since": plan.since.isoformat() if plan.since else None,
        **states,
        "next": states["scheduled"],
        "orphans": [entry.key for entry in plan.orphans],
    }


def plan_lines(plan: Plan, zone: ZoneInfo) -> list[str]:
    lines: list[str] = []
    for state, heading in HEADINGS.items():
        found = plan.of(state)
        lines += [heading] if found else []
        for act, row in zip(found, table([_row(act, zone) for act in found], indent="  "), strict=True):
            lines += [row, *hint_lines(act.hint)]
    for entry in plan.orphans:
        lines += ["The draft is gone", f"  {entry.key}  {entry.state} since {entry.claimed_at.astimezone(zone):%d %b %H:%M}"]
        lines += hint_lines(f"Check whether it is there, then: sharekit ledger settle '{entry.key}' --delivered URL")
    out, skipped = plan.of("delivered"), plan.of("skipped")
    if out or skipped:
        lines.append(f"Out: {len(out)} delivered" + (f", {len(skipped)} skipped" if skipped else ""))
        lines += [f"  {count} × {reason}" for reason, count in Counter(act.reason for act in skipped).items()]
    if price := _price(plan):
        lines.append(price)
    return lines or [
        "Nothing is drafted yet. sharekit build drafts new articles; sharekit shares new POST drafts an older one."
    ]


def _row(act: Act, zone: ZoneInfo) -> tuple[str, ...]:
    since = "since " if act.state == "due" else ""
    shown = act.state not in ("held", "refused", "unknown")
    moment = f"{since}{act.at.astimezone(zone):%a %d %b %Y %H:%M}" if shown else ""
    answers = "answers the part before it" if act.answers and act.state in ("due", "scheduled") and not act.reason else ""
    remarks = (f"${act.cost:.2f}" if act.cost else "", act.reason or answers)
    return act.kind, act.target, short_title(act, 48), act.slot, moment, "  ".join(filter(None, remarks))


def _price(plan: Plan) -> str | None:
    coming = [act.cost for act in plan.of("due", "waiting", "scheduled") if act.cost]
    if not coming:
        return None
    posts = "post above that is" if len(coming) == 1 else f"{len(coming)} posts above that are"
    return f"X charges for each call: ${sum(coming):.2f} for the {posts} still to go out"
