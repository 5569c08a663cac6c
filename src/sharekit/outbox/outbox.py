"""One act: claimed in the ledger before it is tried, settled after, looked up when nobody knows.

::

    free ─ claim ─► send ──► Receipt          delivered
                     │ ────► Refused          refused       until a person releases it
                     │ ────► Unavailable      waiting       until the moment that the far side named, or a growing pause
                     └ ────► OutcomeUnknown   unknown ┐
    a claim whose run is over                 unknown ┴ find ─► found: delivered
                                                             ─► certainly not there, and a repeat is harmless: sent again
                                                             ─► else held for a person

A draft or a setting that the adapter objects to was not sent: its key is given back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from sharekit.errors import (
    AlreadyClaimed,
    ConfigError,
    DeliveryError,
    DraftError,
    LedgerError,
    LedgerUnavailable,
    OutcomeUnknown,
    Refused,
    SharekitError,
    Unavailable,
)
from sharekit.outbox.runs import is_over
from sharekit.ports import Outcome
from sharekit.records import DAMAGED, free

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sharekit.model import Receipt, RenderedIssue, Share
    from sharekit.ports import Channel, Ledger, LedgerEntry, Lookup, Mailer

    Note = Callable[[Mapping[str, str]], object]

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
# The ledger may be public, and a provider's answer may name a reader.
ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+\.\w+")
ENDED = "the run that claimed it ended without saying what came of it"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One outward act: its key, how it is sent, and how the far side is asked for it.

    ``step`` sends it too, where the far side takes two steps: it is given what notes facts between them.
    """

    key: str
    send: Callable[[], Receipt]
    find: Callable[[], Lookup]
    step: Callable[[Note], Receipt] | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of an act in this run. ``busy``: another run is at it. ``held``: not tried, a person has to look."""

    key: str
    state: Literal["delivered", "refused", "waiting", "unknown", "busy", "held"]
    reason: str = ""
    hint: str | None = None
    receipt: Receipt | None = None
    retry_at: datetime | None = None


def share_act(channel: Channel, share: Share) -> Act:
    """The act of posting a share."""
    stepping = getattr(channel, "post_noting", None)
    return Act(
        key=share.key,
        send=partial(channel.post, share, share.key),
        find=partial(channel.find, share, share.key),
        step=partial(stepping, share, share.key) if stepping else None,
    )


def issue_act(mailer: Mailer, render: Callable[[], RenderedIssue], key: str) -> Act:
    """The act of sending an issue, which is rendered only when it is sent."""
    return Act(key=key, send=lambda: mailer.send(render(), key), find=partial(mailer.find, key))


class Outbox:
    """Carries acts out, once each. ``over`` tells whether the run that holds a claim has ended."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        run: str,
        clock: Callable[[], datetime],
        over: Callable[[LedgerEntry, datetime], bool] = is_over,
    ) -> None:
        self._ledger = ledger
        self._run = run
        self._clock = clock
        self._over = over

    def deliver(self, act: Act, known: LedgerEntry | None = None) -> Result:
        """Carry out what may be carried out; ``known`` is the ledger's entry as it was last read.

        Raises LedgerError when it cannot be known or kept what went out: then nothing more may go out.
        """
        entry = known
        if entry is not None and self._open(entry):
            try:
                entry = self._look_up(act, entry)
            except LedgerUnavailable:
                raise
            except LedgerError:
                # Another run looked it up at the same time, and has gone on from there.
                return self._as_it_stands(act.key)
        if entry is not None and not free(entry, self._clock()):
            return _result(entry)
        try:
            entry = self._ledger.claim(act.key, at=self._clock(), run=self._run)
        except AlreadyClaimed:
            return self._as_it_stands(act.key)
        return self._send(act, entry)

    def _as_it_stands(self, key: str) -> Result:
        found = self._ledger.get(key)
        return _result(found) if found else Result(key=key, state="busy")

    def _open(self, entry: LedgerEntry) -> bool:
        if DAMAGED in entry.facts:
            return False
        return entry.state == "unknown" or (entry.state == "claimed" and self._over(entry, self._clock()))

    def _send(self, act: Act, entry: LedgerEntry) -> Result:
        try:
            receipt = self._sent(act, entry)
        except OutcomeUnknown as error:
            entry = self._settle(entry, Outcome(state="unknown", at=self._clock(), reason=_words(error)))
            # Asked at once; but sending it again is left to a later run, when the far side has come to rest.
            return _result(self._look_up(act, entry, again=False))
        except DeliveryError as error:
            return _result(self._settle(entry, self._failed(error, entry.attempts)), hint=error.hint)
        except (DraftError, ConfigError) as error:
            self._settle(entry, Outcome(state="released", at=self._clock(), reason=_words(error)))
            return Result(key=act.key, state="held", reason=str(error), hint=error.hint)
        return _result(self._settle(entry, Outcome(state="delivered", at=self._clock(), receipt=receipt)))

    def _sent(self, act: Act, entry: LedgerEntry) -> Receipt:
        note = getattr(self._ledger, "note", None)
        if act.step is None or note is None:
            return act.send()
        return act.step(lambda facts: note(entry.key, facts, nonce=entry.nonce))

    def _failed(self, error: DeliveryError, attempts: int) -> Outcome:
        now = self._clock()
        if isinstance(error, Unavailable):
            pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
            return Outcome(state="waiting", at=now, reason=_words(error), retry_at=error.retry_at or now + pause)
        if isinstance(error, Refused):
            return Outcome(state="refused", at=now, reason=_words(error))
        return Outcome(state="unknown", at=now, reason=_words(error))

    def _look_up(self, act: Act, entry: LedgerEntry, *, again: bool = True) -> LedgerEntry:
        """Ask the far side for an act of which nobody knows, and settle what it says."""
        reason = entry.outcome.reason if entry.outcome else ENDED
        try:
            lookup = act.find()
        except SharekitError as error:
            lookup, reason = None, f"{reason}; and it could not be looked up: {_words(error)}"
        now = self._clock()
        if lookup and lookup.receipt:
            return self._settle(entry, Outcome(state="delivered", at=now, receipt=lookup.receipt, reason="found there"))
        if lookup and lookup.certain and lookup.repeat_is_harmless and again:
            return self._settle(entry, Outcome(state="released", at=now, reason="it is not there"))
        if entry.state == "claimed":
            return self._settle(entry, Outcome(state="unknown", at=now, reason=reason))
        return entry

    def _settle(self, entry: LedgerEntry, outcome: Outcome) -> LedgerEntry:
        try:
            return self._ledger.settle(entry.key, outcome, nonce=entry.nonce)
        except LedgerError as error:
            place = outcome.receipt.url or outcome.receipt.id if outcome.receipt else outcome.reason
            raise type(error)(
                f"{entry.key} is {outcome.state} ({place}), and this could not be written down: {error}",
                hint=f"The next run looks it up. Or: sharekit ledger settle {entry.key} --delivered URL (or --release)",
            ) from error


def _result(entry: LedgerEntry, hint: str | None = None) -> Result:
    outcome = entry.outcome
    if entry.state == "claimed" or outcome is None:
        return Result(key=entry.key, state="busy", reason=f"claimed by {entry.run}")
    # A key that somebody released while we looked is free again: the next run takes it.
    state = "busy" if outcome.state == "released" else outcome.state
    return Result(
        key=entry.key, state=state, reason=outcome.reason, hint=hint, receipt=outcome.receipt, retry_at=outcome.retry_at
    )


def _words(error: SharekitError) -> str:
    return ADDRESS.sub("…", str(error))
