"""One key: claimed in the ledger before it is tried, settled after, looked up when nobody knows.

::

    free ─ claim ─► send ──► Receipt          delivered
                     │ ────► Refused          refused       until a person releases it
                     │ ────► ChannelPaused    waiting       the channel waits; one act probes once per run
                     │ ────► Unavailable      waiting       until the moment that the provider named, or a growing pause
                     └ ────► OutcomeUnknown   unknown ┐     so is an error that nobody foresaw
    a claim whose run is over                 unknown ┴ find ─► found: delivered
                                                             ─► certainly not there, and a repeat is harmless: sent again
                                                             ─► else held for a person

A draft or a setting that the adapter objects to was not sent: its key is given back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.errors import (
    AlreadyClaimed,
    ChannelPaused,
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
from sharekit.files import digest
from sharekit.ledgers.records import DAMAGED, ahead, brought_back, free
from sharekit.model import Outcome, Receipt
from sharekit.ports import claim_deadline
from sharekit.process import is_running, own_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sharekit.model import LedgerEntry, State
    from sharekit.ports import Ledger, Lookup

    Note = Callable[[Mapping[str, str]], object]
    # Sends under a claim; what has to be remembered between two steps is noted.
    Send = Callable[[LedgerEntry, Note], Receipt]
    # Asks the provider for what an earlier claim may have sent.
    Find = Callable[[LedgerEntry], Lookup]

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
# The ledger may be public, and a provider's answer may name a subscriber.
ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+\.\w+")
BUG = "This is a bug of sharekit: please report it with this line. The other acts are not affected."
# A claim of another machine is taken for dead after this. One act ends well before: see the deadlines of sharekit.http.
LEASE = timedelta(minutes=15)
ENDED = "the run that claimed it ended without saying what came of it"
MACHINE = re.compile(r" @([0-9a-f]+-\d+:\d+\.\d+)$")
# The prefix of the keys, as ledgers have it since the first version.
NEWS = "told/"
# A seed is a record of the ledger: everything published up to its moment counts as out.
SEED = "seed/"
NOBODY_KNOWS = ("unknown", "damaged", "orphan", "ledger-damaged")


# --- who claims -------------------------------------------------------------------------------------------------------


def run_name(environment: Mapping[str, str]) -> str:
    """The name of this run: for a person its number in CI, for us the process on this boot of this machine.

    It holds neither the host's nor the user's name: the ledger may be public.
    """
    if number := environment.get("GITHUB_RUN_ID"):
        label = f"github {number}.{environment.get('GITHUB_RUN_ATTEMPT', '1')}"
    elif number := environment.get("CI_JOB_ID"):
        label = f"gitlab {number}"
    else:
        label = "by hand"
    name = own_name()
    return f"{label} @{name}" if name else label


def is_over(entry: LedgerEntry, now: datetime) -> bool:
    """Whether the run that claimed an entry certainly or by all appearance ended without settling it."""
    machine = MACHINE.search(entry.run)
    running = is_running(machine[1]) if machine else None
    return now - entry.claimed_at > LEASE if running is None else not running


# --- one key -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a key in this run. ``rule`` names what a person has to act on; ``entry`` is the record afterwards."""

    key: str
    state: State
    reason: str = ""
    hint: str = ""
    rule: str = ""
    receipt: Receipt | None = None
    retry_at: datetime | None = None
    entry: LedgerEntry | None = None


