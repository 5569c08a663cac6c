"""What every channel keeps, whatever its network: subclassed by each adapter's test, against its network's server."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from servers.wire import PIXEL, Reply
from sharekit.channels import chat
from sharekit.channels.base import digest_of_words
from sharekit.errors import ChannelPaused, ConfigError, DeliveryError, OutcomeUnknown, Refused, SharekitError, Unavailable
from sharekit.http import Client
from sharekit.model import Card, Image, Share
from sharekit.ports import AccountReader, claim_deadline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from servers.wire import Wire
    from sharekit.ports import Channel

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEY = "share/2026/11/day-1/{channel}/launch"
TEXT = "Jour 1 : l’été des conteneurs & co. (1/3) 🎉\n\nhttps://blog.example/2026/11/day-1/?a=1&b=2\n#Kubernetes"
LINK = "https://blog.example/2026/11/day-1/?a=1&b=2"


def share(channel: str, text: str = TEXT, slot: str = "launch") -> Share:
    """A share as the outbox hands it over."""
    card = Card(url=LINK, title="Jour 1 : l’été des conteneurs & co.", description="Ce que j’en retiens.")
    return Share(
        post_id="2026/11/day-1",
        channel=channel,
        slot=slot,
        text=text,
        language="fr-FR",
        card=card,
        created=NOW - timedelta(minutes=30),
        source="shares/day-1.md",
    )


def claimed(sent: Share) -> Share:
    """The share as it comes back after an attempt whose outcome nobody knows."""
    facts = {"digest": digest_of_words(sent.text), "url": sent.card.url, "first": NOW.isoformat()}
    return replace(sent, claimed=NOW, sent=facts)


class ChannelContract(ABC):
    """A subclass names its channel and says how it and its server are made."""

    name: str
    environment: ClassVar[Mapping[str, str]]
    finds = True  # whether what is out can be learnt from the network
    takes_pictures = True  # whether pictures of a person go along
    uploads_card = False  # whether the picture of the card is uploaded
    refuses_long = True  # whether the network says that a text is too long
    reads_success = True  # whether a success says what was made
    account = ""  # the account's name as the network has it; empty where it does not tell

    @abstractmethod
    def serve(self) -> Wire:
        """The network's server, not started yet."""

    @abstractmethod
    def open(self, server_url: str, environment: Mapping[str, str], root: Path) -> Channel:
        """The adapter, speaking to the server."""

    @pytest.fixture
    def server(self) -> Iterator[Wire]:
        with self.serve() as server:
            yield server
        assert server.complaints == []

    @pytest.fixture
    def channel(self, server: Wire, tmp_path: Path) -> Channel:
        return self.open(server.url, self.environment, tmp_path)

    @property
    def key(self) -> str:
        return KEY.format(channel=self.name)

    def settled(self, channel: Channel, sent: Share) -> None:
        """What the outbox does with an unknown outcome: look, and repeat only where that cannot make a second one."""
        found = channel.find(sent, self.key)
        if found.receipt is None and found.certain and found.repeat_is_harmless:
            channel.post(sent, self.key)

    def test_a_share_goes_out_word_for_word(self, server: Wire, channel: Channel) -> None:
        receipt = channel.post(share(self.name), self.key)
        assert server.posts == [TEXT]
        assert receipt.id
        assert receipt.at.tzinfo is not None
        assert receipt.url is None or receipt.url.startswith("http")

    def test_its_measure_is_within_its_limit(self, channel: Channel) -> None:
        assert 0 < channel.measure(TEXT) <= channel.limit

    def test_what_the_network_says_of_the_account(self, server: Wire, channel: Channel) -> None:
        assert isinstance(channel, AccountReader) is bool(self.account)
        if isinstance(channel, AccountReader):
            told = channel.account()
            assert (told.name, told.warnings, told.ends) == (self.account, (), None)
            assert server.posts == []

    def test_a_credential_that_does_not_work_is_told_before_anything_is_sent(self, server: Wire, tmp_path: Path) -> None:
        wrong = {name: f"wrong-{number}-credential" for number, name in enumerate(self.environment)}
        channel = self.open(server.url, wrong, tmp_path)
        if isinstance(channel, AccountReader):
            with pytest.raises(ChannelPaused) as caught:
                channel.account()
            assert any(name in str(caught.value.hint) for name in self.environment)

    def test_what_is_out_is_found(self, server: Wire, channel: Channel) -> None:
        receipt = channel.post(share(self.name), self.key)
        found = channel.find(share(self.name), self.key)
        if self.finds:
            assert found.receipt is not None
            assert found.receipt.id == receipt.id
        else:
            assert not found.certain

    def test_what_is_not_out_is_not_found(self, channel: Channel) -> None:
        found = channel.find(share(self.name), self.key)
        assert found.receipt is None
        assert found.certain is self.finds

    def test_an_answer_that_got_lost_is_unknown_and_never_sent_twice(self, server: Wire, channel: Channel) -> None:
        server.lose()
        with pytest.raises(OutcomeUnknown):
            channel.post(share(self.name), self.key)
        self.settled(channel, claimed(share(self.name)))
        assert server.posts == [TEXT]

    def test_an_answer_that_got_lost_before_an_edit_is_found_or_held(self, server: Wire, channel: Channel) -> None:
        server.lose()
        with pytest.raises(OutcomeUnknown):
            channel.post(share(self.name), self.key)
        edited = replace(claimed(share(self.name)), text=TEXT.replace("conteneurs", "bons conteneurs"))
        self.settled(channel, edited)
        assert server.posts == [TEXT]
        if self.finds:
            assert channel.find(edited, self.key).receipt is not None

    def test_what_nobody_can_be_sure_of_is_never_repeated(self, channel: Channel) -> None:
        found = channel.find(claimed(share(self.name)), self.key)
        assert found.certain or not found.repeat_is_harmless

    @pytest.mark.parametrize("status", [200, 201, 202])
    @pytest.mark.parametrize(
        "body", [b"<!DOCTYPE html><title>Sign in to the network</title>", b"  <html lang='fr'><p>Ouvrez une session</html>"]
    )
    def test_a_page_instead_of_a_success_is_unknown(self, server: Wire, channel: Channel, status: int, body: bytes) -> None:
        server.refuse(Reply(status, body, {"content-type": "text/html; charset=utf-8"}))
        with pytest.raises(OutcomeUnknown):
            channel.post(share(self.name), self.key)

    def test_html_instead_of_an_answer_is_unknown(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(502, b"<html><title>Bad Gateway</title></html>", {"content-type": "text/html"}))
        with pytest.raises(OutcomeUnknown, match=r"Bad Gateway|502"):
            channel.post(share(self.name), self.key)

    @pytest.mark.parametrize("status", [401, 402, 403, 426])
    def test_an_answer_about_the_account_pauses_it_and_names_what_to_renew(
        self, server: Wire, channel: Channel, status: int
    ) -> None:
        server.refuse(Reply(status, {"message": "no"}), times=2)
        with pytest.raises(ChannelPaused, match=str(status)) as caught:
            channel.post(share(self.name), self.key)
        assert "sharekit help " in str(caught.value.hint)
        assert server.posts == []

    def test_a_page_where_the_api_should_be_is_not_about_the_text(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(404, b"<html><title>Not found</title></html>", {"content-type": "text/html"}), times=2)
        with pytest.raises(ChannelPaused):
            channel.post(share(self.name), self.key)

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_redirect_is_not_followed(self, server: Wire, channel: Channel, status: int) -> None:
        with self.serve() as other:
            server.refuse(Reply(status, b"", {"location": f"{other.url}/elsewhere"}))
            with pytest.raises((ChannelPaused, OutcomeUnknown)):
                channel.post(share(self.name), self.key)
            assert other.requests == []

    def test_a_redirect_of_a_look_up_is_not_followed_either(self, server: Wire, channel: Channel) -> None:
        with self.serve() as other:
            server.refuse(Reply(302, b"", {"location": f"{other.url}/elsewhere"}), at=("GET", "/.*"), times=9)
            with contextlib.suppress(DeliveryError):
                channel.find(share(self.name), self.key)
            with contextlib.suppress(DeliveryError):
                if isinstance(channel, AccountReader):
                    channel.account()
            assert other.requests == []

    def test_the_limit_is_kept_to_the_unit(self, server: Wire, tmp_path: Path) -> None:
        channel = self.open(server.url, self.environment, tmp_path)
        whole = "é" * channel.limit
        assert channel.measure(whole) == channel.limit
        channel.post(share(self.name, whole), self.key)
        assert server.posts == [whole]
        over = whole + "é"
        assert channel.measure(over) == channel.limit + 1
        if self.refuses_long:
            with pytest.raises(Refused):
                channel.post(share(self.name, over), self.key.replace("day-1", "day-2"))
            server.complaints.clear()  # of its length alone
            assert server.posts == [whole]

    def test_nothing_is_sent_under_a_claim_that_is_too_old(self, server: Wire, channel: Channel) -> None:
        with claim_deadline(NOW), pytest.raises(Unavailable, match="claim is too old"):
            channel.post(share(self.name), self.key)
        assert server.posts == []
        with claim_deadline(NOW + timedelta(minutes=1)):
            channel.post(share(self.name), self.key)
        assert server.posts == [TEXT]

    @pytest.mark.parametrize("post_id", ["2026/été-à-nantes", "2026/日本/猫", "2026/a b%20c", "2026/" + "a" * 300])
    def test_any_key_can_be_sent(self, server: Wire, channel: Channel, post_id: str) -> None:
        key = f"share/{post_id}/{self.name}/launch"
        channel.post(replace(share(self.name), post_id=post_id), key)
        assert server.posts == [TEXT]

    @pytest.mark.parametrize(
        "link",
        [
            "https://blog.example/été/à-nantes/?q=é#où",
            "https://blog.example/日本/猫/",
            "https://blog.example/🎉/fête/",
            "https://blog.example/%C3%A9t%C3%A9/a%20b/",
            "https://müller.example/C++/(a)_[b]/",
        ],
    )
    def test_an_address_in_any_script_goes_out_and_is_found(self, server: Wire, channel: Channel, link: str) -> None:
        """As it was written in the text, and in ASCII where it is an address of its own: tests/specs asks for that."""
        sent = share(self.name, f"Jour 1\n\n{link}")
        sent = replace(sent, card=replace(sent.card, url=link))
        receipt = channel.post(sent, self.key)
        assert server.posts == [sent.text]
        found = channel.find(claimed(sent), self.key)
        assert not self.finds or (found.receipt is not None and found.receipt.id == receipt.id)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b'{"id": "1',
            b"null",
            b"[]",
            b'"ok"',
            b"\xff\xfe\x00",
            b"<html>",
            b"ok",
            b"{}",
            b'{"data": null}',
            b"[" * 9999,
        ],
    )
    def test_a_success_that_cannot_be_read_is_never_taken_for_one(self, server: Wire, channel: Channel, body: bytes) -> None:
        if self.reads_success:
            server.refuse(Reply(200, body))
            with pytest.raises(OutcomeUnknown):
                channel.post(share(self.name), self.key)
            assert server.posts == []

    def test_an_answer_without_end_is_not_read_to_it(self, server: Wire, channel: Channel) -> None:
        if self.reads_success:
            server.refuse(Reply(200, b" " * 10_000_000))
            with pytest.raises(OutcomeUnknown):
                channel.post(share(self.name), self.key)

    def test_an_answer_that_trickles_is_cut_off(self, server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A byte now and then keeps within the bound of each read; the bound of the whole request ends it."""
        monkeypatch.setitem(Client.__init__.__kwdefaults__ or {}, "total", 0.3)
        monkeypatch.setattr(chat, "SECONDS", 0.3)
        server.refuse(Reply(200, b" " * 400, trickles=True))
        with pytest.raises(OutcomeUnknown):
            self.open(server.url, self.environment, tmp_path).post(share(self.name), self.key)

    @pytest.mark.parametrize("cut", [0, 1, 10])
    def test_an_answer_that_is_cut_off_is_unknown(self, server: Wire, channel: Channel, cut: int) -> None:
        server.refuse(Reply(200, b'{"id": "1", "data": {"id": "1"}}'[:cut], {"content-length": "4000"}))
        with pytest.raises(OutcomeUnknown):
            channel.post(share(self.name), self.key)

    def test_too_many_requests_with_a_moment(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(429, {"error": "slow down"}, {"retry-after": "120"}))
        with pytest.raises(Unavailable) as caught:
            channel.post(share(self.name), self.key)
        assert caught.value.retry_at == NOW + timedelta(seconds=120)
        assert server.posts == []

    def test_too_many_requests_without_a_moment(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(429, {"error": "slow down"}))
        with pytest.raises(Unavailable) as caught:
            channel.post(share(self.name), self.key)
        assert caught.value.retry_at is None

    def test_a_network_that_is_down_is_unavailable(self, tmp_path: Path) -> None:
        with self.serve() as gone:
            address = gone.url
        with pytest.raises(Unavailable):
            self.open(address, self.environment, tmp_path).post(share(self.name), self.key)

    def test_each_missing_credential_is_named(self, tmp_path: Path) -> None:
        for variable in self.environment:
            rest = {name: value for name, value in self.environment.items() if name != variable}
            with pytest.raises(ConfigError, match=variable) as caught:
                self.open("http://127.0.0.1:9", rest, tmp_path)
            assert "sharekit help " in str(caught.value.hint)

    def test_wrong_credentials_pause_the_account_and_are_never_shown(self, server: Wire, tmp_path: Path) -> None:
        wrong = {name: f"wrong-{number}-credential" for number, name in enumerate(self.environment)}
        with pytest.raises(ChannelPaused) as caught:
            self.open(server.url, wrong, tmp_path).post(share(self.name), self.key)
        assert any(name in str(caught.value.hint) for name in self.environment)
        shown = f"{caught.value!r} {caught.value.hint}"
        assert not any(value in shown for value in wrong.values())
        assert server.posts == []

    def test_a_missing_picture_is_told_before_anything_goes_out(self, server: Wire, channel: Channel) -> None:
        sent = replace(share(self.name), images=(Image(url="static/gone.png", alt="Le hall"),))
        if self.takes_pictures:
            with pytest.raises(SharekitError, match=r"gone\.png"):
                channel.post(sent, self.key)
            assert server.posts == []

    @pytest.mark.parametrize(
        "url", ["../private.png", "static/../../private.png", "static/link.png", "/static/folder/private.png"]
    )
    def test_a_picture_outside_of_the_blog_is_refused_with_its_line(self, server: Wire, tmp_path: Path, url: str) -> None:
        blog = tmp_path / "blog"
        (blog / "static").mkdir(parents=True)
        (blog / "shares").mkdir()
        (tmp_path / "private.png").write_bytes(PIXEL)
        (blog / "static/link.png").symlink_to("../../private.png")
        (blog / "static/folder").symlink_to(tmp_path)
        (blog / "shares/day-1.md").write_text(f'---\nstatus: approved\nimages: [{{url: "{url}", alt: "a"}}]\n---\n')
        sent = replace(share(self.name), images=(Image(url=url, alt="Le hall"),), source="shares/day-1.md:7")
        channel = self.open(server.url, self.environment, blog)
        if not self.takes_pictures:
            channel.post(sent, self.key)
            assert not any(PIXEL in request.body for request in server.requests)
            return
        with pytest.raises(Refused) as caught:
            channel.post(sent, self.key)
        assert (caught.value.path, caught.value.line) == ("shares/day-1.md", 3)
        assert server.posts == []
        assert not any(PIXEL in request.body for request in server.requests)

    @pytest.mark.parametrize(
        ("reply", "says"),
        [
            (Reply(404, b"Not found"), "404"),
            (Reply(403, b"<html>No hotlinks</html>"), "403"),
            (Reply(500, b""), "500"),
            (Reply(200, b"<!DOCTYPE html><title>A page</title>"), "not a picture"),
            (Reply(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "not a picture"),
            (Reply(200, b""), "not a picture"),
            (Reply(200, PIXEL + b"0" * 20_000_000), "bytes"),
        ],
    )
    def test_a_card_goes_without_a_picture_that_cannot_be_had(
        self, server: Wire, channel: Channel, reply: Reply, says: str
    ) -> None:
        server.refuse(reply, at=("GET", "/img/card.png"))
        sent = share(self.name)
        card = replace(sent.card, image=Image(url=f"{server.url}/img/card.png"))
        receipt = channel.post(replace(sent, card=card), self.key)
        assert server.posts == [TEXT]
        if self.uploads_card:
            assert receipt.detail["note"].startswith("the card has no picture: ")
            assert says in receipt.detail["note"]
