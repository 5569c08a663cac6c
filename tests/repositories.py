"""Repositories for the git ledger: a bare remote and clones of it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest


def git(folder: Path, *arguments: str) -> str:
    """git's output in a folder."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass(frozen=True)
class Hosting:
    """A bare repository, and clones of it."""

    folder: Path

    @property
    def bare(self) -> Path:
        return self.folder / "remote.git"

    def clone(self, name: str, *options: str) -> Path:
        git(self.folder, "clone", "--quiet", *options, self.bare.as_uri(), name)
        return self.folder / name


def make_hosting(folder: Path, *options: str) -> Hosting:
    """A bare repository in a folder, with two commits on its branch ``main``; ``options`` are of ``git init``."""
    shutil.copytree(_made(*options).name, folder, symlinks=True, dirs_exist_ok=True)
    return Hosting(folder)


@cache
def _made(*options: str) -> tempfile.TemporaryDirectory[str]:
    """What is copied for each test: ten processes less than to make it again."""
    made = tempfile.TemporaryDirectory(prefix="sharekit-")
    folder = Path(made.name)
    bare = Hosting(folder).bare
    git(folder, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", *options, str(bare))
    (bare / "hooks").mkdir()
    git(bare, "config", "receive.fsckObjects", "true")
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main", *options, "first")
    first = folder / "first"
    for number in range(2):
        (first / "post.md").write_text(f"words {number}")
        git(first, "add", ".")
        git(first, "-c", "user.name=n", "-c", "user.email=n@blog.example", "commit", "--quiet", "-m", f"post {number}")
    git(first, "push", "--quiet", str(bare), "main")
    return made


@pytest.fixture
def hosting(tmp_path: Path) -> Hosting:
    """A bare repository to clone from."""
    return make_hosting(tmp_path)
