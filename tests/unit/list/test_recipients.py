"""Which readers get a letter, and how fast: accents, unsubscribing, hostile addresses, limits, tests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from contracts.mailer import NOW
from mailing_list import KEY, add_subscribers, open_smtp, states, whole_issue
from servers.smtp import EXTENSIONS, SmtpServer
from sharekit.errors import ConfigError, Refused
from sharekit.list import mailing as mailings
from sharekit.list.subscribers import Subscribers
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = tuple(each for each in EXTENSIONS if each not in ("PIPELINING", "SMTPUTF8"))


def test_accents_go_where_the_server_takes_them(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, ["zoé@blog.example", "max@bücher.example"])
        mailer.send(whole_issue(), KEY)
    assert server.accepted == {"zoé@blog.example": 1, "max@xn--bcher-kva.example": 1}
    assert "SMTPUTF8 BODY=8BITMIME" in next(each for each in server.commands if "UTF8" in each)


def test_a_letter_to_oneself_goes_to_an_address_with_accents_too(tmp_path: Path) -> None:
    with SmtpServer() as server:
        open_smtp(server.port, tmp_path).test(whole_issue(), KEY, ["zoé@blog.example"])
    assert server.accepted == {"zoé@blog.example": 1}
    assert "SMTPUTF8 BODY=8BITMIME" in next(each for each in server.commands if each.startswith("MAIL"))


def test_accents_fail_alone_where_the_server_does_not(tmp_path: Path) -> None:
    def answer(verb: str, to: str) -> str | None:
        return "553 5.6.7 no accents" if verb == "RCPT" and not to.isascii() else None

    with SmtpServer(extensions=PLAIN, answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, ["zoé@blog.example", "max@bücher.example"])
        mailer.send(whole_issue(), KEY)
    assert states(mailer) == {"sent": 1, "failed": 1}
    found = mailings.find_mailing(mailer.engine, KEY)
    assert found is not None
    assert "SMTPUTF8" in mailings.causes(mailer.engine, found)[0].said


def test_whoever_unsubscribes_while_it_goes_out_gets_nothing(tmp_path: Path) -> None:
    gone = "reader9@host2.example"

    def answer(verb: str, to: str) -> str | None:
        if verb == "." and to == "reader1@host1.example":
            Subscribers(mailer.engine).leave(read_address(gone), "unsubscribed", reason="link", at=NOW)
        return None

    with SmtpServer(answer=answer) as server:
        mailer = open_smtp(server.port, tmp_path, connections=1)
        add_subscribers(mailer, 12)
        receipt = mailer.send(whole_issue(), KEY)
    assert gone not in server.accepted
    assert receipt.detail == {"sent": "11", "skipped": "1"}


def test_nobody_to_send_to_is_refused(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        with pytest.raises(Refused, match="no subscriber"):
            mailer.send(whole_issue(), KEY)
    assert mailer.find(KEY).repeat_is_harmless


def test_an_address_that_got_past_the_door_breaks_out_of_nothing(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, 3)
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
        add_subscribers(mailer, 60)
        progress: list[float] = []
        mailer.watch = lambda each: progress.append(time.monotonic() - each.began)
        mailer.send(whole_issue(), KEY)
    assert sum(server.accepted.values()) == 60
    # 60 at 20 a second, the first 20 at once.
    assert max(progress) >= 1.9


def test_a_test_goes_to_one_and_claims_nobody(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        add_subscribers(mailer, 3)
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
