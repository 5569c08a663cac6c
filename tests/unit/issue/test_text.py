from __future__ import annotations

import pytest

from letters import post
from sharekit.issue.text import article_text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <a href=/x>b</a> and <a href=/x>c</a></p>", "a b [1] and c [1]\n\n[1] https://atelier.example/x"),
        ("<dl><dt>one<dd>first<dt>two<dd>second</dl>", "one\n    first\ntwo\n    second"),
        ("<table><tr><td><p>one<p>two<td>three<br>four</table>", "one two | three four"),
        ("<table><tr><td>a<pre>b</pre><td>c</table>", "a\n\n    b\n\nc"),
        ("<ol start=3><li>a<li value=7>b<ul><li>c</ul></ol>", "3. a\n7. b\n   - c"),
        ("<pre>a\n\n  b <b>c</b></pre>", "    a\n\n      b c"),
        ("<pre>a<div>b</div><div>c\n</div>d<br>e</pre>", "    a\n    b\n    c\n    d\n    e"),
        ("<pre><img src=x.png alt=plan></pre>", "    [plan]"),
        ("<p>a <code>b  c</code></p>", "a `b c`"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b"),
        ("<blockquote dir=rtl>שלום!</blockquote>", "> \u2067שלום!\u2069"),
        ("<table><tr><td><h4>Oak</h4>hard<td>b</table>", "Oak hard | b"),
        ("<p>a<a href=/x></a> b</p>", "a b"),
        ("<div><a href=/x><h2>Oak</h2></a></div>", "Oak\n--- [1]\n\n[1] https://atelier.example/x"),
        ("<div><header><h1>LE rabot, épisode 1 : « le fer »</h1></header></div><p>a</p>", "a"),
        ("<p>&gt; 50 is much</p>", " > 50 is much"),
        ("<video src=/v.mp4></video>", "▶ v.mp4 [1]\n\n[1] https://atelier.example/v.mp4"),
        ("<details><summary>a</summary>b</details><hr>c", "a\n\nb\n\n* * *\n\nc"),
        ("<ul><li><input type=checkbox checked> a<li><input type=checkbox> b</ul>", "- ☑ a\n- ☐ b"),
        ("<p>a<sup>2</sup> b<sub>1</sub></p>", "a² b₁"),
        (
            "<table><tr><th>Wood<th align=right>Price<tr><td>Oak<td style='text-align:right'>120</table>",
            "Wood | Price\nOak  |   120",
        ),
        ("<table><tr><td>漆<td>a<tr><td>abcd<td align=center>bcd</table>", "漆   | a\nabcd | bcd"),
        ("<table><tr><td>a<td>bb<tr><td colspan=2>over both</table>", "a | bb\nover both"),
        ("<table><tr><td rowspan=2>oak<td>1<tr><td>22</table>", "oak | 1\n    | 22"),
        ("<table><tr><td>a<td rowspan=3>b<tr><td>c<tr><td>d</table>", "a | b\nc |\nd |"),
        ("<table><tfoot><tr><td>sum<tbody><tr><td>oak</table>", "oak\nsum"),
        ("<table><tr><td>1<td>abc<tr align=right><td>20<td class=text-right>d</table>", "1  | abc\n20 |   d"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ("<ol reversed start=9><li>a<li>b</ol>", "9. a\n8. b"),
        ("<ol type=a><li>a<li value=27>b</ol>", "a. a\naa. b"),
        ("<ol type=I start=3><li>a<li>b</ol>", "III. a\nIV. b"),
        ("<ol type=i start=0><li>a</ol>", "0. a"),
        ("<p>one<br><br>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<p><br>one<br><br></p><p>two</p>", "one\n\ntwo"),
        ("<p>for <del>9</del> <ins>7</ins> and <s>now</s> later</p>", "for ~~9~~ 7 and ~~now~~ later"),
        ("<p>a <q>word</q></p><p lang=en>b</p>", "a «\u00a0word\u00a0»\n\nb"),
        ("<figure><img src=/a.png alt='The plan'><figcaption>The plan</figcaption></figure>", "The plan"),
        ("<figure><img src=/a.png alt=saw><figcaption>The plan</figcaption></figure>", "[saw]\n\nThe plan"),
        ("<p>a</p><embed src=/plan.svg><p>b</p>", "a\n\n[plan.svg]\n\nb"),
        (
            "<map><area href=/a alt=Oak><area href=/b alt=Ash></map>",
            "Oak [1] Ash [2]\n\n[1] https://atelier.example/a\n[2] https://atelier.example/b",
        ),
        ("<p dir=rtl>شجرة 2026!</p><p dir=ltr>a!</p>", "\u2067شجرة 2026!\u2069\n\na!"),
        ("<p>a <bdi>שלום!</bdi> b <code dir=LTR>c</code></p>", "a \u2068שלום!\u2069 b `c`"),
    ],
)
def test_what_becomes_of_an_element(html: str, expected: str) -> None:
    assert article_text(post(html=html)) == expected


def test_a_table_that_is_too_wide_is_not_padded() -> None:
    rows = f"<tr><td>{'a' * 76}<td>b<tr><td>c<td>d</tr>"

    assert article_text(post(html=f"<table>{rows}</table>")) == f"{'a' * 76} | b\nc | d"


def test_each_line_of_a_passage_in_another_direction_is_isolated() -> None:
    lines = article_text(post(html=f"<p dir=rtl>{'خشب ' * 60}</p>")).split("\n")

    assert len(lines) > 1
    assert all(line.rstrip().endswith("\u2069") and line.startswith("\u2067") for line in lines)


def test_a_line_that_goes_on_ends_in_a_space() -> None:
    lines = article_text(post(html=f"<p>{'un rabot ' * 30}</p>")).split("\n")

    assert all(line.endswith(" ") and len(line) <= 78 for line in lines[:-1])
    assert not lines[-1].endswith(" ")
