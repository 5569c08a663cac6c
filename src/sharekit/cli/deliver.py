"""``sharekit deliver``."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from sharekit.cli.findings import show_findings
from sharekit.cli.github import tell_github
from sharekit.cli.options import blog_folder, format_option, now_option, quiet_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sharekit.cli.sending import Desk
    from sharekit.outbox import Outbox
    from sharekit.steps.deliver import Delivered
    from sharekit.steps.plan import Plan, Planned

# What --only calls telling the hub of changed feeds.
FEEDS = ("feed", "feeds")
# An output of action.yml, and the state that it counts.
OUTPUTS = {"delivered": "delivered", "failed": "refused", "unknown": "unknown"}


@click.command("deliver", epilog="Example: sharekit deliver --dry-run")
@blog_folder
@click.option("--only", multiple=True, metavar="NAME", help="Only this kind, channel, mailer or key; several times.")
@click.option("--dry-run", is_flag=True, help="Show what would go out, and change nothing.")
@click.option("--max", "most", type=click.IntRange(min=1), help="Send at most this many; the rest stays due.")
@now_option
@format_option
@quiet_option
def command(
    folder: Path,
    config_path: Path | None,
    only: tuple[str, ...],
    dry_run: bool,
    most: int | None,
    now: datetime | None,
    form: str,
    quiet: bool,
) -> None:
    """Send what is due, once: claimed in the ledger before, settled after.

    Exits with 0 when nothing was due, 1 when something was refused, 5 when nobody knows whether something is out.
    """
    from sharekit.cli.sending import Desk
    from sharekit.steps.deliver import BEGIN, check, chosen

    desk = Desk(folder.resolve(), config_path, now)
    plan = desk.plan()
    show_findings(plan.findings, form, quiet=quiet)
    if plan.since is None:
        click.echo(BEGIN, err=True)
        return
    check(plan)
    drafts = tuple(name for name in only if name not in FEEDS)
    now_due = [] if only and not drafts else chosen(plan, only=drafts, most=most, cap=desk.config.deliver.max_per_run)
    if dry_run:
        _rehearse(now_due, form)
        return
    done = _send(desk, plan, now_due, form, feeds=drafts != only or not only)
    sys.exit(_exit_code(done, plan))


def _send(desk: Desk, plan: Plan, now_due: list[Planned], form: str, *, feeds: bool) -> list[Delivered]:
    from sharekit.outbox import Outbox, run_name
    from sharekit.report.deliver import counts, delivered_json, delivered_line, summary_line
    from sharekit.report.summary import delivered_summary
    from sharekit.steps.deliver import deliver

    outbox = Outbox(desk.ledger, run=run_name(os.environ), clock=desk.clock)
    done: list[Delivered] = []
    if feeds and desk.config.feed.hub:
        _tell_hub(desk, desk.config.feed.hub, plan, outbox)
    try:
        for each in deliver(now_due, plan, outbox=outbox, openers=desk):
            done.append(each)
            if form != "json":
                click.echo(delivered_line(each, desk.zone))
    finally:
        # Also when the ledger failed half-way: what is out by then is told.
        if form == "json":
            click.echo(json.dumps(delivered_json(done, plan), ensure_ascii=False, indent=2))
        else:
            click.echo(summary_line(done, plan))
        if form == "github":
            told = {name: str(counts(done)[state]) for name, state in OUTPUTS.items()}
            told["plan-json"] = json.dumps(delivered_json(done, plan), ensure_ascii=False)
            tell_github(summary=delivered_summary(done, plan), outputs=told)
    return done


def _tell_hub(desk: Desk, url: str, plan: Plan, outbox: Outbox) -> None:
    from sharekit.feeds.hub import Hub
    from sharekit.steps.hub import tell_hub

    settled = {key for key, entry in plan.entries.items() if entry.state in ("delivered", "refused")}
    for result in tell_hub(desk.blog, settled, hub=Hub(url, clock=desk.clock), outbox=outbox):
        said = result.receipt.url if result.receipt else result.reason
        click.echo(f"feed   hub  {result.state}  {said}", err=True)


def _rehearse(now_due: list[Planned], form: str) -> None:
    from sharekit.report.deliver import would_json, would_lines

    if form == "json":
        click.echo(json.dumps(would_json(now_due), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(would_lines(now_due)))


def _exit_code(done: list[Delivered], plan: Plan) -> int:
    states = {each.result.state for each in done}
    unknown = "unknown" in states or plan.orphans or any(each.rule == "ledger-damaged" for each in plan.findings)
    if unknown:
        return 5
    return 1 if states & {"refused", "held"} else 0
