from __future__ import annotations

import contextlib
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from contracts.channel import NOW, TEXT, ChannelContract, share
from servers import synapse
from servers.room import ADDRESS, PASSWORD, RoomServer
from servers.wire import Reply
from sharekit.channels import chat
from sharekit.channels.chat import ChatChannel, escaped
from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from servers.wire import Wire
    from sharekit.ports import Channel


class TestChat(ChannelContract):
    name = "chat"
    environment: ClassVar = {"SHAREKIT_CHAT_URL": ADDRESS}
    finds = False
    takes_pictures = False
    reads_success = False
    refuses_long = False  # this room is none of those that count

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

    def test_what_goes_out_is_what_the_room_was_sent(self, server: Wire, channel: Channel) -> None:
        """A room makes its own preview: no picture is sent."""
        channel.post(share("chat"), self.key)
        assert len(server.requests) == 1

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_room_that_is_gone_pauses_the_channel(self, server: Wire, channel: Channel, status: int) -> None:
        server.refuse(Reply(status, {"message": "Unknown Webhook", "code": 10015}))
        with pytest.raises(ChannelPaused, match="no such room") as caught:
            channel.post(share("chat"), self.key)
        assert "SHAREKIT_CHAT_URL" in str(caught.value.hint)

    def test_a_message_that_the_room_does_not_take_is_refused(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(400, {"content": ["Must be 2000 or fewer in length."]}))
        with pytest.raises(Refused, match="400"):
            channel.post(share("chat"), self.key)

    def test_an_address_that_apprise_does_not_know_pauses_the_channel(self, tmp_path: Path) -> None:
        with pytest.raises(ChannelPaused, match="SHAREKIT_CHAT_URL"):
            self.open("http://127.0.0.1:9", {"SHAREKIT_CHAT_URL": "nonsense://secret-1"}, tmp_path).post(
                share("chat"), self.key
            )

    def test_an_ok_that_says_it_is_html_is_an_answer(self, server: Wire, channel: Channel) -> None:
        """What a small server of one's own answers, such as one in Flask."""
        server.refuse(Reply(200, b"ok", {"content-type": "text/html"}))
        channel.post(share("chat"), self.key)

    def test_an_answer_that_cannot_be_unpacked_is_unknown(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(200, b"no gzip at all", {"content-encoding": "gzip"}))
        with pytest.raises(OutcomeUnknown):
            channel.post(share("chat"), self.key)

    def test_an_answer_that_does_not_end_is_unknown(
        self, server: Wire, channel: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chat, "SECONDS", -1)
        server.refuse(Reply(200, b"ok"))
        with pytest.raises(OutcomeUnknown):
            channel.post(share("chat"), self.key)

    def test_it_is_the_blog_that_posts(self, server: Wire, tmp_path: Path) -> None:
        place = server.url.removeprefix("http://")
        sent = share("chat")
        for handle, site, name in (
            (None, "", "blog.example"),
            (None, "L’Établi 日本 🔨", "L’Établi 日本 🔨"),
            ("Mon carnet", "L’Établi 日本 🔨", "Mon carnet"),
        ):
            settings = ChatChannel.Settings(handle=handle)
            posted = replace(sent, card=replace(sent.card, site=site))
            environment = {"SHAREKIT_CHAT_URL": f"mmost://{place}/4b2d5f2a8a"}
            server.refuse(Reply(200, b"ok", {"content-type": "text/plain"}), at=("POST", "/hooks/.*"))
            ChatChannel(settings, environment=environment, root=tmp_path, clock=lambda: NOW).post(posted, self.key)
            message = server.requests[-1].json()
            assert message["username"] == name
            assert "apprise" not in str(message).lower()

    @pytest.mark.parametrize("options", ["", "?overflow=split", "?overflow=truncate"])
    @pytest.mark.parametrize(("signs", "goes"), [(1000, True), (1001, False)])
    def test_what_is_too_long_once_it_is_escaped_is_neither_split_nor_cut(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: str, signs: int, goes: bool
    ) -> None:
        bodies: list[Any] = []

        def taken(_adapter: HTTPAdapter, request: PreparedRequest, **_: object) -> Response:
            assert isinstance(request.body, str | bytes)
            bodies.append(json.loads(request.body))
            response = Response()
            response.status_code, response.request = 204, request
            response.raw = HTTPResponse(io.BytesIO(b""), preload_content=False)
            return response

        monkeypatch.setattr(HTTPAdapter, "send", taken)
        environment = {"SHAREKIT_CHAT_URL": f"discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js{options}"}
        channel = ChatChannel(ChatChannel.Settings(), environment=environment, root=tmp_path, clock=lambda: NOW)
        text = "_" * signs
        assert channel.measure(text) == 2 * signs
        if goes:
            channel.post(share("chat", text), "k")
            assert [body["content"] for body in bodies] == ["\\_" * signs]
        else:
            with pytest.raises(Refused, match="2002 of the 2000"):
                channel.post(share("chat", text), "k")
            assert bodies == []

    @pytest.mark.parametrize("service", ["Discord", "Mattermost", "Zulip"])
    @pytest.mark.parametrize(
        ("text", "sent"),
        [
            ("snake_case *et* `code`", r"snake\_case \*et\* \`code\`"),
            ("C (1/2) | ~x~ <b> [a](b) \\o/", r"C (1/2) \| \~x\~ \<b> \[a\](b) \\o/"),
            ("https://blog.example/a_b_c/?a=1_2\nfin_", "https://blog.example/a_b_c/?a=1_2\nfin\\_"),
            ("# titre\n> cité\n- un\n1. deux", "\\# titre\n\\> cité\n\\- un\n1\\. deux"),
            ("#Kubernetes -1 2026.5 a > b", "#Kubernetes -1 2026.5 a > b"),
            ("@everyone et @here, @ada", "@\u200beveryone et @\u200bhere, @ada"),
        ],
    )
    def test_mark_up_is_shown_as_it_was_written(self, service: str, text: str, sent: str) -> None:
        assert escaped(text, service) == sent
        assert escaped(text, "JSON") == text

    @pytest.mark.parametrize(
        ("address", "field", "text"),
        [
            ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "content", r"a\_b & \<c>"),
            ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#x", "text", "a_b &amp; &lt;c&gt;"),
            ("tgram://123456789:AAG8jkdfajsdfjhaskdf_asdfjkhasd/12315544/", "text", "a_b &amp; &lt;c&gt;"),
        ],
    )
    def test_each_service_gets_its_own_escapes(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, field: str, text: str
    ) -> None:
        bodies: list[str] = []

        def taken(_adapter: HTTPAdapter, request: PreparedRequest, **_: object) -> Response:
            bodies.append(request.body.decode() if isinstance(request.body, bytes) else str(request.body))
            response = Response()
            response.status_code, response.request = 200, request
            response.raw = HTTPResponse(io.BytesIO(b'{"ok": true, "result": {"message_id": 1}}'), preload_content=False)
            return response

        monkeypatch.setattr(HTTPAdapter, "send", taken)
        environment = {"SHAREKIT_CHAT_URL": address}
        with contextlib.suppress(OutcomeUnknown):
            ChatChannel(ChatChannel.Settings(), environment=environment, root=tmp_path).post(share("chat", "a_b & <c>"), "k")
        assert f'"{field}": {json.dumps(text)}' in bodies[-1]

    def test_what_was_watched_is_left_as_it_was(self, server: Wire, channel: Channel) -> None:
        before = HTTPAdapter.send
        channel.post(share("chat"), self.key)
        server.lose()
        with pytest.raises(OutcomeUnknown):
            channel.post(share("chat"), self.key)
        assert HTTPAdapter.send is before
        assert server.posts == [TEXT, TEXT]

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


@pytest.mark.slow
def test_a_real_room_shows_what_was_written(tmp_path: Path) -> None:
    """Synapse, the reference server of Matrix: the message as it is, and a wrong password named."""
    text = "L’été des *conteneurs* & <co> (1/3) 🎉\n\nhttps://blog.example/2026/été_1/?a=1&b=2\n#Kubernetes"
    with synapse.running(tmp_path) as server:

        def room(password: str) -> ChatChannel:
            address = f"matrix://{synapse.USER}:{password}@{server.place}/#{synapse.ROOM}:blog.test"
            environment = {"SHAREKIT_CHAT_URL": address}
            return ChatChannel(ChatChannel.Settings(), environment=environment, root=tmp_path, clock=lambda: NOW)

        room(synapse.PASSWORD).post(share("chat", text), "k")
        assert [message["body"] for message in server.messages()] == [text]
        with pytest.raises(ChannelPaused, match="403") as caught:
            room("another").post(share("chat", text), "k")
        assert "another" not in f"{caught.value!r} {caught.value.hint}"
        assert len(server.messages()) == 1