class Outbox:
    """Sends each key once. ``over`` tells whether the run that holds a claim has ended."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        run: str,
        clock: Callable[[], datetime],
        over: Callable[[LedgerEntry, datetime], bool] = is_over,
    ) -> None:
        self.ledger = ledger
        self._run = run
        self._clock = clock
        self._over = over

    def deliver(
        self,
        key: str,
        *,
        send: Send,
        find: Find,
        known: LedgerEntry | None = None,
        sent: Mapping[str, str] | None = None,
    ) -> Result:
        """Send what may be sent. ``known`` is the ledger's record as it was last read, ``sent`` what the claim records.

        Raises LedgerError where what went out cannot be read or recorded: then nothing more may go out.
        """
        entry = known
        if entry is not None and self._is_open(entry):
            try:
                entry = self._look_up(entry, find)
            except LedgerUnavailable:
                raise
            except LedgerError:
                # Another run looked it up at the same time, and has gone on from there.
                return self._as_it_stands(key)
        if entry is not None and not free(entry, self._clock()):
            return result_of(entry)
        try:
            claim = self.ledger.claim(key, at=self._clock(), run=self._run, sent=sent)
        except AlreadyClaimed:
            return self._as_it_stands(key)
        return self._send(claim, send, find)

    def note_page(self, key: str, answer: str, *, known: LedgerEntry | None, sent: Mapping[str, str]) -> Result:
        """Note that an act waits for its page; written once for each answer."""
        if known is not None and known.state == "waiting" and known.sent.get("page") == answer:
            return result_of(known)
        now = self._clock()
        try:
            claim = self.ledger.claim(key, at=now, run=self._run, sent={**sent, "page": answer})
        except AlreadyClaimed:
            return self._as_it_stands(key)
        return result_of(self._settle(claim, Outcome(state="waiting", at=now, reason=answer, retry_at=now)))

    def _as_it_stands(self, key: str) -> Result:
        found = self.ledger.get(key)
        if found is None:
            return Result(key=key, state="waiting", reason="another run is sending it")
        result = result_of(found)
        return replace(result, reason="by another run") if result.state == "delivered" else result

    def _is_open(self, entry: LedgerEntry) -> bool:
        if DAMAGED in entry.facts:
            return False
        return entry.state == "unknown" or (entry.state == "claimed" and self._over(entry, self._clock()))

    def _send(self, entry: LedgerEntry, send: Send, find: Find) -> Result:
        try:
            # A run that was stopped, and wakes after its lease, must not send: another one may have done so since.
            with claim_deadline(entry.claimed_at + LEASE):
                receipt = send(entry, lambda facts: self._note(entry, facts))
        except OutcomeUnknown as error:
            return self._unknown(entry, _words(error), find)
        except DeliveryError as error:
            return self._failed(entry, error)
        except (DraftError, ConfigError) as error:
            released = self._settle(entry, Outcome(state="released", at=self._clock(), reason=_words(error)))
            hint = _hint(error, entry.key)
            return Result(key=entry.key, state="held", reason=_words(error), hint=hint, rule="unusable", entry=released)
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one adapter must not stop the other acts
            return self._unknown(entry, f"an unexpected {type(error).__name__} while sending", find, hint=BUG)
        return result_of(self._settle(entry, Outcome(state="delivered", at=self._clock(), receipt=receipt)))

    def _note(self, entry: LedgerEntry, facts: Mapping[str, str]) -> None:
        note = getattr(self.ledger, "note", None)
        if note is not None:
            note(entry.key, facts, nonce=entry.nonce)

    def _unknown(self, entry: LedgerEntry, reason: str, find: Find, *, hint: str = "") -> Result:
        try:
            entry = self._settle(entry, Outcome(state="unknown", at=self._clock(), reason=reason))
        except LedgerUnavailable:
            raise
        except LedgerError:
            # Another run has taken the key since, and the ledger tells of that one.
            reason = f"{reason}; and another run has taken it over meanwhile"
            return Result(key=entry.key, state="unknown", reason=reason, hint=hint, rule="unknown")
        # Asked at once; but sending it again is left to a later run, when the provider has come to rest.
        return result_of(self._look_up(entry, find, again=False), hint=hint)

    def _failed(self, entry: LedgerEntry, error: DeliveryError) -> Result:
        now = self._clock()
        hint = _hint(error, entry.key)
        if isinstance(error, ChannelPaused):
            # The reason is read long after, from the ledger alone: it says what to do.
            reason, hint = f"{_words(error)}. {hint}" if hint else _words(error), ""
            outcome = Outcome(state="waiting", at=now, reason=reason, retry_at=now, paused=True)
        elif isinstance(error, Unavailable):
            pause = min(FIRST_PAUSE * 2 ** min(entry.attempts - 1, 10), LONGEST_PAUSE)
            outcome = Outcome(state="waiting", at=now, reason=_words(error), retry_at=error.retry_at or now + pause)
        elif isinstance(error, Refused):
            outcome = Outcome(state="refused", at=now, reason=_words(error))
        else:
            outcome = Outcome(state="unknown", at=now, reason=_words(error))
        try:
            return result_of(self._settle(entry, outcome), hint=hint)
        except LedgerUnavailable:
            raise
        except LedgerError:
            # The claim grew too old before the request, and another run has taken the key since: nothing left from here.
            return self._as_it_stands(entry.key)

    def _look_up(self, entry: LedgerEntry, find: Find, *, again: bool = True) -> LedgerEntry:
        """Ask the provider for an act of which nobody knows, and settle what it says."""
        reason = entry.outcome.reason if entry.outcome else ENDED
        lookup: Lookup | None = None
        try:
            lookup = find(entry)
        except SharekitError as error:
            reason = f"{reason}; and it could not be looked up: {_words(error)}"
        except Exception as error:  # noqa: BLE001 - a bug in one adapter must not stop the other acts
            reason = f"{reason}; and looking it up failed with an unexpected {type(error).__name__}"
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
            return self.ledger.settle(entry.key, outcome, nonce=entry.nonce)
        except LedgerError as error:
            place = outcome.receipt.url or outcome.receipt.id if outcome.receipt else outcome.reason
            raise type(error)(
                f"{entry.key} is {outcome.state} ({place}), and this could not be recorded: {error}",
                hint=f"The next run looks it up. Or: sharekit ledger settle '{entry.key}' --delivered URL (or --release)",
            ) from error


def result_of(entry: LedgerEntry, *, hint: str = "") -> Result:
    """What a record says of its key."""
    outcome = entry.outcome
    if entry.state in ("claimed", "released") or outcome is None:
        # A key that somebody released while we looked is free again: the next run takes it.
        return Result(key=entry.key, state="waiting", reason="another run is sending it", entry=entry)
    state: State = "held" if DAMAGED in entry.facts else outcome.state if outcome.state != "released" else "waiting"
    rules = {"refused": "refused", "unknown": "unknown", "held": "damaged"}
    if state == "refused" and not re.search("--release|issue send", hint):
        hint = "\n".join(filter(None, (hint, how_to_release(entry.key))))
    return Result(
        key=entry.key,
        state=state,
        reason=outcome.reason,
        hint=hint,
        rule="paused" if outcome.paused else rules.get(state, ""),
        receipt=outcome.receipt,
        retry_at=outcome.retry_at if outcome.retry_at and outcome.retry_at > outcome.at else None,
        entry=entry,
    )


def _words(error: SharekitError) -> str:
    return ADDRESS.sub("…", str(error))


def _hint(error: SharekitError, key: str) -> str:
    """What to do; an adapter says KEY for the key, which it need not know."""
    return re.sub(r"\bKEY\b", lambda _: f"'{key}'", error.hint or "")


def how_to_settle(key: str) -> str:
    """What a person can do about a key of which nobody knows what came of it."""
    return f"Check whether it is out, then: sharekit ledger settle '{key}' --delivered URL   (or --release)"


def how_to_release(key: str) -> str:
    """What a person can do about a key whose text was refused."""
    return f"Correct the draft, then: sharekit ledger settle '{key}' --release"


# --- news -------------------------------------------------------------------------------------------------------------
#
# It makes one run fail, so that CI sends its mail; then the ledger remembers that it was reported, for CI starts from
# fresh clones.


@dataclass(frozen=True)
class News:
    """Something that needs a person: ``rule`` and ``subject`` (a ledger key, or a file) make it the same news again."""

    rule: str
    subject: str
    of_a_file: bool = False

    @property
    def key(self) -> str:
        """The ledger's key for having reported it. A digest: subjects are long, and hold what a path of a key may not."""
        return f"{NEWS}{self.rule}/{digest(self.subject)}"

    @property
    def exit_code(self) -> int:
        """What a run that brings it ends with."""
        if self.rule in NOBODY_KNOWS:
            return OutcomeUnknown.exit_code
        return DraftError.exit_code if self.of_a_file else DeliveryError.exit_code


