"""The plan, the drafts that it is made from, and what a delivery did, as JSON and for people."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from sharekit.drafts import section_edited
from sharekit.outbox import how_to_settle
from sharekit.report.output import fields, shorten, table
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.counting import Outlet
    from sharekit.drafts import Drafts
    from sharekit.model import Act, Finding, ShareDraft, State
    from sharekit.planning import Plan
    from sharekit.steps.deliver import Delivered, Delivery
    from sharekit.steps.shares import Refresh

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
    "source"}``. ``orphans`` lists the keys of unsettled entries whose draft is gone. ``"next"`` is the old
    name of ``scheduled``.
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
        found = list(_once(plan.of(state), plan.paused))
        lines += [heading] if found else []
        for act, row in zip(found, table([_row(act, plan, zone) for act in found], indent="  "), strict=True):
            lines += [row, *hint_lines(act.hint)]
    for entry in plan.orphans:
        lines += ["The draft is gone", f"  {entry.key}  {entry.state} since {entry.claimed_at.astimezone(zone):%d %b %H:%M}"]
        lines += hint_lines(how_to_settle(entry.key))
    out, skipped = plan.of("delivered"), plan.of("skipped")
    if out or skipped:
        lines.append(f"Out: {len(out)} delivered" + (f", {len(skipped)} skipped" if skipped else ""))
        lines += [f"  {count} × {reason}" for reason, count in Counter(act.reason for act in skipped).items()]
    if price := _price(plan):
        lines.append(price)
    return lines or [_nothing(plan.findings)]


def _once(acts: Sequence[Act], paused: Mapping[str, str]) -> Iterator[Act]:
    """The acts, with the reason of a paused channel at its first one only."""
    waiting = Counter(act.target for act in acts if act.state == "waiting" and act.target in paused)
    shown: set[str] = set()
    for act in acts:
        if act.state != "waiting" or waiting[act.target] < 2:
            yield act
        elif act.target in shown:
            yield replace(act, reason="paused")
        else:
            shown.add(act.target)
            yield replace(act, hint=f"{counted(waiting[act.target] - 1, f'more {act.kind}')} after that")


def _nothing(findings: Sequence[Finding]) -> str:
    if any(each.level == "error" and each.path for each in findings):
        return "No draft can go out before its errors are corrected."
    return "Nothing is drafted yet. sharekit build drafts new articles; sharekit shares new POST drafts an older one."


def _row(act: Act, plan: Plan, zone: ZoneInfo) -> tuple[str, ...]:
    since = "since " if act.state == "due" else ""
    # What waits for a person may still be on time.
    shown = act.at > plan.now if act.state == "held" else act.state not in ("refused", "unknown")
    moment = f"{since}{act.at.astimezone(zone):%a %d %b %Y %H:%M}" if shown else ""
    is_answer = act.answers and act.threaded and act.state in ("due", "scheduled")
    answers = "answers the part before it" if is_answer else ""
    remarks = (f"${act.cost:.2f}" if act.cost else "", act.reason or answers)
    return act.kind, act.target, short_title(act, 48), act.slot, moment, "  ".join(filter(None, remarks))


def _price(plan: Plan) -> str | None:
    coming = [act.cost for act in plan.of("due", "waiting", "scheduled") if act.cost]
    if not coming:
        return None
    posts = "post above that is" if len(coming) == 1 else f"{len(coming)} posts above that are"
    return f"X charges for each call: ${sum(coming):.2f} for the {posts} still to go out"


# --- a delivery ---------------------------------------------------------------------------------------------------------


COUNTED = ("delivered", "waiting", "refused", "unknown", "held")
# What the last line counts beside what went out: held for being late and otherwise, and on a channel that is paused.
BEHIND = ("waiting", "paused", "late", "held", "refused", "unknown")


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
        note = result.receipt.detail.get("note") or result.reason
        what = (result.receipt.url or result.receipt.id) + (f"  ({note})" if note else "")
    elif result.retry_at:
        what = f"{what}, again after {result.retry_at.astimezone(zone):%a %H:%M}"
    if result.rule == "paused":
        what = f"{'mailer' if act.kind == 'issue' else 'channel'} paused: {what}"
    row = (act.kind, act.target.ljust(8), short_title(act, 44).ljust(44), result.state.ljust(9), what)
    lines = table([row])
    if result.state == "unknown":
        lines += hint_lines(how_to_settle(result.key))
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
    behind = _counts(_behind(plan, {act.key for act in acts})) if plan else ""
    end = [*([] if lines else ["Nothing is due."]), *([behind] if behind else [])]
    return [*lines, " ".join(end)] if end else lines


def would_json(acts: Sequence[Act]) -> dict[str, Any]:
    """``{"dry_run": true, "acts": [{"key", "kind", "target", "title", "state", "text"}]}``."""
    return {"dry_run": True, "acts": [fields(act, "key kind target title state text") for act in acts]}


def summary_line(delivery: Delivery, zone: ZoneInfo) -> str:
    """The last line: how many went out, what is left for the next run, and what waits or needs a person."""
    plan, done, left = delivery.plan, delivery.done, delivery.left
    found = _behind(plan, {each.act.key for each in done})
    found.update("paused" if each.result.rule == "paused" else each.result.state for each in done)
    behind = _counts(found)
    if not done:
        coming = plan.of("scheduled")
        ahead = f" Next: {min(act.at for act in coming).astimezone(zone):%a %d %b %H:%M}." if coming else ""
        return f"Nothing was due.{ahead}{f' {behind}' if behind else ''}"
    parts = (f"{found['delivered']} delivered", f"{left} left for the next run (max_per_run)" if left else "", behind)
    return ", ".join(filter(None, parts))


def _behind(plan: Plan, tried: set[str]) -> Counter[str]:
    """Counts of what was not tried, by the names of BEHIND."""
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
    return found


def _counts(found: Counter[str]) -> str:
    """``1 paused, 2 held: sharekit plan``, empty where nothing waits."""
    parts = [f"{found[name]} {name}" for name in BEHIND if found[name]]
    return ", ".join(parts) + ": sharekit plan" if parts else ""


# --- the share drafts -------------------------------------------------------------------------------------------------


# What is said of a section whose channel or slot is not configured.
MISSING = {"key": None, "state": "held", "at": None, "url": None, "reason": "not configured", "hint": ""}


def drafts_json(drafts: Drafts, plan: Plan, outlets: Mapping[str, Outlet]) -> list[dict[str, Any]]:
    """``[{"path", "post", "status", "series", "part", "sections": […]}]``.

    A section is ``{"name", "length", "limit", "edited", "key", "state", "at", "url", "reason", "hint"}``.
    """
    acts = {(act.source, act.section): act for act in plan.acts}
    return [
        fields(draft, "path post status")
        | {
            "series": draft.part.series if draft.part else "",
            "part": draft.part.place if draft.part else "",
            "sections": [
                {"name": name, "length": length, "limit": limit, "edited": section_edited(draft, name)}
                | (fields(act, "key state at url reason hint") if act else MISSING)
                for name, length, limit, act in _sections(draft, acts, outlets)
            ],
        }
        for draft in drafts.shares
    ]


def drafts_lines(drafts: Drafts, plan: Plan, outlets: Mapping[str, Outlet], zone: ZoneInfo) -> list[str]:
    acts = {(act.source, act.section): act for act in plan.acts}
    lines = []
    for draft in drafts.shares:
        lines.append(f"{draft.path}  {draft.status}  {shorten(draft.title, 60)}")
        rows = [
            (name, f"{length} of {limit}", "edited by you" if section_edited(draft, name) else "", *_standing(act, zone))
            for name, length, limit, act in _sections(draft, acts, outlets)
        ]
        lines += table(rows, indent="  ")
    return lines or [_nothing(drafts.findings)]


def _sections(
    draft: ShareDraft, acts: Mapping[tuple[str, str], Act], outlets: Mapping[str, Outlet]
) -> Iterator[tuple[str, int, int | None, Act | None]]:
    """Each section's name, its length and limit as its network counts, and its act."""
    for name, text in draft.sections.items():
        place = outlets.get(name.partition(" @ ")[0])
        length, limit = (place.counter.measure(text), place.counter.limit) if place else (len(text), None)
        yield name, length, limit, acts.get((draft.path, name))


def _standing(act: Act | None, zone: ZoneInfo) -> tuple[str, str]:
    if act is None:
        return "held", "its channel or slot is not configured"
    if act.state == "delivered":
        return act.state, act.url or ""
    if act.state in ("due", "scheduled") and not act.reason:
        return act.state, f"{act.at.astimezone(zone):%a %d %b %Y %H:%M}"
    return act.state, act.reason


def refresh_lines(changes: Sequence[Refresh], *, written: bool) -> list[str]:
    if not changes:
        return ["Every section is as sharekit would draft it now."]
    lines = [line for change in changes for line in (*change.diff, "")]
    edited = sum(change.edited for change in changes)
    count = counted(len(changes), "section")
    if written:
        return [*lines, f"{count} written as sharekit drafts them now, {edited} of which you had edited."]
    note = "Nothing was written. To take sharekit's words: sharekit shares refresh --write"
    return [*lines, f"{count} would change, {edited} of which you edited. {note} (--section x for one)"]


# --- the calendar -----------------------------------------------------------------------------------------------------


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
