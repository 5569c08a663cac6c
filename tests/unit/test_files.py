from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.errors import OutputError
from sharekit.files import digest, write_if_changed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file_is_written_with_its_folders(tmp_path: Path) -> None:
    target = tmp_path / "public" / "deep" / "index.xml"
    assert write_if_changed(target, "é") == "new"
    assert target.read_bytes() == "é".encode()


def test_equal_bytes_touch_nothing(tmp_path: Path) -> None:
    target = tmp_path / "index.xml"
    write_if_changed(target, b"same")
    os.utime(target, ns=(1, 1))
    assert write_if_changed(target, b"same") == "unchanged"
    assert target.stat().st_mtime_ns == 1


def test_other_bytes_replace_and_keep_the_mode(tmp_path: Path) -> None:
    target = tmp_path / "index.xml"
    write_if_changed(target, b"old")
    target.chmod(0o640)
    assert write_if_changed(target, b"new") == "changed"
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    in_the_way = tmp_path / "public"
    in_the_way.write_text("a file, where a folder is wanted")
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_if_changed(in_the_way / "index.xml", b"x")
    assert caught.value.exit_code == 3
    assert caught.value.path == str(in_the_way / "index.xml")
    assert [each.name for each in tmp_path.iterdir()] == ["public"]


def test_a_folder_in_the_place_of_the_file_leaves_no_half_file_beside(tmp_path: Path) -> None:
    (tmp_path / "index.xml").mkdir()
    with pytest.raises(OutputError):
        write_if_changed(tmp_path / "index.xml", b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["index.xml"]


def test_a_new_file_is_readable_as_the_umask_says(tmp_path: Path) -> None:
    previous = os.umask(0o022)
    try:
        write_if_changed(tmp_path / "a", b"x")
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


@given(st.text().map(lambda text: text.replace("\r", "")))
def test_the_digest_ignores_line_endings_and_outer_blank_lines(text: str) -> None:
    assert digest(text) == digest("\n\n" + text.replace("\n", "\r\n") + "  \n")


def test_the_digest_sees_a_changed_word() -> None:
    assert digest("Jour 2 de la conférence") != digest("Jour 3 de la conférence")
