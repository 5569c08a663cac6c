"""From drafts and a ledger to what goes out: a network in memory, and pages on loopback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from sharekit.channels.base import digest_of_words
from sharekit.config import Config, DeliverSettings, SharesSettings
from sharekit.errors import (
    ChannelPaused,
    ConfigError,
    DraftError,
    LedgerError,
    LedgerUnavailable,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from sharekit.ledgers.records import damaged
from sharekit.model import Issue, Post, Reading, RenderedIssue, Site
from sharekit.outbox import seed, settle
from sharekit.ports import Lookup
from sharekit.session import Session
from sharekit.steps.blog import Blog, folders
from sharekit.steps.deliver import Deliver, Delivery, check_names
from sharekit.testing import LOST, Faulty, FrozenClock, MemoryLedger, RecordingChannel, RecordingMailer

if TYPE_CHECKING:
    from pathlib import Path

    from listening import Pages
    from sharekit.model import IssueDraft, LedgerEntry, Share
    from sharekit.ports import Channel, Mailer

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
DRAFT = """---
post: 2026/day-{day}
source: content/day-{day}.md
title: "Day {day}"
url: "{base}/2026/day-{day}/"
published: "2026-03-0{day}T08:30:00+00:00"
series: Three days
part: {day}/3
status: {status}
---
"""
SECTION = """## {name}
Day {day} on {name} {base}/2026/day-{day}/
"""
ISSUE = """---
id: {id}
subject: "Three days"
posts:
  - 2026/day-1
{more}status: {status}
---
Hello
"""
Faults = dict[str, list[BaseException | str | None]]


class World(Session):
    """A blog in a folder, with a ledger and networks in memory. ``faults`` are those of a channel's calls, by its name."""

    def __init__(self, root: Path, *, base: str = "https://blog.example", **config: Any) -> None:
        channels: dict[str, dict[str, Any]] = {"x": {}, "mastodon": {"instance": "https://social.example"}}
        given: dict[str, Any] = {"channels": channels, "deliver": DeliverSettings(check_page=False)} | config
        super().__init__(root, config=Config(**given))
        self.base = base
        self.time = FrozenClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self.networks = {name: RecordingChannel(clock=self.time) for name in given["channels"]}
        self.letters = RecordingMailer(clock=self.time)
        self.faults: dict[str, Faults] = {}
        self.opened: list[str] = []
        self.missing: dict[str, ConfigError] = {}
        self.__dict__["ledger"] = MemoryLedger()
        self.publish(1, 2, 3)
        seed(self.ledger, at=self.time(), run="run")
        self.time.now = NINE

    def clock(self) -> datetime:
        return self.time()

    @staticmethod
    def over(entry: LedgerEntry, _now: datetime) -> bool:
        return entry.run == "dead"

    def publish(self, *days: int) -> None:
        posts = tuple(
            Post(
                id=f"2026/day-{day}",
                url=f"{self.base}/2026/day-{day}/",
                title=f"Day {day}",
                published=datetime(2026, 3, day, 8, 30, tzinfo=UTC),
                source=f"content/day-{day}.md",
                body=lambda: "<p>words",
            )
            for day in days
        )
        reading = Reading(site=Site(title="Blog", url=f"{self.base}/"), posts=posts)
        self.__dict__["blog"] = Blog(config=self.config, folders=folders(self.root, self.config), reading=reading)

    def draft(self, day: int, *names: str, status: str = "approved") -> None:
        (self.root / "shares").mkdir(exist_ok=True)
        sections = "".join(SECTION.format(name=name, day=day, base=self.base) for name in names or ("x",))
        text = DRAFT.format(day=day, base=self.base, status=status) + sections
        (self.root / "shares" / f"day-{day}.md").write_text(text)
        self.__dict__.pop("drafts", None)

    def issue(self, status: str = "approved", *, id_: str = "2026-03", more: str = "") -> None:
        (self.root / "issues").mkdir(exist_ok=True)
        (self.root / "issues" / f"{id_}.md").write_text(ISSUE.format(id=id_, status=status, more=more))
        self.__dict__.pop("drafts", None)

    def channel(self, name: str) -> Channel:
        self.opened.append(name)
        if name in self.missing:
            raise self.missing[name]
        return Faulty(self.networks[name], **self.faults.get(name, {}))

    def mailer(self, name: str) -> Mailer:
        return self.letters

    def rendered(self, issue: IssueDraft) -> RenderedIssue:
        made = Issue(
            id=issue.id, subject=issue.subject, preheader="", introduction="", entries=(), language="en", date=self.clock()
        )
        return RenderedIssue(issue=made, html="<p>", text="-")

    def _issue_errors(self, issue: IssueDraft) -> str:
        return "placeholder text" if "TODO" in issue.introduction else ""

    def run_once(self, **given: Any) -> Delivery:
        """One run, as a process of its own."""
        run = Deliver(self, **given)
        for _ in run.run():
            pass
        return run.report_news()

    def sends(self, **given: Any) -> dict[str, str]:
        """What came of each act of one run."""
        done = self.run_once(**given).done
        return {each.act.key.removeprefix("share/2026/"): each.result.state for each in done}

    def state(self, key: str) -> str:
        act = self.plan().act(f"share/2026/{key}")
        assert act is not None
        return act.state

    @property
    def out(self) -> list[str]:
        return [key.removeprefix("share/2026/") for network in self.networks.values() for key, _ in network.posted]


