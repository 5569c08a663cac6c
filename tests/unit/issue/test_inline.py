# ruff: noqa: E501 - documents read best on one line
"""What ``inline`` promises beyond the look: nothing lost, nothing kept, nothing fetched."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.errors import SourceError
from sharekit.issue.inline import inline

SHEET = "<style>\np{color:red}\n{kept}\n</style>"
KEPT = [
    "@media (max-width: 480px) { .x { color : blue !important } }",
    "@media (prefers-color-scheme:dark){p{color:#fff!important}}",
    "@font-face { font-family:X; src:url(x.woff2) }",
    "@supports (display:grid){.g{display:grid!important}}",
    "@keyframes k { from{top:0} }",
    "@-ms-viewport{width:device-width}",
    "[data-ogsc] .x{color:#fff!important}",
    "u + .body .gmail{padding:0!important}",
    "#outlook a{padding:0}",
    "a:hover{text-decoration:none!important}",
    "p::before{content:'x'}",
]


@pytest.mark.parametrize("kept", KEPT)
def test_what_no_attribute_can_hold_survives_byte_for_byte(kept: str) -> None:
    made = inline(
        f"<!doctype html><html><head>{SHEET.replace('{kept}', kept)}</head><body><p>x<a href=y>z</a></p></body></html>"
    )

    assert kept in made
    assert '<p style="color: red">' in made


def test_only_style_attributes_and_sheets_change() -> None:
    before = "<!doctype html>\n<HTML lang=fr>\r\n<head><STYLE>p{color:red}</STYLE></head><BODY>&nbsp;&eacute;<br/><p class='a'>*|X|* {{ y }}"
    made = inline(before)

    assert made == before.replace("<STYLE>p{color:red}</STYLE>", "").replace(
        "<p class='a'>", "<p class='a' style=\"color: red\">"
    )


def test_outlook_s_conditional_comments_are_untouched() -> None:
    comments = "<!--[if mso]><style>p{color:lime}</style><table><tr><td><![endif]--><![if !mso]><p>x</p><![endif]><!--[if !mso]><!-->y<!--<![endif]-->"
    made = inline(f"<!doctype html><style>p{{color:red}}</style>{comments}")

    assert made == "<!doctype html>" + comments.replace("<p>", '<p style="color: red">')


@pytest.mark.parametrize("document", ["", " ", "no tag at all", "<p>x</p>", "<", "<!-- open", "<style>", "<p style='"])
def test_what_has_no_rules_stays_as_it_is(document: str) -> None:
    assert inline(document) == document


def test_a_document_cannot_spoil_the_next_one() -> None:
    clean = "<!doctype html><style>a{color:red} p{margin:0}</style><p><a>x</a></p>"
    before = inline(clean)

    inline('<!doctype html><style>p{a} b{p}</style><p style="a">x</p><p style="p">y</p>')

    assert inline(clean) == before


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    linked = '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">'

    made = inline(
        f"<!doctype html><head>{linked}<style>@import url(http://127.0.0.1:9/y.css); p{{color:red}}</style></head><p>x"
    )

    assert linked in made
    assert "@import url(http://127.0.0.1:9/y.css);" in made


def test_threads_make_the_same() -> None:
    documents = [
        f"<!doctype html><style>p{{color:#{n:03}}} .c{n}:not(.x){{margin:{n}px}}</style><p class=c{n}>x"
        for n in range(100, 140)
    ]
    alone = [inline(each) for each in documents]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(inline, documents)) == alone


def test_fallbacks_stay_and_what_is_surely_replaced_goes() -> None:
    made = inline(
        "<!doctype html><style>p{color:red;background:#fff;background:linear-gradient(#fff,#000)} p{color:blue}</style><p>x"
    )

    assert made == '<!doctype html><p style="background: #fff; background: linear-gradient(#fff,#000); color: blue">x'


def test_a_style_attribute_has_no_importance_but_where_it_is_needed() -> None:
    made = inline(
        "<!doctype html><style>@media print{p{margin:0!important}}</style><p style='color:red!important;margin:1px!important'>x"
    )

    assert 'style="color: red; margin: 1px !important"' in made


def test_a_media_rule_that_lost_to_a_heavier_one_still_does() -> None:
    made = inline(
        "<!doctype html><style>p{color:red} @media (max-width:480px){p{color:blue}} .a{color:green}</style><p class=a>x<p>y"
    )

    assert "p { color: blue !important; }" in made
    assert ".a { color: green !important; }" in made


PIECES = st.sampled_from(
    ["<p>", "</p>", "<b class='a'>", "<table><tr><td>", "</table>", "<!--", "-->", "<style>p{color:red}</style>", "<style>", "x", "é", '"', "<br/>",
     "<svg>", "</svg>", "<p style='color:blue'>", "<textarea>", "</textarea>", "&lt;", "</style>", "<title>", "<![if x]>", "<a href=x/>", "{", "\x00"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_tag_soup_breaks_it_and_a_second_time_changes_nothing(soup: str) -> None:
    once = inline(f"<!doctype html>{soup}")

    assert inline(once) == once


@pytest.mark.parametrize(
    "css",
    [
        "@media print{" * 2000 + "p{color:red}",
        "p " * 3000 + "{color:red}",
        "p{width:" + "calc(" * 3000 + "1px",
        "p{" + "&:is(" * 1500 + "a" + ")" * 1500 + "{color:red}",
    ],
    ids=["at-rules", "combinators", "functions", "nesting"],
)
def test_css_that_is_nested_too_deep_is_refused_in_words(css: str) -> None:
    with pytest.raises(SourceError, match="nested too deep"):
        inline(f"<!doctype html><style>{css}</style><p>x")


def test_a_late_import_survives_and_stays_without_effect() -> None:
    made = inline("<!doctype html><style>p{color:red} @import url(x.css);</style><p>x")

    assert made == '<!doctype html><style>\na {}\n@import url(x.css);\n</style><p style="color: red">x'
