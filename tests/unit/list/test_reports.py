"""What a message in the list's mailbox says, as mail programs and servers write it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from list_mail import bounce, complaint, words
from sharekit.list.letter import Tokens
from sharekit.list.reports import Report, read_head, read_report

TOKENS = Tokens(environment={"SHAREKIT_SECRET": "s" * 48})
TOKEN = TOKENS.token(17)


def mail(subject: str, **headers: str) -> bytes:
    made = EmailMessage()
    made["From"] = "Zoé <zoe@lecteur.example>"
    made["To"] = "leave@blog.example"
    made["Subject"] = subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("This message was written by a program.\n")
    return made.as_bytes()


def only(head: bytes) -> Report:
    """The one report that the head of a message already is."""
    reports = read_head(head)
    assert reports is not None
    (found,) = reports
    return found


@pytest.mark.parametrize("subject", [f"unsubscribe {TOKEN}", f"Re: UNSUBSCRIBE {TOKEN}", f"unsubscribe  {TOKEN} "])
def test_the_token_in_the_subject_asks(subject: str) -> None:
    found = only(mail(subject))
    assert (found.kind, found.tokens) == ("request", (TOKEN,))


def test_a_mail_program_that_says_it_is_one_asks_all_the_same() -> None:
    found = only(mail(f"unsubscribe {TOKEN}", Auto_Submitted="auto-generated", Precedence="bulk"))
    assert found.kind == "request"


@pytest.mark.parametrize(
    "subject",
    [
        "unsubscribe",
        "Re: Unsubscribe.",
        "STOP",
        "Désabonnement",
        "désinscription",
        "Abmeldung",
        "Baja",
        "disiscrivimi",
        "Afmelden",
        "unsubscribe 17.cut",
        "Please unsubscribe me",
        "I want to unsubscribe",
        "Remove me from your mailing list",
        "[unsubscribe]",
        "opt-out",
        "Désabonnez-moi svp",
        "Je souhaite me désabonner",
        "Désinscription newsletter",
        "Bitte abmelden",
        "Newsletter abbestellen",
        "Quiero darme de baja",
        "Uitschrijven aub",
    ],
)
def test_a_person_asks_in_their_own_words(subject: str) -> None:
    found = only(mail(subject))
    assert (found.kind, found.addresses) == ("request", ("zoe@lecteur.example",))


@pytest.mark.parametrize(
    "subject",
    [
        "Why do people unsubscribe?",
        "How do I unsubscribe?",
        "Re: Trois jours d’été",
        "Stop the presses",
        "",
        "Question",
        "I want to stop smoking",
        "please " * 2000 + "and more",
    ],
)
def test_other_letters_are_for_a_person(subject: str) -> None:
    found = only(mail(subject))
    assert found.kind == "other"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-replied; owner-email=zoe@x.example"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<>"},
    ],
)
def test_auto_replies_say_nothing(headers: dict[str, str]) -> None:
    found = only(mail("unsubscribe", **headers))
    assert found.kind == "automatic"


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_names_the_letter_that_it_returns(returned: str) -> None:
    data = bounce("zoe@lecteur.example", token=TOKEN, returned=returned)
    assert read_head(data) is None
    (found,) = read_report(data)
    assert (found.kind, found.status, found.gone) == ("bounce", "5.1.1", True)
    assert found.tokens == (TOKEN,)
    assert found.addresses == ("zoe@lecteur.example",)
    assert found.letter == "abc"
    assert "@" not in found.said


@pytest.mark.parametrize(
    ("status", "diagnosis", "gone"),
    [
        ("5.1.1", "550 no such user", True),
        ("5.0.0", "smtp; 550 5.1.1 <zoe@lecteur.example>: Recipient address rejected", True),
        ("5.2.1", "disabled", True),
        ("5.1.10", "null MX", True),
        ("5.2.2", "mailbox full", False),
        ("5.7.1", "rejected by policy", False),
        ("5.4.4", "host not found", False),
        ("4.4.7", "expired", False),
        ("", "550 go away", False),
    ],
)
def test_the_class_of_a_bounce_says_whether_anything_will_ever_arrive(status: str, diagnosis: str, *, gone: bool) -> None:
    (found,) = read_report(bounce("zoe@lecteur.example", token=TOKEN, status=status, diagnosis=diagnosis))
    assert (found.kind, found.gone) == ("bounce", gone)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    (found,) = read_report(bounce("zoe@lecteur.example", token=TOKEN, action=action))
    assert found.kind == "automatic"


def test_a_report_that_a_relay_wrapped_is_read() -> None:
    whole = bounce("zoe@lecteur.example", token=TOKEN)
    head, _, body = whole.partition(b"MIME-Version")
    data = head + b"Content-Type: multipart/mixed; boundary=W\r\n\r\n--W\r\nMIME-Version" + body + b"\r\n--W--\r\n"
    assert read_head(data) is None
    (found,) = read_report(data)
    assert (found.kind, found.status, found.tokens) == ("bounce", "5.1.1", (TOKEN,))


def test_a_bounce_may_be_about_several() -> None:
    data = bounce("zoe@lecteur.example", "max@lecteur.example", token=TOKEN)
    assert [each.addresses for each in read_report(data)] == [("zoe@lecteur.example",), ("max@lecteur.example",)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("abuse", "complaint"), ("Fraud", "complaint"), ("not-spam", "automatic"), ("auth-failure", "automatic")],
)
def test_a_complaint_is_one_by_its_type(kind: str, expected: str) -> None:
    (found,) = read_report(complaint(token=TOKEN, kind=kind))
    assert (found.kind, found.tokens) == (expected, (TOKEN,))


def test_a_complaint_may_hide_whom_it_is_about() -> None:
    (found,) = read_report(complaint(token=TOKEN, to="redacted"))
    assert found.tokens == (TOKEN,)


# https://cr.yp.to/proto/qsbmf.txt, https://www.postfix.org/bounce.5.html, and Exim's "Customizing bounce messages".
QMAIL = "Hi. This is the qmail-send program at mx.lecteur.example.\r\nI'm afraid I wasn't able to deliver your message."
POSTFIX = "This is the mail system at host mx.lecteur.example.\r\n\r\nI'm sorry to have to inform you of that."
EXIM = (
    "This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be "
    "delivered. This is a permanent error.\r\nThe following address(es) failed:"
)


@pytest.mark.parametrize(
    ("intro", "failed"),
    [
        (QMAIL, "<zoe@lecteur.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)"),
        (
            QMAIL,
            "<zoe@lecteur.example>:\r\n192.5.1.25 does not like it.\r\nRemote host said: 550 5.1.1 zoe@lecteur.example",
        ),
        (
            POSTFIX,
            "<zoe@lecteur.example>: host mx.lecteur.example[192.5.1.2] said: 550 5.1.1\r\n    unknown (in reply to RCPT)",
        ),
        (EXIM, "  zoe@lecteur.example\r\n    host mx.lecteur.example [192.5.1.2]\r\n    SMTP error: 550 5.1.1 User unknown"),
    ],
    ids=["qmail", "qmail about another host", "Postfix", "Exim"],
)
def test_a_bounce_in_words_alone_is_one_where_the_words_are_documented(intro: str, failed: str) -> None:
    data = words(intro, failed, token=TOKEN)
    assert read_head(data) is None
    (found,) = read_report(data)
    assert (found.kind, found.status, found.gone) == ("bounce", "5.1.1", True)
    assert (found.addresses, found.tokens, found.letter) == (("zoe@lecteur.example",), (TOKEN,), "abc")
    assert "@" not in found.said


def test_a_bounce_in_words_alone_may_be_about_several() -> None:
    failed = "<zoe@lecteur.example>:\r\nNo such user. (#5.1.1)\r\n\r\n<max@lecteur.example>:\r\nFull. (#5.2.2)"
    found = read_report(words(QMAIL, failed))
    assert [(each.addresses, each.status) for each in found] == [
        (("zoe@lecteur.example",), "5.1.1"),
        (("max@lecteur.example",), "5.2.2"),
    ]


@pytest.mark.parametrize(
    ("intro", "failed"),
    [
        ("Your message could not be delivered.", "<zoe@lecteur.example>:\r\nNo such user. (#5.1.1)"),
        (QMAIL, "zoe is not here. (#5.1.1)"),
        (QMAIL, "<zoe@lecteur.example>:\r\nI give up."),
        (POSTFIX, "<zoe@lecteur.example>: host mx.lecteur.example[5.1.1.25] said: 450 4.2.0 Greylisted"),
        (EXIM, "@" * 100_000),
    ],
    ids=["nobody's words", "nobody named", "no status", "not for good", "hostile"],
)
def test_what_a_mail_server_says_otherwise_is_left_for_a_person(intro: str, failed: str) -> None:
    assert [each.kind for each in read_report(words(intro, failed, token=TOKEN))] == ["other"]


def test_the_words_of_a_server_may_be_of_any_length() -> None:
    (found,) = read_report(bounce("zoe@lecteur.example", diagnosis="a" * 250_000))
    assert len(found.said) == 200


def test_a_receipt_that_somebody_read_it_is_nothing() -> None:
    data = b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nread\r\n"
    assert [each.kind for each in read_report(data)] == ["automatic"]


def test_what_no_database_takes_is_not_kept_of_the_words_of_a_server() -> None:
    (found,) = read_report(
        bounce("zoe@lecteur.example", diagnosis="smtp; 550 no\0such\x1buser").replace(b"user", b"us\xffer")
    )
    assert found.said.isprintable()


def test_a_token_cut_in_two_lines_is_read() -> None:
    data = bounce("zoe@lecteur.example", token=TOKEN).replace(
        TOKEN.encode(), TOKEN[:20].encode() + b"=\r\n" + TOKEN[20:].encode()
    )
    (found,) = read_report(data)
    assert found.tokens == (TOKEN,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\xff: \xff",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n",
        b"Subject: =?utf-16?b?////?= =?nope?q?x?=\r\nFrom: <<>@>\r\nTo: \xff\r\n\r\n",
        b"Content-Type: multipart/report; charset*=x''%ff; boundary=\"\r\n\r\n",
    ],
)
def test_broken_mail_is_read_without_a_word(data: bytes) -> None:
    found = read_head(data)
    kinds = {each.kind for each in (read_report(data) if found is None else found)}
    assert kinds <= {"other", "automatic"}
