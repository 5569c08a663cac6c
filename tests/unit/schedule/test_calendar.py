from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import PARIS, at
from sharekit.errors import ConfigError
from sharekit.schedule.calendar import Calendar, moments, offset, parse_quiet, parse_windows, settled

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds are naive


def calendar(windows: str | None, *quiet: str) -> Calendar:
    return Calendar(windows=parse_windows(windows, setting="shares.windows"), quiet=parse_quiet(quiet), zone=PARIS)


@pytest.mark.parametrize(
    ("windows", "quiet", "asked", "opens"),
    [
        ("Tue,Thu 08:30", (), "2026-11-24T08:30", "2026-11-24T08:30"),
        ("Tue,Thu 08:30", (), "2026-11-24T08:31", "2026-11-26T08:30"),
        ("Mon-Fri 12:15", (), "2026-11-27T13:00", "2026-11-30T12:15"),
        ("Sat-Mon 10:00", (), "2026-11-24T00:00", "2026-11-28T10:00"),
        ("Fri-Mon 10:00", (), "2026-11-29T10:01", "2026-11-30T10:00"),
        ("Fri-Mon 10:00", (), "2026-11-30T10:01", "2026-12-04T10:00"),
        ("Sun-Sat 10:00", (), "2026-11-28T10:01", "2026-11-29T10:00"),
        ("Mon-Mon 10:00", (), "2026-11-24T10:00", "2026-11-30T10:00"),
        ("daily 09:00,18:00", (), "2026-11-24T10:00", "2026-11-24T18:00"),
        ("09:00", (), "2026-11-24T10:00", "2026-11-25T09:00"),
        ("Tue 08:30; Sat 10:00", (), "2026-11-24T09:00", "2026-11-28T10:00"),
        ("tuesday 8:30", (), "2026-11-25T00:00", "2026-12-01T08:30"),
        ("daily 09:00", ("Sat", "Sun"), "2026-11-28T00:00", "2026-11-30T09:00"),
        ("daily 09:00", ("2026-12-24..2027-01-02",), "2026-12-24T00:00", "2027-01-03T09:00"),
        ("daily 09:00", ("12-25",), "2027-12-25T00:00", "2027-12-26T09:00"),
        ("daily 09:00", ("2026-11-11",), "2026-11-11T00:00", "2026-11-12T09:00"),
        (None, (), "2026-11-24T10:07", "2026-11-24T10:07"),
        (None, ("Sun",), "2026-11-29T10:07", "2026-11-30T10:07"),
        # Clocks go back on 25 October 2026 and forward on 29 March 2026, in Paris.
        ("daily 08:30", (), "2026-10-24T09:00", "2026-10-25T08:30"),
        ("daily 02:30", (), "2026-03-28T03:00", "2026-03-29T03:30"),
    ],
)
def test_the_next_opening(windows: str | None, quiet: tuple[str, ...], asked: str, opens: str) -> None:
    found = calendar(windows, *quiet).next_from(at(asked))
    assert found == at(opens)
    assert found.utcoffset() == at(opens).utcoffset()


def test_an_hour_that_comes_twice_opens_once() -> None:
    every = calendar("daily 02:30")
    first = every.next_from(at("2026-10-24T12:00"))
    assert first.astimezone(UTC).isoformat() == "2026-10-25T00:30:00+00:00"
    assert every.next_from(first + timedelta(seconds=1)) == at("2026-10-26T02:30")
    assert every.next_from(datetime.fromisoformat("2026-10-25T02:10+01:00").astimezone(PARIS)) == at("2026-10-26T02:30")


@given(MOMENTS)
def test_openings_keep_their_time_of_day_all_year(moment: datetime) -> None:
    every = calendar("Tue,Thu 08:30")
    opening = every.next_from(moment)
    assert (opening.hour, opening.minute, opening.weekday() in (1, 3)) == (8, 30, True)
    assert moment <= opening <= moment + timedelta(days=5, hours=1)
    assert every.opening_at(opening) == opening


