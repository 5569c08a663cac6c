"""What a delivery did, as JSON, for people and for the job summary of GitHub."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sharekit.report.tables import shorten, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sharekit.steps.deliver import Delivered
    from sharekit.steps.plan import Plan, Planned

COUNTED = ("delivered", "waiting", "refused", "unknown", "held", "busy")


def delivered_json(done: Sequence[Delivered], plan: Plan) -> dict[str, Any]:
    """``{"dry_run", "acts": […], "counts", "missed": […]}``.

    An act is ``{"key", "kind", "target", "title", "state", "url", "reason", "retry_at"}``;
    ``missed`` are the keys of what did not go out in time, and will not by itself.
    """
    return {
        "dry_run": False,
        "acts": [
            {
                "key": each.result.key,
                "kind": each.planned.item.act.kind,
                "target": each.planned.item.act.target,
                "title": each.planned.item.act.title,
                "state": each.result.state,
                "url": each.result.receipt.url if each.result.receipt else None,
                "reason": each.result.reason,
                "retry_at": each.result.retry_at.isoformat() if each.result.retry_at else None,
            }
            for each in done
        ],
        "counts": counts(done),
        "missed": [each.key for each in plan.of("missed")],
    }


def counts(done: Sequence[Delivered]) -> dict[str, int]:
    """How many acts ended in each state."""
    found: Counter[str] = Counter(each.result.state for each in done)
    return {state: found[state] for state in COUNTED}


def delivered_line(done: Delivered, zone: ZoneInfo) -> str:
    """One act, as it is done."""
    act, result = done.planned.item.act, done.result
    what = result.reason
    if result.state == "delivered" and result.receipt:
        what = result.receipt.url or result.receipt.id
    elif result.retry_at:
        what = f"{what}, again after {result.retry_at.astimezone(zone):%a %H:%M}"
    row = (act.kind, act.target.ljust(8), short_title(done.planned, 44).ljust(44), result.state.ljust(9), what)
    lines = table([row])
    if result.state == "unknown":
        lines += settle_lines(result.key)
    elif result.hint:
        lines += [f"       {line}" for line in result.hint.splitlines()]
    return "\n".join(lines)


def short_title(planned: Planned, most: int) -> str:
    """The title within ``most`` columns, with its place in a series: titles of one often differ where they would be cut."""
    part = planned.item.part
    place = f" ({part.position}/{part.total}{'+' if part.more else ''})" if part else ""
    return shorten(planned.item.act.title, most - len(place)) + place


def settle_lines(key: str) -> list[str]:
    """What a person does about a key of which nobody knows."""
    return [
        "       Look whether it is there, then:",
        f"       sharekit ledger settle '{key}' --delivered URL   (or --release)",
    ]


def would_lines(chosen: Sequence[Planned]) -> list[str]:
    """What a run would send, with each text."""
    lines: list[str] = []
    for each in chosen:
        act = each.item.act
        verb = "would send" if each.state != "unknown" else "would look up"
        lines += [f"{verb}  {act.kind}  {act.target}  {short_title(each, 60)}"]
        lines += [f"    {line}" for line in act.text.splitlines()]
    return lines or ["Nothing is due."]


def would_json(chosen: Sequence[Planned]) -> dict[str, Any]:
    """The same shape as :func:`delivered_json`, of what a run would send or look up."""
    acts = [
        {
            "key": each.key,
            "kind": each.item.act.kind,
            "target": each.item.act.target,
            "title": each.item.act.title,
            "state": each.state,
            "text": each.item.act.text,
        }
        for each in chosen
    ]
    return {"dry_run": True, "acts": acts}


def summary_line(done: Sequence[Delivered], plan: Plan) -> str:
    """The last line: how many ended how, and how many stay behind."""
    found = counts(done)
    tried = {each.result.key for each in done}
    behind = Counter(each.state for each in plan.of("missed", "held", "refused") if each.key not in tried)
    left = ", ".join(f"{count} {state}" for state, count in behind.items())
    if not done:
        waiting = plan.of("next")
        ahead = f" Next: {waiting[0].item.act.at.isoformat(timespec='minutes')}." if waiting else ""
        return f"Nothing was due.{ahead}" + (f" Not going out: {left}. Why: sharekit plan" if left else "")
    parts = [f"{found[state]} {state}" for state in COUNTED if found[state] or state in ("delivered", "refused", "unknown")]
    return ", ".join(parts) + (f"; not going out: {left} (sharekit plan)" if left else "")
