"""What came of a build: the files that it looked after, and what a person is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from sharekit.model import Finding, Skipped  # noqa: TC001 - an account that was kept is read back by its types

Kind = Literal["feed", "issue", "share"]
Change = Literal["new", "changed", "unchanged", "edited"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """``path`` is relative to the blog where it lies in it. ``edited`` means that a person's words were left alone.

    Files of one ``group`` with the same change are one line to a person, such as a feed in its formats.
    """

    kind: Kind
    path: str
    what: str
    change: Change
    group: str = ""

    @property
    def written(self) -> bool:
        """Whether the file is another one than before."""
        return self.change in ("new", "changed")


class Found(NamedTuple):
    """A series as it is told: how many parts it has, and how it is known."""

    name: str
    parts: int
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """All that a build tells: how many posts were read and by what, what was left out, what was made, what is wrong."""

    posts: int
    generator: str
    skipped: tuple[Skipped, ...]
    series: tuple[Found, ...]
    made: tuple[Made, ...]
    findings: tuple[Finding, ...]
