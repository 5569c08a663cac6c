# ruff: noqa: E501 - documents read best on one line
"""Every kind of CSS that premailer loses is named, and what it follows is not."""

from __future__ import annotations

import pytest

from letters import context, issue, post
from sharekit.issue.inline import inline
from sharekit.issue.render import draw
from sharekit.issue.unsupported import unsupported


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
