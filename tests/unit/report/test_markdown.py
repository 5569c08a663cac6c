from __future__ import annotations

import comrak
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from sharekit.report.markdown import JOINER, block, link, words

HOSTILE = [
    "$(touch /tmp/owned) `id` ${{ secrets.GITHUB_TOKEN }}",
    "::error::mine\n::stop-commands::x",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</summary></details>\n\n# heading\n\n- [ ] task",
    "@somebody closes #12, see [here](javascript:alert(1))",
    "| a | b |\n|---|---|\n\\&lt;",
    "\u202egnirts desrever \u2066x",
    "a\x1b[31mred\x00",
    "</pre>\n\n<!-- sharekit plan -->",
]


def _rendered(markdown: str) -> html.HtmlElement:
    options = comrak.ExtensionOptions()
    options.table = options.autolink = options.tasklist = options.strikethrough = True
    raw = comrak.RenderOptions()
    raw.unsafe_ = True
    return html.fromstring(f"<div>{comrak.render_markdown(markdown, options, render_options=raw)}</div>")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_text_in_a_list_and_in_a_summary(title: str) -> None:
    page = _rendered(f"- {words(title)}\n\n<details><summary>{words(title)}</summary>{block(title)}</details>\n\nafter")
    assert {each.tag for each in page.iter()} == {"div", "ul", "li", "details", "summary", "pre", "p"}
    assert page.xpath("//p")[-1].text == "after"


def test_a_mention_and_a_reference_are_broken_and_still_read() -> None:
    assert words("@ada #7") == f"&#64;{JOINER}ada &#35;{JOINER}7"


@given(st.text(max_size=80))
def test_any_text_comes_out_of_a_card_as_it_was(text: str) -> None:
    page = html.fromstring(f"<div>{block(text)}</div>")
    assert [each.tag for each in page.iter()] == ["div", "pre"]
    assert "\n" not in block(text)
    assert not set("".join(map(str, page.itertext()))) & set("\x00\x1b\x07\u202e\u2066\u2069")


@given(st.text(max_size=80))
def test_any_title_makes_no_element_in_markdown(text: str) -> None:
    page = _rendered(f"x {words(text)} y")
    assert {each.tag for each in page.iter()} <= {"div", "p"}


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "data:text/html,x", "at://did:plc:x/app.bsky.feed.post/1"])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert link(url, "label") == "label"


def test_an_address_cannot_leave_its_attribute_or_its_cell() -> None:
    made = link('https://example.org/a|b"><script>', "x")
    assert _rendered(f"| a |\n|---|\n| {made} |").xpath("//td/a/@href") == ['https://example.org/a%7Cb"><script>']
