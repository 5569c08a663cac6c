"""Telling a WebSub hub that a feed has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.http import Client
from sharekit.model import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sharekit.feeds.websub import Ping


class Hub:
    """The hub at ``url``. ``clock`` tells the (aware) time."""

    def __init__(self, url: str, *, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._clock = clock
        self._client = Client("the hub", clock=clock, total=30, max_bytes=2**16)

    def tell(self, ping: Ping) -> Receipt:
        """Ask the hub to fetch the feed. Raises Refused or Unavailable; telling it twice is harmless.

        WebSub leaves the form of this request to the hub; all the public ones take that of PubSubHubbub 0.4 §7:
        ``hub.mode=publish`` and the topic as ``hub.url``.
        """
        fields = {"hub.mode": "publish", "hub.url": ping.topic, "hub.topic": ping.topic}
        self._client.request("POST", self._url, harmless=True, data=fields)
        return Receipt(id=ping.digest, url=ping.topic, at=self._clock())
