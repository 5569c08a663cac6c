from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import NOW, TEXT, ChannelContract, claimed, share
from servers.wire import Reply
from servers.x import CAPPED, KEYS, NO_CREDIT, XServer
from sharekit.channels.x import VARIABLES, XChannel
from sharekit.errors import ChannelPaused, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.config import Thread


class TestX(ChannelContract):
    name = "x"
    account = "@blog"
    environment: ClassVar = dict(zip(VARIABLES, KEYS, strict=True))

    def serve(self) -> XServer:
        return XServer()

    def open(self, server_url: str, environment: Mapping[str, str], root: Path, thread: Thread = "none") -> XChannel:
        settings = XChannel.Settings(api=server_url, thread=thread, handle="@blog")
        return XChannel(settings, environment=environment, root=root, clock=lambda: NOW)

    def test_the_receipt_is_where_the_post_is(self, channel: XChannel) -> None:
        assert channel.post(share("x"), self.key).url == "https://x.com/blog/status/1000"

    def test_a_duplicate_is_the_post_that_is_there(self, server: XServer, channel: XChannel) -> None:
        first = channel.post(share("x"), self.key)
        assert channel.post(share("x"), self.key).id == first.id
        assert server.posts == [TEXT]

    def test_a_duplicate_that_is_not_found_is_refused(self, server: XServer, channel: XChannel) -> None:
        server.add(TEXT)
        for number in range(30):
            server.add(f"later {number}")
        with pytest.raises(Refused, match="duplicate") as caught:
            channel.post(share("x"), self.key)
        assert "Change the draft" in str(caught.value.hint)

    @pytest.mark.parametrize("thread", ["quote", "reply", "none"])
    def test_a_part_and_the_one_before(self, server: XServer, tmp_path: Path, thread: Thread) -> None:
        server.may_answer = True
        channel = self.open(server.url, self.environment, tmp_path, thread)
        parent = channel.post(share("x"), self.key)
        channel.post(replace(share("x", "Jour 2"), answers=parent), "share/2/x/launch")
        assert server.tweets[1]["_quoted"] == (parent.id if thread == "quote" else None)
        assert server.tweets[1]["_answered"] == (parent.id if thread == "reply" else None)

    def test_by_default_a_part_neither_quotes_nor_answers(self, server: XServer, channel: XChannel) -> None:
        assert XChannel.Settings().thread == "none"
        channel.post(replace(share("x"), answers=Receipt(id="41", url=None, at=NOW)), self.key)
        assert set(server.made(*server.ACT)[0].json()) == {"text"}

    @pytest.mark.parametrize("thread", ["quote", "reply"])
    def test_an_answer_that_the_plan_does_not_allow_says_what_to_set(
        self, server: XServer, tmp_path: Path, thread: Thread
    ) -> None:
        channel = self.open(server.url, self.environment, tmp_path, thread)
        parent = channel.post(share("x"), self.key)
        with pytest.raises(ChannelPaused, match="not") as caught:
            channel.post(replace(share("x", "Jour 2"), answers=parent), "share/2/x/launch")
        assert 'thread = "none"' in str(caught.value.hint)

    def test_a_part_whose_part_before_is_gone_stands_alone_and_says_so(self, server: XServer, tmp_path: Path) -> None:
        server.may_answer = True
        channel = self.open(server.url, self.environment, tmp_path, "reply")
        receipt = channel.post(replace(share("x"), answers=Receipt(id="404", url=None, at=NOW)), self.key)
        assert server.tweets[0]["_answered"] is None
        assert "gone" in receipt.detail["note"]

    @pytest.mark.parametrize(
        "detail",
        [
            "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
            "To protect our users from spam, your account is temporarily locked. Please log in to unlock it.",
            "Your account is suspended and is not permitted to access this feature.",
            "You currently have access to a subset of X API V2 endpoints. You may need a different access level.",
        ],
    )
    def test_an_app_or_an_account_that_may_not_post_is_paused(self, server: XServer, channel: XChannel, detail: str) -> None:
        server.refuse(Reply(403, {"title": "Forbidden", "status": 403, "detail": detail}))
        with pytest.raises(ChannelPaused) as caught:
            channel.post(share("x"), self.key)
        assert "Read and write" in str(caught.value.hint)

    @pytest.mark.parametrize(("status", "body"), [(402, NO_CREDIT), (429, CAPPED)])
    def test_without_credit_the_account_is_paused(
        self, server: XServer, channel: XChannel, status: int, body: dict[str, str]
    ) -> None:
        server.refuse(Reply(status, body, {"content-type": "application/problem+json"}))
        with pytest.raises(ChannelPaused, match=str(status)) as caught:
            channel.post(share("x"), self.key)
        assert "credit" in str(caught.value.hint)

    def test_a_text_that_is_too_long_is_refused(self, channel: XChannel) -> None:
        with pytest.raises(Refused, match="too long"):
            channel.post(share("x", "é" * 281), self.key)

    @pytest.mark.parametrize("fields", ["tweet.fields", "post.fields"])
    def test_the_look_up_takes_either_name_of_its_parameter(self, server: XServer, channel: XChannel, fields: str) -> None:
        server.fields = fields
        receipt = channel.post(share("x"), self.key)
        found = channel.find(share("x"), self.key).receipt
        assert found is not None
        assert found.id == receipt.id

    @pytest.mark.parametrize("text", [TEXT, "Mes mots, et https://blog.example/2026/11/day-1/?a=1&b=2"])
    def test_links_that_x_keeps_to_itself_are_never_certain(self, server: XServer, channel: XChannel, text: str) -> None:
        server.expands = False
        server.add(text)
        found = channel.find(share("x"), self.key)
        assert (found.receipt, found.certain, found.repeat_is_harmless) == (None, False, False)

    def test_what_x_appends_for_a_picture_is_not_of_the_text(self, server: XServer, channel: XChannel) -> None:
        sent = replace(share("x"), images=(Image(url=f"{server.url}/pixel.png", alt="Le hall"),))
        receipt = channel.post(sent, self.key)
        for looked_for in (sent, replace(claimed(sent), text="Corrigé")):
            found = channel.find(looked_for, self.key).receipt
            assert found is not None
            assert found.id == receipt.id

    def test_what_x_appends_for_a_quote_is_not_of_the_text(self, server: XServer, tmp_path: Path) -> None:
        server.may_answer = True
        channel = self.open(server.url, self.environment, tmp_path, "quote")
        parent = channel.post(share("x"), self.key)
        sent = replace(share("x", "Jour 2, sans lien"), answers=parent)
        receipt = channel.post(sent, "share/2/x/launch")
        found = channel.find(sent, "share/2/x/launch").receipt
        assert found is not None
        assert found.id == receipt.id

    def test_what_was_edited_since_is_not_repeated(self, channel: XChannel) -> None:
        found = channel.find(replace(claimed(share("x")), text="Corrigé"), self.key)
        assert (found.certain, found.repeat_is_harmless) == (True, False)

    def test_a_token_that_may_only_read_is_told(self, server: XServer, channel: XChannel) -> None:
        server.level = "read"
        with pytest.raises(ChannelPaused, match="only read") as caught:
            channel.account()
        assert "#permissions" in str(caught.value.hint)

    def test_a_token_of_another_account_is_told(self, server: XServer, tmp_path: Path) -> None:
        settings = XChannel.Settings(api=server.url, handle="@other")
        channel = XChannel(settings, environment=self.environment, root=tmp_path, clock=lambda: NOW)
        ((message, _),) = channel.account().warnings
        assert "@blog" in message

    def test_the_prices_are_told(self, channel: XChannel) -> None:
        assert any("$0.20" in fact and "$0.005" in fact for fact in channel.account().facts)

    def test_the_limit_of_a_day_is_obeyed(self, server: XServer, channel: XChannel) -> None:
        headers = {
            "x-rate-limit-reset": str(int(NOW.timestamp()) + 900),
            "x-user-limit-24hour-remaining": "0",
            "x-user-limit-24hour-reset": str(int(NOW.timestamp()) + 40_000),
        }
        server.refuse(Reply(429, {"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}, headers))
        with pytest.raises(Unavailable) as caught:
            channel.post(share("x"), self.key)
        assert caught.value.retry_at is not None
        assert (caught.value.retry_at - NOW).total_seconds() == 40_000

    def test_pictures_carry_their_words(self, server: XServer, channel: XChannel) -> None:
        channel.post(replace(share("x"), images=(Image(url=f"{server.url}/pixel.png", alt="Le hall"),)), self.key)
        assert server.media == {"1": "Le hall"}
        assert server.tweets[0]["_media"] == ["1"]

    def test_the_same_link_in_other_words_leaves_it_open(self, server: XServer, channel: XChannel) -> None:
        server.add(f"Mes mots. {share('x').card.url}")
        assert not channel.find(share("x"), self.key).certain

    def test_a_reset_time_is_obeyed(self, server: XServer, channel: XChannel) -> None:
        server.refuse(Reply(429, [], {"x-rate-limit-reset": str(int(NOW.timestamp()) + 900)}))
        with pytest.raises(Unavailable) as caught:
            channel.post(share("x"), self.key)
        assert caught.value.retry_at is not None
        assert (caught.value.retry_at - NOW).total_seconds() == 900
        assert len(server.made(*server.ACT)) == 1

    def test_a_list_as_an_error_is_read(self, server: XServer, channel: XChannel) -> None:
        server.refuse(Reply(400, ["Bad authentication data."]))
        with pytest.raises(ChannelPaused, match="Bad authentication data"):
            channel.post(share("x"), self.key)

    def test_success_with_an_error_in_it_is_unknown(self, server: XServer, channel: XChannel) -> None:
        server.refuse(Reply(200, {"errors": [{"title": "Internal", "detail": "Something broke"}]}))
        with pytest.raises(OutcomeUnknown, match="Something broke"):
            channel.post(share("x"), self.key)
