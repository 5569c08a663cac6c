"""The life of one key in a ledger, as pure functions, and how an entry is written down.

::

    (nothing) ── claim ─► claimed ── settle ─► delivered
        ▲                    │ ├────────────► refused      a person changes something, then releases it
        │                    │ ├────────────► waiting      free again at retry_at
        │                    │ └────────────► unknown      until the provider answers, or a person
        └──── released ◄─────┘

Every ledger keeps these rules through :class:`BaseLedger`; what it adds is where the entry lies and that a change is atomic.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from sharekit.errors import AlreadyClaimed, LedgerError
from sharekit.model import EntryState, LedgerEntry, Outcome, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Change = Callable[[LedgerEntry | None], LedgerEntry]

# What is written says which version of this form it has. A higher one was written by a newer sharekit.
FORM = 1
# The fact that marks an entry which cannot be read: it is held for a person, and never overwritten by a run.
DAMAGED = "damaged"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Clocks of two machines may differ by this much without anyone being wrong.
SKEW = timedelta(minutes=10)


def claimed(
    before: LedgerEntry | None, key: str, *, at: datetime, run: str, nonce: str, sent: Mapping[str, str] | None = None
) -> LedgerEntry:
    """The entry after a claim of ``key`` at ``at`` for ``sent``. Raises AlreadyClaimed when the key is not free.

    Of what an earlier claim was made for, only ``first`` is kept: the moment of the first attempt that may have gone out.
    """
    if before is not None and not free(before, at):
        raise AlreadyClaimed(f"{key} is {before.state}", hint=f"By {before.run or 'a person'}: sharekit ledger show {key}")
    first = before.sent.get("first") if before and before.state != "waiting" else None
    return LedgerEntry(
        key=key,
        state="claimed",
        claimed_at=at,
        run=run,
        nonce=nonce,
        attempts=before.attempts + 1 if before else 1,
        sent={**(sent or {}), "first": first or _utc(at).isoformat()},
    )


def free(entry: LedgerEntry, at: datetime) -> bool:
    """Whether a key with this entry may be claimed at ``at``."""
    if entry.state == "waiting":
        retry_at = entry.outcome.retry_at if entry.outcome else None
        return retry_at is None or retry_at <= at
    return entry.state == "released"


def settled(before: LedgerEntry | None, key: str, outcome: Outcome, *, nonce: str) -> LedgerEntry:
    """The entry after ``outcome``. Raises LedgerError when the claim is not the caller's, or was settled otherwise.

    That it is out is always worth writing down, and so is a person's release. Anything else can only follow an open
    claim: a run that was stopped and wakes up late must not undo what another one found out. An entry that a wrong clock
    dated in the future is brought back to the moment of ``outcome``, in whatever state it is.
    """
    if before is None:
        raise LedgerError(f"{key} was never claimed", hint="Was the ledger replaced meanwhile? sharekit ledger verify")
    if before.nonce != nonce:
        raise LedgerError(f"{key} was claimed by another run since: {before.run or 'a person'}")
    if ahead(before, outcome.at):
        before = brought_back(before, outcome.at)
        if before.state == outcome.state:
            return replace(before, outcome=outcome)
    if before.outcome == outcome:
        return before
    if before.state not in ("claimed", "unknown") and outcome.state not in ("delivered", "released"):
        raise LedgerError(f"{key} is settled already, as {before.state}; it cannot become {outcome.state}")
    # What was noted helps to find it; once that is settled, it means nothing.
    facts = before.facts if outcome.state == "unknown" else {}
    return replace(before, state=outcome.state, outcome=outcome, facts=facts)


def noted(before: LedgerEntry | None, key: str, facts: Mapping[str, str], *, nonce: str) -> LedgerEntry:
    """The entry of an open claim with these facts too. Raises LedgerError when it is not the caller's, or not open."""
    if before is None or before.nonce != nonce or before.state != "claimed":
        raise LedgerError(f"{key} is no longer a claim of this run", hint=f"See what it is: sharekit ledger show '{key}'")
    return replace(before, facts={**before.facts, **facts})


