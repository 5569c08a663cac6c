"""``sharekit ledger``."""

from __future__ import annotations

import sys

import click

from sharekit.cli.options import FORMAT, IN, NOW, Call, on_blog
from sharekit.report.output import emit


@click.group("ledger")
def command() -> None:
    """What went out: an entry for each share and issue, claimed before it was sent and settled after."""


@command.command("list", epilog="Example: sharekit ledger list --state unknown")
@click.argument("prefix", default="")
@click.option("--state", multiple=True, help="Only entries in this state; repeatable.")
@on_blog(FORMAT, place=IN)
def list_(call: Call, prefix: str, state: tuple[str, ...]) -> None:
    """List the entries, all or those whose key begins with PREFIX."""
    from sharekit.report.ledger import entries_lines, entry_json

    session = call.session()
    found = [entry for entry in session.ledger.entries(prefix) if not state or entry.state in state]
    call.emit([entry_json(entry) for entry in found], entries_lines(found, session.zone))


@command.command("show")
@click.argument("key")
@on_blog(FORMAT, place=IN)
def show(call: Call, key: str) -> None:
    """Show everything known about one KEY."""
    from sharekit.report.ledger import entry_json, entry_lines

    session = call.session()
    entry = session.ledger.get(key)
    if entry is None:
        raise click.UsageError(f"{key} was never claimed. List the keys with: sharekit ledger list")
    call.emit(entry_json(entry), entry_lines(entry, session.zone))


@command.command("settle", epilog="Example: sharekit ledger settle share/2026/day-1/x/launch --release")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--delivered", metavar="URL", help="It is out, here.")
@click.option("--release", is_flag=True, help="It is not out, and may be sent again.")
@on_blog(NOW, place=IN)
def settle_(call: Call, keys: tuple[str, ...], delivered: str | None, release: bool) -> None:
    """Record what you found out about a KEY whose outcome no run can determine.

    A record that a wrong clock dated in the future needs no option: it keeps its state, and its time becomes now.
    """
    from sharekit.steps.ledger import settle

    if delivered and len(keys) > 1:
        raise click.UsageError("--delivered settles one key at a time.")
    session = call.session()
    for key in keys:
        entry = settle(session.ledger, key, delivered=delivered, release=release, at=session.clock(), run=session.run)
        click.echo(f"{entry.key} is {entry.state}.")


@command.command("seed")
@on_blog(NOW, place=IN)
def seed_(call: Call) -> None:
    """Start the ledger: every post published up to now counts as out."""
    from sharekit.steps.ledger import seed

    session = call.session()
    entry = seed(session.ledger, at=session.clock(), run=session.run)
    moment = entry.claimed_at.astimezone(session.zone)
    click.echo(f"Every post published before {moment:%d %b %Y %H:%M %Z} counts as out. Newer ones go out when they are due.")


@command.command("export", epilog="Example: sharekit ledger export --as csv > out.csv")
@click.option("--as", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@on_blog(place=IN)
def export(call: Call, kind: str) -> None:
    """Write every entry to stdout."""
    from sharekit.report.ledger import entries_csv, entry_json

    entries = call.session().ledger.entries()
    if kind == "json":
        emit([entry_json(entry) for entry in entries], kind, ())
    else:
        sys.stdout.write(entries_csv(entries))


@command.command("verify")
@on_blog(NOW, FORMAT, place=IN)
def verify(call: Call) -> None:
    """Read every entry and report what needs a person. Exits with 4 when something is wrong with the ledger."""
    from sharekit.report.ledger import count_line

    plan = call.session().plan()
    call.show(plan.findings)
    click.echo(count_line(plan.entries.values()))
    sys.exit(4 if any(each.level == "error" for each in plan.findings) else 0)
