from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import NOW, TEXT, ChannelContract, share
from servers.mastodon import CLOCK, TOKEN, MastodonServer
from servers.wire import Reply
from sharekit.channels.mastodon import MastodonChannel
from sharekit.errors import ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATUSES = ("GET", "/api/v1/accounts/7/statuses")


class TestMastodon(ChannelContract):
    name = "mastodon"
    environment: ClassVar = {"SHAREKIT_MASTODON_TOKEN": TOKEN}

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

    def test_an_answer_to_a_deleted_status_is_refused(self, channel: MastodonChannel) -> None:
        with pytest.raises(Refused, match="trying to reply to"):
            channel.post(replace(share("mastodon"), answers=Receipt(id="99", url=None, at=NOW)), self.key)

    def test_pictures_go_along_with_their_words_once_they_are_ready(
        self, server: MastodonServer, channel: MastodonChannel
    ) -> None:
        image = Image(url=f"{server.url}/pixel.png", alt="Le hall de la conférence")
        channel.post(replace(share("mastodon"), images=(image,)), self.key)
        assert server.media == {"1": "Le hall de la conférence"}
        assert server.statuses[0]["media_ids"] == ["1"]
        assert server.looks == 2

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

    def test_the_moment_of_the_status_is_the_receipts(self, channel: MastodonChannel) -> None:
        assert (channel.post(share("mastodon"), self.key).at - CLOCK).total_seconds() == 60