def report(
    current: Iterable[News], entries: Mapping[str, LedgerEntry], *, ledger: Ledger, at: datetime, run: str
) -> Sequence[News]:
    """Remember what is news, and return it. What was reported and has ended is forgotten, so that it can be news again.

    What another run reports at the same moment is that run's news. Raises LedgerUnavailable.
    """
    now = {news.key: news for news in current}
    fresh = []
    for news in now.values():
        known = entries.get(news.key)
        # A run that ended between claim and settlement failed, and was seen for that.
        if known and known.state in ("claimed", "delivered"):
            continue
        try:
            claim = ledger.claim(news.key, at=at, run=run, sent={"subject": news.subject})
        except AlreadyClaimed:
            continue
        fresh.append(news)
        receipt = Receipt(id=news.rule, url=None, at=at)
        ledger.settle(claim.key, Outcome(state="delivered", at=at, receipt=receipt), nonce=claim.nonce)
    for key, entry in entries.items():
        if key.startswith(NEWS) and key not in now:
            _forget(ledger, entry, at=at)
    return fresh


def _forget(ledger: Ledger, reported: LedgerEntry, *, at: datetime) -> None:
    """Release a report, so that the same is news again when it comes back."""
    if reported.state in ("claimed", "delivered"):
        ledger.settle(reported.key, Outcome(state="released", at=at, reason="it has ended"), nonce=reported.nonce)


