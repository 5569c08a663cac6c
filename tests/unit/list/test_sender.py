"""The SMTP engine against a server that answers, refuses, delays and hangs up on demand."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from contracts.mailer import NOW
from mailing_list import KEY, UNSUBSCRIBE, add_subscribers, open_smtp, states, whole_issue
from servers.smtp import EXTENSIONS, SmtpServer
from sharekit.errors import ChannelPaused, OutcomeUnknown, Refused, Unavailable
from sharekit.list import mailing as mailings
from sharekit.list.connection import MOST_LATER
from sharekit.list.subscribers import Subscribers
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = tuple(each for each in EXTENSIONS if each not in ("PIPELINING", "SMTPUTF8"))


def once(verb: str, reply: str, *, to: str | None = None) -> Callable[[str, str], str | None]:
    """The reply to the first such command."""
    left = [reply]

    def answer(asked: str, whom: str) -> str | None:
        return left.pop() if left and asked == verb and to in (None, whom) else None

    return answer


@pytest.mark.parametrize("extensions", [EXTENSIONS, PLAIN], ids=["pipelining", "one by one"])
def test_everybody_gets_one_letter_of_their_own(tmp_path: Path, extensions: tuple[str, ...]) -> None:
    with SmtpServer(extensions=extensions) as server:
        mailer = open_smtp(server.port, tmp_path)
        addresses = add_subscribers(mailer, 230)
        receipt = mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)
    assert receipt.detail == {"sent": "230"}
    assert server.connections <= 4
    links = set()
    for address, message in server.messages.items():
        parsed = email.message_from_bytes(message, policy=email.policy.SMTP)
        assert parsed["to"] == address
        link = parsed["list-unsubscribe"].strip("<>")
        assert link.startswith(UNSUBSCRIBE)
        assert parsed["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        body, plain = parsed.get_body(("html",)), parsed.get_body(("plain",))
        assert body is not None
        assert plain is not None
        assert f'href="{link}"' in body.get_content()
        assert link in plain.get_content()
        links.add(link)
    assert len(links) == 230
    assert len({email.message_from_bytes(each)["message-id"] for each in server.messages.values()}) == 230


def test_one_round_trip_for_a_letter(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, 5)
        mailer.send(whole_issue(), KEY)
    assert server.connections == 1
    assert [command.split(":")[0].upper() for command in server.commands] == [
        "EHLO LOCALHOST", *["MAIL FROM", "RCPT TO", "DATA"] * 5, "QUIT",
    ]  # fmt: skip


def test_a_second_sending_sends_nothing(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        addresses = add_subscribers(mailer, 10)
        mailer.send(whole_issue(), KEY)
        add_subscribers(mailer, ["late@comer.example"])
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)
    found = mailer.find(KEY)
    assert found.receipt is not None
    assert found.certain


def test_later_is_kept_for_later_and_told(tmp_path: Path) -> None:
    greylisted = {"reader3@host3.example"}

    def answer(verb: str, to: str) -> str | None:
        return "451 4.7.1 greylisted, come back" if verb == "RCPT" and to in greylisted else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, 10)
        with pytest.raises(Unavailable, match="9 of 10 subscribers have it, 1 wait") as caught:
            mailer.send(whole_issue(), KEY)
        assert caught.value.retry_at is not None
        assert states(mailer) == {"queued": 1, "sent": 9}
        greylisted.clear()
        with mailer.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE sharekit_deliveries SET next_at = 0")
        assert mailer.send(whole_issue(), KEY).detail == {"sent": "10"}
    assert max(server.accepted.values()) == 1


@pytest.mark.parametrize(
    ("verb", "reply", "state", "suppressed"),
    [
        ("RCPT", "550 5.1.1 <reader2@host2.example> no such user", "failed", True),
        ("RCPT", "550 5.7.1 not from you", "failed", False),
        ("RCPT", "552 5.2.2 mailbox full", "failed", False),
        (".", "554 5.6.0 your letter is odd", "failed", False),
        (".", "451 4.7.1 come back", "queued", False),
        ("DATA", "451 4.3.0 not now", "queued", False),
    ],
)
def test_a_refusal_concerns_one_recipient(tmp_path: Path, verb: str, reply: str, state: str, suppressed: bool) -> None:
    def answer(asked: str, to: str) -> str | None:
        return reply if asked == verb and to == "reader2@host2.example" else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, 6)
        if state == "queued":
            with pytest.raises(Unavailable):
                mailer.send(whole_issue(), KEY)
        else:
            mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"sent": 5, state: 1}
    assert Subscribers(mailer.engine).counts()["suppressed"] == int(suppressed)
    found = mailings.find_mailing(mailer.engine, KEY)
    assert found is not None
    (cause,) = mailings.causes(mailer.engine, found)
    assert cause.code == int(reply[:3])
    assert "@" not in cause.said


def test_a_server_that_hangs_up_before_the_letter_costs_nothing(tmp_path: Path) -> None:
    with SmtpServer(answer=once("DATA", "drop")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        addresses = add_subscribers(mailer, 6)
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)


@pytest.mark.parametrize("reply", ["drop", "drop after"])
def test_no_answer_after_the_letter_is_held_and_named(tmp_path: Path, reply: str) -> None:
    with SmtpServer(answer=once(".", reply, to="reader2@host2.example")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, 6)
        receipt = mailer.send(whole_issue(), KEY)
    assert receipt.detail == {"sent": "5", "held": "1", "see": "sharekit issue report 2026-12 --list held"}
    assert max(server.accepted.values()) == 1
    found = mailings.find_mailing(mailer.engine, KEY)
    assert found is not None
    assert [address for address, _ in mailings.addresses(mailer.engine, found, "held")] == ["reader2@host2.example"]


def test_the_held_are_sent_again_when_a_person_says_so(tmp_path: Path) -> None:
    with SmtpServer(answer=once(".", "drop", to="reader2@host2.example")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        addresses = add_subscribers(mailer, 6)
        mailer.send(whole_issue(), KEY)
        found = mailings.find_mailing(mailer.engine, KEY)
        assert found is not None
        assert mailings.send_again(mailer.engine, found, "held") == 1
        assert mailer.find(KEY).receipt is None
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)


def test_with_resend_nobody_is_lost_and_the_doubt_is_counted(tmp_path: Path) -> None:
    with SmtpServer(answer=once(".", "drop after", to="reader2@host2.example")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1, policy="resend")
        add_subscribers(mailer, 6)
        with pytest.raises(Unavailable):
            mailer.send(whole_issue(), KEY)
        with mailer.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE sharekit_deliveries SET next_at = 0")
        mailer.send(whole_issue(), KEY)
        with mailer.engine.connect() as connection:
            doubts = connection.exec_driver_sql("SELECT reader_id, doubts FROM sharekit_deliveries WHERE doubts > 0").all()
    assert server.accepted["reader2@host2.example"] == 2
    assert doubts == [(3, 1)]


def test_a_server_that_says_goodbye_in_between_is_called_again(tmp_path: Path) -> None:
    counted = [0]

    def answer(verb: str, _to: str) -> str | None:
        counted[0] += verb == "MAIL"
        return "421 4.7.0 too many letters on this line" if verb == "MAIL" and counted[0] % 4 == 0 else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        addresses = add_subscribers(mailer, 9)
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)
    assert server.connections >= 3


def test_a_refused_sender_stops_everything(tmp_path: Path) -> None:
    def answer(verb: str, _to: str) -> str | None:
        return "553 5.7.1 not your address" if verb == "MAIL" else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, 40)
        with pytest.raises(ChannelPaused, match=r"the sender lettre@blog\.example: 553"):
            mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"queued": 40}


class Moody:
    """A server that takes some letters and then answers otherwise, until it is ``calm`` again; or ``only`` to some."""

    def __init__(self, verb: str, reply: str, *, takes: int = 0, only: str = "") -> None:
        self.only = only
        self.verb, self.reply, self.left, self.calm = verb, reply, takes, False
        self.refused = 0

    def __call__(self, verb: str, to: str) -> str | None:
        if verb == self.verb and self.only in to and not self.calm and self.left <= 0:
            self.refused += 1
            return self.reply
        if verb == ".":
            self.left -= 1
        return None


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("takes", [0, 10, 37])
@pytest.mark.parametrize(
    ("verb", "reply", "error"),
    [
        (".", "550 5.4.5 Daily user sending limit exceeded", Unavailable),
        ("RCPT", "452 4.3.1 Insufficient system storage", Unavailable),
        ("MAIL", "452 4.5.3 too many messages", Unavailable),
        (".", "421 4.7.0 too many messages today", Unavailable),
        ("MAIL", "421 4.7.0 too many messages today", Unavailable),
        ("DATA", "454 4.7.0 temporary authentication failure", Unavailable),
        (".", "451 4.7.1 slow down", Unavailable),
        ("RCPT", "450 come back", Unavailable),
        (".", "550 5.7.1 message refused by policy", ChannelPaused),
        ("RCPT", "550 5.7.1 relaying denied", ChannelPaused),
        ("RCPT", "550 no", ChannelPaused),
        ("MAIL", "535 5.7.8 credentials invalid", ChannelPaused),
        ("RCPT", "530 5.7.0 authentication required", ChannelPaused),
        ("MAIL", "550 5.1.8 sender's domain does not exist", ChannelPaused),
        (".", "554 5.6.0 malformed", Refused),
    ],
)
def test_what_is_about_us_stops_the_run_and_costs_nobody_their_letter(
    tmp_path: Path, verb: str, reply: str, error: type[Exception], takes: int, connections: int
) -> None:
    moody = Moody(verb, reply, takes=takes)
    with SmtpServer(answer=moody) as server:
        mailer = open_smtp(server.port, tmp_path, connections=connections)
        mailer.pause = 0.01
        addresses = add_subscribers(mailer, 60)
        with pytest.raises(error, match=r"of 60 subscribers have the letter") as caught:
            mailer.send(whole_issue(), KEY)
        assert moody.refused <= MOST_LATER + 3 * connections
        after = states(mailer)
        assert set(after) <= {"sent", "queued"}
        assert after.get("sent", 0) == sum(server.accepted.values())
        assert Subscribers(mailer.engine).counts()["active"] == 60
        if isinstance(caught.value, Unavailable):
            # The next run, whenever it is, may try.
            assert caught.value.retry_at is not None
            assert caught.value.retry_at <= datetime.now(UTC)
        assert mailer.find(KEY).repeat_is_harmless
        moody.calm = True
        assert mailer.send(whole_issue(), KEY).detail == {"sent": "60"}
    assert server.accepted == dict.fromkeys(addresses, 1)


def test_one_whom_the_server_always_answers_badly_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    def answer(verb: str, to: str) -> str | None:
        return "550 5.4.5 congestion" if verb == "." and to == "reader0@host0.example" else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, 30)
        for _ in range(2):
            with pytest.raises(Unavailable, match="congestion"):
                mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"sent": 29, "queued": 1}


def test_whoever_is_refused_alone_three_times_is_refused(tmp_path: Path) -> None:
    def answer(verb: str, to: str) -> str | None:
        return "550 5.7.1 not to this one" if verb == "RCPT" and to == "reader9@host2.example" else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, 10)
        for _ in range(2):
            with pytest.raises(ChannelPaused, match="not to this one"):
                mailer.send(whole_issue(), KEY)
        receipt = mailer.send(whole_issue(), KEY)
    assert receipt.detail["failed"] == "1"
    assert sum(server.accepted.values()) == 9


@pytest.mark.parametrize("reply", ["550 5.7.1 blocked by us", "451 4.7.0 come back later", "550 5.1.1 no such user"])
def test_one_domain_that_refuses_everybody_keeps_nobody_elsewhere_from_their_letter(tmp_path: Path, reply: str) -> None:
    moody = Moody("RCPT", reply, only="@big.example")
    with SmtpServer(answer=moody) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, [f"reader{number}@big.example" for number in range(60)])
        add_subscribers(mailer, [f"other{number}@host{number}.example" for number in range(30)])
        with pytest.raises(Unavailable, match=r"big\.example takes no mail from us now") as caught:
            mailer.send(whole_issue(), KEY)
        assert "30 of 90 subscribers have the letter, 60 wait" in str(caught.value)
        assert states(mailer) == {"sent": 30, "queued": 60}
        assert sum(command.startswith("RCPT") for command in server.commands) < 60
        assert Subscribers(mailer.engine).counts()["suppressed"] == 0
        moody.calm = True
        mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"sent": 90}
    assert set(server.accepted.values()) == {1}


def test_those_that_failed_get_it_when_a_person_says_so_and_those_that_left_do_not(tmp_path: Path) -> None:
    moody = Moody("RCPT", "550 5.7.1 not this one", only="failed")
    with SmtpServer(answer=moody) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, ["a@x.example", "failed@y.example", "failed-and-left@z.example", "b@x.example"])
        assert mailer.send(whole_issue(), KEY).detail["failed"] == "2"
        mailing = mailings.find_mailing(mailer.engine, KEY)
        assert mailing is not None
        left = read_address("failed-and-left@z.example")
        Subscribers(mailer.engine).leave(left, "unsubscribed", reason="x", at=NOW)
        moody.calm = True
        assert mailings.failed(mailer.engine, mailing) == 1
        assert mailings.send_again(mailer.engine, mailing, "failed") == 1
        mailer.send(whole_issue(), KEY)
    assert server.accepted == {"a@x.example": 1, "b@x.example": 1, "failed@y.example": 1}


@pytest.mark.parametrize("count", [20, 200])
def test_a_list_of_which_nobody_exists_is_not_believed(tmp_path: Path, count: int) -> None:
    moody = Moody("RCPT", "550 5.1.1 no such user")
    with SmtpServer(answer=moody) as server:
        mailer = open_smtp(server.port, tmp_path)
        addresses = add_subscribers(mailer, count)
        expected = "20 of 20 subscribers were refused" if count == 20 else "25 recipients in a row"
        with pytest.raises((Refused, ChannelPaused), match=expected) as caught:
            mailer.send(whole_issue(), KEY)
        if count == 20:
            assert "sharekit issue report 2026-12 --list failed" in str(caught.value.hint)
            assert states(mailer) == {"failed": 20}
        else:
            assert states(mailer) == {"queued": 200}
        assert mailer.find(KEY).receipt is None
        # Nobody is taken off the list for it, and the letter goes out when the server is right again.
        assert Subscribers(mailer.engine).counts()["suppressed"] == 0
        moody.calm = True
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)


def test_when_all_answers_are_lost_nobody_knows_and_a_person_decides(tmp_path: Path) -> None:
    with SmtpServer(answer=lambda verb, _to: "drop after" if verb == "." else None) as server:
        mailer = open_smtp(server.port, tmp_path)
        mailer.pause = 0.001
        add_subscribers(mailer, 4)
        with pytest.raises(OutcomeUnknown, match="no answer came for 4 of 4 subscribers") as caught:
            mailer.send(whole_issue(), KEY)
        assert "--list held" in str(caught.value.hint)
        found = mailer.find(KEY)
        assert (found.receipt, found.certain) == (None, False)
        mailing = mailings.find_mailing(mailer.engine, KEY)
        assert mailing is not None
        mailings.take_as_sent(mailer.engine, mailing)
        assert mailer.find(KEY).receipt is not None
    assert set(server.accepted.values()) == {1}


def test_a_letter_that_was_corrected_before_anybody_had_it_is_the_one_that_is_sent(tmp_path: Path) -> None:
    moody = Moody(".", "554 5.6.0 malformed")
    with SmtpServer(answer=moody) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, 5)
        with pytest.raises(Refused, match="refuses the letter"):
            mailer.send(whole_issue(), KEY)
        moody.calm = True
        mailer.send(whole_issue(hello="Bonjour, corrigé"), KEY)
        mailer.send(whole_issue(hello="Trop tard"), KEY)
    assert len(server.messages) == 5
    assert all(b"corrig" in message for message in server.messages.values())


def test_a_letter_is_dated_when_it_leaves(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, 3)
        before = datetime.now(UTC).replace(microsecond=0)
        # The issue was planned for another day: NOW of the contract.
        mailer.send(whole_issue(), KEY)
    for message in server.messages.values():
        parsed = email.message_from_bytes(message, policy=email.policy.SMTP)
        assert len(parsed.get_all("date") or ()) == 1
        assert before <= parsed["date"].datetime <= datetime.now(UTC)


def test_a_server_that_is_away_is_unavailable_and_nobody_is_lost(tmp_path: Path) -> None:
    with SmtpServer() as server:
        port = server.port
    mailer = open_smtp(port, tmp_path)
    mailer.pause = 0.01
    add_subscribers(mailer, 5)
    with pytest.raises(Unavailable, match="takes no mail now"):
        mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"queued": 5}


def test_a_letter_over_the_servers_size_is_refused_before_it_leaves(tmp_path: Path) -> None:
    with SmtpServer(extensions=("PIPELINING", "SIZE 1000")) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, 5)
        with pytest.raises(Refused, match="takes messages of 1000 bytes"):
            mailer.send(whole_issue(), KEY)
    assert not any(command.startswith("MAIL") for command in server.commands)
    assert states(mailer) == {"queued": 5}
