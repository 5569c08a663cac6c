"""What a person may write into the front matter of a draft: when it goes out, and pictures to attach."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sharekit.errors import DraftError
from sharekit.model import Image

AT_HINT = 'at: 2026-11-26 08:30, or for one section: at: {"x": 2026-11-26 08:30, "linkedin @ reminder": 2026-12-01 12:15}'
IMAGES_HINT = 'images: [{url: "/images/hall.jpg", alt: "The hall before the keynote"}]'


def chosen_moments(value: Any, path: str) -> dict[str, str]:
    """``at:`` as ISO 8601 by section, ``""`` for all of the first slot. Raises DraftError."""
    if value is None or value == "":
        return {}
    table = value if isinstance(value, dict) else {"": value}
    return {str(name): _moment(each, path) for name, each in table.items()}


def _moment(value: Any, path: str) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        raise DraftError(f"at: {value} has no time of day", path=path, hint=AT_HINT)
    try:
        return datetime.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise DraftError(f'at: "{value}" is not a moment', path=path, hint=AT_HINT) from error


def images(value: Any, path: str) -> tuple[Image, ...]:
    """``images:`` as pictures. Raises DraftError."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DraftError("images: is not a list", path=path, hint=IMAGES_HINT)
    found = []
    for each in value:
        table = each if isinstance(each, dict) else {"url": each}
        if not isinstance(table.get("url"), str) or not set(table) <= {"url", "alt"}:
            raise DraftError(f"images: {each} has no url", path=path, hint=IMAGES_HINT)
        found.append(Image(url=table["url"], alt=str(table.get("alt") or "")))
    return tuple(found)
