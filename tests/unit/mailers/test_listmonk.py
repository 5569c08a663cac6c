from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
import yaml

from contracts.mailer import ISSUE, NOW, SITE, MailerContract, rendered
from servers.listmonk import TOKEN, USER, ListmonkServer
from servers.openapi import Description
from servers.wire import Reply
from sharekit.errors import ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.mailers.listmonk import ListmonkMailer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.config import IssueSettings


class TestListmonk(MailerContract):
    name = "listmonk"
    environment: ClassVar = {"SHAREKIT_LISTMONK_TOKEN": TOKEN}
    unsubscribe = "{{ UnsubscribeURL }}"

    @pytest.fixture(autouse=True)
    def _description(self, shared: Path) -> None:
        document = yaml.safe_load((shared / "specs" / "listmonk.openapi.yaml").read_text())
        # The description has send_at as an object that holds the headers; the program takes a moment as text.
        self.description = Description(document, prefix="/api", wrong=("send_at",))

    def serve(self) -> ListmonkServer:
        return ListmonkServer(self.description)

    @classmethod
    def open(cls, server_url: str, environment: Mapping[str, str], issue: IssueSettings = ISSUE) -> ListmonkMailer:
        settings = ListmonkMailer.Settings(url=server_url, user=USER, lists=(1,))
        return ListmonkMailer(settings, environment=environment, root=Path(), site=SITE, issue=issue, clock=lambda: NOW)

    def test_only_subscribers_can_be_tested_with(self, mailer: ListmonkMailer) -> None:
        with pytest.raises(Refused, match="No known subscribers") as caught:
            mailer.test(rendered(), self.key, ["nobody@else.example"])
        assert "subscribers" in str(caught.value.hint)

    def test_a_template_that_frames_nothing_is_asked_for(self, server: ListmonkServer) -> None:
        settings = ListmonkMailer.Settings(url=server.url, user=USER, lists=(1,), template=4)
        mailer = ListmonkMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)
        mailer.send(rendered(), self.key)
        assert self.only(server).fields["template_id"] == 4
        assert self.only(server).fields["headers"] == [{"Reply-To": "zoe@blog.example"}]

    def test_a_list_that_is_not_there_is_named(self, server: ListmonkServer) -> None:
        settings = ListmonkMailer.Settings(url=server.url, user=USER, lists=(9,))
        mailer = ListmonkMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)
        with pytest.raises(Refused, match="List not found") as caught:
            mailer.readers()
        assert "numbers" in str(caught.value.hint)

    @pytest.mark.parametrize("missing", ["url", "user", "lists"])
    def test_what_it_needs_is_named(self, missing: str) -> None:
        given = {"url": "http://127.0.0.1:9", "user": USER, "lists": (1,)}
        settings = ListmonkMailer.Settings(**{name: value for name, value in given.items() if name != missing})  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match=f"{missing} is not set"):
            ListmonkMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)

    @pytest.mark.parametrize(
        ("status", "draft", "launch"),
        [
            (400, Refused, Refused),
            (403, Refused, Refused),
            (404, Refused, Refused),
            (422, Refused, Refused),
            (429, Unavailable, Unavailable),
            (500, Unavailable, OutcomeUnknown),
        ],
    )
    def test_each_error_before_and_at_the_launch(
        self,
        server: ListmonkServer,
        mailer: ListmonkMailer,
        status: int,
        draft: type[Exception],
        launch: type[Exception],
    ) -> None:
        server.refuse(Reply(status, {"message": "Something is wrong"}), at=server.CREATE)
        with pytest.raises(draft, match="Something is wrong"):
            mailer.send(rendered(), self.key)
        server.refuse(Reply(status, {"message": "Something is wrong"}), at=server.LAUNCH)
        with pytest.raises(launch, match="Something is wrong"):
            mailer.send(rendered(), self.key)
        assert self.only(server).sent == 0
