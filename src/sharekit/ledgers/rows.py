"""An entry as a row of the SQL ledger's table."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sharekit.model import Receipt
from sharekit.ports import LedgerEntry, Outcome
from sharekit.records import FORM, damaged

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES = ("claimed", "delivered", "refused", "waiting", "unknown", "released")


def row_of(entry: LedgerEntry) -> dict[str, Any]:
    """The columns of an entry."""
    outcome = entry.outcome
    receipt = outcome.receipt if outcome else None
    # One column for both: what was noted on the way goes when the receipt comes.
    told = receipt.detail if receipt else entry.facts
    return {
        "key": entry.key,
        "state": entry.state,
        "claimed_at": moment(entry.claimed_at),
        "run": entry.run,
        "nonce": entry.nonce,
        "attempts": entry.attempts,
        "settled_at": moment(outcome.at) if outcome else None,
        "remote_id": receipt.id if receipt else None,
        "url": receipt.url if receipt else None,
        "sent_at": moment(receipt.at) if receipt else None,
        "detail": json.dumps(dict(told), ensure_ascii=False) if receipt or told else None,
        "reason": outcome.reason if outcome else None,
        "retry_at": moment(outcome.retry_at) if outcome and outcome.retry_at else None,
        "form": FORM,
    }


def entry_of(values: Mapping[Any, Any]) -> LedgerEntry:
    """The entry of a row; one that was changed by hand into nonsense gives what :func:`sharekit.records.damaged` makes."""
    try:
        return _entry(values)
    except (ValueError, TypeError) as error:
        return damaged(str(values["key"]), f"its row cannot be read: {error}")


def _entry(values: Mapping[Any, Any]) -> LedgerEntry:
    if values["form"] > FORM:
        raise ValueError(f"form {values['form']} was written by a newer sharekit")
    state = values["state"]
    if state not in STATES:
        raise ValueError(f'there is no state "{state}"')
    if (state == "claimed") != (values["settled_at"] is None):
        raise ValueError(f'state "{state}" does not go with settled_at')
    outcome = None
    if state != "claimed":
        receipt = None
        if values["remote_id"] is not None:
            at = _read(values["sent_at"] or values["settled_at"])
            receipt = Receipt(id=values["remote_id"], url=values["url"], at=at, detail=json.loads(values["detail"] or "{}"))
        elif state == "delivered":
            raise ValueError("it is delivered, without the id of what was delivered")
        retry_at = _read(values["retry_at"]) if values["retry_at"] else None
        at = _read(values["settled_at"])
        outcome = Outcome(state=state, at=at, reason=values["reason"] or "", receipt=receipt, retry_at=retry_at)
    return LedgerEntry(
        key=values["key"],
        state=state,
        claimed_at=_read(values["claimed_at"]),
        run=values["run"],
        nonce=values["nonce"],
        attempts=values["attempts"],
        outcome=outcome,
        facts=json.loads(values["detail"] or "{}") if values["remote_id"] is None else {},
    )


def moment(at: datetime) -> str:
    """A moment in UTC with microseconds: texts of one width, which sort as the moments do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
