"""``sharekit plan`` and ``sharekit deliver``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.app import FORMAT, NOW, Call, on_blog
from sharekit.errors import ConfigError, DraftError
from sharekit.files import write_if_changed
from sharekit.report.github import write_github_files
from sharekit.report.output import emit, json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sharekit.planning import Plan
    from sharekit.session import Session
    from sharekit.steps.deliver import Deliver, Delivery

BEGIN = (
    "Nothing goes out until you say where to begin, so that old posts are not shared again:\n"
    "    sharekit ledger seed            everything up to now counts as out\n"
    "or in sharekit.toml:  since = 2026-11-23"
)
# The names of --only for notifying the WebSub hub of changed feeds.
FEEDS = ("feed", "feeds")
# An output of action.yml, and the state that it counts.
OUTPUTS = {"delivered": "delivered", "failed": "refused", "unknown": "unknown"}


@click.command(epilog="Example: sharekit plan --now 2026-12-01T08:30:00+01:00")
@click.option("--ics", type=click.Path(path_type=Path), help="Also write it as a calendar to subscribe to (iCalendar).")
@on_blog(NOW, FORMAT)
def plan(call: Call, ics: Path | None) -> None:
    """Show what is due, what comes next, and what is held and why. Changes nothing.

    Exits with 3 when a draft is broken.
    """
    from sharekit.config import FILE_NAME
    from sharekit.configuration import unset_settings
    from sharekit.report.acts import plan_ics, plan_json, plan_lines

    session = call.session()
    made, unseen = session.plan_without_ledger()
    call.emit(plan_json(made), plan_lines(made, session.zone))
    if ics:
        write_if_changed(ics, plan_ics(made, name=f"sharekit: {session.root.name}"))
    if made.since is None:
        click.echo(BEGIN, err=True)
    unset = unset_settings(session.config, session.folders.text(FILE_NAME))
    call.show((*unset, *unseen, *made.findings))
    if call.form == "github":
        from sharekit.report.github import plan_summary

        summary = plan_summary(made, session.zone, session.config)
        write_github_files(summary=summary, outputs={"plan-json": json_text(plan_json(made), indent=-1)})
    if any(finding.level == "error" and finding.path for finding in made.findings):
        sys.exit(DraftError.exit_code)


@click.command(epilog="Example: sharekit deliver --dry-run")
@click.option("--only", multiple=True, metavar="NAME", help="Only this kind, channel, mailer or key; repeatable.")
@click.option("--dry-run", is_flag=True, help="Show what would go out, and change nothing.")
@click.option("--max", "most", type=click.IntRange(min=1), help="Send at most this many; the rest stay due.")
@on_blog(NOW, FORMAT)
def deliver(call: Call, only: tuple[str, ...], dry_run: bool, most: int | None) -> None:
    """Send what is due, once. Each act is claimed in the ledger before it is sent and settled after.

    Exits with 0 unless something new needs you: 1 when something was refused, is late or its channel is paused, 3 when
    a draft is broken, 5 when it is unknown whether something went out. The same problem does not fail later runs.
    """
    from sharekit.report.acts import would_json, would_lines
    from sharekit.steps.deliver import Deliver, check_names

    session = call.session()
    drafts = tuple(name for name in only if name not in FEEDS)
    feeds = not only or drafts != only
    if call.now and not dry_run:
        _refuse_other_times(session, drafts, feeds=feeds)
    run = Deliver(session, only=drafts, most=most)
    plan = run.delivery.plan
    call.show(plan.findings)
    if plan.since is None:
        click.echo(BEGIN, err=True)
        return
    check_names(plan, drafts)
    if dry_run:
        acts = [each.act for each in run.run(rehearse=True)]
        call.emit(would_json(acts), would_lines(acts, plan, run.delivery.left))
        sys.exit(DraftError.exit_code if any(each.level == "error" and each.path for each in plan.findings) else 0)
    sys.exit(_send(run, session, call.form, drafts=not only or bool(drafts), feeds=feeds))


def _refuse_other_times(session: Session, only: tuple[str, ...], *, feeds: bool) -> None:
    """Raise ConfigError where --now would send or record something under a date other than today's."""
    from sharekit.registry import channel_names, kind_of

    config = session.config
    real = [name for name in channel_names(config) if kind_of("channels", name, config) != "files"]
    real += [config.issue.mailer] if kind_of("mailers", config.issue.mailer, config) != "files" else []
    named = [name for name in real if not only or name in only or {"share", "shares", "issue", "issues"} & set(only)]
    if named or (feeds and config.feed.hub):
        raise ConfigError(
            f"--now would send to {', '.join(named) or 'the hub'} under another date",
            hint="--now is for rehearsals: add --dry-run, or leave it out.",
        )


def _send(run: Deliver, session: Session, form: str, *, drafts: bool, feeds: bool) -> int:
    from sharekit.report.acts import counts, delivered_json, delivered_line, summary_line
    from sharekit.report.github import delivered_summary

    if feeds and session.config.feed.hub:
        _notify_hub(session, run.delivery.plan)
    delivery = run.delivery
    try:
        for each in run.run() if drafts else ():
            if form != "json":
                click.echo(delivered_line(each, session.zone))
        run.report_news()
    finally:
        # Also when the ledger failed half-way: what is out by then is reported.
        emit(delivered_json(delivery), form, [*_news_lines(delivery), summary_line(delivery, session.zone)])
        if form == "github":
            outputs = {name: str(counts(delivery.done)[state]) for name, state in OUTPUTS.items()}
            outputs["plan-json"] = json_text(delivered_json(delivery), indent=-1)
            write_github_files(summary=delivered_summary(delivery, session.zone), outputs=outputs)
    return delivery.exit_code


def _news_lines(delivery: Delivery) -> Iterator[str]:
    """What needs a person, was not reported before, and was not tried in this run."""
    from sharekit.report.acts import hint_lines, short_title

    tried = {each.act.key for each in delivery.done}
    for news in delivery.news:
        act = delivery.plan.act(news.subject)
        if act is not None and act.key not in tried:
            yield f"{act.kind}  {act.target}  {short_title(act, 44)}  {act.state}  {act.reason}"
            yield from hint_lines(act.hint)


def _notify_hub(session: Session, plan: Plan) -> None:
    from sharekit.steps.feeds import notify_hub

    settled = {key for key, entry in plan.entries.items() if entry.state in ("delivered", "refused")}
    for result in notify_hub(session.blog, settled, clock=session.clock, outbox=session.outbox):
        said = result.receipt.url if result.receipt else result.reason
        click.echo(f"feed   hub  {result.state}  {said}", err=True)
