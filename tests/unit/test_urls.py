"""Where an address in an article leads, against what Python's own resolution says."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.urls import Base, is_safe, path_of, uri

BASE = Base("https://blog.example/2026/post/")
PARTS = (
    *("http://", "https://", "HTTPS://", "//", "/", ".", "..", "?", "#", ";", ":", "@", "&", "=", ",", "!", "~", "["),
    *("a.example", "a", "b.png", "é", "%20", " ", "\t", "\x01", "\u200b", "\u00a0", "8080", "mailto:", "javascript:"),
)
BASES = (
    *("https://blog.example/2026/post/", "http://b.example/x?q=1", "https://b.example", "https://b.example/a/b.html#f"),
    *("https://u@b.example/a/", "file:///x/y", "https://b.example/a;p/b;q", ""),
)


@given(st.sampled_from(BASES), st.lists(st.sampled_from(PARTS), max_size=7).map("".join))
def test_an_address_leads_where_urljoin_says(base: str, url: str) -> None:
    try:
        expected = urljoin(base, url.strip())
    except ValueError:
        expected = url
    assert Base(base).resolve(url) == expected
    assert Base(base).link(url) == (expected if is_safe(url) else None)


@pytest.mark.parametrize("url", ["https://a.example", "/a", "mailto:a@b.example", "tel:+33", "data:image/png;base64,AA"])
def test_links_that_may_stand(url: str) -> None:
    assert is_safe(url)


@pytest.mark.parametrize("url", ["javascript:x", " JavaScript:x", "data:text/html,x", "vbscript:x", "java\nscript:x"])
def test_links_that_may_not(url: str) -> None:
    assert not is_safe(url)
    assert BASE.link(url) is None


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("/a.png", "{0}a.png"),
        ("/a.png 1x,/b.png 2x", "{0}a.png 1x, {0}b.png 2x"),
        ("/a.png, /b,c.png 2x ,", "{0}a.png, {0}b,c.png 2x"),
        ("data:image/png;base64,AA== 1x,/b.png 2x", "data:image/png;base64,AA== 1x, {0}b.png 2x"),
        ("/a.png (1,2) 1x, /b.png", "{0}a.png (1,2) 1x, {0}b.png"),
        (" ,", ""),
    ],
)
def test_a_srcset_is_split_where_browsers_split_it(srcset: str, expected: str) -> None:
    assert BASE.srcset(srcset) == expected.format("https://blog.example/")


def test_a_style_keeps_what_it_takes_from_within_the_article() -> None:
    style = "fill: url(#dawn); background: url( '/a.png' )"
    assert BASE.style(style) == 'fill: url(#dawn); background: url("https://blog.example/a.png")'


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://blog.example.org/été/", "https://blog.example.org/%C3%A9t%C3%A9/"),
        ("https://münchen.example:8080/a b", "https://xn--mnchen-3ya.example:8080/a%20b"),
        ("https://u:p@Straße.example/(a)_[b]/?q=é#où", "https://u:p@xn--strae-oqa.example/(a)_[b]/?q=%C3%A9#o%C3%B9"),
        ("https://🎉.example/🎉", "https://xn--dk8h.example/%F0%9F%8E%89"),
        ("http://[é", "http://[%C3%A9"),
    ],
)
def test_an_address_in_ascii_is_encoded_once(address: str, expected: str) -> None:
    assert uri(address) == uri(expected) == expected


PIECES = ("a", "/", "//", ":", "http:", "https://", "?", "#", "%20", "é", ".", "@", " ", "mailto:", "x.example")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_path_is_what_the_library_says(url: str) -> None:
    assert path_of(url) == unquote(urlsplit(url).path).strip("/")