@pytest.fixture
def blog(tmp_path: Path) -> World:
    made = World(tmp_path)
    for day in (1, 2, 3):
        made.draft(day)
    return made


class Damaged:
    """A ledger one of whose records cannot be read."""

    def __init__(self, ledger: Any, entry: LedgerEntry) -> None:
        self._ledger = ledger
        self._entry = entry

    def entries(self, prefix: str = "") -> list[LedgerEntry]:
        return [*self._ledger.entries(prefix), self._entry]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


def entry_of(blog: World, key: str = "day-2/x/launch") -> Any:
    found = blog.ledger.get(f"share/2026/{key}")
    assert found is not None
    return found


# --- one day after the other --------------------------------------------------------------------------------------------


def test_a_day_after_the_other(blog: World) -> None:
    blog.publish(1, 2)
    assert blog.sends() == {"day-2/x/launch": "delivered"}
    assert blog.sends() == {}
    blog.time.advance(days=1)
    blog.publish(1, 2, 3)
    assert blog.sends() == {"day-3/x/launch": "delivered"}
    assert blog.out == ["day-2/x/launch", "day-3/x/launch"]


def test_the_ledger_remembers_what_was_sent(blog: World) -> None:
    blog.draft(2, "x")
    blog.sends()
    _, share = blog.networks["x"].posted[0]
    assert entry_of(blog).sent == {
        "digest": digest_of_words(share.text),
        "url": "https://blog.example/2026/day-2/",
        "source": "content/day-2.md",
        "after": "0d",
        "first": NINE.isoformat(),
    }


def test_an_adapter_is_given_what_an_earlier_attempt_sent(blog: World) -> None:
    blog.faults["x"] = {"post": [OutcomeUnknown("timed out")], "find": [Unavailable("away")]}
    assert blog.sends() == {"day-2/x/launch": "unknown"}
    before = entry_of(blog)
    asked: list[Share] = []

    def find(share: Share, key: str) -> Lookup:
        asked.append(share)
        return Lookup()

    blog.networks["x"].find = find  # type: ignore[method-assign]  # it is asked in another way
    blog.draft(2, "x")
    path = blog.root / "shares" / "day-2.md"
    path.write_text(path.read_text().replace("Day 2 on", "Another text on"))
    blog.__dict__.pop("drafts", None)
    blog.sends()
    assert (asked[0].sent, asked[0].claimed) == (before.sent, before.claimed_at)
    assert asked[0].sent["digest"] != digest_of_words(asked[0].text)


# --- the part before ----------------------------------------------------------------------------------------------------


def test_a_part_answers_the_part_before_it(blog: World) -> None:
    blog.sends()
    blog.time.advance(days=1)
    blog.sends()
    first, second = (share for _, share in blog.networks["x"].posted)
    assert first.answers is None
    assert second.answers
    assert second.answers.id == first.key


