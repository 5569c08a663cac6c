"""From drafts and a ledger to what goes out, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sharekit.config import Config, DeliverSettings
from sharekit.errors import ConfigError, LedgerError, LedgerUnavailable, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Issue, Receipt, RenderedIssue
from sharekit.outbox import Outbox
from sharekit.ports import Outcome
from sharekit.steps.acts import read_items
from sharekit.steps.blog import folders
from sharekit.steps.deliver import TooMany, check, chosen, deliver
from sharekit.steps.ledger import seed, settle
from sharekit.steps.plan import Plan, plan
from sharekit.testing import LOST, Faulty, FrozenClock, MemoryLedger, RecordingChannel, RecordingMailer

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.issue.files import IssueFile
    from sharekit.ports import Channel, Mailer

DRAFT = """---
post: 2026/day-{day}
title: "Day {day}"
url: "https://blog.example/2026/day-{day}/"
published: "2026-03-0{day}T08:30:00+00:00"
series: "Three days ({day}/3)"
---
## x
Day {day} https://blog.example/2026/day-{day}/
"""
ISSUE = """---
id: 2026-04
subject: "Three days"
posts:
  - 2026/day-1
status: {status}
---
Hello
"""


@dataclass
class Blog:
    """A folder with drafts, a ledger, and what would be the world."""

    root: Path
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(datetime(2026, 3, 1, tzinfo=UTC)))
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    network: RecordingChannel = field(default_factory=RecordingChannel)
    letters: RecordingMailer = field(default_factory=RecordingMailer)
    faults: dict[str, list[BaseException | str | None]] = field(default_factory=dict)
    config: Config = field(default_factory=Config)

    def channel(self, name: str) -> Channel:
        if name == "mastodon":
            raise ConfigError("SHAREKIT_MASTODON_TOKEN is not set", hint="docs")
        return Faulty(self.network, **self.faults)

    def mailer(self, name: str) -> Mailer:
        return self.letters

    def issue(self, file: IssueFile) -> RenderedIssue:
        made = Issue(
            id=file.id, subject=file.subject, preheader="", introduction="", entries=(), language="en", date=self.clock()
        )
        return RenderedIssue(issue=made, html="<p>", text="-")

    def draft(self, *days: int, text: str = DRAFT) -> None:
        (self.root / "shares").mkdir(exist_ok=True)
        for day in days:
            (self.root / "shares" / f"day-{day}.md").write_text(text.format(day=day))

    def plan(self, *, since: datetime | None = None) -> Plan:
        zone = ZoneInfo("UTC")
        now = self.clock()
        items = read_items(folders(self.root, self.config), self.config, now=now, zone=zone)
        entries = {entry.key: entry for entry in self.ledger.entries()}
        return plan(items, entries, self.config, now=now, since=since, zone=zone)

    def deliver(self, *, only: tuple[str, ...] = (), most: int | None = None) -> dict[str, str]:
        made = self.plan()
        check(made)
        due = chosen(made, only=only, most=most, cap=self.config.deliver.max_per_run)
        outbox = Outbox(self.ledger, run="run", clock=self.clock, over=lambda entry, _now: entry.run == "dead")
        done = deliver(due, made, outbox=outbox, openers=self)
        return {each.result.key.removeprefix("share/2026/"): each.result.state for each in done}


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    made = Blog(tmp_path)
    seed(made.ledger, at=made.clock(), run="run")
    made.clock.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    made.draft(1, 2, 3)
    return made


def test_a_day_after_the_other(blog: Blog) -> None:
    assert blog.deliver() == {"day-2/x/launch": "delivered"}
    assert blog.deliver() == {}
    blog.clock.advance(days=1)
    assert blog.deliver() == {"day-3/x/launch": "delivered"}
    assert [key for key, _ in blog.network.posted] == ["share/2026/day-2/x/launch", "share/2026/day-3/x/launch"]


def test_a_part_answers_the_part_before_it(blog: Blog) -> None:
    blog.deliver()
    blog.clock.advance(days=1)
    blog.deliver()
    first, second = (share for _, share in blog.network.posted)
    assert first.answers is None
    assert second.answers == Receipt(id=f"{first.key}", url=f"https://network.example/{first.key}", at=blog.network.clock())


def test_a_part_waits_for_the_part_before_it(blog: Blog) -> None:
    blog.faults = {"post": [Unavailable("429", retry_at=blog.clock() + timedelta(days=1, minutes=1))]}
    assert blog.deliver() == {"day-2/x/launch": "waiting"}
    blog.clock.advance(days=1)
    assert blog.deliver() == {}
    blog.clock.advance(minutes=1)
    assert blog.deliver() == {"day-2/x/launch": "delivered", "day-3/x/launch": "delivered"}


def test_a_part_that_was_refused_holds_nobody_up(blog: Blog) -> None:
    blog.faults = {"post": [Refused("403")]}
    assert blog.deliver() == {"day-2/x/launch": "refused"}
    blog.clock.advance(days=1)
    assert blog.deliver() == {"day-3/x/launch": "delivered"}
    assert blog.network.posted[0][1].answers is None


def test_an_unknown_one_is_looked_up_by_the_next_run(blog: Blog) -> None:
    blog.faults = {"post": [LOST], "find": [Unavailable("away")]}
    assert blog.deliver() == {"day-2/x/launch": "unknown"}
    assert [each.key for each in blog.plan().of("unknown")] == ["share/2026/day-2/x/launch"]
    assert blog.deliver() == {"day-2/x/launch": "delivered"}
    assert len(blog.network.posted) == 1


def test_a_person_settles_what_nobody_knows(blog: Blog) -> None:
    key = "share/2026/day-2/x/launch"
    blog.faults = {"post": [OutcomeUnknown("reset")]}
    assert blog.deliver() == {"day-2/x/launch": "unknown"}
    settle(blog.ledger, key, delivered=None, release=True, at=blog.clock(), run="me")
    assert blog.deliver() == {"day-2/x/launch": "delivered"}
    with pytest.raises(ConfigError, match="--delivered URL, or --release"):
        settle(blog.ledger, key, delivered=None, release=False, at=blog.clock(), run="me")


def test_what_was_posted_by_hand_is_not_posted_again(blog: Blog) -> None:
    key = "share/2026/day-2/x/launch"
    with pytest.raises(LedgerError, match="free already"):
        settle(blog.ledger, key, delivered=None, release=True, at=blog.clock(), run="me")
    settle(blog.ledger, key, delivered="https://x.example/1?s=20", release=False, at=blog.clock(), run="me")
    assert blog.deliver() == {}
    blog.clock.advance(days=1)
    blog.deliver()
    answers = blog.network.posted[0][1].answers
    assert answers
    assert (answers.id, answers.url) == ("1", "https://x.example/1?s=20")


def test_a_part_stands_alone_where_only_the_address_of_the_one_before_is_known(blog: Blog) -> None:
    key = "share/2026/day-2/x/launch"
    settle(blog.ledger, key, delivered="https://threads.example/@me/post/DFx_7a", release=False, at=blog.clock(), run="me")
    blog.clock.advance(days=1)
    assert blog.deliver() == {"day-3/x/launch": "delivered"}
    assert blog.network.posted[0][1].answers is None


def test_a_channel_that_cannot_be_opened_stops_nobody(blog: Blog) -> None:
    blog.draft(2, text=DRAFT + "## mastodon\nToot https://blog.example/\n")
    assert blog.deliver() == {"day-2/mastodon/launch": "held", "day-2/x/launch": "delivered"}
    assert blog.ledger.get("share/2026/day-2/mastodon/launch") is None


def test_a_ledger_that_fails_stops_the_run(blog: Blog) -> None:
    blog.draft(2, text=DRAFT + "## bluesky\nSky https://blog.example/\n")
    blog.faults = {"post": [LedgerUnavailable("away")]}
    with pytest.raises(LedgerUnavailable):
        blog.deliver()
    assert not blog.network.posted


def test_more_than_the_cap_sends_nothing(blog: Blog) -> None:
    blog.config = Config(deliver=DeliverSettings(max_per_run=1))
    blog.draft(2, text=DRAFT + "## bluesky\nSky https://blog.example/\n")
    with pytest.raises(TooMany, match="2 are due, and one run sends at most 1: nothing went out") as caught:
        blog.deliver()
    assert "sharekit deliver --max 2" in (caught.value.hint or "")
    assert not blog.network.posted
    assert len(blog.deliver(most=1)) == 1
    assert len(blog.deliver(most=5)) == 1


def test_only_what_is_named(blog: Blog) -> None:
    blog.draft(2, text=DRAFT + "## bluesky\nSky https://blog.example/\n")
    with pytest.raises(ConfigError, match="--only mail"):
        blog.deliver(only=("mail",))
    assert blog.deliver(only=("bluesky",)) == {"day-2/bluesky/launch": "delivered"}
    assert blog.deliver(only=("shares",)) == {"day-2/x/launch": "delivered"}


def test_what_was_missed_goes_out_when_its_key_is_named(blog: Blog) -> None:
    blog.clock.now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    assert {each.key for each in blog.plan().of("missed")} == {f"share/2026/day-{day}/x/launch" for day in (1, 2, 3)}
    assert blog.deliver() == {}
    assert blog.deliver(only=("share/2026/day-2/x/launch",)) == {"day-2/x/launch": "delivered"}


def test_what_is_older_than_the_seed_stays_where_it_is(blog: Blog) -> None:
    blog.clock.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    seed(blog.ledger, at=blog.clock(), run="run")
    assert blog.deliver() == {}
    assert {each.state for each in blog.plan().planned} == {"old", "next"}


def test_first_contact_has_no_beginning(blog: Blog) -> None:
    blog.ledger = MemoryLedger()
    assert blog.plan().since is None
    assert blog.plan(since=datetime(2026, 1, 1, tzinfo=UTC)).since == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_beginning_that_is_still_to_come_is_told(blog: Blog) -> None:
    made = blog.plan(since=datetime(2027, 1, 1, tzinfo=UTC))
    assert [each.rule for each in made.findings] == ["since-ahead"]
    assert made.of("due") == []


def test_a_clock_that_jumped_back_stops_the_run(blog: Blog) -> None:
    blog.clock.now = datetime(2026, 2, 1, tzinfo=UTC)
    with pytest.raises(LedgerError, match="holds an entry of 2026-03-01 00:00 UTC, and this clock says 2026-02-01 00:00"):
        blog.deliver()


def test_an_open_key_without_a_draft_is_named(blog: Blog) -> None:
    claim = blog.ledger.claim("share/gone/x/launch", at=blog.clock(), run="dead")
    assert blog.plan().orphans == (claim,)


def test_an_issue_goes_out_before_the_shares_when_it_is_approved(blog: Blog) -> None:
    folder = blog.root / "issues"
    folder.mkdir()
    (folder / "2026-04.md").write_text(ISSUE.format(status="draft"))
    blog.clock.now = datetime(2026, 4, 1, 8, tzinfo=UTC)
    for day in (1, 3):
        (blog.root / "shares" / f"day-{day}.md").unlink()
    blog.draft(2, text=DRAFT.replace("2026-03-0{day}", "2026-04-01").replace("T08:30", "T07:30"))
    assert [each.reason for each in blog.plan().of("held")] == ["waits for status: approved"]
    (folder / "2026-04.md").write_text(ISSUE.format(status="approved"))
    assert list(blog.deliver().items()) == [("issue/2026-04/files", "delivered"), ("day-2/x/launch", "delivered")]
    assert [key for key, _ in blog.letters.sent] == ["issue/2026-04/files"]
    assert blog.deliver() == {}


def test_an_issue_that_is_long_past_its_moment_is_missed_and_told(blog: Blog) -> None:
    folder = blog.root / "issues"
    folder.mkdir()
    (folder / "2026-04.md").write_text(
        ISSUE.format(status="approved").replace("posts:", "send: 2026-04-01T08:00+02:00\nposts:")
    )
    blog.clock.now = datetime(2026, 4, 2, 5, tzinfo=UTC)
    assert [each.key for each in blog.plan().of("due") if each.item.act.kind == "issue"] == ["issue/2026-04/files"]
    blog.clock.now = datetime(2026, 4, 9, 8, tzinfo=UTC)
    [missed] = [each for each in blog.plan().of("missed") if each.item.act.kind == "issue"]
    assert "more than the grace of 24 hours; sharekit issue send 2026-04" in missed.reason
    blog.deliver()
    assert blog.letters.sent == []


def test_an_issue_of_one_post_leaves_when_it_is_approved_however_late(blog: Blog) -> None:
    folder = blog.root / "issues"
    folder.mkdir()
    issue = ISSUE.replace("2026-04", "day-1").replace("posts:", "send: 2026-03-01T08:30+01:00\nposts:")
    (folder / "day-1.md").write_text(issue.format(status="approved"))
    blog.clock.now = datetime(2026, 4, 9, 8, tzinfo=UTC)
    blog.deliver()
    assert [key for key, _ in blog.letters.sent] == ["issue/day-1/files"]


def test_what_the_ledger_says_of_each_key(blog: Blog) -> None:
    claim = blog.ledger.claim("share/2026/day-2/x/launch", at=blog.clock(), run="run")
    assert blog.plan().of("busy")[0].reason == "claimed by run"
    blog.ledger.settle(claim.key, Outcome(state="refused", at=blog.clock(), reason="403"), nonce=claim.nonce)
    assert blog.plan().of("refused")[0].reason == "403"
