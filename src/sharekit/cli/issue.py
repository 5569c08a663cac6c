"""``sharekit issue``."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import click

from sharekit.cli.app import FORMAT, IN, NOW, Call, Moment, aware, on_blog
from sharekit.errors import ConfigError, DraftError
from sharekit.report.output import fields, json_text
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from typing import Any

    import sqlalchemy as sa

    from sharekit.list.mailing import Mailing
    from sharekit.list.sender import Progress
    from sharekit.model import Act
    from sharekit.session import Session
    from sharekit.steps.deliver import Delivered

EXIT_CODES = {"delivered": 0, "waiting": 0, "unknown": 5}
# What a person can do about the recipients in each state.
TO_DO = {
    "queued": "sharekit deliver --only issue   sends to them",
    "held": "sharekit issue report {id} --resend-held   or   --held-as-sent, once you have checked the server's log",
    "failed": "sharekit issue report {id} --list failed   names them; sharekit issue send {id} --failed   tries again",
}
ISSUE = click.argument("issue_id", metavar="[ISSUE]", required=False)


@click.group("issue")
def command() -> None:
    """The editions of your newsletter: files in issues/, proposed by sharekit and written by you."""


@command.command("new", epilog='Example: sharekit issue new --series "Kubecon Europe 2022"')
@click.option("--post", "posts", multiple=True, metavar="POST", help="Its id, address, title or file; repeatable, in order.")
@click.option("--series", metavar="NAME", help="All parts of a series, in order.")
@click.option("--id", "name", metavar="ID", help="The issue's id and file name.  [default: from the mode or its first post]")
@click.option("--again", is_flag=True, help="Also take posts that are already in another issue.")
@on_blog(NOW)
def new(call: Call, posts: tuple[str, ...], series: str | None, name: str | None, again: bool) -> None:
    """Write issues/<id>.md with subject, preheader and posts, for you to introduce. Your own text is never replaced.

    Without --post and --series it takes the posts that are in no issue yet.
    """
    from sharekit.steps.issue import new_issue

    click.echo(new_issue(call.session().blog, posts=posts, series=series, name=name, again=again))
    call.narrate("Write the introduction below its front matter, set status: approved, and run: sharekit build")


@command.command("lint", epilog="Example: sharekit issue lint --id 2026-05 --format github")
@click.option("--id", "names", multiple=True, metavar="ID", help="Only this issue; repeatable.")
@on_blog(NOW, FORMAT)
def lint(call: Call, names: tuple[str, ...]) -> None:
    """Check every issue that is not skipped: size, links, pictures, contrast, and what each mail client can show.

    The mail clients are those of [issue] clients; the data is from Can I email. Exits with 3 on an error.
    """
    from sharekit.report.output import annotate, findings_lines
    from sharekit.steps.issue import issue_findings

    findings = issue_findings(call.session().blog, names)
    lines = annotate(findings) if call.form == "github" else findings_lines(findings) or ["No problems found."]
    call.emit([fields(each, "level rule message path hint") for each in findings], lines)
    if any(each.level == "error" for each in findings):
        sys.exit(DraftError.exit_code)


@command.command("test", epilog="Example: sharekit issue test --to you@blog.example")
@ISSUE
@click.option("--to", "addresses", multiple=True, required=True, metavar="ADDRESS", help="A recipient; repeatable.")
@on_blog(NOW, place=IN)
def test(call: Call, issue_id: str | None, addresses: tuple[str, ...]) -> None:
    """Send ISSUE to these addresses only, as subscribers would get it.

    Without ISSUE it is the one that has not been sent. At a provider this creates the draft that is sent later.
    """
    from sharekit.steps.deliver import list_mailer, pick

    session = call.session()
    act, issue = pick(session.plan_without_ledger()[0], issue_id)
    # Nothing is claimed: tests may be repeated.
    said = list_mailer(session, act.target).test(session.rendered(issue), act.key, addresses)
    click.echo(f"tested  {act.slot}  {act.target}  {', '.join(addresses)}  ({said})")


@command.command("send", epilog="Example: sharekit issue send 2026-12 --at 2026-12-01T08:00+01:00")
@ISSUE
@click.option(
    "--at", type=Moment(), help="Schedule it with the provider for this time (ISO 8601), by default in the blog's zone."
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; needed where there is no terminal.")
@click.option("--force", is_flag=True, help="Send it although it has errors (sharekit issue lint).")
@click.option("--failed", is_flag=True, help="Over SMTP: only to those that failed, once the cause is gone.")
@on_blog(NOW, FORMAT, place=IN)
def send(call: Call, issue_id: str | None, at: datetime | None, yes: bool, force: bool, failed: bool) -> None:
    """Send ISSUE to all subscribers, once. It is claimed in the ledger before it is sent and settled after.

    Without ISSUE it is the one that has not been sent. You are asked to confirm, with the number of subscribers.
    """
    from sharekit.list import mailing as mailings
    from sharekit.outbox import settle
    from sharekit.report.acts import delivered_line
    from sharekit.steps.deliver import Deliver, check_moment, list_mailer, pick

    session = call.session()
    if failed and at:
        raise click.UsageError("--failed and --at exclude each other.")
    if at is not None:
        at = aware(at, session.zone)
        check_moment(at, now=session.clock(), late=session.config.shares.late)
    if failed:
        engine, mailing = _mailing(session, issue_id)
        if not (count := mailings.failed(engine, mailing)):
            raise ConfigError(f"nobody who is still subscribed failed to get {mailing.issue_id}")
        act, _ = pick(session.plan(), mailing.issue_id)
    else:
        act, _ = pick(session.plan(), issue_id)
        run = Deliver(session, at_once=act.key, at=at, force=force)
        run.requested()
        count = list_mailer(session, act.target).subscribers()
    if not yes:
        _confirm(act, count, at, session)
    if failed:
        # Back into the queue, and the key with them, so that it can be claimed.
        mailings.send_again(engine, mailing, "failed")
        if session.ledger.get(mailing.key):
            settle(session.ledger, mailing.key, delivered=None, release=True, at=session.clock(), run=session.run)
        run = Deliver(session, at_once=act.key, force=True)
    with watched(session.mailer(act.target), call.form, quiet=call.quiet):
        [done] = run.run()
    if call.form == "json":
        click.echo(_result_json(done, count))
    else:
        click.echo(delivered_line(done, session.zone))
        for name, value in (done.result.receipt.detail if done.result.receipt else {}).items():
            click.echo(f"       {name}: {value}")
    sys.exit(EXIT_CODES.get(done.result.state, 1))


def _confirm(act: Act, count: int, at: datetime | None, session: Session) -> None:
    when = f" on {at.astimezone(session.zone):%a %d %b %Y at %H:%M %Z}" if at else ""
    question = f'Send "{act.title}" to {counted(count, "subscriber")} through {act.target}{when}?'
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} There is no terminal to ask on; --yes confirms it.")
    click.confirm(question, abort=True, err=True)


def _result_json(done: Delivered, count: int) -> str:
    """One line, as the events of progress before it are."""
    act, result, receipt = done.act, done.result, done.result.receipt
    # "readers" is "subscribers" by its older name.
    value = {"event": "result", "key": act.key, "state": result.state, "subscribers": count, "readers": count}
    value |= fields(result, "reason retry_at") | {"hint": result.hint or None}
    value |= fields(receipt, "id url detail") if receipt else {"id": None, "url": None, "detail": {}}
    return json_text(value, indent=-1)


@command.command("report", epilog="Example: sharekit issue report 2026-12 --list held")
@ISSUE
@click.option("--list", "state", metavar="STATE", help="List the recipients in this state, one per line.")
@click.option("--resend-held", "resend", is_flag=True, help="Send again where the outcome is unknown; some get it twice.")
@click.option("--held-as-sent", "as_sent", is_flag=True, help="Count those whose outcome is unknown as sent.")
@on_blog(NOW, FORMAT, place=IN)
def report(call: Call, issue_id: str | None, state: str | None, resend: bool, as_sent: bool) -> None:
    """Report on ISSUE, sent over SMTP: how many have it, who does not and why, and what to do about each."""
    from sharekit.list import mailing as mailings

    if resend and as_sent:
        raise click.UsageError("--resend-held and --held-as-sent exclude each other.")
    engine, mailing = _mailing(call.session(), issue_id)
    if state:
        for address, why in mailings.addresses(engine, mailing, state):
            click.echo(f"{address}\t{why}" if why else address)
    elif resend or as_sent:
        count = mailings.send_again(engine, mailing, "held") if resend else mailings.take_as_sent(engine, mailing)
        click.echo(f"{count} {'will be sent again' if resend else 'count as sent'}")
        if resend and count:
            click.echo(f"Next: sharekit ledger settle '{mailing.key}' --release && sharekit deliver --only issue")
    else:
        counts, causes = mailings.counts(engine, mailing), mailings.causes(engine, mailing)
        value = fields(mailing, "key recipients audience") | {"counts": counts}
        value["causes"] = [dict(zip(("state", "code", "said", "count"), each, strict=True)) for each in causes]
        call.emit(value, _report_lines(mailing, counts, causes))


def _mailing(session: Session, issue_id: str | None) -> tuple[sa.Engine, Mailing]:
    from sharekit.cli.list import open_list
    from sharekit.list import mailing as mailings

    engine = open_list(session)
    key = f"issue/{issue_id}/{session.config.issue.mailer}" if issue_id else None
    found = mailings.find_mailing(engine, key)
    if found is None:
        hint = "For an issue sent through a provider, see the URL in its receipt."
        raise ConfigError(f"{key} was never sent over SMTP" if key else "no issue has been sent over SMTP yet", hint=hint)
    return engine, found


def _report_lines(mailing: Mailing, counts: dict[str, int], causes: Sequence[sa.Row[Any]]) -> Iterator[str]:
    end = f"finished {mailing.done_at}" if mailing.done_at else "not finished"
    yield f"{mailing.key}: {mailing.recipients} recipients, started {mailing.began_at}, {end}"
    for state, count in counts.items():
        if not count:
            continue
        yield f"  {state:8} {count}"
        for cause in causes:
            if cause.state == state:
                yield f"           {cause.recipients} × {f'{cause.code} ' if cause.code else ''}{cause.said}"
        if state in TO_DO:
            yield f"           → {TO_DO[state].format(id=mailing.issue_id)}"


# --- progress: a bar on a terminal, a line every ten seconds elsewhere, events with --format json ------------------------

# Seconds between two plain lines, and between two events.
LINE, EVENT = 10.0, 1.0


@runtime_checkable
class Watchable(Protocol):
    """A mailer that reports its progress."""

    watch: Callable[[Progress], None]


@contextmanager
def watched(mailer: object, form: str, *, quiet: bool) -> Iterator[None]:
    """Show the progress of a mailer that reports it, while the block runs."""
    if not isinstance(mailer, Watchable) or (quiet and form != "json"):
        yield
    elif form != "json" and sys.stderr.isatty():
        with click.progressbar(length=0, file=sys.stderr, show_pos=True, item_show_func=lambda rate: rate) as bar:

            def show(progress: Progress) -> None:
                bar.length = progress.total
                bar.update(progress.done - bar.pos, f"{progress.rate:.0f}/s")

            mailer.watch = show
            yield
    else:
        mailer.watch = _at_most_every(*((EVENT, _event) if form == "json" else (LINE, _line)))
        yield


def _at_most_every(seconds: float, show: Callable[[Progress], None]) -> Callable[[Progress], None]:
    last = [time.monotonic(), -1.0]

    def watch(progress: Progress) -> None:
        now = time.monotonic()
        ended = progress.done >= progress.total
        if progress.done != last[1] and (now - last[0] >= seconds or ended):
            last[:] = [now, progress.done]
            show(progress)

    return watch


def _line(progress: Progress) -> None:
    left = (progress.total - progress.done) / progress.rate if progress.rate else 0
    click.echo(f"{progress.done} of {progress.total}, {progress.rate:.0f}/s, about {left:.0f} s left", err=True)


def _event(progress: Progress) -> None:
    event = {"event": "progress", "done": progress.done, "total": progress.total, "rate": round(progress.rate, 1)}
    click.echo(json_text(event | dict(progress.counts), indent=-1))