# --- by hand ------------------------------------------------------------------------------------------------------------


def seed(ledger: Ledger, *, at: datetime, run: str) -> LedgerEntry:
    """Note that everything up to ``at`` counts as out."""
    moment = at.strftime("%Y-%m-%dT%H-%M-%SZ")
    entry = ledger.claim(f"{SEED}{moment}", at=at, run=run)
    outcome = Outcome(state="delivered", at=at, receipt=Receipt(id=moment, url=None, at=at), reason="counts as out")
    return ledger.settle(entry.key, outcome, nonce=entry.nonce)


def _id_in(url: str) -> str:
    """The id that an address ends in, as on X and Mastodon, so that the next part can answer it; else the address."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return last if last.isdecimal() else url


def settle(ledger: Ledger, key: str, *, delivered: str | None, release: bool, at: datetime, run: str) -> LedgerEntry:
    """Write down what a person found out: that it is out at the URL ``delivered``, or that it may be sent again.

    What was reported of the key is forgotten: should it need a person again, that is news.
    A key that no run ever claimed can be settled as delivered: it went out by hand. A record that a wrong clock dated in
    the future needs neither: it stays what it is, from ``at`` on, and an open claim is looked up by the next run. Raises
    ConfigError where neither is said of another.
    """
    entry = ledger.get(key)
    redated = brought_back(entry, at).outcome if entry and ahead(entry, at) else None
    known = redated.receipt if redated else None
    if delivered and not release:
        receipt = known if known and known.url == delivered else Receipt(id=_id_in(delivered), url=delivered, at=at)
        outcome = Outcome(state="delivered", at=at, receipt=receipt, reason="settled by hand")
    elif release and not delivered:
        outcome = Outcome(state="released", at=at, reason="released by hand")
    elif entry and ahead(entry, at) and not delivered:
        outcome = redated or Outcome(state="unknown", at=at, reason="claimed by a run whose clock was ahead")
    else:
        raise ConfigError("say what happened to it: --delivered URL, or --release")
    if entry is None:
        if release:
            raise LedgerError(
                f"{key} was never claimed, so there is nothing to release", hint="List the keys with: sharekit plan"
            )
        # It went out at another time, by hand: it keeps no other act waiting.
        entry = ledger.claim(key, at=at, run=run, sent={"by": "hand"})
    settled = ledger.settle(key, outcome, nonce=entry.nonce)
    for reported in ledger.entries(NEWS):
        if reported.sent.get("subject") == key:
            _forget(ledger, reported, at=at)
    return settled