def test_a_part_waits_for_the_part_before_it(blog: World) -> None:
    blog.faults["x"] = {"post": [Unavailable("429", retry_at=blog.time() + timedelta(days=1, minutes=1))]}
    assert blog.sends() == {"day-2/x/launch": "waiting"}
    blog.time.advance(days=1)
    assert blog.sends() == {}
    blog.time.advance(minutes=1)
    assert blog.sends() == {"day-2/x/launch": "delivered"}
    assert blog.state("day-3/x/launch") == "scheduled"
    blog.time.advance(minutes=30)
    assert blog.sends() == {"day-3/x/launch": "delivered"}


def test_a_part_that_was_refused_holds_nobody_up(blog: World) -> None:
    blog.faults["x"] = {"post": [Refused("403")]}
    assert blog.sends() == {"day-2/x/launch": "refused"}
    blog.time.advance(days=1)
    assert blog.sends() == {"day-3/x/launch": "delivered"}
    assert blog.networks["x"].posted[0][1].answers is None


@pytest.mark.parametrize(
    ("url", "answered"),
    [("https://x.example/me/status/17?s=20", "17"), ("https://threads.example/@me/post/DFx_7a", None)],
    ids=["whose address ends in its id", "of which only the address is known"],
)
def test_a_part_answers_one_that_a_person_settled(blog: World, url: str, answered: str | None) -> None:
    settle(blog.ledger, "share/2026/day-2/x/launch", delivered=url, release=False, at=blog.time(), run="me")
    assert blog.sends() == {}
    blog.time.advance(days=1)
    assert blog.sends() == {"day-3/x/launch": "delivered"}
    receipt = blog.networks["x"].posted[0][1].answers
    assert (receipt.id if receipt else None) == answered


# --- unknown ------------------------------------------------------------------------------------------------------------


def test_an_unknown_one_is_looked_up_by_the_next_run(blog: World) -> None:
    blog.faults["x"] = {"post": [LOST], "find": [Unavailable("away")]}
    assert blog.sends() == {"day-2/x/launch": "unknown"}
    assert blog.state("day-2/x/launch") == "unknown"
    assert blog.sends() == {"day-2/x/launch": "delivered"}
    assert len(blog.out) == 1


@pytest.mark.parametrize(("harmless", "state"), [(True, "delivered"), (False, "unknown")])
def test_what_is_not_there_is_sent_again_only_where_that_is_harmless(blog: World, harmless: bool, state: str) -> None:
    blog.networks["x"].idempotent = harmless
    blog.faults["x"] = {"post": [OutcomeUnknown("reset")]}
    assert blog.sends() == {"day-2/x/launch": "unknown"}
    for _ in range(3):
        blog.time.advance(minutes=30)
        assert blog.sends() in ({"day-2/x/launch": state}, {})
    assert blog.state("day-2/x/launch") == state
    assert len(blog.out) == harmless


def test_a_person_settles_what_nobody_knows(blog: World) -> None:
    key = "share/2026/day-2/x/launch"
    blog.faults["x"] = {"post": [OutcomeUnknown("reset")]}
    assert blog.run_once().exit_code == 5
    settle(blog.ledger, key, delivered=None, release=True, at=blog.time(), run="me")
    assert blog.sends() == {"day-2/x/launch": "delivered"}
    with pytest.raises(ConfigError, match="--delivered URL, or --release"):
        settle(blog.ledger, key, delivered=None, release=False, at=blog.time(), run="me")


def test_an_unknown_one_is_looked_up_beyond_the_most_of_a_run(blog: World) -> None:
    blog.draft(2, "x", "mastodon")
    blog.faults["x"] = {"post": [LOST], "find": [Unavailable("away")]}
    assert blog.sends(most=2) == {"day-2/mastodon/launch": "delivered", "day-2/x/launch": "unknown"}
    blog.draft(2, "x", "mastodon", "x @ reminder")
    assert blog.sends(most=1)["day-2/x/launch"] == "delivered"


def test_an_open_key_without_a_draft_is_named(blog: World) -> None:
    claim = blog.ledger.claim("share/gone/x/launch", at=blog.time(), run="dead")
    assert blog.plan().orphans == (claim,)
    delivery = blog.run_once()
    assert [(news.rule, news.subject) for news in delivery.news] == [("orphan", "share/gone/x/launch")]
    assert delivery.exit_code == 5


