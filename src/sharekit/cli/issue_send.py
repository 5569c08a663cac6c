"""``sharekit issue send``."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.issue_options import issue_folder
from sharekit.cli.options import Moment, format_option, now_option, quiet_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sharekit.cli.sending import Desk
    from sharekit.outbox import Result
    from sharekit.steps.plan import Planned

EXIT_CODES = {"delivered": 0, "unknown": 5}


@click.command("send", epilog="Example: sharekit issue send 2026-12 --at 2026-12-01T08:00+01:00")
@click.option("--at", type=Moment(), help="Leave it with the provider until then (ISO 8601).")
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@issue_folder
@now_option
@format_option
@quiet_option
def command(
    issue_id: str | None,
    at: datetime | None,
    yes: bool,
    folder: Path,
    config_path: Path | None,
    now: datetime | None,
    form: str,
    quiet: bool,
) -> None:
    """Send ISSUE to all readers, once: claimed in the ledger before, settled after.

    Without ISSUE it is the one that is not out. You are asked first, with the number of readers.
    """
    from sharekit.cli.sending import Desk
    from sharekit.outbox import Outbox, run_name
    from sharekit.steps.issue_now import check_moment, check_open, pick, readers
    from sharekit.steps.issue_now import send as send_issue

    desk = Desk(folder.resolve(), config_path, now)
    planned = pick(desk.plan(), issue_id)
    check_open(planned)
    if at is not None:
        check_moment(at, now=desk.clock(), grace=desk.config.shares.grace)
    count = readers(planned, desk)
    if not yes:
        _ask(planned, count, at, desk)
    outbox = Outbox(desk.ledger, run=run_name(os.environ), clock=desk.clock)
    with _watched(desk, planned, form, quiet=quiet):
        result = send_issue(planned, at, outbox=outbox, openers=desk, now=desk.clock())
    _tell(planned, result, count, form, desk)
    sys.exit(EXIT_CODES.get(result.state, 0 if result.state == "waiting" else 1))


def _ask(planned: Planned, count: int, at: datetime | None, desk: Desk) -> None:
    act = planned.item.act
    when = f" on {at.astimezone(desk.zone):%a %d %b %Y at %H:%M %Z}" if at else ""
    question = f'Send "{act.title}" to {count} reader{"" if count == 1 else "s"} through {act.target}{when}?'
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} Nobody is there to answer: --yes says so.")
    click.confirm(question, abort=True, err=True)


def _watched(desk: Desk, planned: Planned, form: str, *, quiet: bool) -> Any:
    from sharekit.cli.progress import watched

    return watched(desk.mailer(planned.item.act.target), form, quiet=quiet)


def _tell(planned: Planned, result: Result, count: int, form: str, desk: Desk) -> None:
    act = planned.item.act
    receipt = result.receipt
    detail = dict(receipt.detail) if receipt else {}
    if form == "json":
        told = {"key": planned.key, "state": result.state, "readers": count, "reason": result.reason, "hint": result.hint}
        told |= {"id": receipt.id if receipt else None, "url": receipt.url if receipt else None, "detail": detail}
        told["retry_at"] = result.retry_at.isoformat() if result.retry_at else None
        click.echo(json.dumps({"event": "result", **told}, ensure_ascii=False))
        return
    what = receipt.url or receipt.id if receipt else result.reason
    if result.retry_at:
        what += f", again after {result.retry_at.astimezone(desk.zone):%a %H:%M}"
    click.echo(f"issue  {act.target}  {act.slot}  {result.state}  {what}")
    for name, value in detail.items():
        click.echo(f"       {name}: {value}")
    for line in (result.hint or "").splitlines():
        click.echo(f"       {line.replace('KEY', planned.key)}")
