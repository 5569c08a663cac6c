"""A blog as its feed tells it: RSS, Atom or JSON Feed, from a file or a URL, with its archives."""

from __future__ import annotations

from sharekit.sources.feed.source import FeedSource

__all__ = ["FeedSource"]
