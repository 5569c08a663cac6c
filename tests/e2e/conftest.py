"""Copies of blogs that nobody minds, and the command."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from commands import Sharekit, under_git

if TYPE_CHECKING:
    from pathlib import Path

FILES = "".join(f'[channels.{name}]\nkind = "files"\n' for name in ("x", "mastodon", "bluesky", "linkedin", "facebook"))


@pytest.fixture
def sharekit(tmp_path: Path) -> Sharekit:
    home = tmp_path / "home"
    home.mkdir()
    return Sharekit(home)


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    ignored = shutil.ignore_patterns("public", "issues", "shares", "resources", ".sharekit", ".hugo_build.lock")
    folder = shutil.copytree(project / "examples" / "blog", tmp_path_factory.mktemp("example") / "blog", ignore=ignored)
    (folder / "sharekit.toml").write_text(FILES, encoding="utf-8")
    return under_git(folder)


@pytest.fixture
def blog(tmp_path: Path, committed: Path) -> Path:
    """A copy of ``examples/blog``, under git, with all of its posts to share."""
    return shutil.copytree(committed, tmp_path / "blog")


@pytest.fixture
def zwindler(tmp_path: Path, shared: Path) -> Path:
    """A copy of the three posts of the blog that sharekit was asked for, under git."""
    folder = shutil.copytree(shared / "corpus" / "zwindler", tmp_path / "zwindler")
    (folder / "sharekit.toml").write_text(FILES, encoding="utf-8")
    return under_git(folder)
