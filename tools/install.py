"""Installs sharekit from this folder for one blog: ``python tools/install.py VENV BLOG [CONFIG]``.

What the blog's configuration needs and nothing else, in the versions and with the hashes of ``requirements.lock``. It
needs Python alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from extras import extras_of

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
BUILD = ("hatchling",)


def locked(extras: Iterable[str]) -> str:
    """The part of requirements.lock that sharekit with these extras needs, and what builds it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(each for name in extras for each in project["optional-dependencies"][name])]
    chosen = {_name(each) for each in (*wanted, *BUILD)}
    # An entry names in its comment, "via", what asks for it.
    entries = {
        _name(text): (text, set(re.findall(r"^ +#(?: +via)? +([\w.-]+)$", text, re.MULTILINE)))
        for text in re.split(r"^(?=\w)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    }
    while more := {name for name, (_, parents) in entries.items() if name not in chosen and parents & chosen}:
        chosen |= more
    return "".join(text for name, (text, _) in entries.items() if name in chosen)


def _name(requirement: str) -> str:
    """A distribution's name as pip compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


def main(venv: str, blog: str, config: str = "") -> None:
    """Make the virtual environment, and install what was locked, then sharekit."""
    has_pip = find_spec("pip") is not None
    subprocess.run([sys.executable, "-m", "venv", *(["--without-pip"] if has_pip else []), venv], check=True)
    python = Path(venv, "bin", "python")
    pip = [sys.executable, "-m", "pip", "--python", str(python)] if has_pip else [str(python), "-m", "pip"]
    needed = Path(venv, "requirements.txt")
    needed.write_text(locked(extras_of(Path(blog), config)), encoding="utf-8")
    install = [*pip, "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "--requirement", str(needed)], check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", str(ROOT)], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
