"""``sharekit ledger``."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

import click

from sharekit.cli.app import FORMAT, IN, NOW, Call, on_blog
from sharekit.errors import ConfigError, did_you_mean
from sharekit.model import EntryState
from sharekit.outbox import NEWS
from sharekit.report.output import emit, fields, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sharekit.model import LedgerEntry

COLUMNS = ("key", "state", "claimed_at", "run", "attempts", "settled_at", "id", "url", "reason", "retry_at")
# A spreadsheet reads a cell that starts with one of these as a formula (OWASP ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.group("ledger")
def command() -> None:
    """What went out: an entry for each share and issue, claimed before it was sent and settled after."""


@command.command("list", epilog="Example: sharekit ledger list --state unknown")
@click.argument("prefix", default="")
@click.option(
    "--state", multiple=True, type=click.Choice(get_args(EntryState)), help="Only entries in this state; repeatable."
)
@on_blog(FORMAT, place=IN)
def list_(call: Call, prefix: str, state: tuple[str, ...]) -> None:
    """List the entries, all or those whose key begins with PREFIX."""
    session = call.session()
    entries = (entry for entry in session.ledger.entries(prefix) if prefix or not entry.key.startswith(NEWS))
    found = [entry for entry in entries if not state or entry.state in state]
    none = "No entry is like that." if prefix or state else "The ledger is empty. Start with: sharekit ledger seed"
    call.emit([entry_json(entry) for entry in found], _list_lines(found, session.zone) or [none])


@command.command("show")
@click.argument("key")
@on_blog(FORMAT, place=IN)
def show(call: Call, key: str) -> None:
    """Show everything known about one KEY."""
    entry = call.session().ledger.get(key)
    if entry is None:
        raise click.UsageError(f"{key} was never claimed. List the keys with: sharekit ledger list")
    values = entry_json(entry) | {"sent": ""}
    rows = [(name.replace("_", " "), str(value)) for name, value in values.items() if value not in (None, "", False)]
    rows += [(f"sent {name}", value) for name, value in entry.sent.items()]
    call.emit(entry_json(entry), table(rows) + [f"{name}: {value}" for name, value in entry.facts.items()])


@command.command("settle", epilog="Example: sharekit ledger settle share/2026/day-1/x/launch --release")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--delivered", metavar="URL", help="It is out, here.")
@click.option("--release", is_flag=True, help="It is not out, and may be sent again.")
@on_blog(NOW, place=IN)
def settle_(call: Call, keys: tuple[str, ...], delivered: str | None, release: bool) -> None:
    """Record what you found out about a KEY whose outcome no run can determine.

    A record that a wrong clock dated in the future needs no option: it keeps its state, and its time becomes now.
    """
    from sharekit.outbox import settle

    if delivered and len(keys) > 1:
        raise click.UsageError("--delivered settles one key at a time.")
    session = call.session()
    for key in keys:
        if delivered and session.ledger.get(key) is None and session.plan().act(key) is None:
            hint = did_you_mean(key, [act.key for act in session.plan().acts], "List the keys with: sharekit plan")
            raise ConfigError(f"{key} is the key of no draft, and was never claimed", hint=hint)
        entry = settle(session.ledger, key, delivered=delivered, release=release, at=session.clock(), run=session.run)
        click.echo(f"{entry.key} is {entry.state}.")


@command.command("seed")
@on_blog(NOW, place=IN)
def seed_(call: Call) -> None:
    """Start the ledger: every post published up to now counts as out."""
    from sharekit.outbox import seed

    session = call.session()
    entry = seed(session.ledger, at=session.clock(), run=session.run)
    moment = entry.claimed_at.astimezone(session.zone)
    click.echo(f"Every post published before {moment:%d %b %Y %H:%M %Z} counts as out. Newer ones go out when they are due.")


@command.command("export", epilog="Example: sharekit ledger export --as csv > out.csv")
@click.option("--as", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@on_blog(place=IN)
def export(call: Call, kind: str) -> None:
    """Write every entry to stdout."""
    rows = [entry_json(entry) for entry in call.session().ledger.entries()]
    if kind == "json":
        emit(rows, kind, ())
        return
    writer = csv.writer(sys.stdout, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)


@command.command("verify")
@on_blog(NOW, FORMAT, place=IN)
def verify(call: Call) -> None:
    """Read every entry and report what needs a person. Exits with 4 when something is wrong with the ledger."""
    plan = call.session().plan()
    call.show(plan.findings)
    found = Counter(entry.state for key, entry in plan.entries.items() if not key.startswith(NEWS))
    lines = [", ".join(f"{count} {state}" for state, count in sorted(found.items())) or "The ledger is empty."]
    call.emit(dict(sorted(found.items())), lines)
    sys.exit(4 if any(each.level == "error" for each in plan.findings) else 0)


def entry_json(entry: LedgerEntry) -> dict[str, Any]:
    """``{"key", "state", "claimed_at", "run", "attempts", "settled_at", "id", "url", "reason", "retry_at", "paused",
    "sent"}``.

    ``sent`` describes what the request contained. ``list`` and ``export`` print a list of entries.
    """
    outcome, receipt = entry.outcome, entry.receipt
    return fields(entry, "key state claimed_at run attempts") | {
        "settled_at": outcome.at.isoformat() if outcome else None,
        "id": receipt.id if receipt else None,
        "url": receipt.url if receipt else None,
        "reason": outcome.reason if outcome else "",
        "retry_at": outcome.retry_at.isoformat() if outcome and outcome.retry_at else None,
        "paused": bool(outcome and outcome.paused),
        "sent": dict(entry.sent),
    }


def _list_lines(entries: Sequence[LedgerEntry], zone: ZoneInfo) -> list[str]:
    rows = []
    for entry in entries:
        outcome, receipt = entry.outcome, entry.receipt
        moment = outcome.at if outcome else entry.claimed_at
        what = (receipt.url or receipt.id if receipt else "") or (outcome.reason if outcome else entry.run)
        rows.append((entry.state, f"{moment.astimezone(zone):%d %b %Y %H:%M}", entry.key, what))
    return table(rows)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
