from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.mailer import ISSUE, NOW, SITE, MailerContract, rendered
from servers.brevo import KEY, BrevoServer
from sharekit.config import IssueSettings
from sharekit.errors import ChannelPaused, ConfigError, Refused
from sharekit.mailers.brevo import BrevoMailer
from sharekit.model import UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Mapping


class TestBrevo(MailerContract):
    name = "brevo"
    environment: ClassVar = {"SHAREKIT_BREVO_KEY": KEY}
    unsubscribe = "{{ unsubscribe }}"

    def serve(self) -> BrevoServer:
        return BrevoServer()

    @classmethod
    def open(cls, server_url: str, environment: Mapping[str, str], issue: IssueSettings = ISSUE) -> BrevoMailer:
        settings = BrevoMailer.Settings(url=f"{server_url}/v3", lists=(7,))
        return BrevoMailer(settings, environment=environment, root=Path(), site=SITE, issue=issue, clock=lambda: NOW)

    def test_an_account_without_credit_says_so(self, server: BrevoServer, mailer: BrevoMailer) -> None:
        server.credits = 0
        with pytest.raises(ChannelPaused, match="insufficient credits"):
            mailer.send(rendered(), self.key)
        server.credits = 10_000
        mailer.send(rendered(), self.key)
        assert self.only(server).sent == 1

    @pytest.mark.parametrize(("left", "warned"), [(120, False), (119, True)])
    def test_credit_that_is_not_enough_for_the_list_is_told(
        self, server: BrevoServer, mailer: BrevoMailer, left: int, warned: bool
    ) -> None:
        server.credits = left
        told = mailer.account()
        assert bool(told.warnings) is warned
        assert f"plan payAsYouGo, {left} e-mails left" in told.facts

    def test_a_campaign_under_review_is_on_its_way(self, server: BrevoServer, mailer: BrevoMailer) -> None:
        server.on_its_way = "in_review"
        first = mailer.send(rendered(), self.key)
        assert mailer.send(rendered(), self.key).id == first.id
        assert self.only(server).sent == 1

    @pytest.mark.parametrize("status", ["suspended", "cancelling", "cancelled"])
    def test_a_campaign_that_a_person_stopped_is_theirs(self, server: BrevoServer, mailer: BrevoMailer, status: str) -> None:
        mailer.test(rendered(), self.key, ["zoe@blog.example"])
        self.only(server).status = status
        with pytest.raises(Refused, match="it is left alone"):
            mailer.send(rendered(), self.key)
        assert mailer.find(self.key).receipt is None
        assert not mailer.find(self.key).certain

    def test_a_sender_that_brevo_does_not_know_is_refused(self, server: BrevoServer) -> None:
        other = self.open(server.url, self.environment, IssueSettings(from_="x@else.example"))
        with pytest.raises(Refused, match="Sender is invalid"):
            other.send(rendered(), self.key)

    def test_an_issue_over_a_megabyte_is_refused_before_it_leaves(self, server: BrevoServer, mailer: BrevoMailer) -> None:
        large = replace(rendered(), html=rendered().html + f"<!-- {'x' * 1_000_000} {UNSUBSCRIBE} -->")
        with pytest.raises(Refused, match="1000000 bytes"):
            mailer.send(large, self.key)
        assert server.made(*server.CREATE) == []

    def test_lists_must_be_named(self) -> None:
        with pytest.raises(ConfigError, match="lists is not set"):
            BrevoMailer(BrevoMailer.Settings(), environment=self.environment, root=Path(), site=SITE, issue=ISSUE)

    def test_the_mark_is_found_behind_many_pages(self, server: BrevoServer, mailer: BrevoMailer) -> None:
        first = mailer.send(rendered(), self.key)
        held = self.only(server)
        for number in range(2, 150):
            server.held[str(number)] = replace(held, id=str(number), fields={**held.fields, "name": f"other {number}"})
        found = mailer.find(self.key).receipt
        assert found is not None
        assert found.id == first.id