def test_a_damaged_record_is_held_and_never_sent(blog: World) -> None:
    key = "share/2026/day-2/x/launch"
    blog.__dict__["ledger"] = Damaged(blog.ledger, damaged(key, "its record cannot be read"))
    for _ in range(2):
        assert blog.sends() == {}
        blog.time.advance(hours=1)
    assert blog.out == []
    assert blog.state("day-2/x/launch") == "held"


# --- one failure stops nothing else -------------------------------------------------------------------------------------


def test_a_channel_that_cannot_be_opened_stops_nobody(blog: World) -> None:
    blog.draft(2, "mastodon", "x")
    blog.missing["mastodon"] = ConfigError("SHAREKIT_MASTODON_TOKEN is not set", hint="docs")
    delivery = blog.run_once()
    assert [(each.act.target, each.result.state) for each in delivery.done] == [("mastodon", "held"), ("x", "delivered")]
    assert delivery.exit_code == 1
    assert blog.ledger.get("share/2026/day-2/mastodon/launch") is None


def test_a_bug_in_one_adapter_stops_nobody(blog: World) -> None:
    blog.draft(2, "mastodon", "x")
    blog.faults["mastodon"] = {"post": [TypeError("'NoneType' object is not iterable")]}
    delivery = blog.run_once()
    assert [(each.act.target, each.result.state) for each in delivery.done] == [("mastodon", "unknown"), ("x", "delivered")]
    assert "report it" in delivery.done[0].result.hint
    assert delivery.exit_code == 5


def test_a_draft_that_cannot_be_read_stops_nobody_and_is_news(blog: World) -> None:
    (blog.root / "shares" / "day-1.md").write_text("---\n<<<<<<< HEAD\n---\n")
    blog.__dict__.pop("drafts", None)
    delivery = blog.run_once()
    assert [each.result.state for each in delivery.done] == ["delivered"]
    assert ([news.rule for news in delivery.news], delivery.exit_code) == (["draft"], 3)
    assert blog.run_once().exit_code == 0


def test_a_ledger_that_fails_stops_the_run(blog: World) -> None:
    blog.draft(2, "mastodon", "x")
    blog.__dict__["ledger"] = Faulty(blog.ledger, settle=[LedgerUnavailable("away")])
    with pytest.raises(LedgerUnavailable, match="delivered"):
        blog.run_once()
    assert blog.out == ["day-2/mastodon/launch"]


def test_a_clock_that_jumped_back_stops_the_run(blog: World) -> None:
    blog.time.now = datetime(2026, 2, 1, tzinfo=UTC)
    with pytest.raises(LedgerError, match="this clock says 2026-02-01 00:00 UTC"):
        blog.run_once()


# --- how many, and which ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_the_most_of_a_run_is_sent_and_the_rest_is_left_for_the_next(tmp_path: Path, most: int) -> None:
    channels = {name: {"kind": "files"} for name in ("a", "b", "c")}
    blog = World(tmp_path, channels=channels, deliver=DeliverSettings(max_per_run=most, check_page=False))
    blog.draft(2, "a", "b", "c")
    delivery = blog.run_once()
    assert len(delivery.done) == min(3, most)
    assert (delivery.left, delivery.exit_code) == (max(0, 3 - most), 0)
    left = blog.run_once()
    assert len(blog.out) == min(3, 2 * most)
    assert left.left == max(0, 3 - 2 * most)
    assert len(set(blog.out)) == len(blog.out)


def test_what_could_not_be_sent_is_not_counted(tmp_path: Path) -> None:
    blog = World(tmp_path, channels={name: {"kind": "files"} for name in ("a", "b", "c")})
    blog.draft(2, "a", "b", "c")
    blog.faults["a"] = {"post": [Unavailable("429")]}
    assert [each.result.state for each in blog.run_once(most=2).done] == ["waiting", "delivered", "delivered"]


