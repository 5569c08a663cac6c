from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from sharekit.errors import (
    ConfigError,
    DraftError,
    LedgerError,
    LedgerUnavailable,
    OutcomeUnknown,
    Refused,
    TooLong,
    Unavailable,
)
from sharekit.model import Card, Share
from sharekit.outbox import Act, Outbox, share_act
from sharekit.ports import LedgerEntry, Lookup
from sharekit.records import damaged
from sharekit.testing import LOST, Faulty, FrozenClock, MemoryLedger, RecordingChannel

KEY = "share/post/x/launch"


def share(**values: object) -> Share:
    given = {"post_id": "post", "channel": "x", "slot": "launch", "text": "words", "language": "en"}
    made = {"card": Card(url="https://blog.example/", title="t"), "created": datetime(2026, 1, 1, tzinfo=UTC)}
    return Share(**given | made | values)  # type: ignore[arg-type]  # a shorthand


@dataclass
class Bench:
    """An outbox on a desk: everything it touches can be looked at."""

    channel: RecordingChannel = field(default_factory=RecordingChannel)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    clock: FrozenClock = field(default_factory=FrozenClock)

    def outbox(self, run: str = "run", *, ledger: object = None) -> Outbox:
        return Outbox(ledger or self.ledger, run=run, clock=self.clock, over=lambda entry, _now: entry.run == "dead")  # type: ignore[arg-type]

    def act(self, **faults: list[BaseException | str | None]) -> Act:
        return share_act(Faulty(self.channel, **faults), share())

    @property
    def entry(self) -> LedgerEntry:
        found = self.ledger.get(KEY)
        assert found is not None
        return found


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_is_sent_is_settled_with_its_receipt(bench: Bench) -> None:
    result = bench.outbox().deliver(bench.act())
    assert result.state == "delivered"
    assert [key for key, _ in bench.channel.posted] == [KEY]
    assert bench.entry.outcome is not None
    assert bench.entry.outcome.receipt == result.receipt


def test_what_is_delivered_is_not_sent_again(bench: Bench) -> None:
    bench.outbox().deliver(bench.act())
    assert bench.outbox().deliver(bench.act()).state == "delivered"
    assert bench.outbox().deliver(bench.act(), bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_a_no_stays_until_a_person_releases_it(bench: Bench) -> None:
    result = bench.outbox().deliver(bench.act(post=[Refused("403: duplicate", hint="change it")]))
    assert (result.state, result.reason, result.hint) == ("refused", "403: duplicate", "change it")
    assert bench.outbox().deliver(bench.act(), bench.entry).state == "refused"
    assert not bench.channel.posted


def test_the_moment_that_the_far_side_names_is_kept(bench: Bench) -> None:
    later = bench.clock() + timedelta(minutes=31)
    result = bench.outbox().deliver(bench.act(post=[Unavailable("429", retry_at=later)]))
    assert (result.state, result.retry_at) == ("waiting", later)
    assert bench.outbox("next run").deliver(bench.act(), bench.entry).state == "waiting"
    assert not bench.channel.posted
    bench.clock.advance(minutes=31)
    assert bench.outbox("next run").deliver(bench.act(), bench.entry).state == "delivered"


def test_without_a_moment_the_pauses_grow(bench: Bench) -> None:
    pauses = []
    for _ in range(9):
        result = bench.outbox().deliver(bench.act(post=[Unavailable("cannot be reached")]))
        assert result.retry_at is not None
        pauses.append((result.retry_at - bench.clock()) / timedelta(minutes=1))
        bench.clock.now = result.retry_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 360, 360]


@pytest.mark.parametrize("idempotent", [True, False])
def test_an_answer_that_was_lost_is_looked_up_at_once(bench: Bench, idempotent: bool) -> None:
    bench.channel.idempotent = idempotent
    result = bench.outbox().deliver(bench.act(post=[LOST]))
    assert result.state == "delivered"
    assert len(bench.channel.posted) == 1


def test_a_request_that_was_lost_is_held_where_a_repeat_could_double_it(bench: Bench) -> None:
    lost = OutcomeUnknown("timed out")
    assert bench.outbox().deliver(bench.act(post=[lost])).state == "unknown"
    for _ in range(3):
        bench.clock.advance(days=1)
        result = bench.outbox("next run").deliver(bench.act(), bench.entry)
        assert (result.state, result.reason) == ("unknown", "timed out")
    assert not bench.channel.posted


