"""What every channel keeps, whatever its network: subclassed by each adapter's test, against its network's server."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from servers.wire import Reply
from sharekit.errors import ConfigError, OutcomeUnknown, Refused, SharekitError, Unavailable
from sharekit.model import Card, Image, Share

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


class ChannelContract(ABC):
    """A subclass names its channel and says how it and its server are made."""

    name: str
    environment: ClassVar[Mapping[str, str]]
    finds = True  # whether what is out can be learnt from the network

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
        if found.receipt is None:
            assert found.repeat_is_harmless
            channel.post(sent, self.key)

    def test_a_share_goes_out_word_for_word(self, server: Wire, channel: Channel) -> None:
        receipt = channel.post(share(self.name), self.key)
        assert server.posts == [TEXT]
        assert receipt.id
        assert receipt.at.tzinfo is not None
        assert receipt.url is None or receipt.url.startswith("http")

    def test_its_measure_is_within_its_limit(self, channel: Channel) -> None:
        assert 0 < channel.measure(TEXT) <= channel.limit

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
        if self.finds or channel.find(share(self.name), self.key).repeat_is_harmless:
            self.settled(channel, share(self.name))
        assert server.posts == [TEXT]

    def test_html_instead_of_an_answer_is_unknown(self, server: Wire, channel: Channel) -> None:
        server.refuse(Reply(502, b"<html><title>Bad Gateway</title></html>", {"content-type": "text/html"}))
        with pytest.raises(OutcomeUnknown, match=r"Bad Gateway|502"):
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
            assert "docs/how-to/" in str(caught.value.hint)

    def test_wrong_credentials_are_refused_and_never_shown(self, server: Wire, tmp_path: Path) -> None:
        wrong = {name: f"wrong-{number}-credential" for number, name in enumerate(self.environment)}
        with pytest.raises(Refused) as caught:
            self.open(server.url, wrong, tmp_path).post(share(self.name), self.key)
        assert any(name in str(caught.value.hint) for name in self.environment)
        shown = f"{caught.value!r} {caught.value.hint}"
        assert not any(value in shown for value in wrong.values())
        assert server.posts == []

    def test_a_missing_picture_is_told_before_anything_goes_out(self, server: Wire, channel: Channel) -> None:
        sent = replace(share(self.name), images=(Image(url="static/gone.png", alt="Le hall"),))
        with pytest.raises(SharekitError, match=r"gone\.png"):
            channel.post(sent, self.key)
        assert server.posts == []
