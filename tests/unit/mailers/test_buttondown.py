from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.mailer import ISSUE, NOW, SITE, MailerContract, rendered
from servers.buttondown import KEY, ButtondownServer
from servers.wire import Reply
from sharekit.errors import ChannelPaused, Refused, Unavailable
from sharekit.mailers.buttondown import ButtondownMailer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.config import IssueSettings


class TestButtondown(MailerContract):
    name = "buttondown"
    account = "leblog"
    environment: ClassVar = {"SHAREKIT_BUTTONDOWN_KEY": KEY}
    unsubscribe = "{{ unsubscribe_url }}"

    def serve(self) -> ButtondownServer:
        return ButtondownServer()

    @classmethod
    def open(cls, server_url: str, environment: Mapping[str, str], issue: IssueSettings = ISSUE) -> ButtondownMailer:
        settings = ButtondownMailer.Settings(url=f"{server_url}/v1")
        return ButtondownMailer(settings, environment=environment, root=Path(), site=SITE, issue=issue, clock=lambda: NOW)

    def test_a_sending_carries_its_key_and_says_that_it_is_meant(
        self, server: ButtondownServer, mailer: ButtondownMailer
    ) -> None:
        mailer.send(rendered(), self.key)
        (publish,) = server.made(*server.LAUNCH)
        assert publish.headers["x-buttondown-live-dangerously"] == "true"
        (create,) = server.made(*server.CREATE)
        assert create.headers["x-idempotency-key"] != publish.headers["x-idempotency-key"]
        assert "x-buttondown-live-dangerously" not in create.headers

    def test_an_unconfirmed_account_is_told_what_to_do(self, server: ButtondownServer, mailer: ButtondownMailer) -> None:
        server.unconfirmed = True
        with pytest.raises(ChannelPaused, match="Confirm your email address"):
            mailer.send(rendered(), self.key)

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            (400, {"code": "subject_invalid", "detail": "Too long."}, Refused),
            (401, {"code": "authentication_missing", "detail": "No token."}, ChannelPaused),
            (400, {"code": "pay_per_email_billing_locked", "detail": "Pay first."}, ChannelPaused),
            (403, {"detail": "This key may only read."}, ChannelPaused),
            (409, b"", Refused),
            (422, {"detail": [{"type": "missing", "loc": ["body", "subject"], "msg": "Field required"}]}, Refused),
            (429, {"detail": "Request was throttled."}, Unavailable),
            (500, b"<html></html>", Unavailable),
        ],
    )
    def test_each_described_answer_to_a_draft(
        self, server: ButtondownServer, mailer: ButtondownMailer, status: int, body: object, error: type[Exception]
    ) -> None:
        server.refuse(Reply(status, body), at=server.CREATE)
        with pytest.raises(error, match=str(status)):
            mailer.send(rendered(), self.key)
        assert server.held == {}

    def test_a_key_for_emails_alone_is_well(self, server: ButtondownServer, mailer: ButtondownMailer) -> None:
        server.refuse(Reply(403, {"detail": "This key may not read accounts."}), at=("GET", "/v1/accounts/me"))
        assert mailer.account().name == ""

    def test_a_tag_chooses_its_subscribers(self, server: ButtondownServer) -> None:
        settings = ButtondownMailer.Settings(url=f"{server.url}/v1", tag="tag_01h8xg4j3k2m1n0p9q8r7s6t5v")
        mailer = ButtondownMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)
        mailer.send(rendered(), self.key)
        assert self.only(server).fields["filters"]["filters"][0]["value"] == "tag_01h8xg4j3k2m1n0p9q8r7s6t5v"

    def test_the_mark_is_found_behind_many_pages(self, server: ButtondownServer, mailer: ButtondownMailer) -> None:
        first = mailer.send(rendered(), self.key)
        mailer.send(rendered(), "issue/later/buttondown")
        server.per_page = 1
        found = mailer.find(self.key).receipt
        assert found is not None
        assert found.id == first.id
