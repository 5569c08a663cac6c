"""The moments that flags take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import pytest

from sharekit.cli.options import Call, Moment

if TYPE_CHECKING:
    from pathlib import Path


def test_a_moment_without_an_offset_is_in_the_zone_of_the_blog(tmp_path: Path) -> None:
    def session_now(text: str) -> datetime | None:
        return Call(folder=tmp_path, now=Moment().convert(text, None, None)).session().now

    assert session_now("2026-12-01T08:30") == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    (tmp_path / "sharekit.toml").write_text('timezone = "Europe/Paris"\n')
    assert session_now("2026-12-01") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert session_now("2026-07-01T08:30") == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
    assert session_now("2026-12-01T08:30+03:00") == datetime(2026, 12, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(("text", "words"), [("soon", "is not a time"), ("0001-01-01", "is not in the years")])
def test_what_is_no_moment_is_refused(text: str, words: str) -> None:
    with pytest.raises(click.BadParameter, match=words):
        Moment().convert(text, None, None)
