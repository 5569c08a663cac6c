"""The SMTP engine against a server that answers, refuses, delays and hangs up as it is told."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

import pytest

from contracts.mailer import NOW
from readers import KEY, UNSUBSCRIBE, add_readers, open_smtp, states, whole_issue
from servers.smtp import EXTENSIONS, SmtpServer
from sharekit.errors import ConfigError, Refused, Unavailable
from sharekit.mailers.smtp import mailing as ledger
from sharekit.subscribers import Subscribers, read_address

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
        addresses = add_readers(mailer, 230)
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
        add_readers(mailer, 5)
        mailer.send(whole_issue(), KEY)
    assert server.connections == 1
    assert [command.split(":")[0] for command in server.commands] == [
        "EHLO localhost", *["MAIL FROM", "RCPT TO", "DATA"] * 5, "QUIT",
    ]  # fmt: skip


def test_a_second_sending_sends_nothing(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        addresses = add_readers(mailer, 10)
        mailer.send(whole_issue(), KEY)
        add_readers(mailer, ["late@comer.example"])
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
        add_readers(mailer, 10)
        with pytest.raises(Unavailable, match="9 of 10 readers have it, 1 wait") as caught:
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
        (".", "452 4.3.1 no room", "queued", False),
        ("DATA", "451 4.3.0 not now", "queued", False),
    ],
)
def test_a_refusal_concerns_one_reader(tmp_path: Path, verb: str, reply: str, state: str, suppressed: bool) -> None:
    def answer(asked: str, to: str) -> str | None:
        return reply if asked == verb and to == "reader2@host2.example" else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_readers(mailer, 6)
        if state == "queued":
            with pytest.raises(Unavailable):
                mailer.send(whole_issue(), KEY)
        else:
            mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"sent": 5, state: 1}
    assert Subscribers(mailer.engine).counts()["suppressed"] == int(suppressed)
    found = ledger.find_mailing(mailer.engine, KEY)
    assert found is not None
    (cause,) = ledger.causes(mailer.engine, found)
    assert cause.code == int(reply[:3])
    assert "@" not in cause.said


def test_a_server_that_hangs_up_before_the_letter_costs_nothing(tmp_path: Path) -> None:
    with SmtpServer(answer=once("DATA", "drop")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        addresses = add_readers(mailer, 6)
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)


@pytest.mark.parametrize("reply", ["drop", "drop after"])
def test_no_answer_after_the_letter_is_held_and_named(tmp_path: Path, reply: str) -> None:
    with SmtpServer(answer=once(".", reply, to="reader2@host2.example")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_readers(mailer, 6)
        receipt = mailer.send(whole_issue(), KEY)
    assert receipt.detail == {"sent": "5", "held": "1"}
    assert max(server.accepted.values()) == 1
    found = ledger.find_mailing(mailer.engine, KEY)
    assert found is not None
    assert [address for address, _ in ledger.addresses(mailer.engine, found, "held")] == ["reader2@host2.example"]


def test_the_held_are_sent_again_when_a_person_says_so(tmp_path: Path) -> None:
    with SmtpServer(answer=once(".", "drop", to="reader2@host2.example")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        addresses = add_readers(mailer, 6)
        mailer.send(whole_issue(), KEY)
        found = ledger.find_mailing(mailer.engine, KEY)
        assert found is not None
        assert ledger.decide(mailer.engine, found, resend=True, at=NOW) == 1
        assert mailer.find(KEY).receipt is None
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)


def test_with_resend_nobody_is_lost_and_the_doubt_is_counted(tmp_path: Path) -> None:
    with SmtpServer(answer=once(".", "drop after", to="reader2@host2.example")) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1, policy="resend")
        add_readers(mailer, 6)
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
        addresses = add_readers(mailer, 9)
        mailer.send(whole_issue(), KEY)
    assert server.accepted == dict.fromkeys(addresses, 1)
    assert server.connections >= 3


def test_a_refused_sender_stops_everything(tmp_path: Path) -> None:
    def answer(verb: str, _to: str) -> str | None:
        return "553 5.7.1 not your address" if verb == "MAIL" else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_readers(mailer, 40)
        with pytest.raises(Refused, match=r"refuses the sender lettre@blog\.example: 553"):
            mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"queued": 40}


def test_a_letter_that_nobody_takes_stops_after_a_few(tmp_path: Path) -> None:
    def answer(verb: str, _to: str) -> str | None:
        return "550 5.7.1 spam" if verb == "." else None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path, connections=2)
        add_readers(mailer, 200)
        with pytest.raises(Refused, match="the last 25 readers were all refused"):
            mailer.send(whole_issue(), KEY)
    assert states(mailer)["failed"] < 30
    assert states(mailer)["queued"] > 170


def test_a_server_that_is_away_is_unavailable_and_nobody_is_lost(tmp_path: Path) -> None:
    with SmtpServer() as server:
        port = server.port
    mailer = open_smtp(port, tmp_path)
    mailer.pause = 0.01
    add_readers(mailer, 5)
    with pytest.raises(Unavailable, match="takes no mail now"):
        mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"queued": 5}


def test_a_letter_over_the_servers_size_is_refused_before_it_leaves(tmp_path: Path) -> None:
    with SmtpServer(extensions=("PIPELINING", "SIZE 1000")) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_readers(mailer, 5)
        with pytest.raises(Refused, match="takes messages of 1000 bytes"):
            mailer.send(whole_issue(), KEY)
    assert not any(command.startswith("MAIL") for command in server.commands)
    assert states(mailer) == {"queued": 5}


def test_accents_go_where_the_server_takes_them(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        add_readers(mailer, ["zoé@blog.example", "max@bücher.example"])
        mailer.send(whole_issue(), KEY)
    assert server.accepted == {"zoé@blog.example": 1, "max@xn--bcher-kva.example": 1}
    assert "SMTPUTF8 BODY=8BITMIME" in next(each for each in server.commands if "UTF8" in each)


def test_accents_fail_alone_where_the_server_does_not(tmp_path: Path) -> None:
    def answer(verb: str, to: str) -> str | None:
        return "553 5.6.7 no accents" if verb == "RCPT" and not to.isascii() else None

    with SmtpServer(extensions=PLAIN, answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_readers(mailer, ["zoé@blog.example", "max@bücher.example"])
        mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"sent": 1, "failed": 1}
    found = ledger.find_mailing(mailer.engine, KEY)
    assert found is not None
    assert "SMTPUTF8" in ledger.causes(mailer.engine, found)[0].said


def test_whoever_unsubscribes_while_it_goes_out_gets_nothing(tmp_path: Path) -> None:
    gone = "reader9@host2.example"

    def answer(verb: str, to: str) -> str | None:
        if verb == "." and to == "reader1@host1.example":
            Subscribers(mailer.engine).set_state(read_address(gone), "unsubscribed", reason="link", at=NOW)
        return None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_readers(mailer, 12)
        receipt = mailer.send(whole_issue(), KEY)
    assert gone not in server.accepted
    assert receipt.detail == {"sent": "11", "skipped": "1"}


def test_nobody_to_send_to_is_refused(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        with pytest.raises(Refused, match="no reader"):
            mailer.send(whole_issue(), KEY)
    assert mailer.find(KEY).repeat_is_harmless


def test_an_address_that_got_past_the_door_breaks_out_of_nothing(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        add_readers(mailer, 3)
        with mailer.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE sharekit_subscribers SET address = 'x@y.example>\r\nRCPT TO:<evil@z.example' WHERE id = 2"
            )
        mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"sent": 2, "failed": 1}
    assert not any("evil" in command for command in server.commands)


def test_limits_are_kept(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path, rate=("20/s",), per_domain="5/s")
        add_readers(mailer, 60)
        progress: list[float] = []
        mailer.watch = lambda each: progress.append(each.seconds)
        mailer.send(whole_issue(), KEY)
    assert sum(server.accepted.values()) == 60
    # 60 at 20 a second, the first 20 at once.
    assert max(progress) >= 1.9


def test_a_test_goes_to_one_and_claims_nobody(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        add_readers(mailer, 3)
        mailer.test(whole_issue(), KEY, ["zoe@blog.example"])
        assert server.accepted == {"zoe@blog.example": 1}
        assert mailer.find(KEY).receipt is None
        with pytest.raises(ConfigError, match="control character"):
            mailer.test(whole_issue(), KEY, ["zoe@blog.example\r\nRCPT TO:<x@y.example>"])


def test_the_secret_and_the_page_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SHAREKIT_SECRET is not set"):
        open_smtp(25, tmp_path, environment={"SHAREKIT_SECRET": ""})
    with pytest.raises(ConfigError, match="unsubscribe is not an https address"):
        open_smtp(25, tmp_path, unsubscribe="http://letter.blog.example/")
    with pytest.raises(ConfigError, match="not a rate"):
        open_smtp(25, tmp_path, rate=("fast",))
