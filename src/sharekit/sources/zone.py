"""The time zone that a blog's own configuration names, found without reading the blog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from pathlib import Path

# Where generators keep it: Hugo, Jekyll, Pelican, Nikola.
FILES = (
    "hugo.*",
    "config.*",
    "config/_default/hugo.*",
    "config/_default/config.*",
    "_config.y*ml",
    "pelicanconf.py",
    "conf.py",
)
ZONE = re.compile(r"""^[ \t]*["']?time_?zone["']?\s*[:=]\s*["']?([A-Za-z][\w/+-]*)""", re.IGNORECASE | re.MULTILINE)


def declared_zone(root: Path) -> str | None:
    """The IANA name that the configuration in ``root`` gives, or None where it gives none that is known."""
    for path in (path for pattern in FILES for path in sorted(root.glob(pattern)) if path.is_file()):
        found = ZONE.search(path.read_text(encoding="utf-8", errors="replace"))
        if found and _is_known(found[1]):
            return found[1]
    return None


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
