from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import LINK, NOW, TEXT, ChannelContract, share
from servers.linkedin import MEMBER, ORGANISATION, TOKEN, LinkedInServer
from servers.wire import PIXEL, Reply
from sharekit.channels.linkedin import LinkedInChannel
from sharekit.counting.linkedin import escaped
from sharekit.errors import ConfigError, OutcomeUnknown, Refused
from sharekit.model import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.config import Thread


class TestLinkedInMember(ChannelContract):
    name = "linkedin"
    environment: ClassVar = {"SHAREKIT_LINKEDIN_TOKEN": TOKEN}
    finds = False
    author = MEMBER

    def serve(self) -> LinkedInServer:
        return LinkedInServer(self.author)

    def open(self, server_url: str, environment: Mapping[str, str], root: Path, thread: Thread = "none") -> LinkedInChannel:
        settings = LinkedInChannel.Settings(api=server_url, author=self.author, thread=thread)
        return LinkedInChannel(settings, environment=environment, root=root, clock=lambda: NOW)

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

    @pytest.mark.parametrize("text", ["C (le langage) * [de] {l’} été_2026 <3 ~ \\o/ @moi | fin", "#1 # a #tag #été_2026"])
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

    def test_another_422_is_refused(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.refuse(Reply(422, {"message": "author is not valid"}))
        with pytest.raises(Refused, match="author is not valid"):
            channel.post(share("linkedin"), self.key)

    def test_a_part_may_reshare_the_one_before(self, server: LinkedInServer, tmp_path: Path) -> None:
        channel = self.open(server.url, self.environment, tmp_path, "quote")
        first = channel.post(share("linkedin"), self.key)
        second = channel.post(replace(share("linkedin", "Jour 2"), answers=first), "share/2/linkedin/launch")
        assert server.shares[second.id]["reshareContext"] == {"parent": first.id}
        assert "content" not in server.shares[second.id]

    def test_success_without_an_id_is_unknown(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.refuse(Reply(200, {"message": "queued"}))
        with pytest.raises(OutcomeUnknown, match="queued"):
            channel.post(share("linkedin"), self.key)

    def test_the_author_must_be_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="author is not set"):
            LinkedInChannel(LinkedInChannel.Settings(), environment=self.environment, root=tmp_path)


class TestLinkedInOrganisation(TestLinkedInMember):
    finds = True
    author = ORGANISATION

    def test_an_organisation_whose_posts_may_not_be_read(self, server: LinkedInServer, channel: LinkedInChannel) -> None:
        server.refuse(Reply(403, {"message": "Not enough permissions"}), at=("GET", "/rest/posts"))
        found = channel.find(share("linkedin"), self.key)
        assert (found.receipt, found.certain, found.repeat_is_harmless) == (None, False, True)
