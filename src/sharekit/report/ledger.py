"""Entries of the ledger, as JSON, CSV and for people."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Any

from sharekit.report.output import fields, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from sharekit.ports import LedgerEntry

COLUMNS = ("key", "state", "claimed_at", "run", "attempts", "settled_at", "id", "url", "reason", "retry_at")
# A spreadsheet reads a cell that starts with one of these as a formula (OWASP ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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


def entries_csv(entries: Iterable[LedgerEntry]) -> str:
    """CSV with a header (RFC 4180), safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row = entry_json(entry)
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def entries_lines(entries: Sequence[LedgerEntry], zone: ZoneInfo) -> list[str]:
    rows = []
    for entry in entries:
        outcome, receipt = entry.outcome, entry.receipt
        moment = outcome.at if outcome else entry.claimed_at
        what = (receipt.url or receipt.id if receipt else "") or (outcome.reason if outcome else entry.run)
        rows.append((entry.state, f"{moment.astimezone(zone):%d %b %Y %H:%M}", entry.key, what))
    return table(rows) or ["The ledger is empty. Start with: sharekit ledger seed"]


def entry_lines(entry: LedgerEntry, zone: ZoneInfo) -> list[str]:
    values = entry_json(entry) | {"sent": ""}
    rows = [(name.replace("_", " "), str(value)) for name, value in values.items() if value not in (None, "", False)]
    rows += [(f"sent {name}", value) for name, value in entry.sent.items()]
    return table(rows) + [f"{name}: {value}" for name, value in entry.facts.items()]


def count_line(entries: Iterable[LedgerEntry]) -> str:
    found = Counter(entry.state for entry in entries)
    return ", ".join(f"{count} {state}" for state, count in sorted(found.items())) or "The ledger is empty."


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
