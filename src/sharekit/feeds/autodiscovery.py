"""The ``<link>`` tags by which browsers and readers find a page's feeds (https://www.rssboard.org/rss-autodiscovery)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sharekit.feeds.addresses import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.feeds.document import Feed


def link_tags(feeds: Sequence[Feed]) -> list[str]:
    """A tag for each feed and format, for the ``<head>`` of the theme. The feed for e-mail services is for nobody else."""
    return [
        f'<link rel="alternate" type="{MEDIA_TYPES[form]}" title="{escape(feed.title)}" '
        f'href="{escape(feed.address.url(form))}">'
        for feed in feeds
        if feed.kind != "email"
        for form in feed.formats
    ]
