from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar, cast
from zoneinfo import ZoneInfo

import pytest

from sharekit.cli.doctor import doctor_findings, doctor_json, doctor_lines, doctor_summary
from sharekit.config import Config, IssueSettings, SharesSettings
from sharekit.errors import ChannelPaused, ConfigError, LedgerUnavailable, Refused
from sharekit.model import Finding, Post, Reading, Site
from sharekit.planning import Plan
from sharekit.ports import Account, Lookup
from sharekit.session import open_session
from sharekit.steps import doctor
from sharekit.steps.blog import Blog, folders
from sharekit.testing import MemoryLedger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.errors import SharekitError
    from sharekit.model import Receipt, RenderedIssue, Share
    from sharekit.session import Session

T = TypeVar("T")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


SECRETS = {f"SHAREKIT_X_{name}": "s" for name in ("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_SECRET")}


@dataclass
class FakeNetwork:
    """A channel and a mailer that answer a look-up with what they are given, and count what they are asked."""

    answer: Lookup | SharekitError = field(default_factory=lambda: Lookup(certain=True))
    asked: list[str] = field(default_factory=list)
    limit: int = 500

    def measure(self, text: str) -> int:
        return len(text)

    def post(self, share: Share, key: str) -> Receipt:
        raise AssertionError("the doctor posts nothing")

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        raise AssertionError("the doctor sends nothing")

    def find(self, *arguments: object) -> Lookup:
        self.asked.append(str(arguments[-1]))
        if isinstance(self.answer, Lookup):
            return self.answer
        raise self.answer


@dataclass
class FakeSession:
    """An open blog in which each thing can be missing."""

    root: Path
    config: Config = field(default_factory=lambda: Config(since="2026-01-01", channels={"x": {}}))
    network: FakeNetwork = field(default_factory=FakeNetwork)
    missing: dict[str, SharekitError] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: SECRETS)
    now: datetime = NOW
    url: str = "https://blog.example/"

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))

    @property
    def blog(self) -> Blog:
        post = Post(id="a", url=f"{self.url}a/", title="A", published=NOW, body=str)
        reading = Reading(site=Site(title="x", url=self.url, generator="Hugo 0.168.0"), posts=(post,))
        where = folders(self.root, self.config)
        return self._there("blog", Blog(config=self.config, folders=where, reading=reading))

    @property
    def ledger(self) -> MemoryLedger:
        return self._there("ledger", MemoryLedger())

    def clock(self) -> datetime:
        return self.now

    def plan(self) -> Plan:
        return Plan(acts=(), since=NOW, now=NOW, findings=self.findings)

    def channel(self, name: str) -> FakeNetwork:
        return self._there(f"channel {name}", self.network)

    def mailer(self, name: str) -> FakeNetwork:
        return self._there(f"mailer {name}", self.network)

    def _there(self, name: str, value: T) -> T:
        if name in self.missing:
            raise self.missing[name]
        return value


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    origin, work = tmp_path / "origin.git", tmp_path / "work"
    for command in (
        ["git", "init", "-q", "--bare", str(origin)],
        ["git", "init", "-q", "-b", "main", str(work)],
        ["git", "-C", str(work), "remote", "add", "origin", str(origin)],
    ):
        subprocess.run(command, check=True)
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    commit = ["git", "-C", str(work), *identity, "commit", "-q", "--allow-empty", "-m", "x", "--date", NOW.isoformat()]
    subprocess.run(commit, check=True, env={"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": NOW.isoformat()})
    return work


def examine(session: FakeSession, *, offline: bool = False) -> list[doctor.Check]:
    return doctor.examine(cast("Session", session), offline=offline)


def _states(session: FakeSession, *, offline: bool = False) -> dict[str, str]:
    return {check.name: check.state for check in examine(session, offline=offline)}


def test_a_blog_in_order_is_well_and_was_asked_for_a_share_that_never_was(repository: Path) -> None:
    session = FakeSession(repository)
    report = examine(session)
    assert {check.state for check in report} == {"ok"}
    assert doctor_json(report)["well"]
    assert session.network.asked == ["share/sharekit-doctor/x/launch"]
    assert doctor_lines(report)[-1] == "Everything is in order."
    assert doctor_findings(report) == []
    refs = subprocess.run(["git", "for-each-ref"], cwd=repository.parent / "origin.git", capture_output=True, check=True)
    assert refs.stdout == b"", "a push was asked for and not made"


