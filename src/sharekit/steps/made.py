"""A file that a build manages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["feed", "issue", "share"]
Change = Literal["new", "changed", "unchanged", "edited"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """``path`` is relative to the blog where it lies in it. ``edited`` means that a person's edits were left alone.

    Files of one ``group`` with the same change are one line to a person, such as a feed in its formats.
    """

    kind: Kind
    path: str
    what: str
    change: Change
    group: str = ""
