from __future__ import annotations

import pytest

from sharekit.counting.urls import found_links, links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("://a.example", []),
        ("s://a.example", []),
        ("https://a.example/b", ["https://a.example/b"]),
        ("HTTPS://a.example, http://b.example.", ["HTTPS://a.example", "http://b.example"]),
        ("ftp://a.example and http://b.example/", ["http://b.example/"]),
        ("gemini://https://a.example", ["https://a.example"]),
        ("http://a.example/http://b.example", ["http://a.example/http://b.example"]),
        ("(see https://a.example/b_(c))", ["https://a.example/b_(c)"]),
        ("(see https://a.example/b)", ["https://a.example/b"]),
        ("(see https://a.example/(b) again)", ["https://a.example/(b)"]),
        ("https://a.example/b(c)d)", ["https://a.example/b(c)d"]),
        ("“https://a.example/”…", ["https://a.example/"]),
    ],
)
def test_where_links_begin_and_end(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in found_links(text)] == found


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("a.example", True),
        ("a" * 63, True),
        ("a" * 64, False),
        (f"{'a' * 64}.example", False),
        (f"b.{'a' * 64}/path", False),
        ("a.example:8080/path", True),
        ("a.example?q", True),
        ("münchen.example/straße", True),
        ("é" * 64, False),
        ("a..é", False),
        (".é.example", False),
    ],
)
def test_which_links_have_a_host(host: str, is_one: bool) -> None:
    assert links(f"https://{host}") == ([f"https://{host}"] if is_one else [])
