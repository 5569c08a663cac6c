from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.content import cleaned, parse_fragment, plain_text, serialise, strip_illegal

BASE = "https://blog.example/2026/post/"


def clean(html: str) -> str:
    return serialise(cleaned(html, BASE))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="../other/">o</a>', '<a href="https://blog.example/2026/other/">o</a>'),
        ('<a href="#note">1</a>', '<a href="https://blog.example/2026/post/#note">1</a>'),
        (
            '<img src="a.png" srcset="a.png 1x, /b,c.png 2x">',
            (
                '<img src="https://blog.example/2026/post/a.png" '
                'srcset="https://blog.example/2026/post/a.png 1x, https://blog.example/b,c.png 2x">'
            ),
        ),
        ('<img data-src="a.png" loading="lazy">', '<img src="https://blog.example/2026/post/a.png">'),
        (
            '<noscript><img src="/a.png"></noscript><img src="data:image/gif;base64,R0lGOD">b',
            '<img src="https://blog.example/a.png">b',
        ),
        (
            '<img src="data:image/gif;base64,R0lGOD"><noscript><img src="/a.png"></noscript>b',
            '<img src="https://blog.example/a.png">b',
        ),
        ('<p onclick="x()">a<script>b</script></p>', "<p>a</p>"),
        ('<a href="java\tscript:alert(1)">a</a>', "<a>a</a>"),
        ("a<form method=post>b<button>c</button></form>d", "a<div>b c </div>d"),
        ("<ruby>\u6f22<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "<ruby>\u6f22<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"),
        ("<ruby>a<rp>hidden</rp></ruby>b<rp>(</rp>c", "<ruby>a</ruby>bc"),
        ("<listing>a<b>c</b></listing>", "<pre>a<b>c</b></pre>"),
        ("<select><button><selectedcontent></selectedcontent></button><option>one</select>", "    one  "),
        ('<h2>Title <a href="#title">#</a></h2>', "<h2>Title </h2>"),
        ("<p>open", "<p>open</p>"),
        ("a</div>b<p>c</p>d", "ab<p>c</p>d"),
        ("a</body></html>b<p>c</p>", "ab<p>c</p>"),
        ("<iframe src='/x'/>a", '<iframe src="https://blog.example/x"></iframe> a'),
        ('<p {{x}}="1" id="a">b</p>', '<p id="a">b</p>'),
        (
            '<picture><source srcset="/a.webp"><img src="/a.png"></picture>b<wbr>c<i>d</i>e',
            (
                '<picture><source srcset="https://blog.example/a.webp"><img src="https://blog.example/a.png"></picture>'
                "b<wbr>c<i>d</i>e"
            ),
        ),
        (
            '<video src="/v.mp4"><track src="/t.vtt">f</video>',
            (
                '<video src="https://blog.example/v.mp4"><track src="https://blog.example/t.vtt">f '
                '<a href="https://blog.example/v.mp4">v.mp4</a></video>'
            ),
        ),
        ('<base href="/else/"><a href="x">a</a>', '<a href="https://blog.example/else/x">a</a>'),
        ("<svg><title>A</title><script>b</script></svg>", "<svg><title>A</title></svg>"),
        (
            '<svg><a xlink:href="javascript:x"><use href="#p"></use><animate values="javascript:x"></animate></a></svg>',
            '<svg><a><use href="#p"></use></a></svg>',
        ),
        ('<svg><image xlink:href="a.png"></image></svg>', f'<svg><image xlink:href="{BASE}a.png"></image></svg>'),
    ],
)
def test_an_article_is_made_fit_to_stand_elsewhere(html: str, expected: str) -> None:
    assert clean(html) == expected


@given(st.text(max_size=200))
def test_cleaning_never_fails_and_is_stable(html: str) -> None:
    once = clean(html)
    assert clean(once) == once


@pytest.mark.parametrize("html", ["x" * 10_100_000, "<i>" * 400 + "x"], ids=["long", "deep"])
def test_nothing_is_lost_of_an_article_that_is_long_or_deep(html: str) -> None:
    assert clean(html).count("x") == html.count("x")


@given(st.text())
def test_what_xml_cannot_hold_is_gone(text: str) -> None:
    assert not [each for each in strip_illegal(text) if each < " " and each not in "\t\n\r"]


def test_the_words_alone() -> None:
    assert plain_text("<p>One <b>two</b>\n three</p>") == "One two three"


def test_text_between_elements_is_kept() -> None:
    assert serialise(parse_fragment("a &lt; b <i>c</i> d")) == "a &lt; b <i>c</i> d"


def test_components_leave_what_is_in_them() -> None:
    html = '<p><note type="tip">A <b>b</b></note></p><x-card><p>c</p></x-card><svg><path d="M0"></path></svg>'
    made = serialise(cleaned(html, "https://b.example/a/"))
    assert made == '<p>A <b>b</b></p><p>c</p><svg><path d="M0"></path></svg>'