def test_what_a_run_would_do_is_what_it_does(tmp_path: Path) -> None:
    blog = World(tmp_path, channels={name: {"kind": "files"} for name in ("a", "b", "c")})
    blog.draft(2, "a", "b", "c")
    rehearsal = Deliver(blog, most=2)
    would = [each.act for each in rehearsal.run(rehearse=True)]
    delivery = blog.run_once(most=2)
    assert [act.key for act in would] == [each.act.key for each in delivery.done]
    assert rehearsal.delivery.left == delivery.left == 1


def test_two_of_one_channel_keep_their_distance_within_a_run(tmp_path: Path) -> None:
    blog = World(tmp_path)
    for day in (1, 2, 3):
        blog.draft(day)
    blog.time.now = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert blog.sends() == {"day-2/x/launch": "delivered"}
    blog.time.advance(minutes=29)
    assert blog.sends() == {}
    blog.time.advance(minutes=1)
    assert blog.sends() == {"day-3/x/launch": "delivered"}


def test_only_what_is_named(blog: World) -> None:
    blog.draft(2, "x", "mastodon")
    with pytest.raises(ConfigError, match="--only mail"):
        check_names(blog.plan(), ("mail",))
    check_names(blog.plan(), ("share", "shares", "x", "share/2026/day-2/x/launch"))
    assert blog.sends(only=("issue",)) == {}
    assert blog.sends(only=("mastodon",)) == {"day-2/mastodon/launch": "delivered"}
    assert blog.sends(only=("share/2026/day-3/x/launch",)) == {}
    assert blog.sends(only=("share/2026/day-2/x/launch",)) == {"day-2/x/launch": "delivered"}


def test_a_kind_may_be_named_in_the_plural(blog: World) -> None:
    assert blog.sends(only=("shares",)) == {"day-2/x/launch": "delivered"}


# --- paused accounts ----------------------------------------------------------------------------------------------------


@pytest.fixture
def paused(tmp_path: Path) -> World:
    made = World(tmp_path, shares=SharesSettings(spacing="0m"))
    for day in (1, 2, 3):
        made.draft(day, "x", "mastodon")
    made.time.now = datetime(2026, 3, 3, 9, tzinfo=UTC)
    return made


def test_a_paused_channel_is_tried_once_in_a_run_and_the_others_go_on(paused: World) -> None:
    tries: list[BaseException | str | None] = [
        ChannelPaused("401: expired", hint="Renew SHAREKIT_X_TOKEN") for _ in range(9)
    ]
    paused.faults["x"] = {"post": tries}
    for run in (1, 2, 3):
        delivery = paused.run_once()
        assert len(tries) == 9 - run
        assert delivery.exit_code == (1 if run == 1 else 0)
        paused.time.advance(hours=1)
    assert paused.out == ["day-2/mastodon/launch", "day-3/mastodon/launch"]
    assert {act.state for act in paused.plan().acts if act.target == "x" and act.slot == "launch"} == {"skipped", "waiting"}
    assert "Renew SHAREKIT_X_TOKEN" in paused.plan().paused["x"]


def test_a_paused_channel_goes_on_when_it_works_again(paused: World) -> None:
    paused.faults["x"] = {"post": [ChannelPaused("401")]}
    paused.run_once()
    paused.time.advance(hours=1)
    assert paused.sends() == {"day-2/x/launch": "delivered", "day-3/x/launch": "delivered"}
    assert paused.plan().paused == {}


def test_independent_acts_of_a_paused_channel_are_not_tried_in_its_run(tmp_path: Path) -> None:
    slots = {"launch": "0d", "again": "1m"}
    blog = World(tmp_path, shares=SharesSettings(spacing="0m", slots=slots))
    blog.draft(2, "x", "x @ again")
    tries: list[BaseException | str | None] = [ChannelPaused("401") for _ in range(9)]
    blog.faults["x"] = {"post": tries}
    blog.run_once()
    assert len(tries) == 8
    blog.run_once()
    assert len(tries) == 7


# --- news ---------------------------------------------------------------------------------------------------------------


def test_what_needs_a_person_makes_one_run_fail(blog: World) -> None:
    blog.faults["x"] = {"post": [Refused("403: duplicate")]}
    first, second = blog.run_once(), blog.run_once()
    assert (first.exit_code, [news.rule for news in first.news]) == (1, ["refused"])
    key = "share/2026/day-2/x/launch"
    assert first.done[0].result.hint == f"Correct the draft, then: sharekit ledger settle '{key}' --release"
    assert (second.exit_code, list(second.news)) == (0, [])


