"""A built site, of whatever generator: its pages tell what they are."""

from __future__ import annotations

from sharekit.sources.html.source import HtmlSource

__all__ = ["HtmlSource"]
