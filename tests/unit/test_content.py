from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.content import cleaned, excerpt, is_safe, parse_fragment, plain_text, sentences, serialise, strip_illegal

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
        ('<p onclick="x()">a<script>b</script></p>', "<p>a</p>"),
        ('<a href="java\tscript:alert(1)">a</a>', "<a>a</a>"),
        ("<form>a<button>b</button></form>", "ab"),
        ('<h2>Title <a href="#title">#</a></h2>', "<h2>Title </h2>"),
        ("<p>open", "<p>open</p>"),
        ("a</div><p>b</p>", "a<p>b</p>"),
    ],
)
def test_an_article_is_made_fit_to_stand_elsewhere(html: str, expected: str) -> None:
    assert clean(html) == expected


@given(st.text(max_size=200))
def test_cleaning_never_fails_and_is_stable(html: str) -> None:
    once = clean(html)
    assert clean(once) == once


@given(st.text())
def test_what_xml_cannot_hold_is_gone(text: str) -> None:
    assert not [each for each in strip_illegal(text) if each < " " and each not in "\t\n\r"]


@pytest.mark.parametrize("url", ["https://a.example", "/a", "mailto:a@b.example", "data:image/png;base64,AA"])
def test_links_that_may_stand(url: str) -> None:
    assert is_safe(url)


@pytest.mark.parametrize("url", ["javascript:x", " JavaScript:x", "data:text/html,x", "vbscript:x", "java\nscript:x"])
def test_links_that_may_not(url: str) -> None:
    assert not is_safe(url)


def test_the_words_alone() -> None:
    assert plain_text("<p>One <b>two</b>\n three</p>") == "One two three"


def test_sentences_keep_their_marks_and_french_spacing() -> None:
    text = "Le score est de 3.5 sur 5. Vraiment\u00a0? Oui\u00a0! « Bien sûr. » Fin."
    assert sentences(text) == ["Le score est de 3.5 sur 5.", "Vraiment\u00a0?", "Oui\u00a0!", "« Bien sûr. » Fin."]


def test_an_excerpt_ends_at_a_sentence_else_at_a_word() -> None:
    assert excerpt("One two. Three four.", 15) == "One two."
    assert excerpt("One two three four", 12) == "One two…"
    assert excerpt("One", 12) == "One"


@given(st.text(max_size=300), st.integers(min_value=1, max_value=100))
def test_an_excerpt_fits(text: str, most: int) -> None:
    assert len(excerpt(text, most)) <= most


def test_text_between_elements_is_kept() -> None:
    assert serialise(parse_fragment("a &lt; b <i>c</i> d")) == "a &lt; b <i>c</i> d"
