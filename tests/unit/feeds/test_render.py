"""What a written feed holds."""

from __future__ import annotations

import pytest

from feedkit import first, many
from sharekit.feeds.render import count_entries


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("count", [0, 3])
def test_entries_of_a_written_feed_are_counted(form: str, count: int) -> None:
    assert count_entries(first(many(count), form)) == count


@pytest.mark.parametrize("data", [b"", b"{", b"<rss", b'{"items": 3}', b"<html/>"])
def test_what_is_no_feed_has_no_entries(data: bytes) -> None:
    assert count_entries(data) == 0
