"""What a folder says of itself: whether it is a Hugo site, and what of its configuration the reading needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.sources.hugo.program import Hugo, Output

# The variables of the environment that Hugo lets templates read unless a site allows more.
ALLOWED = frozenset({"^HUGO_", "^CI$"})
CONFIG_ENDINGS = ("toml", "yaml", "yml", "json")


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a site's configuration says that a reading needs.

    ``main`` are the sections that it calls its main ones, ``language`` the one at its root; ``expired`` says that it keeps
    expired pages, ``ugly`` that its addresses end in ``.html``.
    """

    main: tuple[str, ...] = ()
    language: str = ""
    timezone: str | None = None
    expired: bool = False
    ugly: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What rendering a site needs.

    ``answer`` is what Hugo said, ``themes`` are those that the overlay is added to, ``ignored`` the patterns of files that
    the site leaves out, and ``disabled`` the kinds of pages that it does without. ``outside`` says that it takes files or
    variables from beyond its folder.
    """

    version: tuple[int, int, int]
    answer: Output
    declared: Declared
    themes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
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
    language = str(table.get("defaultcontentlanguage") or "")
    in_language = (table.get("languages") or {}).get(language) or {}
    declared = Declared(
        main=_texts(table.get("mainsections") or (table.get("params") or {}).get("mainsections")),
        language=language,
        timezone=table.get("timezone") or in_language.get("timezone"),
        expired=table.get("buildexpired") is True,
        ugly=table.get("uglyurls") is True,
    )
    return Facts(
        version=version,
        answer=answer,
        declared=declared,
        themes=_texts(table.get("theme")),
        ignored=_texts(table.get("ignorefiles")),
        disabled=_texts(table.get("disablekinds")),
        outside=not table or _reaches_out(table, root),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(each) for each in value) if isinstance(value, list) else ()


def _reaches_out(table: dict[str, Any], root: Path) -> bool:
    """Whether it takes files from elsewhere, or its templates may read more of the environment than Hugo allows."""
    module = table.get("module") or {}
    if module.get("workspace") not in (None, "", "off") or module.get("replacements"):
        return True
    parts = [module, *(each for each in module.get("imports") or [] if isinstance(each, dict))]
    mounts = [mount for part in parts for mount in part.get("mounts") or [] if isinstance(mount, dict)]
    places = [str(table.get("themesdir") or ""), *(str(mount.get("source") or "") for mount in mounts)]
    functions = (table.get("security") or {}).get("funcs") or {}
    inside = root.resolve()
    return not set(functions.get("getenv") or ()) <= ALLOWED or any(
        not (root / place).resolve().is_relative_to(inside) for place in places
    )
