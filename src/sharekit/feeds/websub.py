"""WebSub (https://www.w3.org/TR/websub/): which feeds a hub has to be told of. Pure: :mod:`sharekit.feeds.hub` tells it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


# How the keys of telling a hub begin.
HUB = "hub/"


@dataclass(frozen=True, kw_only=True)
class Ping:
    """One feed in one state. ``topic`` is the URL that the feed names as its own, ``path`` its file."""

    topic: str
    path: str
    digest: str

    @property
    def key(self) -> str:
        """Names the act of telling the hub: the same state of a feed is told once."""
        return f"{HUB}{self.path}/{self.digest}"


def plan_pings(feeds: Mapping[str, tuple[str, bytes]], known: Collection[str]) -> tuple[Ping, ...]:
    """What the hub does not know yet. ``feeds``: file → its URL and bytes; ``known``: the keys that were told."""
    made = (
        Ping(topic=url, path=path, digest=hashlib.sha256(data).hexdigest()[:16])
        for path, (url, data) in sorted(feeds.items())
    )
    return tuple(ping for ping in made if ping.key not in known)
