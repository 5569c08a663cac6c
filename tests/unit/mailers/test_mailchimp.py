from __future__ import annotations

import html as entities
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.mailer import ISSUE, NOW, SITE, MailerContract, rendered
from servers.mailchimp import KEY, LIST, MailchimpServer
from sharekit.errors import ConfigError, Refused
from sharekit.mailers.mailchimp import MailchimpMailer, next_quarter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.config import IssueSettings


class TestMailchimp(MailerContract):
    name = "mailchimp"
    environment: ClassVar = {"SHAREKIT_MAILCHIMP_KEY": KEY}
    unsubscribe = "*|UNSUB|*"

    def serve(self) -> MailchimpServer:
        return MailchimpServer()

    @classmethod
    def open(cls, server_url: str, environment: Mapping[str, str], issue: IssueSettings = ISSUE) -> MailchimpMailer:
        settings = MailchimpMailer.Settings(list=LIST, url=f"{server_url}/3.0")
        return MailchimpMailer(settings, environment=environment, root=Path(), site=SITE, issue=issue, clock=lambda: NOW)

    def test_the_postal_address_is_the_audiences(self, server: MailchimpServer, mailer: MailchimpMailer) -> None:
        mailer.send(rendered(), self.key)
        content = self.only(server).fields["content"]
        assert "*|HTML:LIST_ADDRESS_HTML|*" in content["html"]
        assert "*|LIST:ADDRESS|*" in content["plain_text"]
        assert content["plain_text"].count("*|") == 2

    def test_opens_and_clicks_are_not_counted_unless_asked_for(
        self, server: MailchimpServer, mailer: MailchimpMailer
    ) -> None:
        mailer.send(rendered(), self.key)
        assert not any(self.only(server).fields["tracking"].values())

    def test_the_mark_is_found_behind_many_pages(self, server: MailchimpServer, mailer: MailchimpMailer) -> None:
        first = mailer.send(rendered(), self.key)
        for number in range(25):
            mailer.send(rendered(), f"issue/{number}/mailchimp")
        server.per_page = 7
        found = mailer.find(self.key).receipt
        assert found is not None
        assert found.id == first.id

    def test_two_copies_of_a_draft_are_a_persons_to_sort_out(self, server: MailchimpServer, mailer: MailchimpMailer) -> None:
        mailer.test(rendered(), self.key, ["zoe@blog.example"])
        copy = self.only(server)
        server.held["c000000002"] = type(copy)(id="c000000002", fields=copy.fields, status="save")
        with pytest.raises(Refused, match="2 campaigns with the mark"):
            mailer.send(rendered(), self.key)

    def test_a_campaign_that_a_person_paused_is_theirs(self, server: MailchimpServer, mailer: MailchimpMailer) -> None:
        mailer.test(rendered(), self.key, ["zoe@blog.example"])
        self.only(server).status = "paused"
        with pytest.raises(Refused, match="is paused; it is left alone"):
            mailer.send(rendered(), self.key)
        assert self.only(server).sent == 0

    def test_a_sender_that_is_not_verified_is_named_with_its_field(
        self, server: MailchimpServer, mailer: MailchimpMailer
    ) -> None:
        server.unconfirmed = {"lettre@blog.example"}
        with pytest.raises(Refused, match=r"settings\.reply_to: The From email address is not verified"):
            mailer.send(rendered(), self.key)

    def test_what_is_missing_for_mailchimp_is_told_before_the_launch(
        self, server: MailchimpServer, mailer: MailchimpMailer
    ) -> None:
        server.not_ready = "You've exceeded your plan's contact limit."
        with pytest.raises(Refused, match="exceeded your plan's contact limit"):
            mailer.send(rendered(), self.key)
        assert self.only(server).sent == 0

    def test_a_plan_without_scheduling_says_so(self, server: MailchimpServer, mailer: MailchimpMailer) -> None:
        server.schedules = False
        with pytest.raises(ConfigError, match="does not have access to schedule") as caught:
            mailer.schedule(rendered(), self.key, NOW + timedelta(days=1))
        assert "--at" in str(caught.value.hint)
        mailer.send(rendered(), self.key)
        assert self.only(server).sent == 1

    def test_the_free_plan_is_told_before_anything_is_scheduled(
        self, server: MailchimpServer, mailer: MailchimpMailer
    ) -> None:
        server.plan = "forever_free"
        ((message, hint),) = mailer.account().warnings
        assert "schedule" in message
        assert "--at" in hint

    def test_the_receipt_names_the_quarter_of_an_hour(self, server: MailchimpServer, mailer: MailchimpMailer) -> None:
        receipt = mailer.schedule(rendered(), self.key, NOW + timedelta(hours=1, minutes=7))
        assert receipt.detail["scheduled"] == "2026-11-24T10:45:00+00:00"
        assert self.only(server).fields["send_time"] == "2026-11-24T10:45:00+00:00"

    def test_the_campaign_is_from_the_issues_sender(self, server: MailchimpServer, mailer: MailchimpMailer) -> None:
        mailer.send(rendered(), self.key)
        settings = self.only(server).fields["settings"]
        assert (settings["from_name"], settings["reply_to"]) == ("Zoé du Blog", "lettre@blog.example")

    def test_an_audience_of_another_account_is_named(self, server: MailchimpServer) -> None:
        settings = MailchimpMailer.Settings(list="ffffffffff", url=f"{server.url}/3.0")
        other = MailchimpMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)
        with pytest.raises(Refused, match="answered 404") as caught:
            other.subscribers()
        assert "not an audience of the account" in str(caught.value.hint)

    def test_a_key_without_its_data_centre_is_named(self) -> None:
        with pytest.raises(ConfigError, match="data centre"):
            MailchimpMailer(
                MailchimpMailer.Settings(list=LIST),
                environment={"SHAREKIT_MAILCHIMP_KEY": "0123456789abcdef"},
                root=Path(),
                site=SITE,
                issue=ISSUE,
            )

    def test_the_audience_must_be_named(self) -> None:
        with pytest.raises(ConfigError, match="list is not set"):
            MailchimpMailer(MailchimpMailer.Settings(), environment=self.environment, root=Path(), site=SITE, issue=ISSUE)

    def reads(self, html: str) -> str:
        assert html.count("*|") == 2
        return super().reads(html)


@pytest.mark.parametrize(
    ("minute", "quarter"), [("09:30", "09:30"), ("09:31", "09:45"), ("09:45:01", "10:00"), ("23:59", "00:00")]
)
def test_a_schedule_moves_to_the_next_quarter(minute: str, quarter: str) -> None:
    at = datetime.fromisoformat(f"2026-11-24T{minute}").replace(tzinfo=UTC)
    assert f"{next_quarter(at):%H:%M}" == quarter
    assert entities.unescape("*&#124;") == "*|"
