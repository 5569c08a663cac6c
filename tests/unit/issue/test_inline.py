# ruff: noqa: E501 - documents read best on one line
"""What ``inline`` keeps, whatever premailer and libxml2 do: addresses, placeholders, comments, the doctype, other threads.

And every kind of CSS that premailer loses is named, and what it follows is not.
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letters import context, issue, post
from sharekit.errors import SourceError
from sharekit.issue.inline import inline, unsupported
from sharekit.issue.render import draw


def page(css: str, body: str = "<p>x</p>") -> str:
    return f"<!DOCTYPE html>\n<html><head><style>{css}</style></head><body>{body}</body></html>"


def test_rules_become_style_attributes() -> None:
    assert '<p class="a" style="color:blue; margin:0">' in inline(
        page("p{color:red;margin:0} .a{color:blue}", "<p class=a>x")
    )


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ("@media (max-width: 480px) { p { color: blue } }", "color: blue !important"),
        ("@media (prefers-color-scheme:dark){p{color:#fff!important}}", "color: #fff !important"),
        ("a:hover{color:blue}", "a:hover {color:blue !important}"),
        ("p::before{content:'x'}", "p::before"),
    ],
)
def test_what_no_attribute_can_hold_stays_in_the_sheet_and_wins(css: str, kept: str) -> None:
    made = inline(page(f"p{{color:red}} {css}", "<p>x <a href=y>z</a></p>"))

    assert '<p style="color:red">' in made
    assert kept in made


def test_an_ignored_sheet_stays_byte_for_byte() -> None:
    css = "@supports (a:b){p{c:d}} [data-ogsc] .x > b{color:#ffffff!important}"

    assert f"<style>{css}</style>" in inline(page("p{color:red}", f'<style data-premailer="ignore">{css}</style><p>x'))


@pytest.mark.parametrize(
    "body",
    [
        '<a href="*|UNSUB|*">x</a>',
        '<a href="{{ link }}?a=1&amp;b=[2]">x</a>',
        '<a href="https://é.example/a b|c">x</a>',
        '<img src="https://a.example/{{ id }}.png">',
        "*|FNAME|* {{ contact.NAME }} %%name%% <b>&#42;|UNSUB|*</b> &#123;{ x }}",
        "<!--[if mso]><table><tr><td><![endif]-->",
        "<!--[if !mso]><!--><b>x</b><!--<![endif]-->",
    ],
)
def test_addresses_placeholders_and_comments_stay_as_they_are(body: str) -> None:
    assert body in inline(page("p{color:red}", f"<p>{body}</p>"))


def test_words_that_look_like_our_own_marks_stay_words() -> None:
    made = inline(page("p{color:red}", "<p>sharekit0x0x sharekit1x0x *|UNSUB|*</p>"))

    assert "sharekit0x0x sharekit1x0x *|UNSUB|*" in made


@pytest.mark.parametrize(
    "start",
    [
        "<!doctype html>",
        "\ufeff<!DOCTYPE html>",
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>',
        "\n<html>",
        "<p>é",
    ],
)
def test_a_document_begins_as_it_did(start: str) -> None:
    made = inline(f"{start}<style>p{{color:red}}</style><p>é")

    assert made.startswith(start.rstrip("<p>é"))
    assert '<p style="color:red">é</p>' in made


@pytest.mark.parametrize(
    "document", ["", " ", "no tag at all", "<p>x</p>", "<", "<!-- open", "<!-- <style>p{color:red}</style>"]
)
def test_a_document_without_a_sheet_stays_as_it_is(document: str) -> None:
    assert inline(document) == document


def test_a_document_cannot_spoil_the_next_one() -> None:
    clean = page("a{color:red} p{margin:0}", "<p><a>x</a></p>")
    before = inline(clean)

    inline(page("p{a} b{p}", '<p style="a">x</p><p style="p">y</p>'))

    assert inline(clean) == before


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    linked = '<link rel="stylesheet" href="http://styles.invalid/x.css">'

    made = inline(
        f"<!doctype html><head>{linked}<style>@import url(http://styles.invalid/y.css); p{{color:red}}</style></head><p>x"
    )

    assert linked in made
    assert '<p style="color:red">' in made


def test_elements_deeper_than_libxml2_usually_reads_are_all_there() -> None:
    assert '<p style="color:red">deep</p>' in inline(page("p{color:red}", "<div>" * 400 + "<p>deep</p>"))


def test_issues_made_in_8_threads_are_those_made_alone() -> None:
    letters = [draw(issue([post(n % 3 + 1, html=f"<p>{n}</p>")]), context(colour=f"#{n:02x}4080"))[0] for n in range(16, 24)]
    alone = [inline(each) for each in letters]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(inline, letters)) == alone


PIECES = st.sampled_from(
    ["<p>", "</p>", "<b class='a'>", "<table><tr><td>", "</table>", "<!--", "-->", "<style>p{color:red}</style>", "<style>", "x", "é", '"', "<br/>",
     "<svg>", "</svg>", "<p style='color:blue'>", "<textarea>", "</textarea>", "&lt;", "</style>", "<title>", "<![if x]>", "<a href=x/>", "{", "\x00", "\ud800"]
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_tag_soup_breaks_it(soup: str) -> None:
    assert inline(f"<!doctype html>{soup}").startswith("<!doctype html>")


@pytest.mark.parametrize("css", ["@media print{" * 600 + "p{color:red}", "p{width:" + "calc(" * 3000 + "1px"])
def test_css_that_premailer_fails_on_is_an_error_in_words(css: str) -> None:
    with pytest.raises(SourceError, match="cannot be inlined"):
        inline(page(css))


def messages(css: str, body: str = "") -> list[str]:
    return [message for _, message in unsupported(f"<style>{css}</style>{body}")]


@pytest.mark.parametrize(
    ("css", "words"),
    [
        ("p { color: var(--ink) }", "not resolved"),
        (":root { --ink: red }", "not resolved"),
        ("p { color: red; & a { color: blue } }", "nested"),
        ("p { color: red; a { color: blue } }", "nested"),
        ("p:is(.a, .b) { color: red }", "is lost"),
        ("p:where(.a) { color: red }", "not inlined"),
        ("p:not(.a) { color: red }", "not inlined"),
        ("p:has(a) { color: red }", "not inlined"),
        ("li:nth-child(2n + 1) { color: red }", "not inlined"),
        ("li:first-child b { color: red }", "not inlined"),
        (".sm\\:wide { color: red }", "not inlined"),
        ("a[href='X' i] { color: red }", "is lost"),
        ("a[href] { color: red }", "loses to a class"),
        ("DIV > P { color: red }", "lower case"),
        ("[data-ogsc] p { color: red }", "matches nothing before"),
        ("u + .body p { color: red }", "matches nothing before"),
        ("@layer base { p { color: red } }", "@layer base is lost"),
        ("@font-face { font-family: X }", "@font-face is lost"),
        ("@import url(x.css);", "@import url(x.css) is lost"),
        ("@supports (display: grid) { p { color: red } }", "@supports"),
        ("@media (width <= 600px) { p { color: red } }", "@media (width <= 600px) is lost"),
        ("@media print { @media (color) { p { color: red } } }", "@media (color) is lost"),
        ("@media print { :is(p, b) { color: red } }", "is lost"),
        ("p { color: rgb(1 2 3 / 50%) }", "is lost"),
        ("p { color: #11223344 }", "is lost"),
        ("p { display: -webkit-box; display: flex }", "keeps the last"),
        ("p { color: red } } b { color: blue }", "is lost"),
    ],
)
def test_it_is_named(css: str, words: str) -> None:
    assert any(words in each for each in messages(css)), messages(css)


@pytest.mark.parametrize(
    "css",
    [
        "p, h1 > b, ul li + li, a:hover, p::before, #x .y { color: red; font: 20px/1.5 'A B', serif }",
        "@media only screen and (max-width: 480px) { p { color: red !important } p:not(.a) { margin: 0 } }",
        "/* var(--x) */ p { background: url('a;b{c}.png'); width: calc(100% - 2px); mso-line-height-rule: exactly }",
        "<!-- p { margin: 1px } .a { margin-top: 2px } -->",
    ],
)
def test_what_premailer_follows_is_not(css: str) -> None:
    assert messages(css, "<p class='a'>x</p>") == []


def test_an_ignored_sheet_and_one_for_paper_are_not_premailer_s() -> None:
    assert unsupported('<style data-premailer="ignore">@layer a{}</style><style media="print">@page{}</style>') == []


def test_the_line_is_that_of_the_file_whatever_jinja_stands_before_it() -> None:
    template = "{# a\n comment #}\n<!-- [if]\n<style>@layer{}</style> -->\n<style>\np { color: {{ theme.ink }}; }\n\nb { color: var(--x) }\n</style>"

    assert [line for line, _ in unsupported(template)] == [8]


def test_a_shorthand_that_is_set_again_after_its_longhand_loses_its_place() -> None:
    css = "p { margin: 5px } .a { margin-top: 9px } .b { margin: 0 }"
    body = "<p class='a b'>x</p>"

    assert messages(css, body) == ["margin loses to margin-top of line 1: write margin-top here too"]
    assert "margin:0; margin-top:9px" in inline(f"<style>{css}</style>{body}")
    assert messages(css, "<p class='a'>x</p><p class='b'>y</p>") == []


def test_importance_loses_to_the_style_attributes_of_the_document() -> None:
    css = "p { color: red !important; margin: 0 !important }"

    assert messages(css, "<p style='color: blue'>x</p>") == [
        "color: its !important loses to the style attributes that set color"
    ]


def test_linked_sheets_and_bare_conditions_are_named() -> None:
    found = unsupported('<link rel="stylesheet" href="x.css">\n<![if !mso]>x<![endif]>')

    assert [line for line, _ in found] == [1, 2, 2]


@pytest.mark.parametrize("variant", ["full", "cards", "plain"])
def test_our_own_templates_have_nothing_of_it(variant: str) -> None:
    drawn, _ = draw(issue([post(1), post(2)]), context(variant=variant, logo="https://atelier.example/logo.png"))

    assert unsupported(drawn) == []
