"""WebSub (https://www.w3.org/TR/websub/): notifying a hub of the feeds that changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.http import Client
from sharekit.model import HUB, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Ping:
    """One feed in one state. ``topic`` is the URL that the feed names as its own, ``path`` its file."""

    topic: str
    path: str
    digest: str

    @property
    def key(self) -> str:
        """The key of the notification: each state of a feed is notified once."""
        return f"{HUB}{self.path}/{self.digest}"


def plan_pings(feeds: Mapping[str, tuple[str, bytes]], known: Collection[str]) -> tuple[Ping, ...]:
    """What the hub does not know yet. ``feeds``: file → its URL and bytes; ``known``: the keys of earlier notifications."""
    made = (
        Ping(topic=url, path=path, digest=hashlib.sha256(data).hexdigest()[:16])
        for path, (url, data) in sorted(feeds.items())
    )
    return tuple(ping for ping in made if ping.key not in known)


class Hub:
    """The hub at ``url``. ``clock`` tells the (aware) time."""

    def __init__(self, url: str, *, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._clock = clock
        self._client = Client("the hub", clock=clock, total=30, max_bytes=2**16)

    def notify(self, ping: Ping) -> Receipt:
        """Ask the hub to fetch the feed. Raises Refused or Unavailable; notifying it twice is harmless.

        WebSub leaves the form of this request to the hub; all the public ones take that of PubSubHubbub 0.4 §7:
        ``hub.mode=publish`` and the topic as ``hub.url``.
        """
        fields = {"hub.mode": "publish", "hub.url": ping.topic, "hub.topic": ping.topic}
        self._client.request("POST", self._url, harmless=True, data=fields)
        return Receipt(id=ping.digest, url=ping.topic, at=self._clock())
