"""What a folder says of itself: whether it is a Hugo site, and which theme it asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.sources.hugo.binary import Hugo, Output

CONFIG_NAMES = ("hugo", "config")
CONFIG_ENDINGS = ("toml", "yaml", "yml", "json")


def is_hugo_site(root: Path) -> bool:
    """Whether the folder has a configuration of Hugo's: ``hugo.*``, or ``config.*`` beside ``content``."""
    if any((root / f"hugo.{ending}").is_file() for ending in CONFIG_ENDINGS):
        return True
    if not (root / "content").is_dir():
        return False
    folder = root / "config" / "_default"
    return folder.is_dir() or any((root / f"config.{ending}").is_file() for ending in CONFIG_ENDINGS)


def themes(hugo: Hugo, root: Path) -> tuple[list[str], Output]:
    """The themes that the site's configuration names, for the overlay to be added to them, and Hugo's answer.

    None are named where Hugo fails: it is an older one, a theme is missing, or the configuration is wrong. In the last
    case the reading itself will fail and say why.
    """
    answer = hugo.run(["config", "--format", "json", "--source", str(root), "--noBuildLock"])
    try:
        table = json.loads(answer.stdout)
    except json.JSONDecodeError:
        return [], answer
    named = table.get("theme") or []
    return [named] if isinstance(named, str) else list(named), answer