@pytest.mark.parametrize("text", ["Tue", "Tue 25:00", "Funday 08:30", "8h30", "Tue 08:30 Thu"])
def test_a_window_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ConfigError, match=r"shares\.windows") as caught:
        parse_windows(text, setting="shares.windows")
    assert "Tue,Thu 08:30" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Someday", 'someday" is not a day of the week'),
        ("2026-02-30", '2026-02-30" is not a day'),
        ("13-45", '13-45" is not a day'),
        ("3rd", '3rd" is not a day'),
        ("2026-01-01..tomorrow", 'tomorrow" is not a day'),
    ],
)
def test_a_quiet_day_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_quiet([text])
    assert caught.value.message.endswith(words)


def test_quiet_days_that_leave_no_day() -> None:
    with pytest.raises(ConfigError, match="leave no day"):
        calendar("daily 09:00", "daily").next_from(at("2026-11-24T00:00"))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-24T08:29:59", None),
        ("2026-11-24T08:30", "2026-11-24T08:30"),
        ("2026-11-24T14:30", "2026-11-24T08:30"),
        ("2026-11-24T14:30:01", None),
        ("2026-11-24T18:00", "2026-11-24T18:00"),
        ("2026-11-25T00:00", "2026-11-24T18:00"),
        ("2026-11-25T00:01", None),
        ("2026-11-28T21:00", "2026-11-28T20:00"),
        ("2026-11-29T01:00", None),
    ],
)
def test_a_window_is_open_for_six_hours_but_not_into_a_quiet_day(moment: str, opening: str | None) -> None:
    when = calendar("Tue 08:30,18:00; Sat 20:00", "Sun")
    assert when.opening_at(at(moment)) == (at(opening) if opening else None)
    assert when.open_from(at(moment)) == (at(moment) if opening else when.next_from(at(moment)))


def test_of_two_open_windows_it_is_the_later_one() -> None:
    assert calendar("daily 08:00,10:00").opening_at(at("2026-11-24T11:00")) == at("2026-11-24T10:00")


@pytest.mark.parametrize(
    ("opens", "last"),
    [
        ("2026-10-24T22:00+02:00", "2026-10-25T03:00+01:00"),  # the hour from two to three came twice
        ("2026-03-28T22:00+01:00", "2026-03-29T05:00+02:00"),  # and never came
    ],
)
def test_six_hours_are_six_hours_when_clocks_change(opens: str, last: str) -> None:
    when = calendar("daily 22:00")
    end = datetime.fromisoformat(last).astimezone(PARIS)
    assert when.opening_at(end) == datetime.fromisoformat(opens)
    assert when.opening_at(end.astimezone(UTC) + timedelta(seconds=1)) is None


def test_a_window_in_the_hour_that_comes_twice_is_open_in_its_second_half() -> None:
    second = datetime.fromisoformat("2026-10-25T02:10+01:00").astimezone(PARIS)
    assert calendar("daily 02:30").opening_at(second) is not None


def test_without_windows_it_is_open_but_for_quiet_days() -> None:
    always = calendar(None, "Sun", "2026-11-30")
    assert always.opening_at(at("2026-11-28T23:59:59")) == at("2026-11-28T23:59:59")
    assert always.opening_at(at("2026-11-29T00:00")) is None
    assert always.open_from(at("2026-11-29T10:00")) == at("2026-12-01T00:00")
    assert always.next_from(at("2026-11-29T10:00")) == at("2026-12-01T10:00")


@pytest.mark.parametrize("windows", [None, "daily 09:00"])
def test_quiet_days_that_leave_nothing_open(windows: str | None) -> None:
    with pytest.raises(ConfigError, match="leave no day"):
        calendar(windows, "daily").open_from(at("2026-11-24T09:00"))


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
