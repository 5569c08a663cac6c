"""An entry as a row of the SQL ledger's table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from sharekit.ledgers.records import FORM, UNREADABLE, damaged, from_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.ports import LedgerEntry

# Moments are texts in UTC of one width, so that every database compares and shows them alike.
COLUMNS = {
    "key": "TEXT NOT NULL PRIMARY KEY",
    "state": "TEXT NOT NULL",
    "claimed_at": "TEXT NOT NULL",
    "run": "TEXT NOT NULL",
    "nonce": "TEXT NOT NULL",
    "attempts": "INTEGER NOT NULL",
    "settled_at": "TEXT",
    "remote_id": "TEXT",
    "url": "TEXT",
    "sent_at": "TEXT",
    "detail": "TEXT",
    "reason": "TEXT",
    "retry_at": "TEXT",
    "form": "INTEGER NOT NULL DEFAULT 1",
    # Added to a table that was made without them.
    "sent": "TEXT",
    "paused": "INTEGER",
}


def row_of(entry: LedgerEntry) -> dict[str, Any]:
    outcome = entry.outcome
    receipt = outcome.receipt if outcome else None
    # One column for both: what was noted on the way goes when the receipt comes.
    detail = receipt.detail if receipt else entry.facts
    return {
        "key": entry.key,
        "state": entry.state,
        "claimed_at": _text(entry.claimed_at),
        "run": entry.run,
        "nonce": entry.nonce,
        "attempts": entry.attempts,
        "settled_at": _text(outcome.at) if outcome else None,
        "remote_id": receipt.id if receipt else None,
        "url": receipt.url if receipt else None,
        "sent_at": _text(receipt.at) if receipt else None,
        "detail": _json(detail) if receipt or detail else None,
        "reason": outcome.reason if outcome else None,
        "retry_at": _text(outcome.retry_at) if outcome and outcome.retry_at else None,
        "form": FORM,
        "sent": _json(entry.sent) if entry.sent else None,
        "paused": int(outcome.paused) if outcome else None,
    }


def entry_of(row: Mapping[Any, Any]) -> LedgerEntry:
    """The entry of a row; one that cannot be read gives what :func:`sharekit.ledgers.records.damaged` makes.

    Text that is not UTF-8 is expected as bytes.
    """
    key = row["key"]
    key = key.decode(errors="backslashreplace") if isinstance(key, bytes) else str(key)
    try:
        detail, sent = _fields(row["detail"]), _fields(row.get("sent"))
    except (*UNREADABLE, TypeError) as error:
        return damaged(key, f"its record cannot be read: {error}")
    settled = {
        "at": row["settled_at"],
        "id": row["remote_id"],
        "url": row["url"],
        "sent": row["sent_at"],
        "reason": row["reason"] or "",
        "retry_at": row["retry_at"],
        "paused": bool(row.get("paused")),
    }
    has_receipt = row["remote_id"] is not None
    fields = {
        "key": row["key"],
        "state": row["state"],
        "attempts": row["attempts"],
        "form": row["form"],
        "facts": {} if has_receipt else detail,
        "claimed": {"at": row["claimed_at"], "run": row["run"], "nonce": row["nonce"], "sent": sent},
        "settled": settled | ({"detail": detail} if has_receipt else {}) if row["settled_at"] is not None else None,
    }
    return from_fields(fields, key)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _fields(text: Any) -> Any:
    return msgspec.json.decode(text) if text else {}


def _json(values: Mapping[str, str]) -> str:
    return msgspec.json.encode(dict(values)).decode()