def test_a_request_that_was_lost_is_sent_by_the_next_run_where_a_repeat_is_harmless(bench: Bench) -> None:
    bench.channel.idempotent = True
    assert bench.outbox().deliver(bench.act(post=[OutcomeUnknown("timed out")])).state == "unknown"
    assert not bench.channel.posted
    assert bench.outbox("next run").deliver(bench.act(), bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


@pytest.mark.parametrize("error", [Unavailable("away"), OutcomeUnknown("hm"), Refused("401"), ConfigError("no key")])
def test_what_cannot_be_looked_up_stays_unknown(bench: Bench, error: Exception) -> None:
    result = bench.outbox().deliver(bench.act(post=[LOST], find=[error]))
    assert result.state == "unknown"
    assert bench.outbox().deliver(bench.act(), bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_the_claim_of_a_dead_run_is_looked_up(bench: Bench) -> None:
    bench.ledger.claim(KEY, at=bench.clock(), run="dead")
    bench.channel.post(share(), KEY)
    assert bench.outbox().deliver(bench.act(), bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_the_claim_of_a_dead_run_that_is_nowhere_is_held(bench: Bench) -> None:
    bench.ledger.claim(KEY, at=bench.clock(), run="dead")
    result = bench.outbox().deliver(bench.act(), bench.entry)
    assert result.state == "unknown"
    assert "ended without saying" in result.reason
    assert bench.entry.state == "unknown"


def test_the_claim_of_a_run_that_lives_is_left_alone(bench: Bench) -> None:
    claim = bench.ledger.claim(KEY, at=bench.clock(), run="alive")
    assert bench.outbox().deliver(bench.act(), claim).state == "busy"
    assert bench.outbox().deliver(bench.act()).state == "busy"
    assert not bench.channel.posted
    assert bench.entry == claim


def test_an_entry_that_cannot_be_read_is_never_touched(bench: Bench) -> None:
    entry = damaged(KEY, "its record cannot be read")
    result = bench.outbox().deliver(bench.act(), entry)
    assert (result.state, result.reason) == ("unknown", "its record cannot be read")
    assert not bench.channel.posted
    assert bench.ledger.get(KEY) is None


@pytest.mark.parametrize("error", [TooLong("291 of 280"), DraftError("no such image"), ConfigError("SHAREKIT_X is not set")])
def test_what_was_never_sent_gives_its_key_back(bench: Bench, error: Exception) -> None:
    result = bench.outbox().deliver(bench.act(post=[error]))
    assert result.state == "held"
    assert bench.entry.state == "released"
    assert bench.outbox().deliver(bench.act(), bench.entry).state == "delivered"


def test_a_bug_in_an_adapter_leaves_the_claim_open(bench: Bench) -> None:
    with pytest.raises(ZeroDivisionError):
        bench.outbox("dead").deliver(bench.act(post=[ZeroDivisionError()]))
    assert bench.entry.state == "claimed"
    assert bench.outbox().deliver(bench.act(), bench.entry).state == "unknown"


def test_nothing_is_sent_when_it_cannot_be_claimed(bench: Bench) -> None:
    ledger = Faulty(bench.ledger, claim=[LedgerUnavailable("away")])
    with pytest.raises(LedgerUnavailable):
        bench.outbox(ledger=ledger).deliver(bench.act())
    assert not bench.channel.posted


def test_a_receipt_that_cannot_be_kept_is_told(bench: Bench) -> None:
    ledger = Faulty(bench.ledger, settle=[LedgerUnavailable("the disk is full")])
    with pytest.raises(LedgerUnavailable, match=r"delivered \(https://network.example/share/post/x/launch\)") as caught:
        bench.outbox("dead", ledger=ledger).deliver(bench.act())
    assert f"sharekit ledger settle {KEY}" in (caught.value.hint or "")
    assert bench.outbox().deliver(bench.act(), bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_two_runs_that_look_a_claim_up_at_once_send_once(bench: Bench) -> None:
    bench.channel.idempotent = True
    known = bench.ledger.claim(KEY, at=bench.clock(), run="dead")

    def other_run_is_quicker() -> Lookup:
        bench.outbox("quicker").deliver(bench.act(), known)
        return Lookup(certain=True, repeat_is_harmless=True)

    act = bench.act()
    slow = Act(key=act.key, send=act.send, find=other_run_is_quicker)
    result = bench.outbox("slower").deliver(slow, known)
    assert result.state == "delivered"
    assert bench.entry.run == "quicker"
    assert len(bench.channel.posted) == 1


def test_a_run_that_was_overtaken_says_so(bench: Bench) -> None:
    bench.channel.idempotent = True
    act = bench.act()

    def stalled() -> object:
        bench.outbox("other").deliver(bench.act(), bench.entry)
        return bench.channel.post(share(), KEY)

    slow = Act(key=act.key, send=stalled, find=act.find)  # type: ignore[arg-type]
    with pytest.raises(LedgerError, match="claimed by another run"):
        bench.outbox("dead").deliver(slow)
    assert bench.entry.state == "delivered"
    assert len(bench.channel.posted) == 1


def test_no_address_reaches_the_ledger(bench: Bench) -> None:
    bench.outbox().deliver(bench.act(post=[Refused("550 <jo.doe@mail.example>: unknown (jo@x.example)")]))
    assert bench.entry.outcome is not None
    assert bench.entry.outcome.reason == "550 <…>: unknown (…)"
