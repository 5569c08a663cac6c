"""The WebSub step of a delivery: the hub is notified once of each state of a feed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sharekit.ports import Lookup
from sharekit.steps.feeds import feed_pings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sharekit.feeds.hub import Hub
    from sharekit.feeds.websub import Ping
    from sharekit.model import Receipt
    from sharekit.outbox.outbox import Note, Outbox, Result
    from sharekit.ports import LedgerEntry
    from sharekit.steps.blog import Blog


def notify_hub(blog: Blog, known: Collection[str], *, hub: Hub, outbox: Outbox) -> Iterator[Result]:
    """Notify ``hub`` of the feeds in the output folder that changed; ``known`` are the keys of earlier notifications."""
    for ping in feed_pings(blog, known):
        # A hub fetches the feed itself, so that a second notification changes nothing.
        yield outbox.deliver(ping.key, send=partial(_notify, hub, ping), find=_not_known)


def _notify(hub: Hub, ping: Ping, _entry: LedgerEntry, _note: Note) -> Receipt:
    return hub.tell(ping)


def _not_known(_entry: LedgerEntry) -> Lookup:
    return Lookup(certain=True, repeat_is_harmless=True)
