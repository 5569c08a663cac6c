"""``doctor``: whether everything that a delivery needs is configured and reachable. It changes nothing.

Channels and mailers are queried with the port's own :meth:`~sharekit.ports.Channel.find` for a share that does not exist: a
read that needs the same credentials.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from sharekit.config import notes
from sharekit.errors import SharekitError
from sharekit.git import Git, GitFailed, GitUnavailable, git_output, push_error
from sharekit.ledgers.records import SKEW
from sharekit.model import NO_ADDRESS, Card, Share, issue_key
from sharekit.ports import SOON, AccountReader, SettingsChecker
from sharekit.registry import channel_names, credentials, kind_of, no_shares
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sharekit.ports import Account, Credential, Lookup
    from sharekit.session import Session

State = Literal["ok", "warn", "fail"]
PROBE = "sharekit-doctor"


class Check(NamedTuple):
    """One thing that was checked. ``message`` says what was found, ``hint`` what to do where it is not ``ok``."""

    name: str
    state: State
    message: str
    hint: str | None = None


# What a check finds: a message where all is well, else its state, its message, and what to do.
Found = str | tuple[State, str, str | None]


def examine(session: Session, *, offline: bool = False) -> list[Check]:
    """Check everything. ``offline`` contacts no provider: credentials must exist, and are not tried."""
    checks: list[Check] = []

    def check(name: str, find: Callable[[], Found]) -> None:
        """Record what was found, or the failure and its hint; one failure never hides the others."""
        try:
            found = find()
        except SharekitError as error:
            found = "fail", str(error), error.hint
        checks.append(Check(name, "ok", found) if isinstance(found, str) else Check(name, *found))

    check("configuration", lambda: _configuration(session))
    if checks[0].state == "fail":
        return checks
    config = session.config
    check("blog", lambda: _blog(session))
    check("time", lambda: _time(session))
    check("ledger", lambda: _ledger(session))
    if not offline:
        check("push", lambda: _push(session))
    if reason := no_shares(config):
        check(
            "channels",
            lambda: ("ok" if config.channels or not config.shares.enabled else "warn", f"no shares: {reason}", None),
        )
    for name in channel_names(config):
        check(f"channel {name}", partial(_channel, session, name, offline=offline))
    check(f"mailer {config.issue.mailer}", lambda: _mailer(session, config.issue.mailer, offline=offline))
    check("drafts", lambda: _drafts(session))
    return checks


def _configuration(session: Session) -> Found:
    config = session.config
    if config.since is None:
        return "warn", "`since` is not set, so nothing goes out", "Run sharekit init, or sharekit ledger seed."
    if old := notes(config):
        return "warn", old[0].message, old[0].hint
    return f"since {config.since}"


def _blog(session: Session) -> Found:
    reading, series = session.blog.reading, session.blog.series
    posts = counted(len(reading.posts), "post")
    seen = f"{reading.site.generator}, {reading.site.language}, {posts}, {len(series)} series"
    if not reading.posts:
        hint = "No post is published; see [source] in sharekit.toml."
        return "warn", seen, hint
    unknown = any(finding.rule == NO_ADDRESS for finding in reading.findings)
    if unknown or not reading.site.url.startswith(("http://", "https://")):
        return "fail", f"{seen}, no address", 'Set [site] url = "https://…"'
    return f"{seen}, {reading.site.url}"


def _time(session: Session) -> Found:
    now = session.clock()
    seen = f"{now.astimezone(session.zone):%a %d %b %Y %H:%M} in {session.zone.key}"
    if session.config.timezone is None and session.zone.key == "UTC":
        return "warn", seen, 'Set timezone = "Europe/Paris", or your own.'
    latest = _latest_commit(session.root)
    if latest and latest > now + SKEW:
        message = f"{seen}, and the newest commit is from {latest.astimezone(session.zone):%d %b %Y %H:%M}"
        return "fail", message, "One of the two clocks is wrong. Set this one."
    return seen


def _ledger(session: Session) -> Found:
    entries = list(session.ledger.entries())
    place = "in the database" if session.config.ledger.url else f"on the branch {session.config.ledger.branch}"
    kept = f"{counted(len(entries), 'entry', 'entries')} {place}"
    unclear = sum(entry.state == "unknown" for entry in entries)
    if unclear:
        return "warn", f"{kept}, {unclear} with an unknown outcome", "sharekit plan names them and how to settle them."
    return kept


def _push(session: Session) -> Found:
    """Whether a push of the ledger's branch would be accepted. Only a real push runs the server's own rules."""
    settings = session.config.ledger
    if settings.url:
        return "not needed: the ledger is a database"
    if git_output(session.root, "remote", "get-url", settings.remote) is None:
        message = f'there is no remote "{settings.remote}": the ledger stays on this machine'
        return "warn", message, "CI needs a shared one: git remote add origin URL"
    try:
        Git(session.root)("push", "--dry-run", "--no-verify", settings.remote, f"HEAD:refs/heads/{PROBE}")
    except (GitFailed, GitUnavailable) as error:
        message, hint = push_error(error.said if isinstance(error, GitFailed) else str(error))
        return "fail", f"{settings.remote} would reject a push: {message}", hint
    return f"{settings.remote} accepts a push"


def _channel(session: Session, name: str, *, offline: bool) -> Found:
    config = session.config
    needed = credentials("channels", name, config.channels[name])
    unset = [variable for variable in needed if not session.environment.get(variable, "").strip()]
    if unset:
        message = f"not set: {', '.join(unset)}; to allow {needed[unset[0]].scope}"
        return "fail", message, f"Where to get it: {needed[unset[0]].page}"
    channel = session.channel(name)
    if offline:
        return "credentials present, not checked"
    now = session.clock()
    account = channel.account() if isinstance(channel, AccountReader) else None
    card = Card(url="https://sharekit.invalid/doctor", title=PROBE)
    share = Share(post_id=PROBE, channel=name, slot="launch", text=PROBE, language="en", card=card, created=now)
    found = channel.find(share, share.key)
    return _reachable(account, found, needed, now)


def _mailer(session: Session, name: str, *, offline: bool) -> Found:
    mailer = session.mailer(name)
    if kind_of("mailers", name, session.config) == "files":
        return "writes files; nothing is sent"
    if isinstance(mailer, SettingsChecker):
        mailer.check_settings()
    if offline:
        return "credentials present, not checked"
    account = mailer.account() if isinstance(mailer, AccountReader) else None
    needed = credentials("mailers", name, session.config.mailers.get(name, {}))
    return _reachable(account, mailer.find(issue_key(PROBE, name)), needed, session.clock())


def _reachable(account: Account | None, found: Lookup, needed: Mapping[str, Credential], now: datetime) -> Found:
    """What was learnt of an account, in a line each; a warning where something of it will soon be in the way."""
    if account is None:
        reachable = found.certain or found.receipt
        return "reachable" if reachable else "credentials present; they cannot be checked without sending"
    lines = [f"reachable as {account.name}" if account.name else "reachable", *account.facts]
    warnings = list(account.warnings)
    if account.ends:
        ends = f"the token expires on {account.ends:%d %b %Y}"
        if account.ends - now < SOON:
            variable, credential = next(iter(needed.items()))
            warnings.append((ends, f"Renew {variable}: {credential.page}#token"))
        else:
            lines.append(ends)
    if not warnings:
        return "\n".join(lines)
    message = "\n".join([*lines, *(message for message, _ in warnings)])
    return "warn", message, "\n".join(hint for _, hint in warnings)


def _drafts(session: Session) -> Found:
    plan = session.plan()
    wrong = [finding for finding in plan.findings if finding.level == "error"]
    if wrong:
        place = "".join(f"{part}:" for part in (wrong[0].path, wrong[0].line) if part is not None)
        more = f" (and {len(wrong) - 1} more: sharekit check)" if wrong[1:] else ""
        return "fail", f"{place} {wrong[0].message}{more}".strip(), wrong[0].hint
    ahead = plan.of("due", "scheduled")
    if not ahead:
        return f"{counted(len(plan.acts), 'act')} drafted, none upcoming"
    first = ahead[0]
    moment = f"{first.at.astimezone(session.zone):%a %d %b %Y %H:%M}"
    return f"{len(plan.of('due'))} due, {len(plan.of('scheduled'))} to come; first: {first.target}, {first.title}, {moment}"


def _latest_commit(root: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(git_output(root, "log", "-1", "--format=%cI") or "")
    except ValueError:
        return None
