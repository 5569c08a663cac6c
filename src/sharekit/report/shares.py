"""The share drafts, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.drafts import section_edited
from sharekit.report.output import fields, shorten, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sharekit.counting import Outlet
    from sharekit.drafts import Drafts
    from sharekit.model import Act, ShareDraft
    from sharekit.planning import Plan
    from sharekit.steps.refresh import Refresh

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
    return lines or [
        "Nothing is drafted yet. sharekit build drafts new articles; sharekit shares new POST drafts an older one."
    ]


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
    count = f"{len(changes)} section{'s' if len(changes) != 1 else ''}"
    if written:
        return [*lines, f"{count} written as sharekit drafts them now, {edited} of which you had edited."]
    note = "Nothing was written. To take sharekit's words: sharekit shares refresh --write"
    return [*lines, f"{count} would change, {edited} of which you edited. {note} (--section x for one)"]
