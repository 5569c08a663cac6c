"""``sharekit ledger``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.options import format_option, now_option

if TYPE_CHECKING:
    from datetime import datetime


IN = click.option("--in", "folder", type=click.Path(path_type=Path), default=Path(), help="The blog's folder.  [default: .]")
CONFIG = click.option("--config", "config_path", type=click.Path(path_type=Path), help="The configuration file.")


@click.group("ledger")
def command() -> None:
    """What went out: one entry for each share and each issue, claimed before it was sent and settled after."""


@command.command("list", epilog="Example: sharekit ledger list --state unknown")
@click.argument("prefix", default="")
@click.option("--state", multiple=True, help="Only entries in this state; several times.")
@IN
@CONFIG
@format_option
def list_(prefix: str, state: tuple[str, ...], folder: Path, config_path: Path | None, form: str) -> None:
    """List the entries, all or those whose key begins with PREFIX."""
    from sharekit.report.ledger import entries_lines, entry_json

    session = open_session(folder, config_path)
    found = [entry for entry in session.ledger.entries(prefix) if not state or entry.state in state]
    if form == "json":
        click.echo(json.dumps([entry_json(entry) for entry in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(entries_lines(found, session.zone)))


@command.command("show")
@click.argument("key")
@IN
@CONFIG
@format_option
def show(key: str, folder: Path, config_path: Path | None, form: str) -> None:
    """Show all that is known of one KEY."""
    from sharekit.report.ledger import entry_json, entry_lines

    session = open_session(folder, config_path)
    entry = session.ledger.get(key)
    if entry is None:
        raise click.UsageError(f"{key} was never claimed. Keys are listed by: sharekit ledger list")
    if form == "json":
        click.echo(json.dumps(entry_json(entry), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(entry_lines(entry, session.zone)))


@command.command("settle", epilog="Example: sharekit ledger settle share/2026/day-1/x/launch --release")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--delivered", metavar="URL", help="It is out, here.")
@click.option("--release", is_flag=True, help="It is not out, and may be sent again.")
@IN
@CONFIG
@now_option
def settle_(
    keys: tuple[str, ...], delivered: str | None, release: bool, folder: Path, config_path: Path | None, now: datetime | None
) -> None:
    """Write down what you found out about a KEY of which no run can know.

    A record that a wrong clock dated in the future needs no option: it stays what it is, and its time becomes now.
    """
    from sharekit.steps.ledger import settle

    if delivered and len(keys) > 1:
        raise click.UsageError("--delivered takes the address of one key.")
    session = open_session(folder, config_path, now=now)
    for key in keys:
        entry = settle(session.ledger, key, delivered=delivered, release=release, at=session.clock(), run=session.run)
        click.echo(f"{entry.key} is {entry.state}.")


@command.command("seed")
@IN
@CONFIG
@now_option
def seed_(folder: Path, config_path: Path | None, now: datetime | None) -> None:
    """Begin: every post published up to now counts as out."""
    from sharekit.steps.ledger import seed

    session = open_session(folder, config_path, now=now)
    entry = seed(session.ledger, at=session.clock(), run=session.run)
    moment = entry.claimed_at.astimezone(session.zone)
    click.echo(f"Every post published before {moment:%d %b %Y %H:%M %Z} counts as out. Newer ones go out when they are due.")


@command.command("export", epilog="Example: sharekit ledger export --as csv > out.csv")
@click.option("--as", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@IN
@CONFIG
def export(form: str, folder: Path, config_path: Path | None) -> None:
    """Write every entry to stdout."""
    from sharekit.report.ledger import entries_csv, entry_json

    entries = open_session(folder, config_path).ledger.entries()
    if form == "json":
        click.echo(json.dumps([entry_json(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        sys.stdout.write(entries_csv(entries))


@command.command("verify")
@IN
@CONFIG
@now_option
@format_option
def verify(folder: Path, config_path: Path | None, now: datetime | None, form: str) -> None:
    """Read every entry, and tell what a person should look at. Exits with 4 when something is wrong with the ledger."""
    from sharekit.cli.findings import show_findings
    from sharekit.report.ledger import count_line

    session = open_session(folder, config_path, now=now)
    plan = session.plan()
    show_findings(plan.findings, form)
    click.echo(count_line(plan.entries.values()))
    sys.exit(4 if any(each.level == "error" for each in plan.findings) else 0)
