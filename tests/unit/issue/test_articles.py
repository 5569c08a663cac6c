# ruff: noqa: E501 - a case reads best on one line
"""Articles fit for mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from letters import post
from sharekit.config import FeedSettings
from sharekit.feeds.entries import Entries
from sharekit.issue.articles import mail_article
from sharekit.issue.text import article_text
from sharekit.model import Image

if TYPE_CHECKING:
    from sharekit.issue.articles import MailArticle


def made(html: str, *, known: tuple[str, ...] = (), colours: bool = True, most: int | None = None) -> MailArticle:
    return mail_article(
        post(1, html=html),
        picture=lambda url: Image(url=url, width=900) if url in known else None,
        colours=colours,
        most=most,
    )


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<a href="#note">x</a>', 'href="https://atelier.example/post/1/#note"'),
        (
            '<img src="a.jpg" srcset="b.jpg 2x" loading="lazy" height="auto">',
            '<img src="https://atelier.example/post/1/a.jpg" alt="">',
        ),
        (
            '<picture><source srcset="a.webp"><img src="a.jpg" alt="x"></picture>',
            '<div><img src="https://atelier.example/post/1/a.jpg"',
        ),
        ("<details><summary>Why?</summary><p>x</p></details>", '<div><p class="summary">Why?</p><p>x</p></div>'),
        ("<figure><img src=a.jpg><figcaption><p>c</p></figcaption></figure>", '<p class="caption"> c </p>'),
        ("<figcaption><p>c</p><p>d</p></figcaption>", '<div class="caption"><p>c</p><p>d</p></div>'),
        ("<details><summary><h2>one</h2>two</summary></details>", '<p class="summary"> one two</p>'),
        ("<pre><code>a\n    b</code></pre>", '<td class="code"><pre><code>a\n    b</code></pre></td>'),
        (
            '<pre><code><span class="line"><span class="k">if</span> <span class="p">(</span></span></code></pre>',
            '<span class="tk">if</span> (',
        ),
        ('<p><a name="x"></a>one <a href="javascript:f()">two</a></p>', "<p><span></span>one <span>two</span></p>"),
        ("<table><tr><td>x</td></tr></table>", '<div class="wide"><table class="data">'),
        ('<p>text<sup><a href="#fn:1">1</a></sup></p><a class="footnote-backref" href="#r">↩</a>', "#fn:1"),
        ('<math alttext="x^2"><mi>x</mi></math>', "<code>x^2</code>"),
        (
            '<video src="/v.mp4" poster="/p.jpg"></video>',
            '<a href="https://atelier.example/v.mp4"><img src="https://atelier.example/p.jpg"',
        ),
        ('<video src="/v.mp4" poster="/p.jpg" title="t"></video>', 'alt=""><br>▶ t</a></p>'),
        ('<iframe src="https://www.youtube.com/embed/abc" title="t"></iframe>', 'alt="" width="480"><br>▶ t</a></p>'),
        ('<figure><img src="/p.jpg" alt="A plane"><figcaption>A plane</figcaption></figure>', 'alt=""'),
        ('<iframe src="https://www.youtube.com/embed/abc"></iframe>', 'href="https://www.youtube.com/watch?v=abc"'),
        ('<audio src="/a.mp3"></audio>', "▶ Listen on atelier.example"),
        ('<img src="/x.svg" alt="Plan">', '<a href="https://atelier.example/x.svg">Picture: Plan</a>'),
        ("<p>{{ .Values }} *|UNSUB|* {% x %}</p>", "&#123;{ .Values }} &#42;|UNSUB|* &#123;% x %}"),
    ],
)
def test_what_a_client_cannot_show_becomes_what_it_can(html: str, wanted: str) -> None:
    assert wanted in made(html).html


@pytest.mark.parametrize(
    "html",
    ["<script>x()</script>", '<p style="position:fixed">x</p>', '<a href="javascript:x()">x</a>', "<style>td{display:none}</style>",
     '<p onclick="x()" id="a" class="footer">x</p>', '<form action="/x"><input name="q"></form>', "<svg onload=x()><path/></svg>"],
)  # fmt: skip
def test_what_acts_or_hides_is_gone(html: str) -> None:
    text = made(html).html

    assert not any(word in text for word in ("script", "style", "onclick", "onload", "class", " id=", "form", "svg"))


def test_a_webp_picture_becomes_the_jpeg_beside_it() -> None:
    known = "https://atelier.example/post/1/a.jpg"

    assert f'src="{known}"' in made('<img src="a.webp" alt="x">', known=(known,)).html


def test_what_is_left_out_is_told() -> None:
    lost = made('<svg aria-label="Plan"></svg><img src="data:image/png;base64,AA" alt="Point">').lost

    assert ["Plan" in lost[0], "Point" in lost[1]] == [True, True]


def test_code_loses_its_colours_when_asked() -> None:
    assert "<span" not in made('<pre><span class="k">if</span></pre>', colours=False).html


def test_a_long_article_ends_after_a_paragraph_and_never_with_a_heading() -> None:
    article = made("<p>" + "a" * 100 + "</p><h2>b</h2><p>" + "c" * 100 + "</p>", most=130)

    assert article.cut
    assert "aaa" in article.html
    assert "<h3>" not in article.html
    assert "ccc" not in article.html


def test_code_that_names_its_language_gets_colours() -> None:
    html = '<pre><code class="language-python">def f(a):  # x\n    return "a" + "&lt;b" * 25\n</code></pre>'

    assert (
        '<pre><code><span class="tk">def</span> <span class="tf">f</span>(a):  <span class="tc"># x</span>\n'
        '    <span class="tk">return</span> <span class="ts">"a"</span> + <span class="ts">"&lt;b"</span> * <span class="tn">25</span>\n'
    ) in made(html).html
    assert "<span" not in made(html, colours=False).html
    assert "<span" not in made(html.replace("python", "no-such-language")).html


@pytest.mark.parametrize("element", ["plaintext", "xmp", "listing"])
def test_elements_that_read_the_rest_of_the_page_as_text_are_code(element: str) -> None:
    article = made(f"<p>a</p><{element}>b").html

    assert f"<{element}" not in article
    assert "<pre>b</pre>" in article


PLACEHOLDERS = [
    "*|UNSUB|*", "{{ unsubscribe }}", "{{{ x }}}", "{% x %}", "{# x #}", "<%= x %>", "%%unsub%%", "[[UNSUB_LINK]]", "${x}", "{!x}",
    "%unsubscribe_url%", "%recipient.name%", "[UNSUBSCRIBE]", "[unsubscribe]", "{unsubscribe}", "{$unsubscribe}",
]  # fmt: skip


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_what_a_provider_would_replace_is_not_there_to_be_found(placeholder: str) -> None:
    from html import escape, unescape

    article = made(f"<p>{escape(placeholder)}</p>").html

    assert placeholder not in article
    assert unescape(article) == f"<p>{placeholder}</p>"


@pytest.mark.parametrize("text", ["100 % sûr", "a[0] {x} $5", "[unsubscribed] [x]", "50%25"])
def test_other_signs_stay(text: str) -> None:
    assert made(f"<p>{text}</p>").html == f"<p>{text}</p>"


CHROMA = (
    '<table class="lntable"><tr><td class="lntd"><pre><code><span class="lnt">1\n</span><span class="lnt">2\n</span></code></pre></td>'
    '<td class="lntd"><pre><code><span class="cl">ls -l\n</span><span class="cl">pwd\n</span></code></pre></td></tr></table>'
)
ROUGE = (
    '<pre class="highlight"><code><table class="rouge-table"><tr><td class="gutter"><pre class="lineno">1\n2\n</pre></td>'
    '<td class="code"><pre>ls -l\npwd\n</pre></td></tr></table></code></pre>'
)
BEFORE = '<pre><code><span class="ln">1</span>ls -l\n<span class="linenos">2</span>pwd\n</code></pre>'


@pytest.mark.parametrize("html", [CHROMA, ROUGE, BEFORE], ids=["Chroma's table", "Rouge's table", "before each line"])
def test_the_numbers_of_lines_are_no_words_of_the_code(html: str) -> None:
    shown = post(html=html)
    assert article_text(shown) == "    ls -l\n    pwd"
    made = mail_article(shown, picture=lambda _url: None).html
    assert made.count("<pre>") == 1
    assert "<code>ls -l\npwd\n</code>" in made or "<pre>ls -l\npwd\n</pre>" in made
    assert "ls -l\npwd\n" in Entries(settings=FeedSettings(), places={}).article(shown)


def test_the_mark_of_a_link_stands_beside_its_words() -> None:
    assert article_text(post(html='<p><a href="/a">un </a><a href="/b">deux</a></p>')).startswith("un [1] deux [2]\n")
