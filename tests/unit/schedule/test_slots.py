from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plans import PARIS, at
from sharekit.errors import ConfigError
from sharekit.schedule.calendar import moments, offset, settled


@pytest.mark.parametrize(
    ("published", "span", "expected"),
    [
        ("2026-11-24T10:00", "0d", "2026-11-24T10:00"),
        ("2026-10-24T10:00", "36h", "2026-10-25T21:00"),  # 36 hours, of which one came twice
        ("2026-10-24T10:00", "7d", "2026-10-31T10:00"),
        ("2026-03-22T02:30", "1w", "2026-03-29T03:30"),
        ("2026-01-31T10:00", "1mo", "2026-02-28T10:00"),
        ("2026-11-30T10:00", "3mo", "2027-02-28T10:00"),
        ("2024-02-29T10:00", "1y", "2025-02-28T10:00"),
    ],
)
def test_slots_are_of_the_calendar_but_hours_are_hours(published: str, span: str, expected: str) -> None:
    assert moments(at(published), {"slot": span}, PARIS) == {"slot": at(expected)}


@pytest.mark.parametrize("span", ["soon", "7", "-1d", "1.5d"])
def test_a_slot_that_cannot_be_read(span: str) -> None:
    with pytest.raises(ConfigError, match="not a span"):
        moments(at("2026-11-24T10:00"), {"slot": span}, PARIS)


def test_lateness_has_a_known_length() -> None:
    assert offset("2w") == timedelta(days=14)
    with pytest.raises(ConfigError, match="known length"):
        offset("1mo")


@pytest.mark.parametrize("span", ["0d", "0m", "0h", "0w", "0mo"])
def test_the_moment_of_publication_is_kept_in_the_hour_that_comes_twice(span: str) -> None:
    published = datetime.fromisoformat("2026-10-25T02:15+01:00")
    assert moments(published, {"launch": span}, PARIS)["launch"].astimezone(UTC) == published


def test_an_hour_later_than_the_first_of_two_is_the_second() -> None:
    published = datetime.fromisoformat("2026-10-25T02:15+02:00")
    found = moments(published, {"a": "30m", "b": "1h", "c": "1d"}, PARIS)
    assert [found[name].astimezone(UTC).isoformat(timespec="minutes") for name in "abc"] == [
        "2026-10-25T00:45+00:00",
        "2026-10-25T01:15+00:00",
        "2026-10-26T01:15+00:00",
    ]


@pytest.mark.parametrize(
    ("clock", "moment"),
    [("2026-03-29T02:30", "2026-03-29T03:30+02:00"), ("2026-10-25T02:30", "2026-10-25T02:30+02:00")],
)
def test_a_time_of_the_calendar_is_a_moment_that_exists(clock: str, moment: str) -> None:
    found = settled(datetime.fromisoformat(clock), PARIS)
    assert found.isoformat() == datetime.fromisoformat(moment).isoformat()


@pytest.mark.parametrize(("text", "span"), [("0d", 0), (" 30m ", 30), ("36h", 2160), ("7 d", 10080), ("2w", 20160)])
def test_a_span(text: str, span: int) -> None:
    assert offset(text) == timedelta(minutes=span)
