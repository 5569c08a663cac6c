"""The share drafts, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.files import digest
from sharekit.report.tables import shorten, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.shares.files import DraftFile
    from sharekit.shares.fit import Outlet
    from sharekit.steps.refresh import Refresh


def drafts_json(drafts: Sequence[DraftFile], outlets: Mapping[str, Outlet]) -> list[dict[str, Any]]:
    """``[{"path", "post", "status", "series", "sections": [{"name", "length", "limit", "edited"}]}]``."""
    return [
        {
            "path": draft.path,
            "post": draft.post,
            "status": draft.status,
            "series": draft.series,
            "sections": [
                {
                    "name": name,
                    "length": _outlet(name, outlets).counter.measure(text),
                    "limit": _outlet(name, outlets).counter.limit,
                    "edited": _edited(draft, name),
                }
                for name, text in draft.sections.items()
            ],
        }
        for draft in drafts
    ]


def drafts_lines(drafts: Sequence[DraftFile], outlets: Mapping[str, Outlet]) -> list[str]:
    """A line for each draft, and one for each of its sections with its length."""
    lines = []
    for draft in drafts:
        lines.append(f"{draft.path}  {draft.status}  {shorten(draft.title, 60)}")
        rows = []
        for name, text in draft.sections.items():
            rule = _outlet(name, outlets).counter
            length = rule.measure(text)
            remark = "too long" if length > rule.limit else ""
            rows.append((name, f"{length} of {rule.limit}", "edited by you" if _edited(draft, name) else "", remark))
        lines += table(rows, indent="  ")
    return lines or ["Nothing is drafted. Run: sharekit build"]


def refresh_lines(changes: Sequence[Refresh], *, written: bool) -> list[str]:
    """Each difference, and what to do about it."""
    if not changes:
        return ["Every section is as sharekit would draft it now."]
    lines = [line for change in changes for line in (*change.diff, "")]
    edited = sum(change.edited for change in changes)
    count = f"{len(changes)} section{'s' if len(changes) != 1 else ''}"
    if written:
        return [*lines, f"{count} written as sharekit drafts them now, {edited} of which you had edited."]
    note = "Nothing was written. To take sharekit's words: sharekit shares refresh --write"
    return [*lines, f"{count} would change, {edited} of which you edited. {note} (--section x for one)"]


def _outlet(name: str, outlets: Mapping[str, Outlet]) -> Outlet:
    return outlets[name.partition(" @ ")[0]]


def _edited(draft: DraftFile, name: str) -> bool:
    return draft.drafted.get(name) != digest(draft.sections[name])