def ahead(entry: LedgerEntry, now: datetime) -> bool:
    """Whether a wrong clock dated an entry in the future: more than :data:`SKEW` after ``now``."""
    # Those of our own clocks: what a provider says of its own is its own affair.
    found = (entry.claimed_at, _first(entry), entry.outcome.at if entry.outcome else None)
    return max(filter(None, found)) > now + SKEW


def brought_back(entry: LedgerEntry, now: datetime) -> LedgerEntry:
    """The entry with every moment that lies after ``now`` moved to ``now``, the next try's too."""
    outcome = entry.outcome
    if outcome:
        receipt = outcome.receipt
        outcome = replace(
            outcome,
            at=min(outcome.at, now),
            receipt=replace(receipt, at=min(receipt.at, now)) if receipt else None,
            retry_at=min(outcome.retry_at, now) if outcome.retry_at else None,
        )
    first = _first(entry)
    sent = {**entry.sent, "first": _utc(now).isoformat()} if first and first > now else entry.sent
    return replace(entry, claimed_at=min(entry.claimed_at, now), outcome=outcome, sent=sent)


def _first(entry: LedgerEntry) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(entry.sent["first"]))
    except (KeyError, ValueError):
        return None


def damaged(key: str, reason: str) -> LedgerEntry:
    """What stands for an entry that cannot be read: unknown, and held for a person."""
    outcome = Outcome(state="unknown", at=NEVER, reason=reason)
    return LedgerEntry(
        key=key, state="unknown", claimed_at=NEVER, run="", nonce="", outcome=outcome, facts={DAMAGED: reason}
    )


class _Claimed(msgspec.Struct, frozen=True, omit_defaults=True):
    at: datetime
    run: str
    nonce: str
    sent: dict[str, str] = {}


class _Settled(msgspec.Struct, frozen=True, omit_defaults=True):
    at: datetime
    id: str | None = None
    url: str | None = None
    sent: datetime | None = None
    detail: dict[str, str] = {}
    reason: str = ""
    retry_at: datetime | None = None
    paused: bool = False


class Written(msgspec.Struct, frozen=True, omit_defaults=True):
    """The form in which every ledger keeps an entry."""

    key: str
    state: EntryState
    claimed: _Claimed
    settled: _Settled | None = None
    attempts: Annotated[int, msgspec.Meta(ge=1)] = 1
    facts: dict[str, str] = {}
    form: int = FORM


# ValueError: text that is not UTF-8, or a moment that is none. RecursionError: brackets in brackets.
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def encode(entry: LedgerEntry) -> bytes:
    """An entry as JSON that a person can read; a line of its own for the claim and for what came of it."""
    return msgspec.json.format(msgspec.json.encode(written(entry)), indent=1) + b"\n"


def written(entry: LedgerEntry) -> Written:
    """An entry as it is written down, with its moments in UTC."""
    outcome = entry.outcome
    receipt = outcome.receipt if outcome else None
    return Written(
        key=entry.key,
        state=entry.state,
        claimed=_Claimed(at=_utc(entry.claimed_at), run=entry.run, nonce=entry.nonce, sent=dict(entry.sent)),
        settled=_Settled(
            at=_utc(outcome.at),
            id=receipt.id if receipt else None,
            url=receipt.url if receipt else None,
            sent=_utc(receipt.at) if receipt else None,
            detail=dict(receipt.detail) if receipt else {},
            reason=outcome.reason,
            retry_at=_utc(outcome.retry_at) if outcome.retry_at else None,
            paused=outcome.paused,
        )
        if outcome
        else None,
        attempts=entry.attempts,
        facts=dict(entry.facts),
    )


def decode(data: bytes, key: str) -> LedgerEntry:
    """What :func:`encode` wrote for ``key``; anything else gives an entry that :func:`damaged` made."""
    try:
        fields = msgspec.json.decode(data)
    except UNREADABLE as error:
        return damaged(key, f"its record cannot be read: {error}")
    return from_fields(fields, key)


