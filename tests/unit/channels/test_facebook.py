from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import LINK, NOW, TEXT, ChannelContract, share
from servers.graph import TOKEN, FacebookServer, error
from servers.wire import Reply
from sharekit.channels.facebook import FacebookChannel
from sharekit.errors import ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class TestFacebook(ChannelContract):
    name = "facebook"
    environment: ClassVar = {"SHAREKIT_FACEBOOK_PAGE_TOKEN": TOKEN}

    def serve(self) -> FacebookServer:
        return FacebookServer()

    def open(self, server_url: str, environment: Mapping[str, str], root: Path) -> FacebookChannel:
        settings = FacebookChannel.Settings(api=server_url, page="99")
        return FacebookChannel(settings, environment=environment, root=root, clock=lambda: NOW)

    def test_the_link_goes_along(self, server: FacebookServer, channel: FacebookChannel) -> None:
        receipt = channel.post(share("facebook"), self.key)
        assert server.made(*server.ACT)[0].form()["link"] == LINK
        assert receipt.url == "https://www.facebook.com/99_0"

    def test_pictures_carry_their_words(self, server: FacebookServer, channel: FacebookChannel) -> None:
        channel.post(replace(share("facebook"), images=(Image(url=f"{server.url}/pixel.png", alt="Le hall"),)), self.key)
        assert server.photos == {"500": "Le hall"}

    def test_a_duplicate_is_the_post_that_is_there(self, server: FacebookServer, channel: FacebookChannel) -> None:
        first = channel.post(share("facebook"), self.key)
        assert channel.post(share("facebook"), self.key).id == first.id
        assert server.posts == [TEXT]

    def test_a_duplicate_that_is_not_found_is_refused(self, server: FacebookServer, channel: FacebookChannel) -> None:
        server.refuse(error(506, "Duplicate status message"))
        with pytest.raises(Refused, match="Duplicate"):
            channel.post(share("facebook"), self.key)

    def test_a_rate_limit_that_comes_as_403(self, server: FacebookServer, channel: FacebookChannel) -> None:
        limit = error(32, "Page request limit reached", status=403)
        server.refuse(replace(limit, headers={"retry-after": "60"}))
        with pytest.raises(Unavailable) as caught:
            channel.post(share("facebook"), self.key)
        assert caught.value.retry_at == NOW + timedelta(seconds=60)

    def test_an_expired_token_says_what_to_renew(self, server: FacebookServer, channel: FacebookChannel) -> None:
        server.refuse(error(190, "Error validating access token: Session has expired", status=401))
        with pytest.raises(Refused, match="expired") as caught:
            channel.post(share("facebook"), self.key)
        assert "SHAREKIT_FACEBOOK_PAGE_TOKEN" in str(caught.value.hint)

    def test_another_400_is_refused(self, server: FacebookServer, channel: FacebookChannel) -> None:
        server.refuse(error(100, "Invalid parameter"))
        with pytest.raises(Refused, match="Invalid parameter"):
            channel.post(share("facebook"), self.key)

    def test_200_with_an_error_is_unknown(self, server: FacebookServer, channel: FacebookChannel) -> None:
        server.refuse(error(1, "An unknown error occurred", status=200))
        with pytest.raises(OutcomeUnknown, match="unknown error"):
            channel.post(share("facebook"), self.key)

    @pytest.mark.parametrize("reply", [error(1, "An unknown error occurred", status=200), Reply(200, b"<html>")])
    def test_a_lookup_that_fails_proves_nothing(
        self, server: FacebookServer, channel: FacebookChannel, reply: Reply
    ) -> None:
        server.refuse(reply, at=("GET", ".*published_posts"))
        with pytest.raises(Unavailable):
            channel.find(share("facebook"), self.key)

    def test_the_same_link_in_other_words_leaves_it_open(self, server: FacebookServer, channel: FacebookChannel) -> None:
        server.add(f"Mes mots. {LINK}")
        assert not channel.find(share("facebook"), self.key).certain

    def test_the_page_must_be_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="page is not set"):
            FacebookChannel(FacebookChannel.Settings(), environment=self.environment, root=tmp_path)
