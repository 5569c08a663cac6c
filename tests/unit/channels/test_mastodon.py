from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import NOW, TEXT, ChannelContract, claimed, share
from servers.mastodon import TOKEN, MastodonServer
from servers.wire import CLOCK, Reply
from sharekit.channels.mastodon import MastodonChannel
from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATUSES = ("GET", "/api/v1/accounts/7/statuses")


class TestMastodon(ChannelContract):
    name = "mastodon"
    environment: ClassVar = {"SHAREKIT_MASTODON_TOKEN": TOKEN}

    @pytest.fixture(autouse=True)
    def _named(self, server: MastodonServer) -> None:
        self.account = f"@blog@{server.url.removeprefix('http://')}"

    def serve(self) -> MastodonServer:
        return MastodonServer()

    def open(self, server_url: str, environment: Mapping[str, str], root: Path) -> MastodonChannel:
        settings = MastodonChannel.Settings(instance=server_url)
        return MastodonChannel(settings, environment=environment, root=root, clock=lambda: NOW, sleep=lambda _: None)

    def test_a_repeat_within_the_hour_is_the_same_status(self, server: MastodonServer, channel: MastodonChannel) -> None:
        first = channel.post(share("mastodon"), self.key)
        assert channel.post(share("mastodon"), self.key).id == first.id
        assert server.posts == [TEXT]

    def test_after_the_hour_it_is_found_among_the_statuses(self, server: MastodonServer, channel: MastodonChannel) -> None:
        for number in range(50):
            server.add(f"status {number}")
        receipt = channel.post(share("mastodon"), self.key)
        for number in range(60):
            server.add(f"later {number}")
        server.forget_keys()
        found = channel.find(share("mastodon"), self.key)
        assert found.receipt is not None
        assert found.receipt.id == receipt.id
        assert found.receipt.url == f"{server.url}/@blog/{receipt.id}"

    def test_the_same_link_in_other_words_leaves_it_open(self, server: MastodonServer, channel: MastodonChannel) -> None:
        server.add(f"Mes mots. {share('mastodon').card.url}")
        found = channel.find(share("mastodon"), self.key)
        assert found.receipt is None
        assert not found.certain

    def test_a_part_answers_the_one_before(self, server: MastodonServer, channel: MastodonChannel) -> None:
        parent = channel.post(share("mastodon"), self.key)
        channel.post(replace(share("mastodon", "Jour 2"), answers=parent), "share/2/mastodon/launch")
        assert server.statuses[1]["in_reply_to_id"] == parent.id
        assert server.statuses[1]["language"] == "fr"

    def test_without_threads_nothing_is_answered(self, server: MastodonServer, tmp_path: Path) -> None:
        settings = MastodonChannel.Settings(instance=server.url, thread="none")
        channel = MastodonChannel(settings, environment=self.environment, root=tmp_path, clock=lambda: NOW)
        channel.post(replace(share("mastodon"), answers=Receipt(id="1", url=None, at=NOW)), self.key)
        assert server.statuses[0]["in_reply_to_id"] is None

    @pytest.mark.parametrize("status", [404, 422])
    def test_a_part_whose_part_before_is_gone_stands_alone_and_says_so(
        self, server: MastodonServer, channel: MastodonChannel, status: int
    ) -> None:
        server.refuse(Reply(status, {"error": "Le message auquel vous répondez ne semble pas exister."}))
        parent = Receipt(id="99", url=None, at=NOW)
        receipt = channel.post(replace(share("mastodon"), answers=parent), self.key)
        assert server.statuses[0]["in_reply_to_id"] is None
        assert "gone" in receipt.detail["note"]

    def test_another_refusal_of_a_part_is_not_about_the_one_before(
        self, server: MastodonServer, channel: MastodonChannel
    ) -> None:
        parent = channel.post(share("mastodon"), self.key)
        server.refuse(Reply(422, {"error": "Validation failed: Text character limit of 500 exceeded"}))
        with pytest.raises(Refused, match="character limit"):
            channel.post(replace(share("mastodon", "Jour 2"), answers=parent), "share/2/mastodon/launch")
        assert server.posts == [TEXT]

    def test_a_parent_that_cannot_be_asked_for_leaves_the_refusal_as_it_is(
        self, server: MastodonServer, channel: MastodonChannel
    ) -> None:
        parent = channel.post(share("mastodon"), self.key)
        server.refuse(Reply(422, {"error": "Validation failed"}))
        server.refuse(Reply(503, b""), at=("GET", "/api/v1/statuses/1"))
        with pytest.raises(Refused, match="Validation failed"):
            channel.post(replace(share("mastodon", "Jour 2"), answers=parent), "share/2/mastodon/launch")

    def test_the_key_of_an_attempt_is_ascii_and_stays(self, server: MastodonServer, channel: MastodonChannel) -> None:
        first = replace(share("mastodon"), claimed=NOW)
        channel.post(first, "share/été-à-nantes/mastodon/launch")
        channel.post(replace(claimed(first), claimed=NOW + timedelta(minutes=5)), "share/été-à-nantes/mastodon/launch")
        one, two = (request.headers["idempotency-key"] for request in server.made(*server.ACT))
        assert one == two
        assert one.isascii()
        assert len(server.posts) == 1

    @pytest.mark.parametrize("sent", [{}, {"first": NOW.isoformat()}])
    def test_what_was_deleted_and_released_goes_out_again(
        self, server: MastodonServer, channel: MastodonChannel, sent: dict[str, str]
    ) -> None:
        """Within the hour the old key would find what is gone."""
        channel.post(replace(share("mastodon"), claimed=NOW), self.key)
        server.statuses.clear()
        channel.post(replace(share("mastodon"), claimed=NOW + timedelta(minutes=10), sent=sent), self.key)
        assert server.posts == [TEXT]

    @pytest.mark.parametrize(
        "text",
        [
            "Avec @ada@social.example, et @bob@autre.example !",
            "@ada@social.example",
            "Avec @ada.",
            "Avec @ada, et @bob@autre.example.",
        ],
    )
    def test_a_text_with_mentions_is_found_before_and_after_an_edit(
        self, server: MastodonServer, channel: MastodonChannel, text: str
    ) -> None:
        sent = share("mastodon", text)
        receipt = channel.post(sent, self.key)
        for looked_for in (sent, replace(claimed(sent), text=text + " Corrigé")):
            found = channel.find(looked_for, self.key).receipt
            assert found is not None
            assert found.id == receipt.id

    def test_the_same_words_from_before_the_attempt_are_another_post(
        self, server: MastodonServer, channel: MastodonChannel
    ) -> None:
        server.add(TEXT)
        found = channel.find(replace(share("mastodon"), claimed=NOW + timedelta(days=30)), self.key)
        assert (found.receipt, found.certain) == (None, True)

    @pytest.mark.parametrize(
        "error",
        [
            "This action is outside the authorized scopes",
            "Your login is currently disabled",
            "This is not allowed: suspended",
        ],
    )
    def test_a_locked_account_is_paused(self, server: MastodonServer, channel: MastodonChannel, error: str) -> None:
        # app/controllers/api/base_controller.rb, require_user!: 403 with one of these.
        server.refuse(Reply(403, {"error": error}))
        with pytest.raises(ChannelPaused, match=error) as caught:
            channel.post(share("mastodon"), self.key)
        assert "SHAREKIT_MASTODON_TOKEN" in str(caught.value.hint)

    def test_the_moment_of_its_limit_is_obeyed(self, server: MastodonServer, channel: MastodonChannel) -> None:
        # docs.joinmastodon.org/api/rate-limits: X-RateLimit-Reset is ISO 8601.
        server.refuse(Reply(429, {"error": "Too many requests"}, {"x-ratelimit-reset": "2026-11-24T09:35:00.123456Z"}))
        with pytest.raises(Unavailable) as caught:
            channel.post(share("mastodon"), self.key)
        assert caught.value.retry_at is not None
        assert (caught.value.retry_at - NOW).total_seconds() == 300.123456

    def test_a_server_that_is_no_mastodon_is_named(self, server: MastodonServer, channel: MastodonChannel) -> None:
        server.refuse(Reply(404, {"error": "no such method"}))
        with pytest.raises(ChannelPaused, match="404") as caught:
            channel.post(share("mastodon"), self.key)
        assert "Mastodon server" in str(caught.value.hint)

    def test_a_picture_that_the_instance_refuses_is_refused(self, server: MastodonServer, channel: MastodonChannel) -> None:
        server.refuse(Reply(422, {"error": "Validation failed: File content type is invalid"}), at=("POST", "/api/v2/media"))
        image = Image(url=f"{server.url}/pixel.png", alt="Le hall")
        with pytest.raises(Refused, match="content type is invalid"):
            channel.post(replace(share("mastodon"), images=(image,)), self.key)

    def test_pictures_go_along_with_their_words_once_they_are_ready(
        self, server: MastodonServer, channel: MastodonChannel
    ) -> None:
        image = Image(url=f"{server.url}/pixel.png", alt="Le hall de la conférence")
        channel.post(replace(share("mastodon"), images=(image,)), self.key)
        assert server.media == {"1": "Le hall de la conférence"}
        assert server.statuses[0]["media_ids"] == ["1"]
        assert server.polls == 2

    def test_the_limit_is_the_instances_own(self, channel: MastodonChannel, server: MastodonServer) -> None:
        server.limit = 30
        with pytest.raises(Refused, match="of the 30 characters"):
            channel.post(share("mastodon"), self.key)
        server.limit = 2000
        channel.post(share("mastodon", "é" * 1800), self.key)
        assert server.posts == ["é" * 1800]

    def test_success_without_a_status_is_unknown(self, server: MastodonServer, channel: MastodonChannel) -> None:
        server.refuse(Reply(200, {"error": "database is locked"}))
        with pytest.raises(OutcomeUnknown, match="database is locked"):
            channel.post(share("mastodon"), self.key)

    def test_a_list_that_cannot_be_read_proves_nothing(self, server: MastodonServer, channel: MastodonChannel) -> None:
        server.refuse(Reply(200, b"<html></html>"), at=STATUSES)
        with pytest.raises(Unavailable):
            channel.find(share("mastodon"), self.key)

    def test_the_instance_must_be_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="instance is not set"):
            MastodonChannel(MastodonChannel.Settings(), environment=self.environment, root=tmp_path)

    @pytest.mark.parametrize("missing", ["write:media", "read:statuses"])
    def test_a_scope_that_is_missing_is_named(self, server: MastodonServer, channel: MastodonChannel, missing: str) -> None:
        assert server.scopes
        server.scopes.remove(missing)
        with pytest.raises(ChannelPaused, match=missing):
            channel.account()

    @pytest.mark.parametrize("scopes", [["read", "write"], ["read", "write", "follow", "push"], None])
    def test_wider_scopes_and_none_that_are_told_are_well(
        self, server: MastodonServer, channel: MastodonChannel, scopes: list[str] | None
    ) -> None:
        server.scopes = scopes
        assert channel.account().warnings == ()

    def test_the_moment_of_the_status_is_the_receipts(self, channel: MastodonChannel) -> None:
        assert (channel.post(share("mastodon"), self.key).at - CLOCK).total_seconds() == 60
