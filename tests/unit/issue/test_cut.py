"""An article that is cut ends well, wherever that is."""

from __future__ import annotations

import pytest

from letters import context, issue, post
from sharekit.content import cleaned, serialise
from sharekit.issue.cut import cut
from sharekit.issue.render import MOST_BYTES, render

SENTENCES = "".join(f"The board number {number} has moved. " for number in range(3000))
LINES = "\n".join(f"line {number}" for number in range(9000))
ROWS = "".join(f"<tr><td>{number}</td><td>a value.</td></tr>" for number in range(1500))
ITEMS = "".join(f"<li>Item {number} of the list</li>" for number in range(2500))
LONG = {
    "paragraphs in one block": "<div><div>"
    + "".join(f"<p>Measure {n} was taken.</p>" for n in range(3000))
    + "</div></div>",
    "one paragraph": f"<p>{SENTENCES}</p>",
    "no element at all": SENTENCES,
    "one element around all": f"<font><b>{SENTENCES}</b></font>",
    "a quotation": f"<blockquote><p>{SENTENCES}</p></blockquote>",
    "code": f"<pre><code>{LINES}</code></pre>",
    "a table": f"<table>{ROWS}</table>",
    "a list": f"<ol>{ITEMS}</ol>",
    "links": "<p>" + "".join(f'<a href="/{n}">Word {n}</a>. ' for n in range(3000)) + "</p>",
    "one word": "<p>" + "x" * 200_000 + "</p>",
    "no sentence": "<p>" + "word " * 50_000 + "</p>",
    "another script": "<p>" + "これは長い文章です。" * 9000 + "</p>",
    "definitions": "<dl>" + "".join(f"<dt>Term {n}</dt><dd>What it says.</dd>" for n in range(2500)) + "</dl>",
}


@pytest.mark.parametrize("structure", LONG)
def test_an_issue_is_never_longer_than_gmail_shows(structure: str) -> None:
    rendered, _ = render(issue([post(1, html=LONG[structure])], subject="Du neuf"), context())

    size = len(rendered.html.encode())
    assert size <= MOST_BYTES < 100_000
    assert "Lire la suite" in rendered.html
    assert "Se désabonner" in rendered.html
    # What is cut off is no more than has to be.
    assert size > 0.6 * MOST_BYTES or structure == "one word"


@pytest.mark.parametrize("number", [40, 100])
def test_nor_is_a_digest_of_many(number: int) -> None:
    rendered, findings = render(issue([post(each % 28 + 1, id=f"post/{each}") for each in range(number)]), context())

    assert len(rendered.html.encode()) <= MOST_BYTES
    assert any(each.rule == "size" for each in findings) == (number > 40)


@pytest.mark.parametrize(
    ("html", "most", "wanted"),
    [
        ("<p>One is here. Two is <b>here. And</b> three is not.</p>", 290, "<p>One is here. Two is <b>here.</b></p>"),
        ("<p>One is here. Two is <b>here. And</b> three is not.</p>", 200, "<p>One is here.</p>"),
        ("<p>One is here.</p><h2>Two</h2><p>Three is a long sentence.</p>", 380, "<p>One is here.</p>"),
        ("<pre>one\ntwo\nthree\n</pre>", 190, "<pre>one\ntwo\n</pre>"),
        ("<table><tr><td>1</td></tr><tr><td>2</td></tr></table>", 500, "<table><tbody><tr><td>1</td></tr></tbody></table>"),
        ("<p>See Dr. Smith, who is not here yet.</p><p>x</p>", 215, "<p>See Dr. Smith, who is not here yet.</p>"),
    ],
)
def test_it_ends_after_a_sentence_a_line_or_a_row(html: str, most: int, wanted: str) -> None:
    article = cleaned(html, "https://blog.example/")

    assert cut(article, most)
    assert serialise(article) == wanted


def test_what_fits_stays_as_it_is() -> None:
    article = cleaned("<p>One.</p>", "https://blog.example/")

    assert not cut(article, 1000)
    assert serialise(article) == "<p>One.</p>"
