"""``shares refresh``: what sharekit would draft otherwise, shown before it is taken."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sharekit.drafts import format_share_draft
from sharekit.files import digest, write_if_changed
from sharekit.steps.shares import Drafting

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sharekit.ports import LedgerEntry
    from sharekit.steps.blog import Blog
    from sharekit.steps.shares import Drafted


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """A section that would change: unified diff lines, and whether a person edited it."""

    path: str
    section: str
    edited: bool
    diff: tuple[str, ...]


def refresh(
    blog: Blog,
    entries: Mapping[str, LedgerEntry],
    *,
    now: datetime,
    only: Collection[str] = (),
    write: bool = False,
) -> list[Refresh]:
    """Every section that is not out and differs from what sharekit would draft now.

    With ``write`` the drafts take sharekit's words, a person's edits too; ``only`` names sections
    (``x``, ``linkedin @ reminder``) to look at. A section that a person removed stays removed.
    """
    found: list[Refresh] = []
    for each in Drafting(blog, entries, now=now).draft(blog.posts):
        if each.known is None:
            continue
        differing = _differing(each, blog.folders.relative(each.path), only)
        found += differing
        if write and differing:
            _take(each, {change.section for change in differing})
    return found


def _differing(each: Drafted, path: str, only: Collection[str]) -> list[Refresh]:
    known = each.known.sections if each.known else {}
    changes = []
    for section, fresh in each.fresh.sections.items():
        current = known.get(section)
        if current is None or section in each.draft.delivered or digest(current) == digest(fresh):
            continue
        if only and section not in only:
            continue
        lines = difflib.unified_diff(
            current.splitlines(),
            fresh.splitlines(),
            f"{path}  {section}  (as it is)",
            "as sharekit would draft it",
            lineterm="",
        )
        changes.append(Refresh(path=path, section=section, edited=section in each.differing, diff=tuple(lines)))
    return changes


def _take(each: Drafted, names: Collection[str]) -> None:
    sections = {name: each.fresh.sections[name] if name in names else text for name, text in each.draft.sections.items()}
    taken = {name: digest(each.fresh.sections[name]) for name in names}
    draft = replace(each.draft, sections=sections, drafted={**each.draft.drafted, **taken})
    write_if_changed(each.path, format_share_draft(draft))
