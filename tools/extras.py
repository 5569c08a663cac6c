"""Prints the extras that a blog's configuration needs: ``python tools/extras.py FOLDER [CONFIG]``.

``chat,hugo``, or nothing. CI runs it before sharekit is installed, so it needs Python alone and believes what it reads:
a configuration that is wrong is told by sharekit itself.
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

CHAT = {"chat", "discord", "slack", "telegram", "matrix"}
HUGO = ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default")
# Older sites of Hugo's, whose name other generators have too.
OLD_HUGO = ("config.toml", "config.yaml", "config.yml", "config.json")
DATABASES = ("SHAREKIT_LEDGER_URL", "SHAREKIT_SUBSCRIBERS_URL")


def extras(folder: Path, config: dict[str, Any], environment: dict[str, str]) -> list[str]:
    """The names of the extras, in order."""
    channels, mailers = _kinds(config.get("channels")), _kinds(config.get("mailers"))
    mailer = str(_table(config.get("issue")).get("mailer", "files")).casefold()
    urls = [str(_table(config.get("ledger")).get("url", "")), *(environment.get(name, "") for name in DATABASES)]
    urls += [str(_table(each).get("database", "")) for each in _table(config.get("mailers")).values()]
    found = {
        "chat": bool(channels & CHAT),
        "hugo": _is_hugo(folder / str(_table(config.get("source")).get("path", ".")), config),
        "images": bool(channels - CHAT - {"files"}),
        "postgres": any(url.startswith("postgres") for url in urls),
        "rst": any(folder.glob("content/**/*.rst")) or any(folder.glob("posts/*.rst")),
        "smtp": "smtp" in mailers | {mailer},
    }
    return [name for name, needed in found.items() if needed]


def _kinds(tables: object) -> set[str]:
    return {str(_table(table).get("kind", name)).casefold() for name, table in _table(tables).items()}


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_hugo(folder: Path, config: dict[str, Any]) -> bool:
    kind = str(_table(config.get("source")).get("kind", "auto"))
    if kind != "auto":
        return kind == "hugo"
    if any((folder / name).exists() for name in HUGO):
        return True
    return any((folder / name).is_file() for name in OLD_HUGO) and not (folder / "templates").is_dir()


def extras_of(folder: Path, config: str = "") -> list[str]:
    """The extras of a blog, by its configuration: ``sharekit.toml`` in its folder, or the file that is named.

    A Hugo that is on ``PATH`` already is used.
    """
    try:
        read = tomllib.loads((Path(config) if config else folder / "sharekit.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        read = {}
    found = extras(folder, read, dict(os.environ))
    return [name for name in found if name != "hugo" or not shutil.which("hugo")]


if __name__ == "__main__":
    print(",".join(extras_of(Path(sys.argv[1]), *sys.argv[2:3])))
