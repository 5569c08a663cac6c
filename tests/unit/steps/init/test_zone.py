from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sharekit.model import Post, Site
from sharekit.steps.init.zone import guess_zone


def _site(language: str = "en", url: str = "https://blog.example/", timezone: str | None = None) -> Site:
    return Site(title="x", url=url, language=language, timezone=timezone, generator="Hugo 0.168.0")


def _posts(zone: str, language: str = "en", count: int = 24) -> list[Post]:
    first = datetime(2024, 1, 10, 12, tzinfo=UTC)
    moments = [(first + timedelta(days=31 * n)).astimezone(ZoneInfo(zone)) for n in range(count)]
    return [
        Post(id=str(n), url=f"https://blog.example/{n}", title="x", published=at, body=lambda: "", language=language)
        for n, at in enumerate(moments)
    ]


@pytest.mark.parametrize(
    ("zone", "language"),
    [
        ("Europe/Paris", "fr"),
        ("America/Los_Angeles", "en"),
        ("America/New_York", "en"),
        ("Asia/Kolkata", "en"),
        ("Asia/Tokyo", "ja"),
        ("Europe/Berlin", "de-DE"),
        ("America/Sao_Paulo", "pt-BR"),
        ("Australia/Sydney", "en-AU"),
        ("Europe/Lisbon", "pt-PT"),
    ],
)
def test_the_offsets_of_the_posts_name_the_zone_with_their_rules(zone: str, language: str) -> None:
    found, known = guess_zone(_site(language), _posts(zone, language))
    at = [datetime(2024, month, 15, tzinfo=UTC) for month in range(1, 13)]
    assert [moment.astimezone(ZoneInfo(found)).utcoffset() for moment in at] == [
        moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in at
    ]
    if "-" in language:
        assert found == zone
    assert known.startswith("from the dates of the posts: ")


def test_what_the_generator_says_comes_first() -> None:
    assert guess_zone(_site(timezone="Asia/Tokyo"), _posts("Europe/Paris")) == ("Asia/Tokyo", "from Hugo")


@pytest.mark.parametrize(
    ("language", "url", "machine", "expected"),
    [
        ("fr-FR", "https://blog.example/", "Asia/Tokyo", "Europe/Paris"),
        ("en", "https://someone.fr/", None, "Europe/Paris"),
        ("en", "https://someone.me/", "Europe/Ljubljana", "Europe/Ljubljana"),
        ("fr", "https://blog.example/", None, "Europe/Paris"),
        ("en", "https://blog.example/", None, "UTC"),
        ("en", "https://blog.example/", "Etc/UTC", "UTC"),
        ("", "", None, "UTC"),
        ("tlh-QO", "not a url", None, "UTC"),
    ],
)
def test_without_offsets_the_country_then_the_computer_then_the_language(
    language: str, url: str, machine: str | None, expected: str
) -> None:
    assert guess_zone(_site(language, url), _posts("UTC"), machine)[0] == expected


def test_one_offset_all_year_in_a_country_of_several_zones_is_its_main_one() -> None:
    fixed = [
        Post(id=str(n), url="", title="x", published=datetime.fromisoformat(f"2010-{n:02}-10T10:00:00-03:00"), body=str)
        for n in range(1, 13)
    ]
    assert guess_zone(_site("pt-BR"), fixed)[0] == "America/Sao_Paulo"


def test_who_writes_two_offsets_is_in_no_zone_that_knows_one() -> None:
    written = ["2020-01-10T10:00:00-08:00", *(f"2020-{n:02}-10T10:00:00-07:00" for n in range(2, 10))]
    posts = [Post(id=at, url="", title="x", published=datetime.fromisoformat(at), body=str) for at in written]
    assert guess_zone(_site(), posts)[0] == "America/Los_Angeles"


def test_who_moved_has_a_zone_still() -> None:
    written = [*(f"2011-{n:02}-10T10:00:00-03:00" for n in range(4, 10)), "2012-07-01T10:00:00+02:00"]
    posts = [Post(id=at, url="", title="x", published=datetime.fromisoformat(at), body=str) for at in written]
    assert guess_zone(_site("pt-BR"), posts)[0] == "America/Sao_Paulo"
