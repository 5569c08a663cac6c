"""Which addresses a blog serves: its pages, their aliases and its files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.keys import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.sources.pictures import Pictures

# Generators make these without a page that a source could list: feeds, pages of lists, resized pictures.
MADE = re.compile(
    r"\.(?:xml|json|webmanifest|txt|css|js|ics)$|/page/\d+/?$|_hu_?[0-9a-f]{6,}|/(?:tags?|categor(?:y|ies)|archives?|authors?|series)(?:/|$)"
)

# What a line of a report cannot show, and an address should not hold: control characters, bytes that are no UTF-8.
UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
UNSHOWABLE_NAME = "its name holds a line break, another control character or bytes that are no UTF-8"


class Addresses:
    """Collects what is served. ``whole`` says that every page is known, so that what is not there is dead."""

    def __init__(self, *, base: str, pictures: Pictures, built: Path | None = None, whole: bool = True) -> None:
        self._host = urlsplit(base).netloc
        self._prefix = urlsplit(base).path.rstrip("/")
        self._pictures = pictures
        self._built = built
        self._whole = whole
        self._known: set[str] = set()

    def add(self, *urls: str) -> None:
        """Know these URLs."""
        self._known.update(map(path_of, urls))

    def serves(self, url: str) -> bool | None:
        """Whether there is something at an absolute URL, or None when that cannot be known."""
        parts = urlsplit(url)
        if parts.netloc != self._host:
            return None
        path = path_of(url)
        if path in self._known or path in ("", self._prefix.strip("/")) or self._has_file(path, url):
            return True
        if MADE.search(unquote(parts.path)) and self._built is None:
            return None
        return False if self._whole else None

    def _has_file(self, path: str, url: str) -> bool:
        if self._pictures.find(url) is not None:
            return True
        if self._built is None:
            return False
        inside = path.removeprefix(self._prefix.strip("/")).strip("/")
        return any((self._built / each).is_file() for each in (f"{inside}/index.html", inside, f"{inside}.html"))


def joined(base: str, url: str) -> str | None:
    """``urljoin``, or None for what is no address, such as ``http://[``."""
    try:
        return urljoin(base, url)
    except ValueError:
        return None
