"""``sharekit shares``."""

from __future__ import annotations

import sys

import click

from sharekit.cli.app import IN, NOW, TEXT_OR_JSON, Call, on_blog


@click.group("shares")
def command() -> None:
    """The share drafts: a file for each post, a section for each channel, yours to edit."""


@command.command("list", epilog="Example: sharekit shares list --format json")
@on_blog(NOW, TEXT_OR_JSON)
def list_(call: Call) -> None:
    """List the drafts and each section's length as the network counts it, its state, and its URL or reason."""
    from sharekit.registry import outlet
    from sharekit.report.acts import drafts_json, drafts_lines

    session = call.session()
    plan, unseen = session.plan_without_ledger()
    outlets = {name: outlet(name, table) for name, table in session.config.channels.items()}
    lines = drafts_lines(session.drafts, plan, outlets, session.zone)
    call.emit(drafts_json(session.drafts, plan, outlets), lines)
    call.show((*unseen, *session.drafts.findings))


@command.command("new", epilog="Example: sharekit shares new 2022/05/20/kubecon-day-2")
@click.argument("post")
@on_blog(NOW, place=IN)
def new(call: Call, post: str) -> None:
    """Draft shares for POST (its id, address, title or file), however old it is. Its slots count from now."""
    from sharekit.steps.shares import new_share_draft

    session = call.session()
    click.echo(new_share_draft(session.blog, session.entries_seen()[0], post, now=session.clock()))
    call.narrate("Review it, then set status: approved or commit it; deliver sends it.")


@command.command("send", epilog="Example: sharekit shares send share/2022/05/20/kubecon-day-2/x/launch")
@click.argument("key")
@click.option("--dry-run", is_flag=True, help="Show what would go out, and change nothing.")
@on_blog(place=IN)
def send(call: Call, key: str, dry_run: bool) -> None:
    """Send the share of KEY now, once, regardless of windows, lateness, approval and other parts."""
    from sharekit.report.acts import delivered_line, would_lines
    from sharekit.steps.deliver import Deliver

    session = call.session()
    run = Deliver(session, at_once=key)
    act = run.requested()
    if act is None or act.kind != "share":
        raise click.UsageError(f"there is no share {key}. List the keys with: sharekit shares list --format json")
    if dry_run:
        click.echo("\n".join(would_lines([act])))
        return
    for each in run.run():
        click.echo(delivered_line(each, session.zone))
    sys.exit(0 if all(each.result.state == "delivered" for each in run.delivery.done) else run.report_news().exit_code or 1)


@command.command("refresh", epilog="Example: sharekit shares refresh --section x --write")
@click.option("--section", "only", multiple=True, help='Only this section, such as x or "linkedin @ reminder"; repeatable.')
@click.option("--write", is_flag=True, help="Write what is shown; your edits to these sections are lost.")
@on_blog()
def refresh(call: Call, only: tuple[str, ...], write: bool) -> None:
    """Show where the drafts differ from what sharekit would draft now. Writes nothing without --write."""
    from sharekit.report.acts import refresh_lines
    from sharekit.steps.shares import refresh as refreshed

    session = call.session()
    changes = refreshed(session.blog, session.entries_seen()[0], now=session.clock(), only=only, write=write)
    click.echo("\n".join(refresh_lines(changes, written=write)))
