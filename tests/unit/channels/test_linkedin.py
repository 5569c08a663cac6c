from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import LINK, NOW, TEXT, ChannelContract, claimed, share
from servers.drawn import noise
from servers.linkedin import MEMBER, ORGANISATION, TOKEN, LinkedInServer
from servers.wire import PIXEL, Reply
from sharekit.channels.linkedin import LinkedInChannel
from sharekit.counting.linkedin import escaped
from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.config import Thread


class TestLinkedInMember(ChannelContract):
    name = "linkedin"
    account = "Zoé du Blog"
    environment: ClassVar = {"SHAREKIT_LINKEDIN_TOKEN": TOKEN}
    finds = False
    uploads_card = True
    author = MEMBER

    def serve(self) -> LinkedInServer:
        return LinkedInServer(self.author)

    def open(self, server_url: str, environment: Mapping[str, str], root: Path, thread: Thread = "none") -> LinkedInChannel:
        settings = LinkedInChannel.Settings(api=server_url, author=self.author, thread=thread)
        return LinkedInChannel(settings, environment=environment, root=root, clock=lambda: NOW, sleep=lambda _: None)

    def test_the_card_goes_along_with_its_picture(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        sent = share("linkedin")
        card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
        receipt = channel.post(replace(sent, card=card), self.key)
        article = server.shares[receipt.id]["content"]["article"]
        assert article == {
            "source": LINK,
            "title": sent.card.title,
            "description": sent.card.description,
            "thumbnail": "urn:li:image:C1",
        }
        assert server.images == {"urn:li:image:C1": PIXEL}
        assert receipt.url == f"https://www.linkedin.com/feed/update/{receipt.id}/"

    @pytest.mark.parametrize(
        "text",
        [
            "C (le langage) * [de] {l’} été_2026 <3 ~ \\o/ @moi | fin",
            "#1 # a #tag #été_2026",
            "https://blog.example/Rabot_(outil)?utm_source=a~b&c=[1]#un_titre et la suite",
        ],
    )
    def test_nothing_cuts_the_text(self, server: LinkedInServer, channel: LinkedInChannel, text: str) -> None:
        channel.post(share("linkedin", text), self.key)
        assert server.posts == [text]

    def test_pictures_carry_their_words(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        image = Image(url=f"{server.url}/pixel.png", alt="Le hall")
        one = channel.post(replace(share("linkedin"), images=(image,)), self.key)
        assert server.shares[one.id]["content"] == {"media": {"id": "urn:li:image:C1", "altText": "Le hall"}}
        two = channel.post(replace(share("linkedin", "Deux"), images=(image, image)), self.key)
        assert len(server.shares[two.id]["content"]["multiImage"]["images"]) == 2

    def test_a_duplicate_is_the_post_that_is_named(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        first = channel.post(share("linkedin"), self.key)
        again = channel.post(share("linkedin"), self.key)
        assert again.id == first.id
        assert again.detail["note"] == "LinkedIn had these words already"
        assert server.posts == [TEXT]

    def test_a_duplicate_of_a_deleted_post_is_refused(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.ghosts["urn:li:share:6000"] = escaped(TEXT)
        with pytest.raises(Refused, match="duplicate") as caught:
            channel.post(share("linkedin"), self.key)
        assert "deleted" in str(caught.value.hint)

    def test_a_token_of_somebody_else_pauses_the_account(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.refuse(Reply(422, {"message": "author is not valid"}))
        with pytest.raises(ChannelPaused, match="author is not valid") as caught:
            channel.post(share("linkedin"), self.key)
        assert self.author in str(caught.value.hint)

    def test_another_422_is_refused(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.refuse(Reply(422, {"message": "commentary is too long"}))
        with pytest.raises(Refused, match="too long"):
            channel.post(share("linkedin"), self.key)

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (426, {"status": 426, "code": "NONEXISTENT_VERSION", "message": "Requested version 20260901 is not active"}),
            (400, {"status": 400, "code": "VERSION_MISSING", "message": "A version must be present"}),
        ],
    )
    def test_a_version_that_has_ended_pauses_the_account_and_says_what_to_set(
        self, server: LinkedInServer, channel: LinkedInChannel, status: int, body: dict[str, object]
    ) -> None:
        server.refuse(Reply(status, body))
        with pytest.raises(ChannelPaused, match="202609") as caught:
            channel.post(share("linkedin"), self.key)
        assert str(caught.value.hint).startswith("Set version in [channels.linkedin] to one that is active")

    def test_a_version_that_has_ended_is_noticed_with_the_picture(
        self, server: LinkedInServer, channel: LinkedInChannel
    ) -> None:
        server.versions = {"202701"}
        sent = share("linkedin")
        card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
        with pytest.raises(ChannelPaused, match="not active"):
            channel.post(replace(sent, card=card), self.key)

    def test_the_day_s_limit_ends_at_midnight(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        message = "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached."
        server.refuse(Reply(429, {"status": 429, "message": message}))
        with pytest.raises(Unavailable) as caught:
            channel.post(share("linkedin"), self.key)
        assert caught.value.retry_at == datetime(2026, 11, 25, tzinfo=UTC)

    def test_a_picture_is_waited_for(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.states = ["WAITING_UPLOAD", "PROCESSING", "PROCESSING"]
        channel.post(replace(share("linkedin"), images=(Image(url=f"{server.url}/pixel.png", alt="a"),)), self.key)
        assert len(server.made("GET", "/rest/images/.*")) == 4

    def test_a_picture_that_stays_unready_is_waited_for_in_the_next_run(
        self, server: LinkedInServer, channel: LinkedInChannel
    ) -> None:
        server.states = ["PROCESSING"] * 50
        with pytest.raises(Unavailable, match="still working"):
            channel.post(replace(share("linkedin"), images=(Image(url=f"{server.url}/pixel.png", alt="a"),)), self.key)
        assert server.posts == []

    def test_a_card_whose_picture_fails_goes_without_it(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.states = ["PROCESSING_FAILED"]
        sent = share("linkedin")
        card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
        receipt = channel.post(replace(sent, card=card), self.key)
        assert "could not process" in receipt.detail["note"]
        assert "thumbnail" not in server.shares[receipt.id]["content"]["article"]

    def test_a_card_of_a_type_that_it_does_not_take_is_converted(
        self, server: LinkedInServer, channel: LinkedInChannel, tmp_path: Path
    ) -> None:
        (tmp_path / "a.webp").write_bytes(noise(20, 20, "WEBP"))
        sent = share("linkedin")
        receipt = channel.post(replace(sent, card=replace(sent.card, image=Image(url="a.webp"))), self.key)
        assert receipt.detail == {}
        assert server.images["urn:li:image:C1"].startswith(b"\xff\xd8\xff")

    def test_a_token_that_may_not_ask_for_pictures_gives_them_some_seconds(
        self, server: LinkedInServer, tmp_path: Path
    ) -> None:
        server.reads_images = False
        waits: list[float] = []
        settings = LinkedInChannel.Settings(api=server.url, author=self.author)
        channel = LinkedInChannel(
            settings, environment=self.environment, root=tmp_path, clock=lambda: NOW, sleep=waits.append
        )
        sent = share("linkedin")
        card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
        assert channel.post(replace(sent, card=card), self.key).detail == {}
        assert waits == [10.0]

    def test_a_card_whose_picture_is_refused_with_the_post_goes_without_it(
        self, server: LinkedInServer, channel: LinkedInChannel
    ) -> None:
        server.refuse(Reply(400, {"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "Image is not AVAILABLE"}))
        sent = share("linkedin")
        card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
        receipt = channel.post(replace(sent, card=card), self.key)
        assert "not AVAILABLE" in receipt.detail["note"]
        assert "thumbnail" not in server.shares[receipt.id]["content"]["article"]

    def test_the_token_goes_to_no_other_host(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        with self.serve() as other:
            place = {"uploadUrl": other.url.replace("127.0.0.1", "localhost") + "/upload/C1", "image": "urn:li:image:C1"}
            server.refuse(Reply(200, {"value": place}), at=("POST", "/rest/images"))
            other.refuse(Reply(201), at=("PUT", "/upload/C1"))
            server.images["urn:li:image:C1"] = PIXEL
            sent = share("linkedin")
            card = replace(sent.card, image=Image(url=f"{server.url}/pixel.png"))
            channel.post(replace(sent, card=card), self.key)
            assert [request.headers.get("authorization") for request in other.requests] == [None]

    def test_a_part_may_reshare_the_one_before(self, server: LinkedInServer, tmp_path: Path) -> None:
        channel = self.open(server.url, self.environment, tmp_path, "quote")
        first = channel.post(share("linkedin"), self.key)
        second = channel.post(replace(share("linkedin", "Jour 2"), answers=first), "share/2/linkedin/launch")
        assert server.shares[second.id]["reshareContext"] == {"parent": first.id}
        assert "content" not in server.shares[second.id]

    @pytest.mark.parametrize("status", [400, 404, 422])
    def test_a_part_whose_part_before_is_gone_stands_alone_and_says_so(
        self, server: LinkedInServer, tmp_path: Path, status: int
    ) -> None:
        channel = self.open(server.url, self.environment, tmp_path, "quote")
        server.refuse(Reply(status, {"status": status, "message": "The parent of the reshare does not exist"}))
        receipt = channel.post(
            replace(share("linkedin"), answers=Receipt(id="urn:li:share:6000", url=None, at=NOW)), self.key
        )
        assert server.posts == [TEXT]
        assert server.shares[receipt.id]["content"]["article"]["source"] == LINK
        assert "gone" in receipt.detail["note"]

    def test_another_refusal_of_a_part_is_not_about_the_one_before(self, server: LinkedInServer, tmp_path: Path) -> None:
        channel = self.open(server.url, self.environment, tmp_path, "quote")
        first = channel.post(share("linkedin"), self.key)
        server.refuse(Reply(400, {"status": 400, "message": "commentary is not valid"}))
        with pytest.raises(Refused, match="commentary"):
            channel.post(replace(share("linkedin", "Jour 2"), answers=first), "share/2/linkedin/launch")
        assert server.posts == [TEXT]

    def test_a_version_that_has_ended_is_told_before_anything_is_sent(
        self, server: LinkedInServer, channel: LinkedInChannel
    ) -> None:
        server.versions = {"202701"}
        with pytest.raises(ChannelPaused, match="202609") as caught:
            channel.account()
        assert "#version" in str(caught.value.hint)

    @pytest.mark.parametrize(("month", "warned"), [("202609", False), ("202601", False), ("202512", True)])
    def test_a_version_that_ends_soon_is_told(
        self, server: LinkedInServer, tmp_path: Path, month: str, warned: bool
    ) -> None:
        server.versions = {month}
        settings = LinkedInChannel.Settings(api=server.url, author=self.author, version=month)
        channel = LinkedInChannel(settings, environment=self.environment, root=tmp_path, clock=lambda: NOW)
        assert bool(channel.account().warnings) is warned

    def test_without_a_scope_for_it_the_name_is_not_known(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.reads_profile = False
        told = channel.account()
        assert told.name == self.author
        assert any("openid" in fact for fact in told.facts)

    def test_success_without_an_id_is_unknown(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.refuse(Reply(200, {"message": "queued"}))
        with pytest.raises(OutcomeUnknown, match="queued"):
            channel.post(share("linkedin"), self.key)

    def test_the_author_must_be_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="author is not set"):
            LinkedInChannel(LinkedInChannel.Settings(), environment=self.environment, root=tmp_path)


def test_a_token_of_another_member_is_told_with_the_author_to_set(tmp_path: Path) -> None:
    with LinkedInServer(MEMBER) as server:
        server.member = "Zz9"
        settings = LinkedInChannel.Settings(api=server.url, author=MEMBER)
        environment = {"SHAREKIT_LINKEDIN_TOKEN": TOKEN}
        channel = LinkedInChannel(settings, environment=environment, root=tmp_path, clock=lambda: NOW)
        with pytest.raises(ChannelPaused, match="urn:li:person:Zz9") as caught:
            channel.account()
        assert 'author = "urn:li:person:Zz9"' in str(caught.value.hint)


class TestLinkedInOrganisation(TestLinkedInMember):
    finds = True
    author = ORGANISATION

    def test_an_organisation_whose_posts_may_not_be_read(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.refuse(Reply(403, {"message": "Not enough permissions"}), at=("GET", "/rest/posts"))
        found = channel.find(share("linkedin"), self.key)
        assert (found.receipt, found.certain, found.repeat_is_harmless) == (None, False, False)

    @pytest.mark.parametrize("commentary", [TEXT, escaped(TEXT), escaped(TEXT).replace("#Kub", "{hashtag|\\#|Kub") + "}"])
    def test_a_post_is_found_however_its_text_comes_back(
        self, server: LinkedInServer, channel: LinkedInChannel, commentary: str
    ) -> None:
        receipt = channel.post(share("linkedin"), self.key)
        server.shares[receipt.id]["commentary"] = commentary
        found = channel.find(share("linkedin"), self.key).receipt
        assert found is not None
        assert found.id == receipt.id

    def test_the_same_link_in_other_words_leaves_it_open(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        channel.post(share("linkedin", "Mes mots."), self.key)
        found = channel.find(share("linkedin"), self.key)
        assert (found.receipt, found.certain, found.repeat_is_harmless) == (None, False, False)

    def test_what_was_edited_since_is_not_repeated(self, channel: LinkedInChannel) -> None:
        """LinkedIn would not see the new words as a duplicate."""
        found = channel.find(replace(claimed(share("linkedin")), text="Corrigé"), self.key)
        assert (found.certain, found.repeat_is_harmless) == (True, False)

    def test_an_older_post_with_the_link_is_another_share(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        channel.post(share("linkedin", "Mes mots."), self.key)
        found = channel.find(replace(share("linkedin"), claimed=NOW + timedelta(days=7)), self.key)
        assert (found.receipt, found.certain) == (None, True)
