"""What the rules of a generator make of one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

Markup = Literal["markdown", "mdx", "rst", "html"]


class Unreadable(Exception):
    """A file that is a post and cannot be read as one. ``line`` is 1-based."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file of the blog: its path, its name relative to the blog, its metadata with lower-case keys, its body.

    ``line`` is the line on which the body begins. ``text`` is the whole file, to find a key's line in;
    ``repeated`` are the keys that it gives twice, with their lines.
    """

    path: Path
    source: str
    table: Mapping[str, Any]
    body: str
    text: str = field(repr=False)
    line: int = 1
    markup: Markup = "markdown"
    repeated: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A published post. ``path`` is its address below the site's URL, or a whole URL; ``params`` what is told on.

    ``body`` is the source of the article without what already stands as its title.
    """

    title: str
    path: str
    published: datetime
    language: str
    params: Mapping[str, Any]
    body: str
    updated: datetime | None = None
    aliases: tuple[str, ...] = ()
