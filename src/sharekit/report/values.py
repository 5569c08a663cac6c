"""Values as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


def fields(value: object, names: str) -> dict[str, Any]:
    """The named attributes of a value, in that order; times are ISO 8601 with their offset."""
    found = {name: getattr(value, name) for name in names.split()}
    return {name: each.isoformat() if isinstance(each, datetime) else each for name, each in found.items()}


def as_json(value: object, *, indent: int = 2) -> str:
    """A JSON document; on one line where ``indent`` is negative."""
    return msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
