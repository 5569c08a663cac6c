"""Markdown blogs: front matter and file names, by the rules of the generator they are written for."""

from __future__ import annotations

from sharekit.sources.markdown.source import MarkdownSource

__all__ = ["MarkdownSource"]
