"""Subscribers as CSV: as sharekit writes it, and as Mailchimp, Buttondown, listmonk and Brevo export it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharekit.errors import ConfigError
from sharekit.list.addresses import read_address
from sharekit.list.subscribers import STATES, Subscriber, SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

COLUMNS = ("address", "language", "tags", "state", "consent", "reason", "added_at")
# Our column → what exports of others call it, in lower case.
NAMES = {
    "address": ("address", "email address", "email", "email_address", "e-mail", "adresse e-mail"),
    "language": ("language", "lang", "locale"),
    "tags": ("tags",),
    "state": ("state", "status", "type"),
    "consent": ("consent", "optin_time", "confirm_time", "subscribed_at", "date subscribed"),
    "reason": ("reason",),
    "added_at": ("added_at", "creation_date", "created_at"),
}
# What others call the states.
MEANS: dict[str, SubscriberState] = {
    "": "active",
    "active": "active",
    "enabled": "active",
    "regular": "active",
    "subscribed": "active",
    "pending": "pending",
    "unactivated": "pending",
    "unconfirmed": "pending",
    "unsubscribed": "unsubscribed",
    "removed": "unsubscribed",
    "cleaned": "suppressed",
    "suppressed": "suppressed",
    "undeliverable": "suppressed",
    "blocklisted": "suppressed",
    "complained": "suppressed",
}
# A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Wrong:
    """A line that was left out, and why."""

    line: int
    why: str


def read_subscribers(file: TextIO, *, consent: str = "") -> Iterator[Subscriber | Wrong]:
    """The subscribers of a CSV file, line by line. ``consent`` is theirs where the file tells none.

    Raises ConfigError when there is no column of addresses.
    """
    try:
        rows = csv.DictReader(file, strict=True)
        names = {(name or "").strip().lower().lstrip("\ufeff"): name for name in rows.fieldnames or ()}
        columns = {ours: next((names[each] for each in theirs if each in names), None) for ours, theirs in NAMES.items()}
        if columns["address"] is None:
            raise ConfigError(
                f"the file has no column of addresses; it has: {', '.join(names) or 'nothing'}",
                hint=f"Its first line names the columns. Known names: {', '.join(NAMES['address'])}",
            )
        for row in rows:
            yield _read(row, columns, rows.line_num, consent)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the file cannot be read as CSV in UTF-8: {error}", hint="Nothing after that was read."
        ) from error


def _read(row: Mapping[str, Any], columns: Mapping[str, str | None], line: int, consent: str) -> Subscriber | Wrong:
    found = {ours: _plain(str(row.get(theirs) or "")) if theirs else "" for ours, theirs in columns.items()}
    state = found["state"].lower()
    try:
        address = read_address(found["address"])
    except ValueError as error:
        return Wrong(line, str(error))
    if state not in MEANS:
        return Wrong(line, f'the state "{state}" is not known; known: {", ".join(STATES)}')
    return Subscriber(
        address=address.text,
        language=found["language"],
        tags=tuple(tag.strip(' "') for tag in found["tags"].split(",") if tag.strip(' "')),
        state=MEANS[state],
        consent=found["consent"] or consent,
        reason=found["reason"],
        added_at=found["added_at"],
    )


def write_subscribers(subscribers: Iterable[Subscriber], file: TextIO) -> int:
    """Write them as CSV (RFC 4180); how many there were. Cells that a spreadsheet would run are disarmed."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for subscriber in subscribers:
        values = {name: getattr(subscriber, name) for name in COLUMNS} | {"tags": ",".join(subscriber.tags)}
        writer.writerow([_safe(values[name]) for name in COLUMNS])
        count += 1
    return count


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
