from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import NOW, ChannelContract, share
from servers.room import ADDRESS, PASSWORD, RoomServer
from servers.wire import Reply
from sharekit.channels.chat import ChatChannel
from sharekit.errors import ConfigError, OutcomeUnknown, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from servers.wire import Wire
    from sharekit.ports import Channel


class TestChat(ChannelContract):
    name = "chat"
    environment: ClassVar = {"SHAREKIT_CHAT_URL": ADDRESS}
    finds = False

    def serve(self) -> RoomServer:
        return RoomServer()

    def open(self, server_url: str, environment: Mapping[str, str], root: Path) -> ChatChannel:
        place = server_url.removeprefix("http://")
        made = {name: value.replace("HOST", place) for name, value in environment.items()}
        return ChatChannel(ChatChannel.Settings(), environment=made, root=root, clock=lambda: NOW)

    def test_html_instead_of_an_answer_is_unknown(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(502, b"<html>"))
        with pytest.raises(OutcomeUnknown, match="502"):
            channel.post(share("chat"), self.key)

    def test_too_many_requests_with_a_moment(self, server: Wire, channel: Channel) -> None:
        """Apprise keeps the moment to itself."""
        server.refuse(Reply(429, b"", {"retry-after": "120"}))
        with pytest.raises(Unavailable, match="429"):
            channel.post(share("chat"), self.key)

    def test_a_missing_picture_is_told_before_anything_goes_out(self, server: Wire, channel: Channel) -> None:
        """A room makes its own preview: no picture is sent."""
        channel.post(share("chat"), self.key)
        assert len(server.requests) == 1

    def test_a_wrong_password_is_refused_and_never_shown(self, server: Wire, tmp_path: Path) -> None:
        wrong = {"SHAREKIT_CHAT_URL": ADDRESS.replace(PASSWORD, "other-password-2")}
        with pytest.raises(Refused, match="401") as caught:
            self.open(server.url, wrong, tmp_path).post(share("chat"), self.key)
        assert "other-password-2" not in f"{caught.value!r} {caught.value.hint}"

    def test_nothing_of_the_address_reaches_a_log(
        self, server: Wire, channel: Channel, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        channel.post(share("chat"), self.key)
        assert PASSWORD not in caplog.text

    def test_one_room_for_one_share(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="more than one"):
            ChatChannel(ChatChannel.Settings(), environment={"SHAREKIT_CHAT_URL": "json://a json://b"}, root=tmp_path)

    def test_an_empty_text_is_refused(self, channel: Channel) -> None:
        with pytest.raises(Refused, match="empty"):
            channel.post(share("chat", ""), self.key)
