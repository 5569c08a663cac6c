"""What a folder says of itself: whether it is a Hugo site, and what of its configuration the reading needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sharekit.sources.hugo.binary import Hugo, Output

CONFIG_NAMES = ("hugo", "config")
# The variables of the environment that Hugo lets templates read unless a site allows more.
ALLOWED = frozenset({"^HUGO_", "^CI$"})
CONFIG_ENDINGS = ("toml", "yaml", "yml", "json")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``themes`` are those that the overlay is added to, ``ignored`` the patterns of files that the site leaves out, and
    ``disabled`` the kinds of pages that it does without.

    ``answer`` is what Hugo said, ``main`` the sections that the site calls its own, if it does; ``language`` the one that
    stands at the root; ``expired`` says that the site keeps expired pages, ``ugly`` that its addresses end in ``.html``, and
    ``outside`` that it takes files or variables from beyond its folder.
    """

    version: tuple[int, int, int]
    answer: Output
    main: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    language: str = ""
    expired: bool = False
    ugly: bool = False
    outside: bool = False


def is_hugo_site(root: Path) -> bool:
    """Whether the folder has a configuration of Hugo's: ``hugo.*``, or ``config.*`` beside ``content``."""
    if any((root / f"hugo.{ending}").is_file() for ending in CONFIG_ENDINGS):
        return True
    folder = root / "config" / "_default"
    if any((folder / f"hugo.{ending}").is_file() for ending in CONFIG_ENDINGS):
        return True
    if not any((root / name).is_dir() for name in ("content", "themes", "archetypes")):
        return False
    return any((place / f"config.{ending}").is_file() for place in (root, folder) for ending in CONFIG_ENDINGS)


def site_facts(hugo: Hugo, root: Path) -> Facts:
    """Ask Hugo for the site's configuration. Where it refuses to tell, the reading itself will say why."""
    version = hugo.version()
    answer = hugo.run(["config", "--format", "json", "--source", str(root), "--noBuildLock"])
    start = answer.stdout.find("{")
    try:
        table = json.loads(answer.stdout[start:]) if start >= 0 else {}
    except json.JSONDecodeError:
        # An older Hugo, or a configuration that it refuses.
        table = {}
    module = table.get("module")
    params = table.get("params")
    return Facts(
        version=version,
        answer=answer,
        main=_texts(table.get("mainsections") or (params.get("mainsections") if isinstance(params, dict) else None)),
        themes=_texts(table.get("theme")),
        ignored=_texts(table.get("ignorefiles")),
        disabled=_texts(table.get("disablekinds")),
        language=str(table.get("defaultcontentlanguage") or ""),
        expired=table.get("buildexpired") is True,
        ugly=table.get("uglyurls") is True,
        outside=not table or _reaches_out(module if isinstance(module, dict) else {}, root) or _asks_for_more(table, root),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(each) for each in value) if isinstance(value, list) else ()


def _reaches_out(module: dict[str, Any], root: Path) -> bool:
    if module.get("workspace") not in (None, "", "off") or module.get("replacements"):
        return True
    return any(_is_outside(str(mount.get("source") or ""), root) for mount in _mounts(module))


def _asks_for_more(table: dict[str, Any], root: Path) -> bool:
    """Whether themes lie elsewhere, or templates may read variables of the environment beyond those that Hugo allows."""
    functions = (table.get("security") or {}).get("funcs") or {}
    return _is_outside(str(table.get("themesdir") or ""), root) or not set(functions.get("getenv") or ()) <= ALLOWED


def _mounts(module: dict[str, Any]) -> Iterable[dict[str, Any]]:
    tables = [module, *(each for each in module.get("imports") or [] if isinstance(each, dict))]
    return (mount for table in tables for mount in table.get("mounts") or [] if isinstance(mount, dict))


def _is_outside(source: str, root: Path) -> bool:
    return not (root / source).resolve().is_relative_to(root.resolve())
