"""``doctor``: whether everything that a delivery needs is there and answers. It looks, and changes nothing.

A channel is asked with the port's own :meth:`~sharekit.ports.Channel.find`, for a share that never was: a read that
needs the same credentials. A mailer likewise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sharekit.errors import SharekitError
from sharekit.git import Git, GitFailed, GitUnavailable, ask_git, push_error
from sharekit.keys import issue_key
from sharekit.model import Card, Share

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Protocol
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.ports import Channel, Ledger, Lookup, Mailer
    from sharekit.steps.blog import Blog
    from sharekit.steps.plan import Plan

    class Desk(Protocol):
        """What is examined; each part is opened when it is first asked for, and may raise what it raises."""

        @property
        def root(self) -> Path: ...

        @property
        def config(self) -> Config: ...

        @property
        def blog(self) -> Blog: ...

        @property
        def zone(self) -> ZoneInfo: ...

        @property
        def ledger(self) -> Ledger: ...

        def clock(self) -> datetime: ...

        def plan(self) -> Plan: ...

        def channel(self, name: str) -> Channel: ...

        def mailer(self, name: str) -> Mailer: ...


State = Literal["ok", "warn", "fail"]
# A commit of the future is one of a wrong clock, here or there.
SKEW = timedelta(minutes=10)
PROBE = "sharekit-doctor"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at. ``message`` says what was seen, ``hint`` what to do where it is not ``ok``."""

    name: str
    state: State
    message: str
    hint: str | None = None


@dataclass
class Report:
    """What was seen, in the order in which it was looked at."""

    checks: list[Check] = field(default_factory=list)
    plan: Plan | None = None

    @property
    def well(self) -> bool:
        """Whether nothing failed."""
        return all(check.state != "fail" for check in self.checks)

    def look(self, name: str, seen: Callable[[], Check | str]) -> None:
        """Note what was seen, or the failure with its own hint: one that fails never hides the others."""
        try:
            found = seen()
        except SharekitError as error:
            found = Check(name=name, state="fail", message=str(error), hint=error.hint)
        self.checks.append(Check(name=name, state="ok", message=found) if isinstance(found, str) else found)


def examine(desk: Desk, *, offline: bool = False) -> Report:
    """Look at everything. ``offline`` asks no network: credentials are then present, not proved."""
    report = Report()
    report.look("configuration", lambda: _configuration(desk))
    if not report.well:
        return report
    config = desk.config
    report.look("blog", lambda: _blog(desk))
    report.look("time", lambda: _time(desk))
    report.look("ledger", lambda: _ledger(desk))
    if not offline:
        report.look("push", lambda: _push(desk))
    if not config.channels:
        report.look("channels", _no_channel)
    for name in config.channels:
        report.look(f"channel {name}", lambda name=name: _channel(desk, name, offline=offline))  # type: ignore[misc]
    report.look(f"mailer {config.issue.mailer}", lambda: _mailer(desk, config.issue.mailer, offline=offline))
    report.look("drafts", lambda: _drafts(desk, report))
    return report


def _configuration(desk: Desk) -> Check | str:
    config = desk.config
    if config.since is None:
        return Check(
            name="configuration",
            state="warn",
            message="`since` is not set, so nothing goes out",
            hint="Run sharekit init, or sharekit ledger seed.",
        )
    return f"since {config.since}"


def _blog(desk: Desk) -> Check | str:
    reading = desk.blog.reading
    seen = f"{reading.site.generator}, {reading.site.language}, {len(reading.posts)} posts, {len(desk.blog.series)} series"
    if not reading.posts:
        return Check(name="blog", state="warn", message=seen, hint="No post is published; see [source] in sharekit.toml.")
    if not reading.site.url.startswith(("http://", "https://")):
        return Check(name="blog", state="fail", message=f"{seen}, no address", hint='Set [site] url = "https://…"')
    return f"{seen}, {reading.site.url}"


