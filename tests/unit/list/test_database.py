from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands import git, under_git
from sharekit.git import keep_out_of_git
from sharekit.list.database import open_database

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "the blog"
    folder.mkdir(parents=True)
    (folder / "hugo.toml").touch()
    under_git(folder.parent)
    return folder


def test_a_new_database_is_nothing_that_git_would_add(blog: Path) -> None:
    with open_database("sqlite:///subscribers.sqlite", root=blog).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        assert {path.name for path in blog.iterdir()} > {"subscribers.sqlite", "subscribers.sqlite-wal"}
        git("add", "-A", cwd=blog)
        assert git("status", "--porcelain", cwd=blog) == ""


@pytest.mark.parametrize("name", ["a b.sqlite", "#a.sqlite", "[a].sqlite", "!a*.sqlite", "é.sqlite"])
def test_only_that_file_is_passed_over(blog: Path, name: str) -> None:
    exclude = blog.parent / ".git" / "info" / "exclude"
    exclude.write_text("mine")
    (blog / name).touch()
    (blog / "other.sqlite").touch()
    keep_out_of_git(blog / name)
    assert exclude.read_text(encoding="utf-8").startswith("mine\n/")
    assert git("status", "--porcelain", "-uall", cwd=blog).strip() == '?? "the blog/other.sqlite"'


def test_what_git_passes_over_already_needs_no_line(blog: Path) -> None:
    (blog / ".gitignore").write_text("*.sqlite*\n")
    exclude = blog.parent / ".git" / "info" / "exclude"
    before = exclude.read_text() if exclude.exists() else None
    open_database("sqlite:///subscribers.sqlite", root=blog)
    assert (exclude.read_text() if exclude.exists() else None) == before


def test_outside_of_a_repository_nothing_is_written(tmp_path: Path) -> None:
    keep_out_of_git(tmp_path / "subscribers.sqlite")
    assert list(tmp_path.iterdir()) == []
