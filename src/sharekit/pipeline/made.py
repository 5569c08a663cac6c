"""A file that a build looked after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["feed", "issue", "share"]
Change = Literal["new", "changed", "unchanged", "edited"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """``path`` is relative to the blog where it lies in it. ``edited`` means that a person's words were left alone."""

    kind: Kind
    path: str
    what: str
    change: Change
