"""How each network counts a text. A channel declares its own :class:`Counter`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A network's limit, in the unit that ``measure`` counts in, and what that unit is for a person."""

    limit: int
    measure: Callable[[str], int]
    rule: str

    def fits(self, text: str) -> bool:
        """Whether the network takes the text."""
        return self.measure(text) <= self.limit


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A channel to draft for: its name, the network that its texts are for, and the blog's own name there.

    ``label`` is what a person calls it: the network's name for the account that is named like it, else its own.
    ``threaded``: a part of a series answers the part before it.
    """

    name: str
    like: str
    counter: Counter
    handle: str = ""
    label: str = ""
    threaded: bool = False


def too_long(text: str, counter: Counter) -> str | None:
    """By how much a text is too long, in a person's words; None where it fits."""
    if counter.fits(text):
        return None
    length = counter.measure(text)
    return f"{length} of {counter.limit} ({counter.rule}); {length - counter.limit} too many"
