"""Dates as blogs write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.sources.params import DateError, labels, loose_moment, moment, summary, zone_of

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-01", "2024-03-01T00:00:00+01:00"),
        ("2024/3/1 8:05", "2024-03-01T08:05:00+01:00"),
        ("2024-03-01T08:05:09.25Z", "2024-03-01T08:05:09.250000+00:00"),
        ("2018-04-08 16:58:03 -0700", "2018-04-08T16:58:03-07:00"),
        ("2012-09-15 19:52:05 UTC", "2012-09-15T19:52:05+00:00"),
        ("2012-09-15 19:52:05 UTC+02:00", "2012-09-15T19:52:05+02:00"),
        ("'2024-07-01'", "2024-07-01T00:00:00+02:00"),
        ("2024-07-01 10:00 America/New_York", "2024-07-01T10:00:00-04:00"),
        ("2024-07-01T10:00+09:00[Asia/Tokyo]", "2024-07-01T10:00:00+09:00"),
        ("5 March 2024", "2024-03-05T00:00:00+01:00"),
        ("2024-07-05 10:00 EST", "2024-07-05T10:00:00-05:00"),
        ("2024-03-05 10:00 CEST", "2024-03-05T10:00:00+02:00"),
        ("2024-03-05 10:00 XYZ", "2024-03-05T10:00:00+01:00"),
        ("2024-03-05 10:00 UTC+3", "2024-03-05T10:00:00+03:00"),
        ("5 March 2024 10:00 GMT-3", "2024-03-05T10:00:00-03:00"),
        ("March 5, 2024 10:00", "2024-03-05T10:00:00+01:00"),
        ("Tue, 05 Mar 2024 10:00:00 +0000", "2024-03-05T10:00:00+00:00"),
        ("2024-02-30", None),
        ("2024-13-01", None),
        ("05/03/2024", None),
        ("March 2024", None),
        ("yesterday", None),
        ("0001-01-01", None),
        ("", None),
    ],
)
def test_a_moment_or_a_refusal(text: str, iso: str | None) -> None:
    if iso is None:
        with pytest.raises(DateError):
            moment(text, PARIS)
    else:
        assert moment(text, PARIS).isoformat() == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-01- 14:54", "2024-03-01T14:54:00+01:00"),
        ("2024-03-01 12.04 UTC", "2024-03-01T00:00:00+01:00"),
        ("2024-07-01 07:28 UtC", "2024-07-01T07:28:00+00:00"),
        ("2024-07-01 at 8:05 +09:00, in the train", "2024-07-01T08:05:00+09:00"),
        ("2024-07-01 20:00.000000000 +08:00", "2024-07-01T20:00:00+02:00"),
        ("2024-02-30 at noon", None),
        ("noon of 2024-02-03", None),
    ],
)
def test_a_lenient_reader_passes_over_what_follows_a_day(text: str, iso: str | None) -> None:
    with pytest.raises(DateError):
        moment(text, PARIS)
    if iso is None:
        with pytest.raises(DateError):
            loose_moment(text, PARIS)
    else:
        assert loose_moment(text, PARIS).isoformat() == iso


def test_dates_that_toml_has_read_already() -> None:
    assert moment(date(2024, 3, 1)) == datetime(2024, 3, 1, tzinfo=UTC)
    assert moment(datetime(2024, 3, 1, 8, tzinfo=PARIS)).utcoffset() == timedelta(hours=1)


def test_an_unknown_zone_is_the_fallback() -> None:
    assert zone_of("Mars/Olympus") is UTC
    assert zone_of("../../etc/passwd") is UTC
    assert zone_of("Europe/Paris") == PARIS


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    made = None
    with contextlib.suppress(DateError):
        made = moment(text)
    assert made is None or made.tzinfo is not None


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - naive is the subject
def test_iso_comes_back(when: datetime) -> None:
    assert moment(when.isoformat()) == when.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>Un <b>rabot</b> &amp; une scie</p>", "Un rabot & une scie"),
        ("L&#39;établi", "L'établi"),
        ("List<T> and a < b,\n R&D", "List<T> and a < b, R&D"),
    ],
)
def test_a_summary_is_words(text: str, words: str) -> None:
    assert summary(text) == words


def test_labels_are_words_as_they_were_written() -> None:
    assert labels([1, True, None, " Go  lang ", "go lang", ""]) == ("1", "true", "Go lang")
