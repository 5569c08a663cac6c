from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import LINK, NOW, TEXT, ChannelContract, share
from servers.drawn import noise
from servers.graph import TOKEN, ThreadsServer, error
from servers.wire import PIXEL, Reply
from sharekit.channels.threads import ThreadsChannel
from sharekit.errors import ChannelPaused, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.config import Thread


class TestThreads(ChannelContract):
    name = "threads"
    account = "@blog"
    environment: ClassVar = {"SHAREKIT_THREADS_TOKEN": TOKEN}

    def serve(self) -> ThreadsServer:
        return ThreadsServer()

    def open(
        self,
        server_url: str,
        environment: Mapping[str, str],
        root: Path,
        thread: Thread = "reply",
    ) -> ThreadsChannel:
        return ThreadsChannel(
            ThreadsChannel.Settings(api=server_url, thread=thread),
            environment=environment,
            root=root,
            clock=lambda: NOW,
            sleep=lambda _: None,
        )

    def test_the_link_is_attached_and_the_address_learnt(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        receipt = channel.post(share("threads"), self.key)
        assert server.published[0]["_made"]["link_attachment"] == LINK
        assert receipt.url == "https://www.threads.com/@blog/post/0"

    def test_it_is_out_even_if_its_address_cannot_be_learnt(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        server.refuse(Reply(500), at=("GET", "/90"))
        receipt = channel.post(share("threads"), self.key)
        assert (receipt.id, receipt.url) == ("90", None)

    def test_the_container_is_noted_before_it_is_published(self, server: ThreadsServer, tmp_path: Path) -> None:
        notes: dict[str, str] = {}
        channel = self.open(server.url, self.environment, tmp_path)
        server.refuse(Reply(429, {"error": {"message": "slow down"}}))
        with pytest.raises(Unavailable):
            channel.post_noting(share("threads"), self.key, notes.update)
        assert notes == {"creation_id": "100"}
        noted = replace(share("threads"), facts=notes)
        assert channel.find(noted, self.key).certain

    def test_a_noted_container_that_was_published_is_out(self, server: ThreadsServer, tmp_path: Path) -> None:
        notes: dict[str, str] = {}
        channel = self.open(server.url, self.environment, tmp_path)
        server.lose()
        with pytest.raises(OutcomeUnknown):
            channel.post_noting(share("threads"), self.key, notes.update)
        found = channel.find(replace(share("threads"), facts=notes), self.key)
        assert found.receipt is not None
        # Edited by hand over there: it is out for certain, and which one it is nobody can tell.
        server.published[0]["text"] = "Corrigé"
        edited = channel.find(replace(share("threads"), facts=notes), self.key)
        assert (edited.receipt, edited.certain) == (None, False)

    def test_it_waits_until_the_container_is_ready(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        server.states = ["IN_PROGRESS", "IN_PROGRESS", "FINISHED"]
        channel.post(share("threads"), self.key)
        assert server.posts == [TEXT]

    def test_a_container_that_stays_unready_is_not_published(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        server.states = ["IN_PROGRESS"] * 50
        with pytest.raises(Unavailable, match="nothing is published"):
            channel.post(share("threads"), self.key)

    def test_a_container_that_fails_says_why(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        server.states = ["ERROR"]
        with pytest.raises(Refused, match="unsupported link"):
            channel.post(share("threads"), self.key)

    @pytest.mark.parametrize(("thread", "field"), [("reply", "reply_to_id"), ("quote", "quote_post_id"), ("none", None)])
    def test_a_part_and_the_one_before(
        self, server: ThreadsServer, tmp_path: Path, thread: Thread, field: str | None
    ) -> None:
        channel = self.open(server.url, self.environment, tmp_path, thread)
        first = channel.post(share("threads"), self.key)
        channel.post(replace(share("threads", "Jour 2"), answers=first), "share/2/threads/launch")
        made = server.published[1]["_made"]
        assert {name: made[name] for name in ("reply_to_id", "quote_post_id") if name in made} == (
            {field: first.id} if field else {}
        )

    def test_a_picture_goes_by_its_address(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        image = Image(url=f"{server.url}/pixel.png", alt="Le hall")
        channel.post(replace(share("threads"), images=(image,)), self.key)
        assert server.published[0]["_made"]["alt_text"] == "Le hall"
        assert server.published[0]["_made"]["media_type"] == "IMAGE"

    def test_too_long_for_threads_is_refused(self, channel: ThreadsChannel) -> None:
        with pytest.raises(Refused, match="at most 500"):
            channel.post(share("threads", "🎉" * 126), self.key)

    def test_a_rate_limit_has_a_code(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        server.refuse(error(4, "Application request limit reached"), at=("POST", "/me/threads"))
        with pytest.raises(Unavailable, match="limit reached"):
            channel.post(share("threads"), self.key)

    @pytest.mark.parametrize("thread", ["reply", "quote"])
    def test_a_part_whose_part_before_is_gone_stands_alone_and_says_so(
        self, server: ThreadsServer, tmp_path: Path, thread: Thread
    ) -> None:
        channel = self.open(server.url, self.environment, tmp_path, thread)
        receipt = channel.post(replace(share("threads"), answers=Receipt(id="404", url=None, at=NOW)), self.key)
        assert server.posts == [TEXT]
        assert not {"reply_to_id", "quote_post_id"} & set(server.published[0]["_made"])
        assert "gone" in receipt.detail["note"]

    def test_another_refusal_of_a_part_is_not_about_the_one_before(
        self, server: ThreadsServer, channel: ThreadsChannel
    ) -> None:
        parent = channel.post(share("threads"), self.key)
        server.refuse(error(100, "Invalid parameter"), at=("POST", "/me/threads"))
        with pytest.raises(Refused, match="Invalid parameter"):
            channel.post(replace(share("threads", "Jour 2"), answers=parent), "share/2/threads/launch")
        assert server.posts == [TEXT]

    def test_a_container_that_is_not_found_yet_is_tried_again(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        # The body of nopara73/LongevityWorldCup#466: not final, although it says so.
        server.refuse(error(24, "The requested resource does not exist", error_subcode=4279009, is_transient=False))
        with pytest.raises(Unavailable):
            channel.post(share("threads"), self.key)

    @pytest.mark.parametrize(("days", "told"), [(13, True), (15, False)])
    def test_a_token_that_ends_soon_is_told(
        self, server: ThreadsServer, channel: ThreadsChannel, days: int, told: bool
    ) -> None:
        server.ends = int((NOW + timedelta(days=days)).timestamp())
        assert channel.account().ends == NOW + timedelta(days=days)
        note = channel.post(share("threads"), self.key).detail.get("note", "")
        assert ("SHAREKIT_THREADS" in note) is told
        assert (f"{NOW + timedelta(days=days):%d %b %Y}" in note) is told

    def test_what_cannot_be_learnt_of_the_token_keeps_nothing_back(
        self, server: ThreadsServer, channel: ThreadsChannel
    ) -> None:
        server.refuse(error(100, "debug_token is for apps"), at=("GET", ".*/debug_token"), times=2)
        assert any("does not say what the token may do" in fact for fact in channel.account().facts)
        assert channel.post(share("threads"), self.key).detail == {}

    @pytest.mark.parametrize("missing", ["threads_content_publish", "threads_manage_replies"])
    def test_a_scope_that_is_missing_is_named(self, server: ThreadsServer, channel: ThreadsChannel, missing: str) -> None:
        server.scopes = tuple(each for each in server.scopes if each != missing)
        with pytest.raises(ChannelPaused, match=missing):
            channel.account()

    def test_a_token_that_was_revoked_is_told(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        server.valid = False
        with pytest.raises(ChannelPaused, match="not valid"):
            channel.account()

    @pytest.mark.parametrize(("used", "waits"), [(249, False), (250, True)])
    def test_the_posts_of_a_day_are_counted(
        self, server: ThreadsServer, channel: ThreadsChannel, used: int, waits: bool
    ) -> None:
        server.used = used
        server.refuse(error(4, "Application request limit reached"))
        with pytest.raises(Unavailable, match="limit reached") as caught:
            channel.post(share("threads"), self.key)
        assert ("250 posts" in caught.value.message) is waits
        assert (caught.value.retry_at == NOW + timedelta(hours=1)) is waits
        assert f"{used} of 250 posts within 24 hours" in channel.account().facts

    def test_an_expired_token_pauses_the_account(self, server: ThreadsServer, channel: ThreadsChannel) -> None:
        server.refuse(error(190, "Session has expired", error_subcode=463), at=("POST", "/me/threads"))
        with pytest.raises(ChannelPaused, match="expired"):
            channel.post(share("threads"), self.key)

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            (noise(2, 2, "GIF"), "image/gif"),
            (noise(2, 2, "WEBP"), "image/webp"),
            (PIXEL + b"0" * 8_000_000, "8000069 bytes"),
            (b"GIF89a", "not a picture"),
        ],
    )
    def test_a_picture_that_threads_does_not_take_is_refused(
        self, server: ThreadsServer, channel: ThreadsChannel, body: bytes, says: str
    ) -> None:
        server.refuse(Reply(200, body), at=("GET", "/a"))
        with pytest.raises(Refused, match=says):
            channel.post(replace(share("threads"), images=(Image(url=f"{server.url}/a", alt="a"),)), self.key)
        assert server.posts == []
