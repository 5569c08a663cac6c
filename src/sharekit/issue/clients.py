"""What mail clients can show: Can I email's facts (MIT), made into a table by ``tools/caniemail.py``."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TABLE = Path(__file__).with_name("caniemail.json")
# What most readers of a blog have, and the French web mails.
USUAL = (
    "apple-mail/ios", "apple-mail/macos", "gmail/android", "gmail/desktop-webmail", "gmail/ios", "laposte/desktop-webmail",
    "orange/desktop-webmail", "outlook/outlook-com", "outlook/windows", "sfr/desktop-webmail", "yahoo/desktop-webmail",
)  # fmt: skip


@functools.cache
def _table() -> tuple[tuple[str, ...], Mapping[str, str]]:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(table["clients"]), table["features"]


def chosen(names: Sequence[str]) -> list[str]:
    """Clients as Can I email names them: ``outlook/windows``, or ``gmail`` for all of a family. None is the usual ones.

    Raises ConfigError for one that is not known.
    """
    known, _ = _table()
    found: list[str] = []
    for name in names or USUAL:
        matching = [each for each in known if each == name or each.split("/")[0] == name]
        if not matching:
            hint = did_you_mean(name, [*known, *{each.split("/")[0] for each in known}])
            raise ConfigError(f'[issue] clients: "{name}" is not known', hint=hint)
        found += matching
    return list(dict.fromkeys(found))


def without(feature: str, clients: Iterable[str]) -> list[str]:
    """Those of the clients that do not show a feature, such as ``css-display-flex``."""
    known, features = _table()
    answers = features[feature]
    return [client for client in clients if answers[known.index(client)] == "n"]
