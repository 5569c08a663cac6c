"""``share:`` in the front matter of an article: what its author wants said, one text or one per channel and slot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sharekit.counting import Outlet

_NAMES = {"twitter": "x", "fediverse": "mastodon"}
# Themes take `share: true` for their buttons.
_NO_TEXT = ("true", "false", "yes", "no", "on", "off")


def own_text(given: object, outlet: Outlet, slot: str, *, first: bool) -> tuple[str, bool]:
    """The author's text for a channel and slot, and whether it was written for this channel; empty where there is none.

    ``given`` is the value of ``share``. A text alone, or one under a channel alone, is for the first slot. A channel may be
    named by its kind, a slot beside channels is for all of them, and ``channel @ slot`` is both.
    """
    if not isinstance(given, Mapping):
        return (_text(given), False) if first else ("", False)
    values = {_name(str(key)): value for key, value in given.items()}
    for name in (outlet.name.casefold(), outlet.like):
        found = _text(values.get(f"{name} @ {slot}".casefold()))
        value = values.get(name)
        if not found and isinstance(value, Mapping):
            found = _text({str(key).casefold(): text for key, text in value.items()}.get(slot.casefold()))
        elif not found and first:
            found = _text(value)
        if found:
            return found, True
    value = values.get(slot.casefold())
    return _text(value), False


def _text(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.casefold() in _NO_TEXT else text


def _name(key: str) -> str:
    channel, at, slot = (part.strip() for part in key.casefold().partition("@"))
    channel = _NAMES.get(channel, channel)
    return f"{channel} @ {slot}" if at else channel
