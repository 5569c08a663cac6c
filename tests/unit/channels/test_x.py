from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import NOW, TEXT, ChannelContract, share
from servers.wire import Reply
from servers.x import KEYS, XServer
from sharekit.channels.x import VARIABLES, XChannel
from sharekit.errors import OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.config import Thread


@pytest.fixture
def described(request: pytest.FixtureRequest) -> Path | None:
    """X's published description, where it is at hand."""
    try:
        shared: Path = request.getfixturevalue("shared")
    except pytest.skip.Exception:
        return None
    return shared / "specs/x.openapi.json"


class TestX(ChannelContract):
    name = "x"
    environment: ClassVar = dict(zip(VARIABLES, KEYS, strict=True))
    description: Path | None = None

    @pytest.fixture(autouse=True)
    def _published(self, described: Path | None) -> None:
        self.description = described

    def serve(self) -> XServer:
        return XServer(self.description)

    def open(self, server_url: str, environment: Mapping[str, str], root: Path, thread: Thread = "quote") -> XChannel:
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
        channel = self.open(server.url, self.environment, tmp_path, thread)
        parent = channel.post(share("x"), self.key)
        channel.post(replace(share("x", "Jour 2"), answers=parent), "share/2/x/launch")
        assert server.tweets[1]["_quoted"] == (parent.id if thread == "quote" else None)
        assert server.tweets[1]["_answered"] == (parent.id if thread == "reply" else None)

    def test_a_reply_that_x_does_not_allow_says_what_to_set(self, server: XServer, tmp_path: Path) -> None:
        channel = self.open(server.url, self.environment, tmp_path, "reply")
        parent = channel.post(share("x"), self.key)
        server.refuse(Reply(403, {"title": "Forbidden", "status": 403, "detail": "You are not permitted to reply to this."}))
        with pytest.raises(Refused, match="not permitted") as caught:
            channel.post(replace(share("x", "Jour 2"), answers=parent), "share/2/x/launch")
        assert 'thread = "quote"' in str(caught.value.hint)

    def test_an_app_that_may_only_read_is_told_what_to_change(self, server: XServer, channel: XChannel) -> None:
        server.refuse(Reply(403, {"title": "Forbidden", "detail": "Your client app is not configured with write"}))
        with pytest.raises(Refused) as caught:
            channel.post(share("x"), self.key)
        assert "Read and write" in str(caught.value.hint)

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
        with pytest.raises(Refused, match="Bad authentication data"):
            channel.post(share("x"), self.key)

    def test_success_with_an_error_in_it_is_unknown(self, server: XServer, channel: XChannel) -> None:
        server.refuse(Reply(200, {"errors": [{"title": "Internal", "detail": "Something broke"}]}))
        with pytest.raises(OutcomeUnknown, match="Something broke"):
            channel.post(share("x"), self.key)
