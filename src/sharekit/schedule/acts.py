"""What a plan is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

When = Literal["due", "next", "held"]


# No cycle can begin here: the collector need not follow the thousands of them that a plan has.
class Act(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that can go out: its key, when it may, and why it waits if it does. ``cost`` is in US dollars."""

    key: str
    kind: Literal["share", "issue"]
    target: str
    title: str
    slot: str
    at: datetime
    when: When
    reason: str
    text: str
    source: str
    cost: float = 0.0


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Due first, then by moment: the order in which they would go out."""
    rank = {"due": 0, "next": 1, "held": 2}
    return sorted(acts, key=lambda act: (rank[act.when], act.at, act.key))
