"""The SMTP mailer's settings: ways to leave, and one letter to a list that others keep."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest

from contracts.mailer import ISSUE, SITE
from listening import free_port
from mailing_list import ENVIRONMENT, KEY, add_subscribers, open_smtp, whole_issue
from servers.smtp import SmtpServer
from sharekit.errors import ChannelPaused, ConfigError, DraftError, OutcomeUnknown, Refused, Unavailable
from sharekit.http import Answer, Client
from sharekit.issue.mime import build_message
from sharekit.list.letter import Tokens
from sharekit.mailers.smtp_settings import InboxSettings
from sharekit.model import UNSUBSCRIBE

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import RenderedIssue

LIST = "announce@lists.example"
INBOX = InboxSettings(host="127.0.0.1", port=9, security="none", user="leave@blog.example")


def without_link() -> RenderedIssue:
    issue = whole_issue()
    bare = replace(issue, html=issue.html.replace(UNSUBSCRIBE, ""), text=issue.text.replace(UNSUBSCRIBE, ""))
    return replace(bare, message=build_message(bare, SITE, ISSUE))


def test_without_a_way_to_leave_nothing_is_sent(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nobody could leave"):
        open_smtp(25, tmp_path, unsubscribe=None)
    for address in (
        "http://letter.blog.example/",
        "https://l.example/a b/",
        "https://l.example/?a=1&t=",
        "https://é.example/",
    ):
        with pytest.raises(ConfigError, match="not an https address"):
            open_smtp(25, tmp_path, unsubscribe=address, inbox=INBOX)
    with pytest.raises(ConfigError, match="no address that can be mailed"):
        open_smtp(25, tmp_path, unsubscribe=None, inbox=replace_user("leave"))


def replace_user(user: str) -> InboxSettings:
    return InboxSettings(host="127.0.0.1", user=user)


@pytest.mark.parametrize("both", [True, False])
def test_a_letter_can_be_left_by_mail_too(tmp_path: Path, *, both: bool) -> None:
    with SmtpServer() as server:
        page = {} if both else {"unsubscribe": None}
        mailer = open_smtp(server.port, tmp_path, inbox=INBOX, **page)
        add_subscribers(mailer, 1)
        mailer.send(whole_issue(), KEY)
        (raw,) = server.messages.values()
    parsed = message_from_bytes(raw, policy=policy.default)
    ways = [way.strip(" <>") for way in str(parsed["list-unsubscribe"]).split(",")]
    token = ways[-1].partition("unsubscribe%20")[2]
    assert token.startswith("1.")
    mail = f"mailto:leave@blog.example?subject=unsubscribe%20{token}"
    assert ways == ([f"https://letter.blog.example/unsubscribe/{token}", mail] if both else [mail])
    assert (parsed["list-unsubscribe-post"] is not None) is both
    body = parsed.get_body(("html",))
    assert body is not None
    assert f'href="{ways[0]}"' in body.get_content()


def test_to_send_needs_the_address_of_the_mailbox_and_doctor_asks_for_its_password_too(tmp_path: Path) -> None:
    mailer = open_smtp(25, tmp_path, inbox=INBOX)
    with pytest.raises(ConfigError, match="SHAREKIT_IMAP_PASSWORD"):
        mailer.check_settings()
    open_smtp(25, tmp_path, inbox=INBOX, environment={"SHAREKIT_IMAP_PASSWORD": "x"}).check_settings()
    open_smtp(25, tmp_path).check_settings()


def test_a_list_that_others_keep_gets_one_letter_and_no_link_of_ours(tmp_path: Path) -> None:
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path, to=LIST, unsubscribe=None, environment={"SHAREKIT_SECRET": ""})
        assert mailer.subscribers() == 1
        receipt = mailer.send(without_link(), KEY)
        assert server.accepted == {LIST: 1}
        parsed = message_from_bytes(server.messages[LIST], policy=policy.default)
    assert receipt.detail["to"] == LIST
    assert parsed["to"] == LIST
    assert [name for name, _ in parsed.items() if name.lower().startswith(("list-", "auto-"))] == []
    assert list(tmp_path.iterdir()) == []
    assert not mailer.find(KEY).certain


def test_a_link_of_ours_in_it_is_an_error(tmp_path: Path) -> None:
    mailer = open_smtp(9, tmp_path, to=LIST)
    with pytest.raises(DraftError, match="has its own"):
        mailer.send(whole_issue(), KEY)


@pytest.mark.parametrize(
    ("verb", "reply", "error"),
    [
        ("RCPT", "550 5.1.1 no such list", Refused),
        ("RCPT", "550 5.7.1 you may not post", ChannelPaused),
        ("RCPT", "451 4.7.1 greylisted", Unavailable),
        (".", "552 5.3.4 too big", Refused),
        (".", "drop", OutcomeUnknown),
        ("MAIL", "drop", Unavailable),
    ],
)
def test_what_the_server_says_of_it(tmp_path: Path, verb: str, reply: str, error: type[Exception]) -> None:
    with SmtpServer(answer=lambda asked, _to: reply if asked == verb else None) as server:
        mailer = open_smtp(server.port, tmp_path, to=LIST)
        with pytest.raises(error):
            mailer.send(without_link(), KEY)
    assert not server.accepted


def test_no_list_without_an_address(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not an address"):
        open_smtp(25, tmp_path, to="announce")


@pytest.mark.parametrize(("status", "works"), [(200, True), (202, True), (404, False), (405, False), (302, False)])
def test_doctor_tries_one_click_as_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, *, works: bool
) -> None:
    asked: list[tuple[str, str]] = []

    def request(_client: object, method: str, url: str, **_named: object) -> Answer:
        asked.append((method, url))
        return Answer(status, {}, b"")

    monkeypatch.setattr(Client, "request", request)
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path)
        if works:
            assert mailer.account().facts == ("one-click unsubscribing works",)
        else:
            with pytest.raises(ConfigError, match=f"answers {status}") as caught:
                mailer.account()
            assert "0." not in str(caught.value)
    ((method, url),) = asked
    assert method == "POST"
    assert Tokens(environment=ENVIRONMENT).read(url.rpartition("/")[2]) == 0


def test_doctor_signs_in_at_the_mail_server_and_the_mailbox(tmp_path: Path) -> None:
    mailed: dict[str, Any] = {"unsubscribe": None, "inbox": INBOX, "environment": {"SHAREKIT_IMAP_PASSWORD": "hush"}}
    mailer = open_smtp(free_port(), tmp_path, **mailed)
    with pytest.raises(Unavailable, match="does not answer"):
        mailer.account()
    with SmtpServer() as server:
        mailer = open_smtp(server.port, tmp_path, **mailed)
        with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9 does not answer"):
            mailer.account()
        assert open_smtp(server.port, tmp_path, to=LIST).account().facts == (f"letters go to {LIST}",)
