"""Whether a text fits its channel, by the channel's own counting and the limit that the configuration may give it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sharekit.counting import Counter, counter
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A channel to draft for: its name, the network that it counts like, and the blog's own name there."""

    name: str
    like: str
    counter: Counter
    handle: str = ""


def outlet(name: str, table: Mapping[str, Any]) -> Outlet:
    """The channel of the table ``[channels.NAME]``. Raises ConfigError for one that is not known."""
    kind = table.get("kind", name)
    like = str(table.get("like", name) if kind == "files" else kind)
    rule = counter(like)
    limit = table.get("limit")
    if isinstance(limit, int) and limit > 0:
        rule = replace(rule, limit=limit)
    elif limit is not None:
        raise ConfigError(f'channels.{name}.limit = "{limit}" is not a number of characters')
    return Outlet(name=name, like=like, counter=rule, handle=str(table.get("handle") or ""))


def too_long(text: str, rule: Counter) -> str | None:
    """By how much a text is too long, in a person's words; None where it fits."""
    if rule.fits(text):
        return None
    length = rule.measure(text)
    return f"{length} of {rule.limit} ({rule.rule}); {length - rule.limit} too many"