def test_a_broken_draft_is_named_with_its_line(repository: Path) -> None:
    broken = [Finding("error", "draft", "it is broken", path=f"shares/{n}.md", line=n, hint="Mend it.") for n in (1, 2)]
    found = {check.name: check for check in examine(FakeSession(repository, findings=tuple(broken)))}["drafts"]
    assert (found.state, found.message) == ("fail", "shares/1.md:1: it is broken (and 1 more: sharekit check)")


def test_the_last_line_counts_what_is_to_be_looked_at(repository: Path) -> None:
    subprocess.run(["git", "remote", "remove", "origin"], cwd=repository, check=True)
    report = examine(FakeSession(repository))
    assert doctor_json(report)["well"]
    assert doctor_lines(report)[-1] == "Ready to deliver, with 1 warning."


def test_a_mailer_is_asked_for_an_issue_that_never_was(repository: Path) -> None:
    session = FakeSession(repository, config=Config(since="2026-01-01", issue=IssueSettings(mailer="mailchimp")))
    assert examine(session)
    assert session.network.asked == ["issue/sharekit-doctor/mailchimp"]


def test_offline_asks_nobody(repository: Path) -> None:
    session = FakeSession(repository)
    assert set(_states(session, offline=True).values()) == {"ok"}
    assert session.network.asked == []
    assert "push" not in _states(session, offline=True)


@pytest.mark.parametrize("name", ["blog", "ledger", "channel x", "mailer files"])
def test_what_is_missing_is_told_with_its_hint_and_hides_nothing_else(repository: Path, name: str) -> None:
    session = FakeSession(repository, missing={name: LedgerUnavailable("it is not there", hint="put it there")})
    report = examine(session)
    assert [check.name for check in report if check.state == "fail"] == [name]
    assert not doctor_json(report)["well"]
    assert any("put it there" in line for line in doctor_lines(report))
    assert doctor_lines(report)[-1] == "1 check failed."
    assert [finding.level for finding in doctor_findings(report)] == ["error"]
    assert doctor_json(report)["well"] is False