def test_what_is_refused_again_after_its_release_is_news_again(blog: World) -> None:
    blog.faults["x"] = {"post": [Refused("403: duplicate"), Refused("403: still")]}
    assert blog.run_once().exit_code == 1
    settle(blog.ledger, "share/2026/day-2/x/launch", delivered=None, release=True, at=blog.time(), run="me")
    assert [blog.run_once().exit_code for _ in range(2)] == [1, 0]


def test_a_late_share_is_news_once_and_named_by_its_command(blog: World) -> None:
    blog.time.now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    delivery = blog.run_once()
    assert delivery.exit_code == 1
    assert {news.rule for news in delivery.news} == {"late"}
    assert blog.run_once().exit_code == 0
    assert blog.out == []
    act = blog.plan().act("share/2026/day-2/x/launch")
    assert act
    assert act.hint == "Send it now: sharekit shares send 'share/2026/day-2/x/launch'"


def test_a_rate_limit_is_no_news(blog: World) -> None:
    blog.faults["x"] = {"post": [Unavailable("429")]}
    assert blog.run_once().exit_code == 0


# --- one share by a person's word ---------------------------------------------------------------------------------------


def sent_at_once(blog: World, key: str = "day-2/x/launch") -> dict[str, str]:
    key = f"share/2026/{key}"
    return blog.sends(at_once=key)


def test_a_late_share_is_sent_by_command(blog: World) -> None:
    blog.time.now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    assert sent_at_once(blog) == {"day-2/x/launch": "delivered"}
    assert sent_at_once(blog) == {}
    assert blog.out == ["day-2/x/launch"]


def test_a_share_before_its_window_is_sent_by_command(tmp_path: Path) -> None:
    blog = World(tmp_path, shares=SharesSettings(windows="Fri 18:00"))
    blog.draft(2)
    assert blog.sends() == {}
    assert sent_at_once(blog) == {"day-2/x/launch": "delivered"}


def test_a_share_that_nobody_approved_is_sent_by_command(tmp_path: Path) -> None:
    blog = World(tmp_path, shares=SharesSettings(approve="explicit"))
    blog.draft(2, status="draft")
    assert blog.sends() == {}
    assert sent_at_once(blog) == {"day-2/x/launch": "delivered"}


def test_a_share_from_before_since_is_sent_by_command(blog: World) -> None:
    assert blog.state("day-1/x/launch") == "delivered" or blog.plan().act("share/2026/day-1/x/launch")
    seed(blog.ledger, at=blog.time(), run="run")
    assert blog.state("day-2/x/launch") == "skipped"
    assert sent_at_once(blog) == {"day-2/x/launch": "delivered"}


@pytest.mark.parametrize("status", ["hold", "skip"])
def test_a_share_that_a_person_stopped_is_not_sent_by_command(blog: World, status: str) -> None:
    blog.draft(2, status=status)
    assert sent_at_once(blog) == {}
    assert blog.out == []


def test_a_share_that_is_too_long_is_not_sent_by_command(blog: World) -> None:
    path = blog.root / "shares" / "day-2.md"
    path.write_text(path.read_text() + "a" * 300)
    blog.__dict__.pop("drafts", None)
    assert sent_at_once(blog) == {}
    assert blog.state("day-2/x/launch") == "held"


def test_a_share_of_an_article_that_is_gone_is_not_sent_by_command(blog: World) -> None:
    blog.publish(1, 3)
    assert sent_at_once(blog) == {}
    assert blog.state("day-2/x/launch") == "skipped"


def test_a_share_of_an_article_that_is_still_to_come_is_not_sent_by_command(blog: World) -> None:
    current = blog.blog
    posts = current.reading.posts
    blog.__dict__["blog"] = replace(current, reading=replace(current.reading, posts=posts[:2], upcoming=posts[2:]))
    assert sent_at_once(blog, "day-3/x/launch") == {}
    assert blog.out == []


# --- issues -------------------------------------------------------------------------------------------------------------


