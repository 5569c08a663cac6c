"""What the extension of feedgen knows besides."""

from __future__ import annotations

import pytest

from sharekit.feeds.xml import licence_url


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("Licensed under CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("cc by 3.0", "https://creativecommons.org/licenses/by/3.0/"),
        ("CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ('<a href="https://creativecommons.org/licenses/by/4.0/">x</a>', "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY-SA", None),
        ("© 2026 Inès Vidal", None),
        ("", None),
    ],
)
def test_a_named_licence_is_known_by_its_url(words: str, url: str | None) -> None:
    assert licence_url(words) == url
