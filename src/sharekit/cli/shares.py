"""``sharekit shares``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import narrate, open_session
from sharekit.cli.findings import show_findings
from sharekit.cli.options import blog_folder, now_option

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.ports import LedgerEntry
    from sharekit.session import Session

IN = click.option("--in", "folder", type=click.Path(path_type=Path), default=".", help="The blog's folder.  [default: .]")


@click.group("shares")
def command() -> None:
    """The share drafts: a file for each post, a section for each channel, yours to edit."""


@command.command("list", epilog="Example: sharekit shares list --format json")
@blog_folder
@now_option
@click.option("--format", "form", type=click.Choice(["human", "json"]), default="human", show_default=True)
def list_(folder: Path, config_path: Path | None, now: datetime | None, form: str) -> None:
    """List the drafts and where each section stands: its length as the network counts it, its state, its URL or reason."""
    from sharekit.registry import outlet
    from sharekit.report.shares import drafts_json, drafts_lines

    session = open_session(folder, config_path, now=now)
    plan, unseen = session.look()
    outlets = {name: outlet(name, table) for name, table in session.config.channels.items()}
    if form == "json":
        click.echo(json.dumps(drafts_json(session.drafts, plan, outlets), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(drafts_lines(session.drafts, plan, outlets, session.zone)))
    show_findings((*unseen, *session.drafts.findings), form)


@command.command("new", epilog="Example: sharekit shares new 2022/05/20/kubecon-day-2")
@click.argument("post")
@IN
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="The configuration file.")
@now_option
def new(post: str, folder: Path, config_path: Path | None, now: datetime | None) -> None:
    """Draft shares for POST (its id, address, title or file), however old it is. Its slots count from now."""
    from sharekit.steps.shares import new_share_draft

    session = open_session(folder, config_path, now=now)
    click.echo(new_share_draft(session.blog, _entries(session), post, now=session.clock()))
    narrate("Read it, edit it, set status: approved or commit it; deliver sends it.")


@command.command("send", epilog="Example: sharekit shares send share/2022/05/20/kubecon-day-2/x/launch")
@click.argument("key")
@IN
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="The configuration file.")
@click.option("--dry-run", is_flag=True, help="Show what would go out, and change nothing.")
def send(key: str, folder: Path, config_path: Path | None, dry_run: bool) -> None:
    """Send the share of KEY now, once: no window, no lateness, no approval and no other part stands in its way."""
    from sharekit.errors import DraftError
    from sharekit.report.deliver import delivered_line, would_lines
    from sharekit.steps.deliver import Deliver

    session = open_session(folder, config_path)
    run = Deliver(session, only=[key], most=1, at_once=key)
    act = run.delivery.plan.act(key)
    if act is None or act.kind != "share":
        raise click.UsageError(f"there is no share {key}. Keys are listed by: sharekit shares list --format json")
    if not act.try_now:
        raise DraftError(
            f"{key} is {act.state}" + (f": {act.reason}" if act.reason else ""), path=act.source, hint=act.hint or None
        )
    if dry_run:
        click.echo("\n".join(would_lines([act])))
        return
    for each in run.run():
        click.echo(delivered_line(each, session.zone))
    sys.exit(0 if all(each.result.state == "delivered" for each in run.delivery.done) else run.tell_news().exit_code or 1)


@command.command("refresh", epilog="Example: sharekit shares refresh --section x --write")
@blog_folder
@click.option(
    "--section", "only", multiple=True, help='Only this section, such as x or "linkedin @ reminder"; several times.'
)
@click.option("--write", is_flag=True, help="Take what is shown; your edits in these sections are lost.")
def refresh(folder: Path, config_path: Path | None, only: tuple[str, ...], write: bool) -> None:
    """Show where the drafts differ from what sharekit would draft now. Writes nothing without --write."""
    from sharekit.report.shares import refresh_lines
    from sharekit.steps.refresh import refresh as refreshed

    session = open_session(folder, config_path)
    changes = refreshed(session.blog, _entries(session), now=session.clock(), only=only, write=write)
    click.echo("\n".join(refresh_lines(changes, written=write)))


def _entries(session: Session) -> Mapping[str, LedgerEntry]:
    return session.look()[0].entries
