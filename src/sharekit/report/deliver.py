"""What a delivery did, as JSON, for people and for the job summary of GitHub."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sharekit.report.output import fields, shorten, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sharekit.model import Act
    from sharekit.planning import Plan
    from sharekit.steps.deliver import Delivered, Delivery

COUNTED = ("delivered", "waiting", "refused", "unknown", "held")


def delivered_json(delivery: Delivery) -> dict[str, Any]:
    """``{"dry_run": false, "acts": […], "counts", "held": […], "left", "news": [{"rule", "subject"}]}``.

    An act is ``{"key", "kind", "target", "title", "state", "url", "reason", "hint", "retry_at"}``; ``counts`` has
    ``"delivered"``, ``"waiting"``, ``"refused"``, ``"unknown"`` and ``"held"``. ``held`` lists the keys that need a person,
    ``left`` counts what the next run sends, ``news`` lists problems that no earlier run reported. ``"missed"`` is the
    old name of ``held``.
    """
    held = [act.key for act in delivery.plan.of("held", "refused")]
    return {
        "dry_run": False,
        "acts": [
            fields(each.act, "key kind target title")
            | fields(each.result, "state reason retry_at")
            | {"url": each.result.receipt.url if each.result.receipt else None, "hint": each.result.hint or None}
            for each in delivery.done
        ],
        "counts": counts(delivery.done),
        "held": held,
        "missed": held,
        "left": delivery.left,
        "news": [fields(news, "rule subject") for news in delivery.news],
    }


def counts(done: Sequence[Delivered]) -> dict[str, int]:
    found: Counter[str] = Counter(each.result.state for each in done)
    return {state: found[state] for state in COUNTED}


def delivered_line(done: Delivered, zone: ZoneInfo) -> str:
    act, result = done.act, done.result
    what = result.reason
    if result.state == "delivered" and result.receipt:
        note = result.receipt.detail.get("note")
        what = (result.receipt.url or result.receipt.id) + (f"  ({note})" if note else "")
    elif result.retry_at:
        what = f"{what}, again after {result.retry_at.astimezone(zone):%a %H:%M}"
    row = (act.kind, act.target.ljust(8), short_title(act, 44).ljust(44), result.state.ljust(9), what)
    lines = table([row])
    if result.state == "unknown":
        settle = f"sharekit ledger settle '{result.key}' --delivered URL   (or --release)"
        lines += hint_lines(f"Check whether it is there, then:\n{settle}")
    return "\n".join([*lines, *hint_lines(result.hint)])


def hint_lines(hint: str) -> list[str]:
    """What to do next, below the line it belongs to."""
    return [f"       {line}" for line in hint.splitlines()]


def short_title(act: Act, most: int) -> str:
    """The title within ``most`` columns, with its place in a series: titles of one often differ where they would be cut."""
    place = f" ({act.part.place})" if act.part else ""
    return shorten(act.title, most - len(place)) + place


def would_lines(acts: Sequence[Act], plan: Plan | None = None, left: int = 0) -> list[str]:
    """What a run would send, with each text; in the last line, what of the plan waits for a person."""
    lines: list[str] = []
    for act in acts:
        verb = "would look up" if act.state == "unknown" else "would send"
        lines += [f"{verb}  {act.kind}  {act.target}  {short_title(act, 60)}"]
        lines += [f"    {line}" for line in act.text.splitlines()]
    if left:
        lines.append(f"{left} more are due, and left for the next run (max_per_run)")
    behind = _behind(plan, {act.key for act in acts}) if plan else ""
    end = [*([] if lines else ["Nothing is due."]), *([f"{behind}: sharekit plan"] if behind else [])]
    return [*lines, " ".join(end)] if end else lines


def would_json(acts: Sequence[Act]) -> dict[str, Any]:
    """``{"dry_run": true, "acts": [{"key", "kind", "target", "title", "state", "text"}]}``."""
    return {"dry_run": True, "acts": [fields(act, "key kind target title state text") for act in acts]}


def summary_line(delivery: Delivery) -> str:
    """The last line: how many ended how, what is left for the next run, and what waits for a person."""
    plan, done = delivery.plan, delivery.done
    left = f", {delivery.left} left for the next run (max_per_run)" if delivery.left else ""
    behind = _behind(plan, {each.act.key for each in done})
    if not done:
        coming = plan.of("scheduled")
        ahead = f" Next: {min(act.at for act in coming).isoformat(timespec='minutes')}." if coming else ""
        return f"Nothing was due{left}.{ahead}" + (f" {behind}: sharekit plan" if behind else "")
    found = counts(done)
    parts = [f"{found[state]} {state}" for state in COUNTED if found[state] or state == "delivered"]
    return ", ".join(parts) + left + (f"; {behind}: sharekit plan" if behind else "")


def _behind(plan: Plan, tried: set[str]) -> str:
    """Counts of what was not tried: late, held otherwise, refused, unknown, and on a channel that is paused."""
    found: Counter[str] = Counter()
    for act in plan.acts:
        if act.key in tried:
            continue
        if act.state == "held":
            found["late" if act.rule == "late" else "held"] += 1
        elif act.state in ("refused", "unknown"):
            found[act.state] += 1
        elif act.state == "waiting":
            found["paused" if act.target in plan.paused else "waiting"] += 1
    return ", ".join(f"{count} {name}" for name, count in found.items())
