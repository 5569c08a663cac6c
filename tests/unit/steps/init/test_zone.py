from __future__ import annotations

import pytest

from sharekit.model import Site
from sharekit.steps.init.zone import guess_zone


def _site(language: str = "en", url: str = "https://blog.example/", timezone: str | None = None) -> Site:
    return Site(title="x", url=url, language=language, timezone=timezone, generator="Hugo 0.168.0")


def test_what_the_generator_says_comes_first() -> None:
    assert guess_zone(_site("fr-FR", timezone="Asia/Tokyo")) == ("Asia/Tokyo", "Hugo says so")


@pytest.mark.parametrize(
    ("language", "url", "machine", "expected"),
    [
        ("fr-FR", "https://blog.example/", "Asia/Tokyo", "Europe/Paris"),
        ("de-DE", "https://blog.example/", None, "Europe/Berlin"),
        ("en-US", "https://blog.example/", "America/Denver", "America/Denver"),
        ("en", "https://someone.fr/", None, "Europe/Paris"),
        ("en", "https://someone.me/", "Europe/Ljubljana", "Europe/Ljubljana"),
        ("fr", "https://blog.example/", None, "Europe/Paris"),
        ("en", "https://blog.example/", None, "UTC"),
        ("en", "https://blog.example/", "Etc/UTC", "UTC"),
        ("", "", None, "UTC"),
        ("tlh-QO", "not a url", None, "UTC"),
    ],
)
def test_the_country_then_the_computer_then_the_language(
    language: str, url: str, machine: str | None, expected: str
) -> None:
    assert guess_zone(_site(language, url), machine)[0] == expected
