"""What a reading depends on, told from the files' own facts, and what is kept under it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from blogs import write
from sharekit.sources.hugo import MOST, inputs, keep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"content/a.md": "---\ndate: 2026-01-02\n---\nUn\n", "content/b.md": "Deux\n", "static/c.txt": "Trois\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "blog", FILES)
    (tmp_path / "blog" / "link").symlink_to("content")
    (tmp_path / "blog" / "gone.md").symlink_to("content/later.md")
    return tmp_path / "blog"


def edited_in_place(path: Path) -> None:
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").swapcase(), encoding="utf-8")
    # As a program does that hides its traces: the same size, the same time of the last change.
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def relink(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda root: (root / "content/a.md").write_text("Autre chose\n"),
    "added": lambda root: (root / "content/d.md").write_text("Quatre\n"),
    "added empty": lambda root: (root / "content/e.md").touch(),
    "removed": lambda root: (root / "content/b.md").unlink(),
    "renamed": lambda root: (root / "content/b.md").rename(root / "content/z.md"),
    "replaced by a copy": lambda root: shutil.copy(root / "content/a.md", root / "content/b.md"),
    "a link that leads elsewhere": lambda root: relink(root / "link", "static"),
    "a link that leads somewhere at last": lambda root: (root / "content/later.md").write_text("Cinq\n"),
    "below a folder that is called resources": lambda root: shutil.copytree(root / "static", root / "content/resources"),
    "a picture": lambda root: (root / "static/p.png").write_bytes(b"\x89PNG"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_seen(name: str, folder: Path) -> None:
    before = inputs(folder)
    CHANGES[name](folder)
    assert inputs(folder).digest != before.digest


def test_a_change_that_keeps_size_and_time_is_seen(folder: Path) -> None:
    before = inputs(folder)
    while (newest := inputs(folder).newest) == before.newest:
        (folder / "static/c.txt").touch()
    path = folder / "content/a.md"
    old = path.stat()
    while path.stat().st_ctime_ns <= newest:
        edited_in_place(path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (old.st_size, old.st_mtime_ns)
    assert inputs(folder).digest != before.digest


def test_what_is_built_hidden_or_ours_changes_nothing(folder: Path) -> None:
    before = inputs(folder)
    names = (
        "public/index.html",
        "resources/x",
        "shares/s.md",
        "issues/i.md",
        ".git/HEAD",
        ".sharekit/cache/z",
        "__pycache__/a",
    )
    write(folder, dict.fromkeys(names, "x"))
    assert inputs(folder) == before


def test_words_count(folder: Path) -> None:
    assert len({inputs(folder, words).digest for words in ([], ["a"], ["a", "b"], ["ab"])}) == 4


def test_links_in_a_circle_end(folder: Path) -> None:
    (folder / "content" / "round").symlink_to("..")
    assert inputs(folder) == inputs(folder)


def test_names_that_no_encoding_has_are_seen(folder: Path) -> None:
    before = inputs(folder)
    try:
        (folder / "content" / os.fsdecode(b"caf\xe9.md")).write_text("x")
    except OSError:
        # APFS and file systems mounted as UTF-8 refuse such a name, so that no blog there can have one.
        pytest.skip("this file system has only names in UTF-8")
    assert inputs(folder).digest != before.digest


def test_the_oldest_make_room_and_nothing_is_kept_where_nothing_can_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "kept" / "cache"
    for number in range(MOST + 2):
        keep(folder, f"n{number}", b"x")
        os.utime(folder / f"n{number}", ns=(number, number))
    keep(folder, "last", b"y")
    assert sorted(path.name for path in folder.iterdir()) == ["last", "n3", "n4"]
    assert (folder / "last").read_bytes() == b"y"
    assert (folder.parent / ".gitignore").read_text() == "*\n"
    (tmp_path / "file").write_text("not a folder")
    keep(tmp_path / "file" / "cache", "n", b"x")
    assert (tmp_path / "file").read_text() == "not a folder"
