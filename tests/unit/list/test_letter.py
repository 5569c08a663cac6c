from __future__ import annotations

import email
import email.policy
import quopri
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sharekit.errors import DraftError
from sharekit.list.letter import Template, header_value, make_template, quoted
from sharekit.model import ADDRESS, UNSUBSCRIBE

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n =.\t"), max_size=300)
LINK = "https://l.example/u/" + "x" * 90 + "=1"


def message(text: str, html: str) -> bytes:
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["Subject"], made["To"] = "a@b.example", "Été, jour 1", "nobody@b.example"
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="base64")
    return made.as_bytes()


def filled(template: Template, link: str = LINK) -> bytes:
    values = {
        "date": b"Sat, 28 Nov 2026 08:00:00 +0000",
        "to": b"z@b.example",
        "message-id": b"m@b",
        "unsubscribe-header": link.encode(),
        "unsubscribe": quoted(link),
    }
    return b"".join(piece if isinstance(piece, bytes) else values[piece] for piece in template.pieces)


@settings(deadline=None)
@given(before=WORDS, after=WORDS)
def test_the_gaps_are_filled_and_every_other_word_stays(before: str, after: str) -> None:
    text = f"{before}{UNSUBSCRIBE}{after}"
    made = filled(make_template(message(text, f"<p>{text}</p>"), address="", leave="one-click"))
    parsed = email.message_from_bytes(made, policy=email.policy.SMTP)
    plain, rich = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert plain is not None
    assert rich is not None
    # Line ends are the mail's own; the library adds one at the end.
    expected = "\n".join(text.replace(UNSUBSCRIBE, LINK).splitlines())
    assert plain.get_content().rstrip("\n").splitlines() == expected.rstrip("\n").splitlines()
    assert LINK in rich.get_content()
    assert max(map(len, made.split(b"\r\n"))) <= 200
    assert made.isascii()


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=400))
@example(".0{" + "\xa0" * 6 + "\U00010000" * 3)
def test_a_value_is_quoted_in_short_lines_without_a_dot_at_their_beginning(value: str) -> None:
    lines = quoted(value).split(b"\r\n")
    assert all(len(line) <= 76 and not line.startswith(b".") for line in lines)
    assert quopri.decodestring(quoted(value)).decode() == value


def test_the_address_stands_where_it_is_asked_for_and_the_recipient_is_the_readers() -> None:
    made = filled(
        make_template(message(f"{ADDRESS} {UNSUBSCRIBE}", f"{ADDRESS}{UNSUBSCRIBE}"), address="1, rue", leave="mail")
    )
    assert made.count(b"1, rue") == 2
    parsed = email.message_from_bytes(made)
    assert parsed.get_all("to") == ["z@b.example"]
    assert parsed["list-unsubscribe-post"] is None


@pytest.mark.parametrize("missing", ["text", "html"])
def test_a_message_without_the_link_is_refused(missing: str) -> None:
    text, html = (f"a {UNSUBSCRIBE}", f"<p>{UNSUBSCRIBE}</p>")
    made = message("a" if missing == "text" else text, "<p>a</p>" if missing == "html" else html)
    with pytest.raises(DraftError, match="no unsubscribe link"):
        make_template(made, address="", leave="one-click")


@pytest.mark.parametrize("value", ["", "a\r\nBcc: x@y.example", "a\x00b", "a" * 999])
def test_a_value_that_would_break_out_of_its_header_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a header"):
        header_value(value, what="it")
