"""What a written feed holds."""

from __future__ import annotations

import json

import pytest

from feedkit import ATOM, documents_of, first, many, post, tree
from sharekit.feeds.render import count_entries, render


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("count", [0, 3])
def test_entries_of_a_written_feed_are_counted(form: str, count: int) -> None:
    assert count_entries(first(many(count), form)) == count


@pytest.mark.parametrize("data", [b"", b"{", b"<rss", b'{"items": 3}', b"<html/>"])
def test_what_is_no_feed_has_no_entries(data: bytes) -> None:
    assert count_entries(data) == 0


def test_each_format_is_written_as_what_it_is() -> None:
    (document,) = documents_of([post()])
    assert tree(render(document, "rss")).tag == "rss"
    assert tree(render(document, "atom")).tag == f"{ATOM}feed"
    assert json.loads(render(document, "json"))["version"] == "https://jsonfeed.org/version/1.1"
