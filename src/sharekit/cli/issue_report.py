"""``sharekit issue report``."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from sharekit.cli.issue_options import issue_folder
from sharekit.cli.options import format_option, now_option

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from sharekit.list.mailing import Mailing

# What a person does about each state.
TO_DO = {
    "queued": "sharekit deliver --only issue   goes on with those who wait",
    "held": "sharekit issue report {id} --resend-held   or   --held-as-sent, once you looked in the server's log",
    "failed": "sharekit issue report {id} --list failed   names them",
}


@click.command("report", epilog="Example: sharekit issue report 2026-12 --list held")
@click.option("--list", "state", metavar="STATE", help="Name the recipients in this state, one a line.")
@click.option("--resend-held", "resend", is_flag=True, help="Send again to those of whom nobody knows; some get it twice.")
@click.option("--held-as-sent", "as_sent", is_flag=True, help="Take those of whom nobody knows as sent.")
@issue_folder
@now_option
@format_option
def command(
    issue_id: str | None,
    state: str | None,
    resend: bool,
    as_sent: bool,
    folder: Path,
    config_path: Path | None,
    now: datetime | None,
    form: str,
) -> None:
    """What came of ISSUE, sent over SMTP: how many have it, who does not and why, and what to do about each."""
    from sharekit.list import mailing as mailings

    if resend and as_sent:
        raise click.UsageError("--resend-held and --held-as-sent are each other's opposite.")
    engine, mailing = _mailing(folder.resolve(), config_path, issue_id, now)
    if state:
        for address, why in mailings.addresses(engine, mailing, state):
            click.echo(f"{address}\t{why}" if why else address)
        return
    if resend or as_sent:
        count = mailings.decide(engine, mailing, resend=resend, at=now or datetime.now(UTC))
        click.echo(f"{count} {'wait to be sent again' if resend else 'are taken as sent'}")
        if resend and count:
            click.echo(f"Then: sharekit ledger settle '{mailing.key}' --release && sharekit deliver --only issue")
        return
    _show(engine, mailing, form)


def _mailing(
    folder: Path, config_path: Path | None, issue_id: str | None, now: datetime | None
) -> tuple[sa.Engine, Mailing]:
    from sharekit.cli.blog import open_session
    from sharekit.errors import ConfigError
    from sharekit.list import mailing as mailings
    from sharekit.list.database import open_subscribers
    from sharekit.registry import tables_of

    session = open_session(folder, config_path, now=now)
    engine = open_subscribers(tables_of("mailers", "smtp", session.config).values(), environment=os.environ, root=folder)
    mailings.prepare(engine)
    key = f"issue/{issue_id}/{session.config.issue.mailer}" if issue_id else mailings.last_key(engine)
    found = mailings.find_mailing(engine, key) if key else None
    if found is None:
        raise ConfigError(
            f"{key or 'nothing'} was never sent over SMTP", hint="Providers show their own: the receipt's URL."
        )
    return engine, found


def _show(engine: sa.Engine, mailing: Mailing, form: str) -> None:
    from sharekit.list import mailing as mailings

    counts, causes = mailings.counts(engine, mailing), mailings.causes(engine, mailing)
    if form == "json":
        told = {"key": mailing.key, "recipients": mailing.recipients, "audience": mailing.audience, "counts": counts}
        told["causes"] = [
            {"state": each.state, "code": each.code, "said": each.said, "count": each.count} for each in causes
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    end = f"through since {mailing.done_at}" if mailing.done_at else "not through"
    click.echo(f"{mailing.key}: {mailing.recipients} recipients, began {mailing.began_at}, {end}")
    issue_id = mailing.issue_id
    for state, count in counts.items():
        if not count:
            continue
        click.echo(f"  {state:8} {count}")
        for cause in causes:
            if cause.state == state:
                click.echo(f"           {cause.count} × {f'{cause.code} ' if cause.code else ''}{cause.said}")
        if state in TO_DO:
            click.echo(f"           → {TO_DO[state].format(id=issue_id)}")
