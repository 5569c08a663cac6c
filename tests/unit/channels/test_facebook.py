from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from contracts.channel import LINK, NOW, TEXT, ChannelContract, claimed, share
from servers.graph import TOKEN, FacebookServer, error
from servers.wire import Reply
from sharekit.channels.facebook import FacebookChannel
from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class TestFacebook(ChannelContract):
    name = "facebook"
    account = "Le carnet"
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

    @pytest.mark.parametrize(
        ("number", "more"),
        [
            (190, {"error_subcode": 463}),
            (102, {}),
            (10, {}),
            (3, {}),
            (200, {}),
            (299, {}),
            (100, {"error_subcode": 33}),
            (803, {}),
        ],
    )
    @pytest.mark.parametrize("status", [400, 401, 403])
    def test_an_error_about_the_account_pauses_it(
        self, server: FacebookServer, channel: FacebookChannel, number: int, more: dict[str, int], status: int
    ) -> None:
        server.refuse(error(number, "Error validating access token: Session has expired", status=status, **more))
        with pytest.raises(ChannelPaused, match="expired") as caught:
            channel.post(share("facebook"), self.key)
        assert "SHAREKIT_FACEBOOK_PAGE_TOKEN" in str(caught.value.hint)

    @pytest.mark.parametrize("number", [12, 2635])
    def test_a_version_that_ended_pauses_it(self, server: FacebookServer, channel: FacebookChannel, number: int) -> None:
        server.refuse(error(number, "You are calling a deprecated version."))
        with pytest.raises(ChannelPaused, match=r"a deprecated version$") as caught:
            channel.post(share("facebook"), self.key)
        assert "version" in str(caught.value.hint)

    @pytest.mark.parametrize(
        ("number", "more"),
        [(4, {}), (9, {}), (17, {}), (32, {}), (341, {}), (368, {}), (613, {}), (80001, {}), (2, {"is_transient": True})],
    )
    @pytest.mark.parametrize("status", [400, 403])
    def test_an_error_that_is_not_final_is_waited_for(
        self, server: FacebookServer, channel: FacebookChannel, number: int, more: dict[str, bool], status: int
    ) -> None:
        server.refuse(error(number, "Temporarily blocked", status=status, **more))
        with pytest.raises(Unavailable, match="blocked"):
            channel.post(share("facebook"), self.key)

    def test_the_end_of_a_limit_is_read_from_the_usage(self, server: FacebookServer, channel: FacebookChannel) -> None:
        # graph-api/overview/rate-limiting: minutes.
        usage = '{"99":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":25}]}'
        server.refuse(replace(error(80001, "Too many calls"), headers={"x-business-use-case-usage": usage}))
        with pytest.raises(Unavailable) as caught:
            channel.post(share("facebook"), self.key)
        assert caught.value.retry_at == NOW + timedelta(minutes=25)

    @pytest.mark.parametrize("number", [1, 2])
    def test_an_unknown_error_may_be_out(self, server: FacebookServer, channel: FacebookChannel, number: int) -> None:
        server.refuse(error(number, "An unknown error occurred"))
        with pytest.raises(OutcomeUnknown):
            channel.post(share("facebook"), self.key)

    def test_the_link_of_a_post_leaves_it_open_without_words(self, server: FacebookServer, channel: FacebookChannel) -> None:
        server.add("Mes mots.", LINK)
        found = channel.find(share("facebook"), self.key)
        assert (found.receipt, found.certain, found.repeat_is_harmless) == (None, False, False)

    def test_what_was_edited_since_is_not_repeated(self, channel: FacebookChannel) -> None:
        found = channel.find(replace(claimed(share("facebook")), text="Corrigé"), self.key)
        assert (found.certain, found.repeat_is_harmless) == (True, False)

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

    @pytest.mark.parametrize(("days", "told"), [(13, True), (15, False)])
    def test_a_token_that_ends_soon_is_told(
        self, server: FacebookServer, channel: FacebookChannel, days: int, told: bool
    ) -> None:
        server.ends = int((NOW + timedelta(days=days)).timestamp())
        assert channel.account().ends == NOW + timedelta(days=days)
        note = channel.post(share("facebook"), self.key).detail.get("note", "")
        assert ("SHAREKIT_FACEBOOK" in note) is told
        assert (f"{NOW + timedelta(days=days):%d %b %Y}" in note) is told

    def test_what_cannot_be_learnt_of_the_token_keeps_nothing_back(
        self, server: FacebookServer, channel: FacebookChannel
    ) -> None:
        server.refuse(error(100, "debug_token is for apps"), at=("GET", ".*/debug_token"), times=2)
        assert any("does not say what the token may do" in fact for fact in channel.account().facts)
        assert channel.post(share("facebook"), self.key).detail == {}

    @pytest.mark.parametrize("missing", ["pages_manage_posts", "pages_read_engagement"])
    def test_a_scope_that_is_missing_is_named(self, server: FacebookServer, channel: FacebookChannel, missing: str) -> None:
        server.scopes = tuple(each for each in server.scopes if each != missing)
        with pytest.raises(ChannelPaused, match=missing):
            channel.account()

    def test_a_token_that_was_revoked_is_told(self, server: FacebookServer, channel: FacebookChannel) -> None:
        server.valid = False
        with pytest.raises(ChannelPaused, match="not valid"):
            channel.account()

    def test_what_nobody_can_ask_is_said(self, channel: FacebookChannel) -> None:
        assert any("Live" in fact and "#live" in fact for fact in channel.account().facts)

    def test_the_page_must_be_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="page is not set"):
            FacebookChannel(FacebookChannel.Settings(), environment=self.environment, root=tmp_path)
