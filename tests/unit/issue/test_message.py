# ruff: noqa: E501 - a case reads best on one line
"""The message and the lint."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Any

import pytest

from letters import SITE, UNSUBSCRIBE, context, issue, post
from sharekit.config import IssueSettings
from sharekit.errors import ConfigError
from sharekit.issue.lint import lint, lint_templates
from sharekit.issue.mime import build_message
from sharekit.issue.render import archive_page, render
from sharekit.model import Entry, RenderedIssue

if TYPE_CHECKING:
    from pathlib import Path

RENDERED = render(issue([post(1), post(2)]), context())[0]


def message(**settings: Any) -> bytes:
    given = {"unsubscribe": UNSUBSCRIBE, "from_": "Carnet d’atelier, lettre <lettre@atelier.example>", **settings}
    return build_message(RENDERED, SITE, IssueSettings(**given), online="https://atelier.example/newsletter/2026-04/")


def test_the_same_issue_is_the_same_message() -> None:
    assert message() == message()


def test_the_headers_are_those_that_a_list_needs() -> None:
    made = message(unsubscribe="https://atelier.example/quitter?jeton=" + "a" * 300)
    headers = made.split(b"\r\n\r\n")[0].decode("ascii").split("\r\n")

    assert f"List-Unsubscribe: <https://atelier.example/quitter?jeton={'a' * 300}>" in headers
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers
    assert "List-Id: <newsletter.atelier.example>" in headers
    assert "List-Archive: <https://atelier.example/newsletter/>" in headers
    assert "Archived-At: <https://atelier.example/newsletter/2026-04/>" in headers
    assert "Auto-Submitted: auto-generated" in headers
    assert "MIME-Version: 1.0" in headers


def test_both_parts_come_out_as_they_went_in_on_lines_of_76() -> None:
    made = message()
    parsed = email.message_from_bytes(made, policy=email.policy.default)
    plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))

    assert plain is not None
    assert html is not None
    assert parsed["subject"] == "Le rabot, et neuf autres"
    assert html.get_content().replace("\r\n", "\n") == RENDERED.html
    assert plain.get_content_type() == "text/plain"
    assert plain.get_param("format") == "flowed"
    body = made.split(b"\r\n\r\n", 1)[1]
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert all(b"\n" not in line for line in made.split(b"\r\n"))


@pytest.mark.parametrize(
    "settings",
    [{"from_": "élodie@atelier.example"}, {"from_": "nobody"}, {"reply_to": "a b@c.example"}, {"list_id": "letter"},
     {"from_": "a@b@c.example"}, {"from_": "a@b..example"}, {"from_": "Name <mailto:a@b.example>"},
     {"from_": f"{'a' * 65}@b.example"}, {"from_": f"a@{'b' * 64}.example"}, {"unsubscribe": "https://a.example/" + "a" * 990}],
)  # fmt: skip
def test_what_no_header_can_hold_is_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        message(**settings)


def test_an_address_beyond_ascii_is_written_as_a_uri() -> None:
    assert b"\r\nList-Unsubscribe: <https://xn--strae-oqa.example/%C3%A9>\r\n" in message(
        unsubscribe="https://straße.example/é"
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [('"Paul, Jean" <a@b.example>', '"Paul, Jean"'), ('The "Paul" <a@b.example>', r'"The \"Paul\""'), ("<a@b.example>", "")],
)
def test_the_quotes_around_a_name_are_not_part_of_it(given: str, name: str) -> None:
    address = "<a@b.example>" if name else "a@b.example"
    assert f"\r\nFrom: {name}{' ' if name else ''}{address}\r\n".encode() in b"\r\n" + message(from_=given)


def test_a_subject_has_neither_control_characters_nor_a_line_that_is_too_long() -> None:
    rendered = replace(RENDERED, issue=replace(RENDERED.issue, subject="a\x07b " + "c" * 1100))
    head = build_message(rendered, SITE, IssueSettings(from_="a@b.example")).split(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 76
    assert email.message_from_bytes(head, policy=email.policy.default)["subject"] == "a b " + "c" * 1100


def test_a_domain_beyond_ascii_is_written_as_mail_knows_it() -> None:
    assert b"<lettre@xn--caf-dma.example>" in message(from_="Café <lettre@café.example>")


@pytest.mark.parametrize(
    "words",
    [
        "Élégie pour un établi d’érable, éraflé, élimé et éprouvé par des décennies d’été",
        "作業台の話" * 9,
        "x =?utf-8?q?y?= z",
        "plain words",
    ],
)
def test_encoded_words_have_at_most_75_characters(words: str) -> None:
    rendered = replace(RENDERED, issue=replace(RENDERED.issue, subject=words))
    made = build_message(rendered, SITE, IssueSettings(from_=f"{words} <lettre@atelier.example>"))
    lines = made.split(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    encoded = [line for line in lines if "=?" in line]

    assert all(len(word) <= 75 for line in encoded for word in re.findall(r"=\?\S*\?=", line))
    assert max(map(len, encoded), default=0) <= 76
    parsed = email.message_from_bytes(made, policy=email.policy.default)
    assert str(parsed["subject"]) == words
    # Python's address parser keeps the space between two encoded words, which RFC 2047 §6.2 says is none.
    sender = next(line for line in made.decode().replace("\r\n ", " ").split("\r\n") if line.startswith("From: "))
    shown = str(make_header(decode_header(sender.removeprefix("From: "))))
    assert shown.replace("  <", " <") == f"{words} <lettre@atelier.example>"
    assert not parsed.defects


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("weiß.example", "xn--wei-7ka.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("Ünder.example", "xn--nder-zra.example"),
    ],
)
def test_a_letter_of_its_own_makes_a_domain_of_its_own(host: str, known: str) -> None:
    assert f"lettre@{known}".encode() in message(from_=f"lettre@{host}")


def test_a_message_is_dated_when_it_is_sent() -> None:
    now = datetime(2026, 5, 2, 9, 30, tzinfo=UTC)

    assert b"\r\nDate: Sat, 02 May 2026 09:30:00 +0000\r\n" in build_message(RENDERED, SITE, IssueSettings(), now=now)


def rules(html: str = RENDERED.html, **facts: Any) -> dict[str, str]:
    found = lint(RenderedIssue(issue=replace(RENDERED.issue, **facts), html=html, text=""), context().settings)
    return {each.rule.removeprefix("mail-"): each.level for each in found}


def test_our_own_template_is_clean() -> None:
    assert rules() == {}


@pytest.mark.parametrize(
    ("html", "rule", "level"),
    [
        ("<a href='/x'>x</a>", "link", "error"),
        ("<a>x</a>", "link", "error"),
        ("<a href='#x'>x</a>", "anchor", "warn"),
        ("<img src='https://a.example/a.png' width='3'>", "alt", "warn"),
        ("<img src='https://a.example/a.png' alt=''>", "width", "info"),
        ("<img src='data:image/png;base64,A' alt='' width='1'>", "data-image", "error"),
        ("<img src='https://a.example/a.webp' alt='' width='1'>", "image-webp", "warn"),
        ("<script></script>", "script", "error"),
        ("<video></video>", "html-video", "warn"),
        ("<p style='display: flex'>", "css-display-flex", "warn"),
        ("<p style='color: var(--x)'>", "css-variables", "warn"),
        ("<p style='color: red !important'>", "important", "warn"),
        ("<p style='/* x */color: red'>", "css-comment", "warn"),
        ("<p style='color: #eee'>pale</p>", "contrast", "warn"),
        (
            "<style>@media (prefers-color-scheme: dark){p{color:#111!important;background-color:#222!important}}</style><p>x",
            "contrast",
            "warn",
        ),
        ("<style>" + "p{color:red}" * 2000 + "</style>", "style-size", "warn"),
        ("x" * 95_000, "size", "warn"),
        ("x" * 106_000, "size", "error"),
        ("<!--[if mso]>x<![endif] -->", "mso", "error"),
    ],
)
def test_each_rule_finds_what_it_is_for(html: str, rule: str, level: str) -> None:
    assert rules(f"<!doctype html><html lang=en><body>{html}</body></html>").get(rule) == level


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"subject": "x" * 90}, "subject"),
        ({"preheader": ""}, "preheader"),
        ({"introduction": "TK"}, "unfinished"),
        ({"subject": "{{ name }}"}, "unfinished"),
    ],
)
def test_words_are_looked_at_too(facts: dict[str, str], rule: str) -> None:
    assert rule in rules(**facts)


@pytest.mark.parametrize(
    "text",
    [
        "Hello *|MMERGE3|*", "*|DATE:d/m/y|*", "%recipient.name%", "%FIRSTNAME%", "[[data:firstname]]", "<%= name %>", "{$name}",
        "{!firstname}", "{contact.FIRSTNAME}", "{contactfield=firstname}", "[Name,fallback=you]", "{first_name}", "%%=v(@x)=%%",
        "Lorem ipsum dolor", "TKTK", "TBD", "XXXX", "À COMPLÉTER : le sujet",
    ],
)  # fmt: skip
def test_a_placeholder_of_any_mail_service_is_found(text: str) -> None:
    assert rules(subject=text)["unfinished"] == rules(introduction=text)["unfinished"] == "error"


@pytest.mark.parametrize(
    "text", ["Todo lo que sabemos", "TK-Maxx and XXX-Large", "100 % oak, 50% off", "Use {name} or [name]", "a << b"]
)
def test_ordinary_words_are_no_placeholder(text: str) -> None:
    assert "unfinished" not in rules(subject=text)


def test_what_an_article_is_called_is_no_placeholder() -> None:
    entry = Entry(post=post(title="{{ .Title }} and TODO lists"))
    assert "unfinished" not in rules(subject="{{ .Title }} and TODO lists and 2 more", entries=(entry,))
    assert "unfinished" in rules(subject="{{ name }}: TODO lists", entries=(entry,))
    assert "unfinished" in rules(introduction="TODO", entries=(entry,))


def test_a_client_that_is_not_known_is_refused() -> None:
    with pytest.raises(ConfigError, match="gmial"):
        lint(RENDERED, IssueSettings(clients=("gmial",)))


@pytest.mark.parametrize(
    ("given", "phrase", "name"),
    [
        ("<lettre.atelier.example>", "", "<lettre.atelier.example>"),
        ("lettre.atelier.example", "", "<lettre.atelier.example>"),
        ("The letter <letter.atelier.example>", "The letter ", "<letter.atelier.example>"),
        ("L’été des rabots <lettre.été.example>", "L’été des rabots ", "<lettre.xn--t-9fab.example>"),
        ("鉋" * 30 + " <lettre.atelier.example>", "鉋" * 30 + " ", "<lettre.atelier.example>"),
    ],
)
def test_the_name_of_the_list_is_ascii_whatever_its_phrase(given: str, phrase: str, name: str) -> None:
    made = message(list_id=given)
    header = made[made.index(b"List-Id: ") :].split(b"\r\nList-Post")[0]
    assert max(map(len, header.split(b"\r\n"))) <= 76
    assert str(make_header(decode_header(email.message_from_bytes(made)["List-Id"]))) == phrase + name


def test_a_letter_may_be_left_by_mail() -> None:
    made = message(unsubscribe="mailto:lettre@atelier.example?subject=désabonner")
    assert b"\r\nList-Unsubscribe: <mailto:lettre@atelier.example?subject=d%C3%A9sabonner>\r\n" in made
    assert b"List-Unsubscribe-Post" not in made


def test_the_page_on_the_web_has_no_unsubscribe_link() -> None:
    page = archive_page(RENDERED.html, context().settings)

    assert "quitter" not in page
    assert "Le rabot" in page


@pytest.mark.parametrize(
    ("mailer", "expected"), [("files", True), ("smtp", False), ("mailchimp", False), ("listmonk", False)]
)
def test_a_missing_unsubscribe_link_matters_where_no_mailer_adds_one(mailer: str, expected: bool) -> None:
    found = lint(RENDERED, IssueSettings(mailer=mailer))

    assert ("mail-unsubscribe" in [each.rule for each in found]) is expected


def test_css_that_cannot_be_inlined_is_named_in_the_templates_of_the_blog(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "issue" / "parts"
    folder.mkdir(parents=True)
    (folder / "styles.html").write_text("<style>\n.title { color: var(--ink) }\n</style>")
    (folder.parent / "archive.html").write_text("<style>p { color: var(--ink) }</style>")

    found = lint_templates(tmp_path / "templates")

    assert [(each.level, each.rule, each.path, each.line) for each in found] == [
        ("warn", "mail-css", "templates/issue/parts/styles.html", 2)
    ]
