"""A state machine over outbox, ledger and a provider that loses answers, refuses, pauses, has bugs: the promise holds.

The promise: a key goes out at most once; a key that is out and known to be is settled so; and whatever is neither
delivered nor refused is named as waiting, unknown or open.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sharekit.errors import ChannelPaused, DraftError, LedgerUnavailable, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Outcome, Receipt
from sharekit.outbox import Outbox
from sharekit.ports import Lookup
from sharekit.testing import Faulty, FrozenClock, MemoryLedger

if TYPE_CHECKING:
    from sharekit.model import LedgerEntry

KEYS = ["share/a/x/launch", "share/b/x/launch"]
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Died(BaseException):
    """The process ends here: nothing after it runs."""


class Provider:
    """Keeps how often each key arrived. ``once`` takes a key once; ``knows`` can be asked."""

    def __init__(self, *, once: bool, knows: bool) -> None:
        self.arrived = dict.fromkeys(KEYS, 0)
        self.once = once
        self.knows = knows

    def send(self, key: str, fault: str) -> Receipt:
        faults: dict[str, BaseException] = {
            "refuses": Refused("no"),
            "away": Unavailable("not now"),
            "paused": ChannelPaused("the token expired", hint="renew it"),
            "bug before": KeyError("id"),
            "too long": DraftError("291 of 280"),
            "lost request": OutcomeUnknown("reset"),
            "died before": Died(),
        }
        if fault in faults:
            raise faults[fault]
        if not (self.once and self.arrived[key]):
            self.arrived[key] += 1
        if fault == "lost answer":
            raise OutcomeUnknown("timed out")
        if fault == "bug after":
            raise KeyError("id")
        if fault == "died after":
            raise Died
        return Receipt(id=key, url=None, at=AT)

    def find(self, key: str, fault: str) -> Lookup:
        if fault == "find fails":
            raise Unavailable("not now")
        if fault == "find has a bug":
            raise KeyError("items")
        if not self.knows:
            return Lookup()
        if self.arrived[key]:
            return Lookup(receipt=Receipt(id=key, url=None, at=AT))
        return Lookup(certain=True, repeat_is_harmless=self.once)


FAULTS = st.sampled_from(
    [
        *("none", "none", "refuses", "away", "paused", "too long", "lost request", "lost answer", "bug before", "bug after"),
        *("died before", "died after", "find fails", "find has a bug"),
    ]
)
LEDGER_FAULTS = st.sampled_from(["none", "none", "none", "claim fails", "settle fails", "settle dies"])


class Deliveries(RuleBasedStateMachine):
    once = True
    knows = True

    def __init__(self) -> None:
        super().__init__()
        self.ledger = MemoryLedger()
        self.clock = FrozenClock()
        self.provider = Provider(once=self.once, knows=self.knows)
        self.refused: set[str] = set()

    def entry(self, key: str) -> LedgerEntry | None:
        return self.ledger.get(key)

    @rule(key=st.sampled_from(KEYS), fault=FAULTS, ledger_fault=LEDGER_FAULTS, stale=st.booleans())
    def run(self, key: str, fault: str, ledger_fault: str, stale: bool) -> None:
        faults: dict[str, list[BaseException | str | None]] = {
            "claim fails": [LedgerUnavailable("away")],
            "settle fails": [LedgerUnavailable("full")],
            "settle dies": [Died()],
        }
        name = ledger_fault.partition(" ")[0]
        ledger = Faulty(self.ledger, **{name: faults[ledger_fault]}) if ledger_fault in faults else self.ledger
        # Each run is a process of its own, so every claim that is found open is of a run that is over.
        outbox = Outbox(ledger, run="run", clock=self.clock, over=lambda _entry, _now: True)
        known = None if stale else self.entry(key)
        try:
            result = outbox.deliver(
                key,
                send=lambda _entry, _note: self.provider.send(key, fault),
                find=lambda _entry: self.provider.find(key, fault),
                known=known,
                sent={"digest": "d"},
            )
        except (Died, LedgerUnavailable):
            return
        # Whatever came of it is said, and is what the ledger holds.
        assert result.state in ("delivered", "refused", "waiting", "unknown", "held")
        assert result.entry == self.entry(key)
        if result.state == "delivered":
            assert self.provider.arrived[key] == 1
        if result.state == "refused":
            assert self.provider.arrived[key] == 0

    @rule(key=st.sampled_from(KEYS), answer=st.sampled_from(["the page answers 404", "the page answers 500"]))
    def the_page_is_not_there(self, key: str, answer: str) -> None:
        known = self.entry(key)
        if known is not None and known.state not in ("waiting", "released"):
            return
        Outbox(self.ledger, run="run", clock=self.clock).note_page(key, answer, known=known, sent={})

    @rule(key=st.sampled_from(KEYS))
    def time_passes(self, key: str) -> None:
        self.clock.advance(hours=7)
        assert self.provider.arrived[key] <= 1

    @rule(key=st.sampled_from(KEYS))
    def a_person_settles(self, key: str) -> None:
        """Settles what is unknown or refused, by what is really out."""
        entry = self.entry(key)
        if entry is None or entry.state not in ("unknown", "refused"):
            return
        receipt = Receipt(id=key, url=None, at=AT)
        there = Outcome(state="delivered", at=self.clock(), receipt=receipt)
        gone = Outcome(state="released", at=self.clock())
        self.ledger.settle(key, there if self.provider.arrived[key] else gone, nonce=entry.nonce)

    @invariant()
    def nothing_went_out_twice(self) -> None:
        assert all(count <= 1 for count in self.provider.arrived.values())

    @invariant()
    def what_is_said_to_be_out_is_out(self) -> None:
        for key in KEYS:
            entry = self.entry(key)
            if entry and entry.state == "delivered":
                assert self.provider.arrived[key] == 1

    @invariant()
    def what_is_out_is_never_said_to_be_free(self) -> None:
        for key in KEYS:
            entry = self.entry(key)
            if self.provider.arrived[key]:
                assert entry is not None
                assert entry.state in ("delivered", "claimed", "unknown")


class CannotBeRepeated(Deliveries):
    once = False


class CannotBeAsked(Deliveries):
    once = False
    knows = False


STEPS = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestTakesOnce = Deliveries.TestCase
TestTakesOnce.settings = STEPS
TestCannotBeRepeated = CannotBeRepeated.TestCase
TestCannotBeRepeated.settings = STEPS
TestCannotBeAsked = CannotBeAsked.TestCase
TestCannotBeAsked.settings = STEPS
