"""Whether a text fits its channel, by the channel's own counting and the limit that the configuration may give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.counting import Counter


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A channel to draft for: its name, the network that its texts are for, and the blog's own name there.

    ``label`` is what a person calls it: the network's name for the account that is named like it, else its own.
    """

    name: str
    like: str
    counter: Counter
    handle: str = ""
    label: str = ""


def outlet(name: str, table: Mapping[str, Any]) -> Outlet:
    """The channel of the table ``[channels.NAME]``. Raises ConfigError for one that is not known."""
    from sharekit.registry import counter_for, declared

    like, rule = counter_for(name, table)
    label = declared("channels", like).label if name == like else name
    return Outlet(name=name, like=like, counter=rule, handle=str(table.get("handle") or ""), label=label)


def too_long(text: str, rule: Counter) -> str | None:
    """By how much a text is too long, in a person's words; None where it fits."""
    if rule.fits(text):
        return None
    length = rule.measure(text)
    return f"{length} of {rule.limit} ({rule.rule}); {length - rule.limit} too many"
