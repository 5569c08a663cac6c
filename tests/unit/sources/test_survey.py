"""What a survey sees of a folder, and what is kept of the files that were read."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from sharekit.sources.cache import Cache
from sharekit.sources.looks import contents, look
from sharekit.sources.survey import COARSE_TICK, TICK, File, Survey, dates_in, survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"content/a.md": "---\ndate: 2026-01-02\n---\nUn\n", "content/b.md": "Deux\n", "static/c.txt": "Trois\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "blog" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "blog" / "link").symlink_to("content")
    return tmp_path / "blog"


def later(files: Survey) -> Survey:
    """The same survey, made when every change before it had become visible."""
    return Survey(root=files.root, files=files.files, at=files.at + COARSE_TICK)


def edited_in_place(path: Path) -> None:
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").swapcase(), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def relink(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda root: (root / "content/a.md").write_text("Autre chose\n"),
    "written with its old size and time": lambda root: edited_in_place(root / "content/a.md"),
    "added": lambda root: (root / "content/d.md").write_text("Quatre\n"),
    "added empty": lambda root: (root / "content/e.md").touch(),
    "removed": lambda root: (root / "content/b.md").unlink(),
    "renamed": lambda root: (root / "content/b.md").rename(root / "content/z.md"),
    "replaced by a copy": lambda root: shutil.copy(root / "content/a.md", root / "content/b.md"),
    "a link that leads elsewhere": lambda root: relink(root / "link", "static"),
    "below a folder that is called resources": lambda root: shutil.copytree(root / "static", root / "content/resources"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_changes_the_stamp_and_the_contents(name: str, folder: Path) -> None:
    before = survey(folder)
    cache = Cache(folder)
    digest = contents(look(later(before), cache, lambda _name, _data: ((), False)))
    CHANGES[name](folder)
    after = survey(folder)
    assert after.stamp() != before.stamp()
    assert (contents(look(after, cache, lambda _name, _data: ((), False))) == digest) is False


def test_what_is_built_or_hidden_changes_nothing(folder: Path) -> None:
    before = survey(folder)
    for name in ("public/index.html", "resources/x", "_site/y", ".git/HEAD", ".sharekit/cache/z", "content/node_modules/q"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert survey(folder).files == before.files


def test_a_copy_has_another_stamp_and_the_same_contents(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy", symlinks=True)
    one, other = survey(folder), survey(copy)
    assert one.stamp() != other.stamp()
    learn: Callable[[str, bytes], tuple[tuple[str, ...], bool]] = lambda _name, _data: ((), False)  # noqa: E731 - a stand-in
    assert contents(look(one, Cache(folder), learn)) == contents(look(other, Cache(copy), learn))


def test_only_files_that_changed_are_read_again(folder: Path) -> None:
    read: list[str] = []

    def learn(name: str, data: bytes) -> tuple[tuple[str, ...], bool]:
        read.append(name)
        return (str(len(data)),), b"Deux" in data

    cache = Cache(folder)
    first = look(later(survey(folder)), cache, learn)
    assert sorted(read) == sorted([*FILES, "link"])
    assert [name for name, each in first.items() if each.tells] == ["content/b.md"]
    read.clear()
    assert look(later(survey(folder)), cache, learn) == first
    assert read == []
    edited_in_place(folder / "content/b.md")
    assert not look(later(survey(folder)), cache, learn)["content/b.md"].tells
    assert read == ["content/b.md"]


def test_what_was_kept_may_be_spoilt_or_deleted(folder: Path) -> None:
    cache = Cache(folder)
    learn: Callable[[str, bytes], tuple[tuple[str, ...], bool]] = lambda _name, _data: ((), True)  # noqa: E731 - a stand-in
    first = look(later(survey(folder)), cache, learn)
    for path in cache.folder.iterdir():
        path.write_bytes(b"\xc1{")
    assert look(later(survey(folder)), cache, learn) == first
    shutil.rmtree(folder / ".sharekit")
    assert look(later(survey(folder)), cache, learn) == first


def test_a_file_that_changed_just_now_may_hide_another_change(folder: Path) -> None:
    now = 1_800_000_000_000_000_001
    files = Survey(root=folder, files=(), at=now)
    assert files.may_hide(File("a", 1, now - TICK // 2, now - TICK // 2, 1))
    assert not files.may_hide(File("a", 1, now - 2 * TICK, now - 2 * TICK, 1))
    # Whole seconds: the file system keeps no more of the time than that.
    whole = now // 1_000_000_000 * 1_000_000_000
    assert files.may_hide(File("a", 1, whole - 1_000_000_000, whole - 1_000_000_000, 1))
    read: list[str] = []
    cache = Cache(folder)
    fresh = survey(folder)
    fresh = Survey(root=folder, files=fresh.files, at=min(file.touched or fresh.at for file in fresh.files))
    for _ in range(2):
        look(fresh, cache, lambda name, _data: (read.append(name), ((), False))[1])  # type: ignore[func-returns-value]
    assert sorted(read) == sorted([*FILES, "link", *FILES]), "what was written a moment ago is not kept"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    before = survey(folder)
    os.mkfifo(folder / "content" / "pipe.md")
    assert survey(folder).files == before.files


def test_names_that_no_encoding_has_are_read(folder: Path) -> None:
    try:
        (folder / "content" / os.fsdecode(b"caf\xe9.md")).write_text("x")
    except OSError:
        pytest.skip("this file system has only names in UTF-8")
    looks = look(later(survey(folder)), Cache(folder), lambda _name, _data: ((), False))
    assert len(looks) == len(FILES) + 2
    assert len(contents(looks)) == 32


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        (
            "---\ndate: 2026-01-02\nexpiryDate: 2027-01-02T08:00:00Z\n---\n2030-01-01\n",
            ["2026-01-02", "2027-01-02T08:00:00Z"],
        ),
        ("+++\ndate = 2026-01-02 08:30:00+01:00\n+++\n2030-01-01\n", ["2026-01-02 08:30:00+01:00"]),
        ('{\n"date": "2026-01-02"\n}\nx\n', ["2026-01-02"]),
        ("---\n# ---\ndate: 2026-01-02\n---\nx\n", ["2026-01-02"]),
        ("\ufeff---\ndate: 2026-01-02\n---\nx\n", ["2026-01-02"]),
        ("date: 2026-01-02\n", ["2026-01-02"]),
    ],
)
def test_the_dates_of_the_front_matter_are_found(text: str, dates: list[str]) -> None:
    assert dates_in("a.md", text.encode()) == dates
    assert dates_in("2025-12-31-a.md", text.encode()) == ["2025-12-31", *dates]