def test_an_issue_goes_out_before_the_shares_when_it_is_approved(blog: World) -> None:
    blog.issue("draft")
    assert [act.reason for act in blog.plan().of("held")] == ["waits for status: approved"]
    blog.issue("approved")
    assert list(blog.sends().items()) == [("issue/2026-03/files", "delivered"), ("day-2/x/launch", "delivered")]
    assert [key for key, _ in blog.letters.sent] == ["issue/2026-03/files"]
    assert blog.sends() == {}


def test_an_issue_with_errors_is_held(blog: World) -> None:
    blog.issue()
    path = blog.root / "issues" / "2026-03.md"
    path.write_text(path.read_text().replace("Hello", "TODO"))
    blog.__dict__.pop("drafts", None)
    assert "issue/2026-03/files" not in blog.sends()
    assert [act.rule for act in blog.plan().of("held")] == ["issue-errors"]


def test_an_issue_that_is_long_past_its_moment_is_held_and_told(blog: World) -> None:
    blog.issue(id_="2026-04", more="send: 2026-04-01T08:00+02:00\n")
    blog.time.now = datetime(2026, 4, 8, 5, tzinfo=UTC)
    assert [act.key for act in blog.plan().of("due") if act.kind == "issue"] == ["issue/2026-04/files"]
    blog.time.now = datetime(2026, 4, 9, 8, tzinfo=UTC)
    [late] = [act for act in blog.plan().of("held") if act.kind == "issue"]
    assert "more than 7 days ago" in late.reason
    assert "sharekit issue send 2026-04" in late.hint
    blog.run_once()
    assert blog.letters.sent == []


def test_an_issue_of_one_post_leaves_when_it_is_approved_however_late(blog: World) -> None:
    blog.issue(id_="day-1", more="send: 2026-03-01T08:30+01:00\n")
    blog.time.now = datetime(2026, 4, 9, 8, tzinfo=UTC)
    blog.run_once()
    assert [key for key, _ in blog.letters.sent] == ["issue/day-1/files"]


# --- the beginning ------------------------------------------------------------------------------------------------------


def test_first_contact_has_no_beginning_and_sends_nothing(blog: World) -> None:
    blog.__dict__["ledger"] = MemoryLedger()
    assert blog.plan().since is None


def test_what_is_older_than_the_seed_stays_where_it_is(blog: World) -> None:
    seed(blog.ledger, at=blog.time(), run="run")
    assert blog.sends() == {}
    assert [act.state for act in blog.plan().acts] == ["skipped", "skipped", "scheduled"]


# --- the page -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def online(tmp_path: Path, pages: Pages) -> World:
    made = World(tmp_path, base=pages.base, deliver=DeliverSettings(), shares=SharesSettings(spacing="0m"))
    made.draft(2)
    return made


DAY_2 = "/2026/day-2/"


WALLED = "; if your browser opens it, set [deliver] check_page = false"


@pytest.mark.parametrize(("status", "hint"), [(404, ""), (401, WALLED), (403, WALLED), (500, ""), (503, "")])
def test_a_share_waits_for_its_page_and_goes_out_when_it_is_up(online: World, pages: Pages, status: int, hint: str) -> None:
    pages.answers[DAY_2] = (status, {}, "")
    assert online.sends() == {"day-2/x/launch": "waiting"}
    act = online.plan().act("share/2026/day-2/x/launch")
    assert act
    assert (act.state, act.reason) == ("waiting", f"the page answers {status}{hint}")
    pages.answers[DAY_2] = (200, {}, "<p>words")
    online.time.advance(hours=1)
    assert online.sends() == {"day-2/x/launch": "delivered"}
    assert "page" not in entry_of(online).sent


def test_every_run_asks_for_the_page_and_notes_an_answer_once(online: World, pages: Pages) -> None:
    for _ in range(3):
        online.run_once()
        online.time.advance(hours=1)
    assert pages.asked == [DAY_2] * 3
    assert entry_of(online).attempts == 1
    pages.answers[DAY_2] = (500, {}, "")
    online.run_once()
    assert entry_of(online).attempts == 2
    assert entry_of(online).outcome.reason == "the page answers 500"