def _time(desk: Desk) -> Check | str:
    now = desk.clock()
    seen = f"{now.astimezone(desk.zone):%a %d %b %Y %H:%M} in {desk.zone.key}"
    if desk.config.timezone is None and desk.zone.key == "UTC":
        return Check(name="time", state="warn", message=seen, hint='Set timezone = "Europe/Paris", or where you live.')
    latest = _latest_commit(desk.root)
    if latest and latest > now + SKEW:
        message = f"{seen}, and the newest commit is of {latest.astimezone(desk.zone):%d %b %Y %H:%M}"
        return Check(name="time", state="fail", message=message, hint="One of the two clocks is wrong. Set this one.")
    return seen


def _ledger(desk: Desk) -> Check | str:
    entries = list(desk.ledger.entries())
    place = "in the database" if desk.config.ledger.url else f"on the branch {desk.config.ledger.branch}"
    unclear = sum(entry.state == "unknown" for entry in entries)
    if unclear:
        message = f"{len(entries)} entries {place}, {unclear} of which nobody knows the outcome"
        return Check(name="ledger", state="warn", message=message, hint="sharekit plan says which, and how to settle them.")
    return f"{len(entries)} entries {place}"


def _push(desk: Desk) -> Check | str:
    """Whether a push of the ledger's branch would be let in. A server's rules are only asked by a real push."""
    settings = desk.config.ledger
    if settings.url:
        return "not needed: the ledger is a database"
    if ask_git(desk.root, "remote", "get-url", settings.remote) is None:
        return Check(
            name="push",
            state="warn",
            message=f'there is no remote "{settings.remote}": the ledger stays on this machine',
            hint="A CI has to share it: git remote add origin URL",
        )
    try:
        Git(desk.root)("push", "--dry-run", "--no-verify", settings.remote, f"HEAD:refs/heads/{PROBE}")
    except (GitFailed, GitUnavailable) as error:
        message, hint = push_error(error.said if isinstance(error, GitFailed) else str(error))
        return Check(name="push", state="fail", message=f"{settings.remote} would not take a push: {message}", hint=hint)
    return f"{settings.remote} takes a push"


def _no_channel() -> Check:
    return Check(
        name="channels",
        state="warn",
        message="no network is configured: a delivery writes the shares to files, and they count as out",
        hint="Before the first delivery, add one to sharekit.toml, such as [channels.mastodon].",
    )


def _channel(desk: Desk, name: str, *, offline: bool) -> Check | str:
    channel = desk.channel(name)
    if offline:
        return "credentials present, not tried"
    now = desk.clock()
    card = Card(url="https://sharekit.invalid/doctor", title=PROBE)
    share = Share(post_id=PROBE, channel=name, slot="launch", text=PROBE, language="en", card=card, created=now)
    return _answered(channel.find(share, share.key))


def _mailer(desk: Desk, name: str, *, offline: bool) -> Check | str:
    mailer = desk.mailer(name)
    if name == "files":
        return "written to files, nothing leaves"
    if offline:
        return "credentials present, not tried"
    return _answered(mailer.find(issue_key(PROBE, name)))


def _answered(lookup: Lookup) -> str:
    if lookup.certain or lookup.receipt:
        return "answers"
    return "credentials present; it tells nothing about them without sending"


def _drafts(desk: Desk, report: Report) -> Check | str:
    plan = report.plan = desk.plan()
    wrong = next((finding for finding in plan.findings if finding.level == "error"), None)
    if wrong:
        return Check(name="drafts", state="fail", message=wrong.message, hint=wrong.hint)
    ahead = plan.of("due", "next")
    if not ahead:
        return f"{len(plan.planned)} acts drafted, none to come"
    first = ahead[0].item.act
    moment = f"{first.at.astimezone(desk.zone):%a %d %b %Y %H:%M}"
    return f"{len(plan.of('due'))} due, {len(plan.of('next'))} to come; first: {first.target}, {first.title}, {moment}"


def _latest_commit(root: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(ask_git(root, "log", "-1", "--format=%cI") or "")
    except ValueError:
        return None