def test_one_entry_of_the_ledger_is_counted_in_the_singular(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = MemoryLedger()
    ledger.claim("share/a/x/launch", at=NOW, run="run")
    monkeypatch.setattr(FakeSession, "ledger", ledger)
    report = examine(FakeSession(repository), offline=True)
    assert any(line.endswith("1 entry on the branch sharekit-ledger") for line in doctor_lines(report))


def test_every_variable_that_an_account_lacks_is_named_at_once(repository: Path) -> None:
    config = Config(since="2026-01-01", channels={"zweit": {"kind": "x"}})
    environment = {**SECRETS, "SHAREKIT_ZWEIT_API_KEY": "s"}
    report = examine(FakeSession(repository, config=config, environment=environment))
    check = next(check for check in report if check.name == "channel zweit")
    assert check.state == "fail"
    assert "SHAREKIT_ZWEIT_API_SECRET, SHAREKIT_ZWEIT_ACCESS_TOKEN, SHAREKIT_ZWEIT_ACCESS_SECRET" in check.message
    assert "API_KEY" not in check.message
    assert check.hint == "Where to get it: sharekit help x"


def test_shares_that_are_switched_off_are_no_warning(repository: Path) -> None:
    config = Config(since="2026-01-01", shares=SharesSettings(enabled=False), channels={"x": {}})
    assert _states(FakeSession(repository, config=config), offline=True)["channels"] == "ok"


def test_an_old_key_is_a_warning(repository: Path) -> None:
    config = Config(since="2026-01-01", shares=SharesSettings(grace="24h"), channels={"x": {}})
    assert _states(FakeSession(repository, config=config))["configuration"] == "warn"


def test_a_refused_key_fails_and_a_silent_network_does_not(repository: Path) -> None:
    assert _states(FakeSession(repository, network=FakeNetwork(answer=Refused("401"))))["channel x"] == "fail"
    assert _states(FakeSession(repository, network=FakeNetwork(answer=Lookup())))["channel x"] == "ok"


@dataclass
class Known(FakeNetwork):
    """A network that tells about the account."""

    profile: Account | SharekitError = field(default_factory=Account)

    def account(self) -> Account:
        if isinstance(self.profile, Account):
            return self.profile
        raise self.profile


@pytest.mark.parametrize(
    ("ends", "state"),
    [(None, "ok"), (timedelta(days=14), "ok"), (timedelta(days=13, hours=23), "warn"), (timedelta(-1), "warn")],
)
def test_a_token_is_warned_of_a_fortnight_before_it_ends(repository: Path, ends: timedelta | None, state: str) -> None:
    profile = Account(name="@blog", ends=NOW + ends if ends else None, facts=("the plan reads posts",))
    report = examine(FakeSession(repository, network=Known(profile=profile)))
    check = next(check for check in report if check.name == "channel x")
    assert check.state == state
    assert check.message.splitlines()[:2] == ["reachable as @blog", "the plan reads posts"]
    assert ("the token expires on" in check.message) is bool(ends)
    if state == "warn":
        assert check.hint == "Renew SHAREKIT_X_API_KEY: sharekit help x#token"
        assert any("sharekit help x#token" in line for line in doctor_lines(report))


def test_what_a_provider_warns_of_is_told_with_the_page_to_visit(repository: Path) -> None:
    profile = Account(
        name="Le Blog", warnings=(("its free plan cannot schedule", "Leave out --at: sharekit help mailchimp"),)
    )
    config = Config(since="2026-01-01", issue=IssueSettings(mailer="mailchimp"))
    report = examine(FakeSession(repository, config=config, network=Known(profile=profile)))
    check = next(check for check in report if check.name == "mailer mailchimp")
    assert (check.state, check.hint) == ("warn", "Leave out --at: sharekit help mailchimp")
    assert check.message == "reachable as Le Blog\nits free plan cannot schedule"
    assert doctor_json(report)["well"]


def test_an_account_that_is_locked_fails_with_the_page_to_visit(repository: Path) -> None:
    network = Known(profile=ChannelPaused("the token may not write", hint="sharekit help x#permissions"))
    check = next(check for check in examine(FakeSession(repository, network=network)) if check.name == "channel x")
    assert (check.state, check.hint) == ("fail", "sharekit help x#permissions")


def test_a_wrong_configuration_is_all_there_is_to_say(repository: Path) -> None:
    class Broken(FakeSession):
        @property
        def config(self) -> Config:
            raise ConfigError("unknown key", hint="correct it")

        @config.setter
        def config(self, value: Config) -> None: ...

    assert [check.name for check in examine(Broken(repository))] == ["configuration"]


def test_without_a_channel_it_says_that_nothing_is_shared_and_how_to_add_one(repository: Path) -> None:
    session = FakeSession(repository, config=Config(since="2026-01-01"))
    reported = next(check for check in examine(session) if check.name == "channels")
    assert reported.state == "warn"
    assert reported.message == "no shares: no channel is configured; add one to sharekit.toml, such as [channels.mastodon]"


def test_a_clock_behind_the_newest_commit_is_told(repository: Path) -> None:
    assert _states(FakeSession(repository, now=NOW - timedelta(days=2)))["time"] == "fail"
    assert _states(FakeSession(repository, zone=ZoneInfo("UTC")))["time"] == "warn"


def test_without_since_without_an_address_and_without_a_remote(tmp_path: Path) -> None:
    session = FakeSession(tmp_path, config=Config(channels={"x": {}}), url="/")
    states = _states(session)
    assert (states["configuration"], states["blog"], states["push"]) == ("warn", "fail", "warn")


def test_a_remote_that_cannot_be_reached_fails(repository: Path) -> None:
    (repository.parent / "origin.git").rename(repository.parent / "gone.git")
    assert _states(FakeSession(repository))["push"] == "fail"


def test_what_the_plan_objects_to_fails(repository: Path) -> None:
    finding = Finding(level="error", rule="clock-behind", message="the ledger is of tomorrow | ::error::", hint="look")
    report = examine(FakeSession(repository, findings=(finding,)))
    assert report[-1].state == "fail"
    assert "tomorrow &#124; &#58;&#58;error" in doctor_summary(report)


def test_an_address_that_stands_for_none_fails(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_config.yml").write_text("title: No address\n")
    (tmp_path / "_posts/2024-01-02-a.md").write_text("---\ntitle: A\n---\n")
    checks = {check.name: check.state for check in doctor.examine(open_session(tmp_path, now=NOW), offline=True)}
    assert checks["blog"] == "fail"
