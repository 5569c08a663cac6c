"""The moments that flags take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import click
import pytest

from sharekit.cli.options import Moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01T08:30", datetime(2026, 12, 1, 8, 30, tzinfo=UTC)),
        ("2026-12-01T08:30+01:00", datetime(2026, 12, 1, 8, 30, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_a_moment_without_a_zone_is_utc(text: str, moment: datetime) -> None:
    assert Moment().convert(text, None, None) == moment


@pytest.mark.parametrize(("text", "words"), [("soon", "is not a time"), ("0001-01-01", "is not in the years")])
def test_what_is_no_moment_is_refused(text: str, words: str) -> None:
    with pytest.raises(click.BadParameter, match=words):
        Moment().convert(text, None, None)
