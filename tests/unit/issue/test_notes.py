# ruff: noqa: E501 - an article is one text
"""Footnotes as generators write them."""

from __future__ import annotations

import re

import pytest

from letters import post
from sharekit.issue.articles import mail_article
from sharekit.issue.text import article_text

FILLER = "<p>Un rabot bien réglé chante.</p>" * 40
GOLDMARK = (
    '<p>A<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup> b.</p><div role="doc-endnotes">'
    '<ol><li id="fn:1"><p>Note.&#160;<a href="#fnref:1" class="footnote-backref" role="doc-backlink">↩︎</a></p></li></ol></div>'
)
KRAMDOWN = (
    '<p>A<sup id="fnref:1"><a href="#fn:1" class="footnote" rel="footnote">1</a></sup> b.</p><div class="footnotes"><ol>'
    '<li id="fn:1"><p>Note. <a href="#fnref:1" class="reversefootnote">↩</a></p></li></ol></div>'
)
WORD = '<p>A<a href="#_ftn1" name="_ftnref1">[1]</a> b.</p><hr><p><a href="#_ftnref1" name="_ftn1">[1]</a> Note.</p>'
ASCIIDOCTOR = (
    '<p>A<sup class="footnote">[<a id="_footnoteref_1" href="#_footnotedef_1">1</a>]</sup> b.</p>'
    '<div id="_footnotedef_1"><a href="#_footnoteref_1">1</a>. Note.</div>'
)
COMRAK = (
    '<p>A<sup><a href="#fn-a" id="fnref-a" data-footnote-ref>1</a></sup> b.</p><section class="footnotes"><ol><li id="fn-a">'
    '<p>Note. <a href="#fnref-a" data-footnote-backref aria-label="Back to reference 1">↩</a></p></li></ol></section>'
)


def jumps(html: str) -> list[tuple[str, str]]:
    """Each link within the letter, and the tag of the element that it leads to."""
    places = {name: tag for tag, name in re.findall(r'<(\w+)[^>]* id="([^"]+)"', html)}
    return [(name, places[name]) for name in re.findall(r'href="#([^"]+)"', html)]


@pytest.mark.parametrize("article", [GOLDMARK, KRAMDOWN, WORD, ASCIIDOCTOR, COMRAK])
def test_a_mark_and_its_note_lead_to_one_another(article: str) -> None:
    found = jumps(mail_article(post(html=article), picture=lambda _url: None).html)

    assert len(found) == 2
    assert len(set(found)) == 2
    assert found[1][1] == "a"


@pytest.mark.parametrize("article", [GOLDMARK, KRAMDOWN, COMRAK])
def test_in_text_a_mark_is_a_number_and_no_address(article: str) -> None:
    text = article_text(post(html=article))

    assert text.startswith("A¹ b.\n\n1. Note.")
    assert "http" not in text


def test_a_note_with_two_marks_is_reached_from_both() -> None:
    article = GOLDMARK.replace("b.</p>", 'b<sup><a href="#fn:1">1</a></sup>.</p>')

    assert [place for _, place in jumps(mail_article(post(html=article), picture=lambda _url: None).html)] == [
        "li",
        "li",
        "a",
    ]


def test_where_the_note_was_cut_off_its_mark_leads_to_the_web() -> None:
    made = mail_article(post(html=GOLDMARK.replace("<div", f"{FILLER}<div")), picture=lambda _url: None, most=1500)

    assert made.cut
    assert 'href="https://atelier.example/post/1/#fn:1"' in made.html
    assert 'href="#' not in made.html


def test_two_articles_keep_their_notes_apart() -> None:
    both = [jumps(mail_article(post(number, html=GOLDMARK), picture=lambda _url: None).html) for number in (1, 2)]

    assert not {name for name, _ in both[0]} & {name for name, _ in both[1]}


def test_other_places_of_the_page_are_on_the_web() -> None:
    contents = '<ul><li><a href="#a">A</a></li></ul><h2 id="a">A</h2><p><a href="#top">top</a></p>'

    assert jumps(mail_article(post(html=f'<div id="top">{contents}</div>'), picture=lambda _url: None).html) == []
