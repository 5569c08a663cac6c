from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.channel import LINK, NOW, TEXT, ChannelContract, claimed, share
from servers.bluesky import DID, HANDLE, PASSWORD, BlueskyServer
from servers.drawn import noise
from servers.wire import Reply
from sharekit.channels.bluesky import BlueskyChannel, facets, record_key
from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.config import Thread


class TestBluesky(ChannelContract):
    name = "bluesky"
    account = "@blog.test"
    environment: ClassVar = {"SHAREKIT_BLUESKY_APP_PASSWORD": PASSWORD}
    uploads_card = True

    def serve(self) -> BlueskyServer:
        return BlueskyServer()

    def open(self, server_url: str, environment: Mapping[str, str], root: Path, thread: Thread = "reply") -> BlueskyChannel:
        settings = BlueskyChannel.Settings(service=server_url, handle=HANDLE, thread=thread)
        return BlueskyChannel(settings, environment=environment, root=root, clock=lambda: NOW)

    def record(self, server: BlueskyServer) -> dict[str, Any]:
        return list(server.records.values())[-1]

    def test_the_record_holds_card_language_and_moment(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        sent = share("bluesky")
        card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
        receipt = channel.post(replace(sent, card=card), self.key)
        record = self.record(server)
        assert record["langs"] == ["fr-FR"]
        assert record["createdAt"] == "2026-11-24T09:00:00.000Z"
        external = record["embed"]["external"]
        assert (external["uri"], external["title"]) == (LINK, sent.card.title)
        assert external["thumb"]["mimeType"] == "image/png"
        assert receipt.url == f"https://bsky.app/profile/{HANDLE}/post/{receipt.id.rpartition('/')[2]}"

    def test_every_attempt_is_the_same_record(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        first = channel.post(share("bluesky"), self.key)
        assert channel.post(share("bluesky"), self.key).id == first.id
        edited = channel.post(share("bluesky", "Autre texte"), self.key)
        assert edited.id == first.id
        assert server.posts == [TEXT]

    def test_another_slot_is_another_record(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        channel.post(share("bluesky"), self.key)
        channel.post(share("bluesky", "Rappel", slot="reminder"), self.key.replace("launch", "reminder"))
        assert server.posts == [TEXT, "Rappel"]

    def test_a_thread_keeps_its_root(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        first = channel.post(share("bluesky"), "share/1/bluesky/launch")
        second = channel.post(replace(share("bluesky", "Jour 2"), answers=first), "share/2/bluesky/launch")
        channel.post(replace(share("bluesky", "Jour 3"), answers=second), "share/3/bluesky/launch")
        reply = self.record(server)["reply"]
        assert reply == {
            "root": {"uri": first.id, "cid": first.detail["cid"]},
            "parent": {"uri": second.id, "cid": second.detail["cid"]},
        }

    def test_a_part_that_was_settled_by_hand_is_answered_too(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        first = channel.post(share("bluesky"), "share/1/bluesky/launch")
        by_hand = Receipt(id=str(first.url).rpartition("/")[2], url=first.url, at=NOW)
        channel.post(replace(share("bluesky", "Jour 2"), answers=by_hand), "share/2/bluesky/launch")
        assert self.record(server)["reply"]["parent"]["uri"] == first.id

    @pytest.mark.parametrize("thread", ["reply", "quote"])
    def test_a_part_whose_part_before_is_gone_stands_alone_and_says_so(
        self, server: BlueskyServer, tmp_path: Path, thread: Thread
    ) -> None:
        channel = self.open(server.url, self.environment, tmp_path, thread)
        first = channel.post(share("bluesky"), "share/1/bluesky/launch")
        server.records.clear()
        second = channel.post(replace(share("bluesky", "Jour 2"), answers=first), "share/2/bluesky/launch")
        assert server.posts == ["Jour 2"]
        assert "reply" not in self.record(server)
        assert "gone" in second.detail["note"]

    def test_a_part_before_that_cannot_be_asked_for_is_waited_for(
        self, server: BlueskyServer, channel: BlueskyChannel
    ) -> None:
        first = channel.post(share("bluesky"), "share/1/bluesky/launch")
        server.refuse(Reply(502, b""), at=("GET", r"/xrpc/com\.atproto\.repo\.getRecord"))
        with pytest.raises(Unavailable):
            channel.post(replace(share("bluesky", "Jour 2"), answers=first), "share/2/bluesky/launch")
        assert server.posts == [TEXT]

    def test_a_part_quotes_beside_its_card(self, server: BlueskyServer, tmp_path: Path) -> None:
        channel = self.open(server.url, self.environment, tmp_path, "quote")
        first = channel.post(share("bluesky"), "share/1/bluesky/launch")
        channel.post(replace(share("bluesky", "Jour 2"), answers=first), "share/2/bluesky/launch")
        embed = self.record(server)["embed"]
        assert embed["record"]["record"]["uri"] == first.id
        assert embed["media"]["external"]["uri"] == LINK

    def test_without_threads_a_part_stands_alone(self, server: BlueskyServer, tmp_path: Path) -> None:
        channel = self.open(server.url, self.environment, tmp_path, "none")
        parent = Receipt(id="at://x", url=None, at=NOW, detail={"cid": "bafy"})
        receipt = channel.post(replace(share("bluesky"), answers=parent), self.key)
        assert "note" not in receipt.detail
        assert "reply" not in self.record(server)

    def test_names_that_exist_are_mentions(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        channel.post(share("bluesky", "Avec @friend.test et @nobody.test"), self.key)
        facets = self.record(server)["facets"]
        assert [facet["features"][0]["did"] for facet in facets] == ["did:plc:friend"]

    def test_pictures_carry_their_words(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        image = Image(url=f"{server.url}/pixel.png", alt="Le hall")
        channel.post(replace(share("bluesky"), images=(image,)), self.key)
        images = self.record(server)["embed"]["images"]
        assert [each["alt"] for each in images] == ["Le hall"]
        assert images[0]["aspectRatio"] == {"width": 1, "height": 1}

    def test_a_thumbnail_that_is_too_large_is_made_smaller(
        self, server: BlueskyServer, channel: BlueskyChannel, tmp_path: Path
    ) -> None:
        (tmp_path / "a.png").write_bytes(noise(900, 900, "PNG"))
        sent = share("bluesky")
        receipt = channel.post(replace(sent, card=replace(sent.card, image=Image(url="a.png"))), self.key)
        assert "note" not in receipt.detail
        thumbnail = self.record(server)["embed"]["external"]["thumb"]
        assert thumbnail["mimeType"] == "image/jpeg"
        assert thumbnail["size"] <= 1_000_000

    def test_a_picture_that_the_server_does_not_take_is_left_out_of_the_card(
        self, server: BlueskyServer, channel: BlueskyChannel
    ) -> None:
        server.refuse(
            Reply(413, {"error": "PayloadTooLarge", "message": "request entity too large"}), at=("POST", ".*uploadBlob")
        )
        sent = share("bluesky")
        card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
        assert "too large" in channel.post(replace(sent, card=card), self.key).detail["note"]
        assert server.posts == [TEXT]

    def test_more_pictures_than_it_takes_are_refused_and_not_dropped(
        self, server: BlueskyServer, channel: BlueskyChannel
    ) -> None:
        images = (Image(url=f"{server.url}/pixel.png"),) * 5
        with pytest.raises(Refused, match="5 pictures"):
            channel.post(replace(share("bluesky"), images=images), self.key)

    def test_a_late_post_is_dated_by_its_first_attempt(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        """Planned yesterday: with that date it would be sorted below a day of posts."""
        late = replace(share("bluesky"), created=NOW - timedelta(hours=20), claimed=NOW)
        channel.post(late, self.key)
        assert self.record(server)["createdAt"] == "2026-11-24T09:30:00.000Z"

    def test_a_repeat_is_the_same_record_whenever_it_comes(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        channel.post(replace(share("bluesky"), claimed=NOW), self.key)
        again = replace(claimed(share("bluesky")), claimed=NOW + timedelta(hours=3))
        channel.post(again, self.key)
        first, second = (request.json()["record"] for request in server.made(*server.ACT))
        assert first == second

    @pytest.mark.parametrize("error", ["AccountTakedown", "AccountDeactivated", "AuthFactorTokenRequired", "InvalidRequest"])
    @pytest.mark.parametrize("status", [400, 401])
    def test_a_sign_in_that_fails_is_never_about_the_text(
        self, server: BlueskyServer, channel: BlueskyChannel, error: str, status: int
    ) -> None:
        server.refuse(Reply(status, {"error": error, "message": "no"}), at=("POST", ".*createSession"))
        with pytest.raises(ChannelPaused) as caught:
            channel.post(share("bluesky"), self.key)
        assert "SHAREKIT_BLUESKY_APP_PASSWORD" in str(caught.value.hint)

    def test_a_web_page_instead_of_a_sign_in_is_about_the_address(
        self, server: BlueskyServer, channel: BlueskyChannel
    ) -> None:
        server.refuse(Reply(404, b"<html><title>Nothing here</title></html>"), at=("POST", ".*createSession"))
        with pytest.raises(ChannelPaused, match="404: Nothing here; a web page") as caught:
            channel.post(share("bluesky"), self.key)
        assert "address" in str(caught.value.hint)

    @pytest.mark.parametrize(
        ("status", "headers"), [(429, {"ratelimit-reset": str(int(NOW.timestamp()) + 60)}), (503, {"retry-after": "60"})]
    )
    def test_a_sign_in_that_has_to_wait(
        self, server: BlueskyServer, channel: BlueskyChannel, status: int, headers: dict[str, str]
    ) -> None:
        server.refuse(
            Reply(status, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, headers),
            at=("POST", ".*createSession"),
        )
        with pytest.raises(Unavailable) as caught:
            channel.post(share("bluesky"), self.key)
        assert caught.value.retry_at == NOW + timedelta(seconds=60)

    def test_a_sign_in_without_an_answer_left_nothing_behind(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        server.lose(at=("POST", ".*createSession"))
        with pytest.raises(Unavailable):
            channel.post(share("bluesky"), self.key)

    @pytest.mark.parametrize("error", ["AccountTakedown", "AccountDeactivated", "InvalidToken", "RepoDeactivated"])
    def test_an_account_that_is_locked_in_between_is_paused(
        self, server: BlueskyServer, channel: BlueskyChannel, error: str
    ) -> None:
        server.refuse(Reply(400, {"error": error, "message": "Account is deactivated"}))
        with pytest.raises(ChannelPaused, match="deactivated"):
            channel.post(share("bluesky"), self.key)

    def test_an_expired_token_is_renewed_once(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        channel.find(share("bluesky"), self.key)
        server.sessions += 1
        channel.post(share("bluesky"), self.key)
        assert server.posts == [TEXT]
        assert len(server.made("POST", r".*createSession")) == 2

    def test_a_token_that_expires_again_pauses_the_account(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        server.refuse(Reply(400, {"error": "ExpiredToken", "message": "Token has expired"}), times=2)
        with pytest.raises(ChannelPaused, match="expired"):
            channel.post(share("bluesky"), self.key)

    def test_an_empty_text_is_refused_here(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        with pytest.raises(Refused, match="empty"):
            channel.post(share("bluesky", " \n"), self.key)
        assert server.requests == []

    def test_too_long_for_the_server_is_refused(self, channel: BlueskyChannel) -> None:
        with pytest.raises(Refused, match="300 graphemes"):
            channel.post(share("bluesky", "é" * 301), self.key)

    def test_success_without_a_record_is_unknown(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        server.refuse(Reply(200, {"error": "upstream"}))
        with pytest.raises(OutcomeUnknown, match="upstream"):
            channel.post(share("bluesky"), self.key)

    def test_a_lookup_that_fails_proves_nothing(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        server.refuse(Reply(500, {"error": "InternalServerError"}), at=("GET", r"/xrpc/com\.atproto\.repo\.getRecord"))
        with pytest.raises(Unavailable):
            channel.find(share("bluesky"), self.key)

    def test_a_handle_that_names_another_account_or_none_is_told(
        self, server: BlueskyServer, channel: BlueskyChannel
    ) -> None:
        server.handle_there = "handle.invalid"
        ((message, hint),) = channel.account().warnings
        assert "@handle.invalid" in message
        assert "handle" in hint

    def test_a_handle_is_the_same_in_capitals(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        server.handle_there = HANDLE.upper()
        assert channel.account().warnings == ()

    def test_the_account_must_be_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="handle is not set"):
            BlueskyChannel(BlueskyChannel.Settings(), environment=self.environment, root=tmp_path)

    def test_a_password_never_leaves_unencrypted(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="not an https address"):
            self.open("http://social.example", self.environment, tmp_path)

    def test_the_account_is_the_sessions(self, server: BlueskyServer, channel: BlueskyChannel) -> None:
        channel.post(share("bluesky"), self.key)
        assert server.made(*server.ACT)[0].json()["repo"] == DID


# --- the record ---------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "https://blog.example/é/?a=1#b",
        "#Été",
        "#été2026",
        "#42",
        "@friend.test",
        "👩‍👩‍👧",
        "𝕏",
        "ل",
        " ",
        "\n",
        "e\u0301",
        "mot",
        "(",
        ")",
        ".",
    ]
)


def selected(text: str) -> list[tuple[str, dict[str, Any]]]:
    data = text.encode()
    return [
        (data[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode(), each["features"][0])
        for each in facets(text, {"friend.test": "did:plc:friend"})
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🎉 https://blog.example/é.", ["https://blog.example/é"]),
        ("(https://blog.example/a)", ["https://blog.example/a"]),
        ("l’été #Kubernetes, #C3", ["#Kubernetes", "#C3"]),
        ("#1 n’est pas un tag, x#y non plus", []),
        ("https://blog.example/#Kubernetes", ["https://blog.example/#Kubernetes"]),
        ("@friend.test @unknown.test a@friend.test", ["@friend.test"]),
        ("#" + "a" * 65, []),
        ("#C++, #C# et #Ada.", ["#C++", "#C", "#Ada"]),
        ("voir example.com/#intro, et (www.example.org/a).", ["example.com/#intro", "www.example.org/a"]),
        ("Node.js, README.md et and/or ne sont pas des liens", []),
        ("a/#b #日本語。 #🎉", ["#日本語", "#🎉"]),
    ],
)
def test_what_facets_select(text: str, expected: list[str]) -> None:
    assert [words for words, _ in selected(text)] == expected


@given(st.lists(PIECES).map("".join))
def test_facets_select_exactly_what_they_mean_and_stay_inside(text: str) -> None:
    last = 0
    for facet in facets(text, {"friend.test": "did:plc:friend"}):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert last <= start < end <= len(text.encode())
        last = end
    for words, feature in selected(text):
        assert words in (unquote(feature.get("uri", "")), f"#{feature.get('tag')}", "@friend.test")


@given(st.text(), st.text())
def test_a_record_key_is_a_tid_of_the_act_alone(one: str, other: str) -> None:
    assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", record_key(one))
    assert (record_key(one) == record_key(other)) == (one == other)


def test_a_record_key_never_changes() -> None:
    assert record_key("share/a/bluesky/launch") == record_key("share/a/bluesky/launch") == "3lapofxo2lepf"