def from_fields(fields: Any, key: str) -> LedgerEntry:
    """As :func:`decode`, for a record that was kept as fields of the same names."""
    try:
        return _entry(msgspec.convert(fields, Written), key)
    except UNREADABLE as error:
        form = fields.get("form") if isinstance(fields, dict) else None
        if isinstance(form, int) and form > FORM:
            return damaged(key, f"its record has form {form} and was written by a newer sharekit")
        return damaged(key, f"its record cannot be read: {error}")


def key_in(data: bytes) -> str:
    """The key that a record names; empty where it names none."""
    try:
        return str(msgspec.json.decode(data, type=dict[str, Any]).get("key", ""))
    except UNREADABLE:
        return ""


def _entry(written: Written, key: str) -> LedgerEntry:
    if written.key != key:
        raise ValueError(f"it names another key, {written.key}")
    if written.form > FORM:
        raise ValueError(f"form {written.form} is not known")
    found = written.settled
    if (found is None) != (written.state == "claimed"):
        raise ValueError(f'state "{written.state}" does not go with what is settled')
    outcome = None
    if found and written.state != "claimed":
        if written.state == "delivered" and found.id is None:
            raise ValueError("it is delivered, without the id of what was delivered")
        outcome = Outcome(
            state=written.state,
            at=_aware(found.at),
            reason=found.reason,
            receipt=_receipt(found),
            retry_at=_aware(found.retry_at) if found.retry_at else None,
            paused=found.paused and written.state == "waiting",
        )
    return LedgerEntry(
        key=key,
        state=written.state,
        claimed_at=_aware(written.claimed.at),
        run=written.claimed.run,
        nonce=written.claimed.nonce,
        attempts=written.attempts,
        outcome=outcome,
        facts=written.facts,
        sent=written.claimed.sent,
    )


def _receipt(found: _Settled) -> Receipt | None:
    if found.id is None:
        return None
    return Receipt(id=found.id, url=found.url, at=_aware(found.sent or found.at), detail=found.detail)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _aware(moment: datetime) -> datetime:
    # Outside of these years, a moment cannot be shown in every time zone.
    if not 1900 < moment.year < 9999:
        raise ValueError(f"the year {moment.year} is out of range")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class BaseLedger:
    """The writing half of :class:`sharekit.ports.NotingLedger`, over :meth:`_change`."""

    def claim(self, key: str, *, at: datetime, run: str, sent: Mapping[str, str] | None = None) -> LedgerEntry:
        """Take the key for this run; it is stored before this returns. Raises AlreadyClaimed."""
        nonce = secrets.token_hex(8)

        def change(before: LedgerEntry | None) -> LedgerEntry:
            # Stored in an attempt whose answer was lost.
            if before is not None and before.nonce == nonce:
                return before
            return claimed(before, key, at=at, run=run, nonce=nonce, sent=sent)

        return self._change(key, change)

    def settle(self, key: str, outcome: Outcome, *, nonce: str) -> LedgerEntry:
        return self._change(key, partial(settled, key=key, outcome=outcome, nonce=nonce))

    def note(self, key: str, facts: Mapping[str, str], *, nonce: str) -> LedgerEntry:
        return self._change(key, partial(noted, key=key, facts=facts, nonce=nonce))

    def _change(self, key: str, change: Change) -> LedgerEntry:
        """Store ``change`` of the entry of ``key`` as it is then, and return it."""
        raise NotImplementedError


class MemoryLedger(BaseLedger):
    """A :class:`sharekit.ports.NotingLedger` in a dictionary, safe between threads: for tests, and where nothing is kept."""

    def __init__(self) -> None:
        self._entries: dict[str, LedgerEntry] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> LedgerEntry | None:
        return self._entries.get(key)

    def entries(self, prefix: str = "") -> Iterator[LedgerEntry]:
        with self._lock:
            return iter([entry for key, entry in sorted(self._entries.items()) if key.startswith(prefix)])

    def _change(self, key: str, change: Change) -> LedgerEntry:
        with self._lock:
            self._entries[key] = after = change(self._entries.get(key))
            return after
