"""What every provider's mailer keeps: subclassed by each adapter's test, against its provider's server."""

from __future__ import annotations

import multiprocessing
import threading
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from servers.wire import Reply
from sharekit.config import IssueSettings
from sharekit.errors import ChannelPaused, ConfigError, DraftError, OutcomeUnknown, Refused, SharekitError, Unavailable
from sharekit.ledgers.sql import SqlLedger
from sharekit.model import ADDRESS, UNSUBSCRIBE, Entry, Issue, Post, RenderedIssue, Site
from sharekit.outbox import Outbox
from sharekit.ports import AccountReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from servers.campaigns import CampaignServer, Held
    from servers.wire import Request
    from sharekit.ports import ListMailer

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SITE = Site(title="Le Blog", url="https://blog.example/", language="fr")
ISSUE = IssueSettings(from_="Zoé du Blog <lettre@blog.example>", reply_to="zoe@blog.example")
HOSTILE = "*|UNSUB|* {{ unsubscribe_url }} {% if x %} {# c #} {{{ x }}} {{ TrackLink }}"


def rendered(subject: str = "Trois jours d’été", hello: str = "Bonjour à tous") -> RenderedIssue:
    """An issue as the pipeline hands it over; its article holds what every provider could take for a placeholder."""
    post = Post(id="jour-1", url="https://blog.example/jour-1/", title="Jour 1", published=NOW, body=str)
    issue = Issue(
        id="2026-12",
        subject=subject,
        preheader="Ce que j’en retiens",
        introduction=hello,
        entries=(Entry(post=post),),
        language="fr",
        date=NOW,
        source="issues/2026-12.md",
    )
    html = (
        "<!DOCTYPE html><html><head><style>@media (width<600px){#a{color:red}}</style><title>x</title></head>"
        f"<body><p>{hello}</p><pre>{HOSTILE}</pre><p>{ADDRESS}</p>"
        f'<p><a href="{UNSUBSCRIBE}">Se désabonner</a></p></body></html>'
    )
    return RenderedIssue(issue=issue, html=html, text=f"{hello}\n\n{HOSTILE}\n\n{ADDRESS}\n{UNSUBSCRIBE}\n")


