"""``sharekit issue send``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.blog import open_session
from sharekit.cli.issue_options import issue_folder
from sharekit.cli.options import Moment, format_option, now_option, quiet_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sharekit.model import Act
    from sharekit.outbox.outbox import Result
    from sharekit.session import Session

EXIT_CODES = {"delivered": 0, "unknown": 5}


@click.command("send", epilog="Example: sharekit issue send 2026-12 --at 2026-12-01T08:00+01:00")
@click.option("--at", type=Moment(), help="Leave it with the provider until then (ISO 8601).")
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--force", is_flag=True, help="Send it although it has errors (sharekit issue lint).")
@issue_folder
@now_option
@format_option
@quiet_option
def command(
    issue_id: str | None,
    at: datetime | None,
    yes: bool,
    force: bool,
    folder: Path,
    config_path: Path | None,
    now: datetime | None,
    form: str,
    quiet: bool,
) -> None:
    """Send ISSUE to all subscribers, once: claimed in the ledger before, settled after.

    Without ISSUE it is the one that is not out. You are asked first, with the number of subscribers.
    """
    from sharekit.outbox.outbox import Outbox
    from sharekit.steps.issue_now import check_moment, check_open, pick, subscribers
    from sharekit.steps.issue_now import send as send_issue

    session = open_session(folder, config_path, now=now)
    act = pick(session.plan(), issue_id)
    check_open(act, force=force)
    if at is not None:
        check_moment(at, now=session.clock(), late=session.config.shares.late)
    count = subscribers(act, session)
    if not yes:
        _ask(act, count, at, session)
    outbox = Outbox(session.ledger, run=session.run, clock=session.clock, over=session.over)
    with _watched(session, act, form, quiet=quiet):
        result = send_issue(act, at, outbox=outbox, session=session)
    _tell(act, result, count, form, session)
    sys.exit(EXIT_CODES.get(result.state, 0 if result.state == "waiting" else 1))


def _ask(act: Act, count: int, at: datetime | None, session: Session) -> None:
    when = f" on {at.astimezone(session.zone):%a %d %b %Y at %H:%M %Z}" if at else ""
    question = f'Send "{act.title}" to {count} subscriber{"" if count == 1 else "s"} through {act.target}{when}?'
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} Nobody is there to answer: --yes says so.")
    click.confirm(question, abort=True, err=True)


def _watched(session: Session, act: Act, form: str, *, quiet: bool) -> Any:
    from sharekit.cli.progress import watched

    return watched(session.mailer(act.target), form, quiet=quiet)


def _tell(act: Act, result: Result, count: int, form: str, session: Session) -> None:
    receipt = result.receipt
    detail = dict(receipt.detail) if receipt else {}
    if form == "json":
        told = {"key": act.key, "state": result.state, "subscribers": count, "readers": count, "reason": result.reason}
        told |= {"hint": result.hint or None}
        told |= {"id": receipt.id if receipt else None, "url": receipt.url if receipt else None, "detail": detail}
        told["retry_at"] = result.retry_at.isoformat() if result.retry_at else None
        click.echo(json.dumps({"event": "result", **told}, ensure_ascii=False))
        return
    what = receipt.url or receipt.id if receipt else result.reason
    if result.retry_at:
        what += f", again after {result.retry_at.astimezone(session.zone):%a %H:%M}"
    click.echo(f"issue  {act.target}  {act.slot}  {result.state}  {what}")
    for name, value in detail.items():
        click.echo(f"       {name}: {value}")
    for line in result.hint.splitlines():
        click.echo(f"       {line.replace('KEY', act.key)}")
