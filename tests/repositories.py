"""Repositories for the git ledger: a bare remote and clones of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


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
    made = Hosting(folder)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", *options, str(made.bare))
    git(made.bare, "config", "receive.fsckObjects", "true")
    git(folder, "init", "--quiet", "--initial-branch=main", *options, "first")
    first = folder / "first"
    for number in range(2):
        (first / "post.md").write_text(f"words {number}")
        git(first, "add", ".")
        git(first, "-c", "user.name=n", "-c", "user.email=n@blog.example", "commit", "--quiet", "-m", f"post {number}")
    git(first, "push", "--quiet", str(made.bare), "main")
    return made


@pytest.fixture
def hosting(tmp_path: Path) -> Hosting:
    """A bare repository to clone from."""
    return make_hosting(tmp_path)