class MailerContract(ABC):
    """A subclass names its mailer and says how it and its server are made."""

    name: str
    environment: ClassVar[Mapping[str, str]]
    unsubscribe: ClassVar[str]
    account: ClassVar[str] = "Le Blog"

    @abstractmethod
    def serve(self) -> CampaignServer:
        """The provider's server, not started yet."""

    @classmethod
    @abstractmethod
    def open(cls, server_url: str, environment: Mapping[str, str], issue: IssueSettings = ISSUE) -> ListMailer:
        """The adapter, speaking to the server. It is called in another process too."""

    @pytest.fixture
    def server(self) -> Iterator[CampaignServer]:
        with self.serve() as server:
            yield server
        assert server.complaints == []

    @pytest.fixture
    def mailer(self, server: CampaignServer) -> ListMailer:
        return self.open(server.url, self.environment)

    @property
    def key(self) -> str:
        return f"issue/2026-12/{self.name}"

    def only(self, server: CampaignServer) -> Held:
        (held,) = server.held.values()
        return held

    def test_an_issue_goes_out_once_as_one_campaign(self, server: CampaignServer, mailer: ListMailer) -> None:
        receipt = mailer.send(rendered(), self.key)
        assert self.only(server).sent == 1
        assert server.subject(self.only(server)) == "Trois jours d’été"
        assert receipt.id == self.only(server).id
        assert receipt.at.tzinfo is not None

    def test_the_links_are_the_providers_and_the_article_is_read_as_words(
        self, server: CampaignServer, mailer: ListMailer
    ) -> None:
        mailer.send(rendered(), self.key)
        html = server.html(self.only(server))
        assert html.count(self.unsubscribe) == 1
        assert f'href="{self.unsubscribe}"' in html
        assert UNSUBSCRIBE not in html
        assert ADDRESS not in html
        assert self.reads(html) == HOSTILE

    def reads(self, html: str) -> str:
        """The article's words as a reader sees them, after the provider's template language had them."""
        import lxml.html

        found = lxml.html.document_fromstring(html).find(".//pre")
        assert found is not None
        return "".join(str(each) for each in found.itertext())

    def test_what_the_provider_says_of_the_account(self, server: CampaignServer, mailer: ListMailer) -> None:
        assert isinstance(mailer, AccountReader)
        told = mailer.account()
        assert (told.name, told.warnings) == (self.account, ())
        assert "120 subscribers" in told.facts
        assert server.held == {}

    def test_a_key_that_does_not_work_is_told_before_anything_is_sent(self, server: CampaignServer) -> None:
        wrong = {name: value[:-6] + "zz-us1" for name, value in self.environment.items()}
        mailer = self.open(server.url, wrong)
        assert isinstance(mailer, AccountReader)
        with pytest.raises(ChannelPaused) as caught:
            mailer.account()
        assert any(name in str(caught.value.hint) for name in self.environment)

    def test_a_second_attempt_finds_the_first(self, server: CampaignServer, mailer: ListMailer) -> None:
        first = mailer.send(rendered(), self.key)
        assert mailer.send(rendered(), self.key).id == first.id
        assert self.only(server).sent == 1

    def test_what_is_out_is_found_and_what_is_not_is_not(self, mailer: ListMailer) -> None:
        assert mailer.find(self.key).receipt is None
        assert mailer.find(self.key).certain
        receipt = mailer.send(rendered(), self.key)
        found = mailer.find(self.key).receipt
        assert found is not None
        assert found.id == receipt.id
        assert mailer.find("issue/2027-01/other").receipt is None

    def test_a_test_goes_to_the_named_alone_and_its_draft_is_the_one_that_is_sent(
        self, server: CampaignServer, mailer: ListMailer
    ) -> None:
        mailer.test(rendered(), self.key, ["zoe@blog.example"])
        assert self.only(server).sent == 0
        assert {address for group in self.only(server).tests for address in group} == {"zoe@blog.example"}
        mailer.send(rendered(), self.key)
        assert self.only(server).sent == 1

    def test_a_changed_issue_updates_the_draft(self, server: CampaignServer, mailer: ListMailer) -> None:
        mailer.test(rendered(), self.key, ["zoe@blog.example"])
        mailer.send(rendered(subject="Quatre jours", hello="Bonjour encore"), self.key)
        assert server.subject(self.only(server)) == "Quatre jours"
        assert "Bonjour encore" in server.html(self.only(server))

    def test_a_draft_that_a_person_touched_is_left_alone_and_told(self, server: CampaignServer, mailer: ListMailer) -> None:
        mailer.test(rendered(), self.key, ["zoe@blog.example"])
        server.touch(self.only(server))
        with pytest.raises(Refused, match="changed there by a person") as caught:
            mailer.send(rendered(hello="Autre chose"), self.key)
        assert "ledger settle" in str(caught.value.hint)
        assert "Bonsoir" in server.html(self.only(server))
        assert self.only(server).sent == 0

    def test_a_campaign_that_a_person_sent_counts_as_out(self, server: CampaignServer, mailer: ListMailer) -> None:
        mailer.test(rendered(), self.key, ["zoe@blog.example"])
        server.send_by_hand(self.only(server))
        receipt = mailer.send(rendered(), self.key)
        assert "already" in receipt.detail["note"]
        assert self.only(server).sent == 1

    def test_another_issue_is_another_campaign(self, server: CampaignServer, mailer: ListMailer) -> None:
        mailer.send(rendered(), self.key)
        mailer.send(rendered(), f"{self.key}-2")
        assert [held.sent for held in server.held.values()] == [1, 1]

    def test_it_is_scheduled(self, server: CampaignServer, mailer: ListMailer) -> None:
        at = NOW + timedelta(days=1)
        receipt = mailer.schedule(rendered(), self.key, at)
        assert datetime.fromisoformat(receipt.detail["scheduled"]) == at
        assert self.only(server).sent == 0
        found = mailer.find(self.key).receipt
        assert found is not None
        assert datetime.fromisoformat(found.detail["scheduled"]) == at

    def test_a_lost_answer_of_the_launch_is_unknown_and_then_found(self, server: CampaignServer, mailer: ListMailer) -> None:
        server.lose(at=server.LAUNCH)
        with pytest.raises(OutcomeUnknown):
            mailer.send(rendered(), self.key)
        assert mailer.find(self.key).receipt is not None
        assert self.only(server).sent == 1

    def test_a_lost_answer_of_the_draft_makes_no_second_draft(self, server: CampaignServer, mailer: ListMailer) -> None:
        server.lose(at=server.CREATE)
        with pytest.raises(Unavailable):
            mailer.send(rendered(), self.key)
        mailer.send(rendered(), self.key)
        assert self.only(server).sent == 1

    def test_html_instead_of_an_answer_to_the_launch_is_unknown(self, server: CampaignServer, mailer: ListMailer) -> None:
        page = Reply(502, b"<html><title>Bad Gateway</title></html>", {"content-type": "text/html"})
        server.refuse(page, at=server.LAUNCH)
        with pytest.raises(OutcomeUnknown, match="Bad Gateway"):
            mailer.send(rendered(), self.key)
        found = mailer.find(self.key)
        assert found.receipt is None
        assert found.repeat_is_harmless

    @pytest.mark.parametrize("status", [200, 201, 202])
    def test_a_page_instead_of_a_success_is_unknown(self, server: CampaignServer, mailer: ListMailer, status: int) -> None:
        page = Reply(status, b"<!DOCTYPE html><title>Sign in</title>", {"content-type": "text/html"})
        server.refuse(page, at=server.LAUNCH)
        with pytest.raises(OutcomeUnknown, match="Sign in"):
            mailer.send(rendered(), self.key)
        server.refuse(page, at=server.CREATE)
        with pytest.raises(Unavailable):
            mailer.send(rendered(), f"{self.key}-2")
        assert [each.sent for each in server.held.values()] == [0]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_is_not_followed(self, server: CampaignServer, mailer: ListMailer, status: int) -> None:
        with self.serve() as other:
            moved = Reply(status, b"", {"location": f"{other.url}/elsewhere"})
            server.refuse(moved, at=server.LAUNCH)
            with pytest.raises((ChannelPaused, OutcomeUnknown)):
                mailer.send(rendered(), self.key)
            server.refuse(moved, at=("GET", server.CREATE[1]))
            with pytest.raises((ChannelPaused, Unavailable)):
                mailer.find(self.key)
            assert other.requests == []

    @pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"ok"', b"\xff\xfe", b"{}", b"[" * 9999, b" " * 5_000_000])
    def test_a_list_that_cannot_be_read_proves_nothing(
        self, server: CampaignServer, mailer: ListMailer, body: bytes
    ) -> None:
        server.refuse(Reply(200, body), at=("GET", server.CREATE[1]))
        with pytest.raises(Unavailable):
            mailer.find(self.key)

    def test_an_answer_that_is_cut_off_at_the_launch_is_unknown(self, server: CampaignServer, mailer: ListMailer) -> None:
        server.refuse(Reply(200, b"{", {"content-length": "4000"}), at=server.LAUNCH)
        with pytest.raises(OutcomeUnknown):
            mailer.send(rendered(), self.key)

    def test_addresses_in_any_script_arrive_as_they_are(self, server: CampaignServer, mailer: ListMailer) -> None:
        links = ("https://blog.example/été/?q=é", "https://blog.example/日本/猫/", "https://müller.example/🎉/")
        anchors = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
        letter = rendered()
        mailer.send(replace(letter, html=letter.html.replace("<pre>", f"{anchors}<pre>")), self.key)
        html = server.html(self.only(server))
        assert all(f'<a href="{link}">{link}</a>' in html for link in links)
        assert mailer.find(self.key).receipt is not None

    def test_too_many_requests_names_the_moment(self, server: CampaignServer, mailer: ListMailer) -> None:
        server.refuse(Reply(429, {"detail": "slow down"}, {"retry-after": "120"}), at=server.LAUNCH)
        with pytest.raises(Unavailable) as caught:
            mailer.send(rendered(), self.key)
        assert caught.value.retry_at == NOW + timedelta(seconds=120)

    def test_an_overloaded_provider_names_the_moment(self, server: CampaignServer, mailer: ListMailer) -> None:
        server.refuse(Reply(503, {"detail": "maintenance"}, {"retry-after": "600"}), at=server.LAUNCH)
        with pytest.raises(Unavailable) as caught:
            mailer.send(rendered(), self.key)
        assert caught.value.retry_at == NOW + timedelta(minutes=10)

    @pytest.mark.parametrize("status", [401, 402, 403])
    def test_what_is_about_the_account_pauses_it_and_the_same_draft_goes_out_later(
        self, server: CampaignServer, mailer: ListMailer, status: int
    ) -> None:
        words = "Your plan does not include more than 500 sends a month."
        server.refuse(Reply(status, {"detail": words, "message": words}), at=server.LAUNCH)
        with pytest.raises(ChannelPaused, match="500 sends a month") as caught:
            mailer.send(rendered(), self.key)
        assert "sharekit help " in str(caught.value.hint)
        assert mailer.find(self.key).repeat_is_harmless
        mailer.send(rendered(), self.key)
        assert self.only(server).sent == 1

    def test_an_answer_that_is_no_list_proves_nothing(self, server: CampaignServer, mailer: ListMailer) -> None:
        server.refuse(Reply(200, b"<html></html>"), at=("GET", server.CREATE[1]))
        with pytest.raises(Unavailable):
            mailer.find(self.key)

    def test_a_list_without_a_reader_is_refused(self, server: CampaignServer, mailer: ListMailer) -> None:
        server.audience = 0
        with pytest.raises(Refused, match="no subscriber"):
            mailer.send(rendered(), self.key)
        assert server.made(*server.LAUNCH) == []

    def test_an_issue_without_an_unsubscribe_link_is_refused(self, server: CampaignServer, mailer: ListMailer) -> None:
        bare = replace(rendered(), html="<p>Bonjour</p>")
        with pytest.raises(DraftError, match="no unsubscribe link"):
            mailer.send(bare, self.key)
        assert server.held == {}

    def test_a_missing_credential_is_named(self) -> None:
        for variable in self.environment:
            rest = {name: value for name, value in self.environment.items() if name != variable}
            with pytest.raises(ConfigError, match=variable) as caught:
                self.open("http://127.0.0.1:9", rest)
            assert "sharekit help " in str(caught.value.hint)

    def test_wrong_credentials_pause_the_account_and_are_never_shown(self, server: CampaignServer) -> None:
        wrong = {name: value[:-6] + "zz-us1" for name, value in self.environment.items()}
        with pytest.raises(ChannelPaused) as caught:
            self.open(server.url, wrong).send(rendered(), self.key)
        shown = f"{caught.value!r} {caught.value.hint}"
        assert any(name in shown for name in self.environment)
        assert not any(value in shown for value in wrong.values())

    def test_a_sender_must_be_an_address(self) -> None:
        with pytest.raises(ConfigError, match="from"):
            self.open("http://127.0.0.1:9", self.environment, IssueSettings(from_="Zoé"))

    @pytest.mark.slow
    def test_killed_after_every_request_it_is_one_campaign_sent_once(self, tmp_path: Path) -> None:
        with self.serve() as server:
            _deliver(type(self), server.url, tmp_path / "whole.sqlite", self.key)
            requests = len(server.requests)
        assert self.only(server).sent == 1
        for number in range(1, requests + 1):
            ledger = tmp_path / f"{number}.sqlite"
            with self.serve() as server:
                self._killed_after(number, server, ledger)
                last = [_deliver(type(self), server.url, ledger, self.key) for _ in range(3)][-1]
            assert last == "delivered", number
            assert self.only(server).sent == 1, number
            assert server.complaints == []

    def _killed_after(self, number: int, server: CampaignServer, ledger: Path) -> None:
        # Forked from a process that has everything loaded: a start costs milliseconds.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["contracts.mailer", "sharekit.http", "httpx"])
        child = context.Process(target=_deliver, args=(type(self), server.url, ledger, self.key))
        reached = threading.Event()

        def answered(_request: Request) -> None:
            if len(server.requests) == number:
                child.kill()
                reached.set()

        server.answered = answered
        child.start()
        child.join(30)
        assert reached.is_set()
        assert child.exitcode == -9
        server.answered = lambda _request: None


def _deliver(contract: type[MailerContract], url: str, path: Path, key: str) -> str:
    """One run of ``deliver`` for one issue: in a child that is killed, or here after it."""
    ledger = SqlLedger(f"sqlite:///{path}", root=Path("/"))
    outbox = Outbox(ledger, run=f"run {path.name}", clock=lambda: NOW, over=lambda _entry, _now: True)
    mailer = contract.open(url, contract.environment)
    known = ledger.get(key)
    if known and known.state == "delivered":
        return known.state
    try:
        send, find = lambda _entry, _note: mailer.send(rendered(), key), lambda _entry: mailer.find(key)
        return outbox.deliver(key, known=known, send=send, find=find).state
    except SharekitError as error:
        return repr(error)