def test_one_page_is_asked_for_once_in_a_run(online: World, pages: Pages) -> None:
    online.draft(2, "x", "mastodon")
    pages.answers[DAY_2] = (200, {}, "")
    assert len(online.sends()) == 2
    assert pages.asked == [DAY_2]


def test_a_page_that_is_not_up_keeps_only_its_own_shares_waiting(online: World, pages: Pages) -> None:
    online.draft(1)
    path = online.root / "shares" / "day-3.md"
    online.draft(3)
    path.write_text(path.read_text().replace("series: Three days\npart: 3/3\n", ""))
    online.__dict__.pop("drafts", None)
    pages.answers["/2026/day-3/"] = (200, {}, "")
    online.time.now = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert online.sends(most=1)["day-3/x/launch"] == "delivered"
    assert "day-2/x/launch" not in online.out


def test_a_page_that_does_not_come_up_holds_the_share_in_the_end(online: World) -> None:
    online.run_once()
    online.time.advance(days=7, hours=1)
    delivery = online.run_once()
    act = online.plan().act("share/2026/day-2/x/launch")
    assert act
    assert (act.state, act.rule) == ("held", "late")
    assert "the page answers 404" in act.reason
    assert delivery.exit_code == 1
    assert online.out == []


def test_a_page_that_never_answers_keeps_its_share_waiting(
    online: World, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharekit.steps.page.TIMEOUT", 0.3)
    pages.answers[DAY_2] = (0, {}, "")
    assert online.sends() == {"day-2/x/launch": "waiting"}
    assert "the page does not answer" in entry_of(online).outcome.reason


def test_a_page_is_not_asked_for_where_that_is_off(online: World, pages: Pages) -> None:
    config = msgspec.structs.replace(online.config, deliver=DeliverSettings(check_page=False))
    online.__dict__["config"] = config
    assert online.sends() == {"day-2/x/launch": "delivered"}
    assert pages.asked == []


def test_files_need_no_page(tmp_path: Path, pages: Pages) -> None:
    blog = World(tmp_path, base=pages.base, channels={"drop": {"kind": "files"}, "x": {}}, deliver=DeliverSettings())
    blog.draft(2, "drop", "x")
    assert blog.sends() == {"day-2/drop/launch": "delivered", "day-2/x/launch": "waiting"}


def test_what_may_be_out_is_looked_up_without_its_page(online: World, pages: Pages) -> None:
    pages.answers[DAY_2] = (200, {}, "")
    online.faults["x"] = {"post": [LOST], "find": [Unavailable("away")]}
    assert online.sends() == {"day-2/x/launch": "unknown"}
    pages.answers.clear()
    assert online.sends() == {"day-2/x/launch": "delivered"}


def test_what_is_sent_by_command_needs_its_page_too(online: World) -> None:
    assert sent_at_once(online) == {"day-2/x/launch": "waiting"}
    assert online.out == []


def test_an_issue_goes_by_command_before_its_moment_and_unapproved_but_not_twice_nor_against_a_hold(tmp_path: Path) -> None:
    blog = World(tmp_path)
    blog.issue("draft", more="send: 2026-05-01T08:00\n")
    key = f"issue/2026-03/{blog.config.issue.mailer}"
    run = Deliver(blog, at_once=key)
    assert run.requested()
    assert [each.result.state for each in run.run()] == ["delivered"]
    with pytest.raises(DraftError, match=f"{key} is delivered"):
        Deliver(blog, at_once=key).requested()
    blog.issue("hold", id_="2026-04")
    with pytest.raises(DraftError, match="is held: status: hold"):
        Deliver(blog, at_once=key.replace("03", "04")).requested()


def test_force_sends_an_issue_with_errors(tmp_path: Path) -> None:
    blog = World(tmp_path)
    blog.issue()
    path = tmp_path / "issues" / "2026-03.md"
    path.write_text(path.read_text().replace("Hello", "TODO"))
    key = f"issue/2026-03/{blog.config.issue.mailer}"
    with pytest.raises(DraftError, match="placeholder text") as refused:
        Deliver(blog, at_once=key).requested()
    assert "--force" in (refused.value.hint or "")
    assert [each.result.state for each in Deliver(blog, at_once=key, force=True).run()] == ["delivered"]
