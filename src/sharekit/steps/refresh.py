"""``shares refresh``: what sharekit would draft otherwise, shown before it is taken."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sharekit.drafts import format_share_draft
from sharekit.files import digest, write_if_changed
from sharekit.steps.shares import Drafting

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sharekit.model import LedgerEntry
    from sharekit.steps.blog import Blog


class Refresh(NamedTuple):
    """A section that would change: unified diff lines, and whether a person edited it."""

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
        known = each.known.sections if each.known else {}
        changed = {
            name: fresh
            for name, fresh in each.fresh.sections.items()
            if name in known and name not in each.draft.delivered and (not only or name in only)
            if digest(known[name]) != digest(fresh)
        }
        for name, fresh in changed.items():
            heading = f"{blog.folders.relative(each.path)}  {name}  (as it is)", "as sharekit would draft it"
            lines = difflib.unified_diff(known[name].splitlines(), fresh.splitlines(), *heading, lineterm="")
            found.append(Refresh(edited=name in each.differing, diff=tuple(lines)))
        if write and changed:
            drafted = {**each.draft.drafted, **{name: digest(fresh) for name, fresh in changed.items()}}
            draft = replace(each.draft, sections={**each.draft.sections, **changed}, drafted=drafted)
            write_if_changed(each.path, format_share_draft(draft))
    return found
