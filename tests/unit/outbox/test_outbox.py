from __future__ import annotations

import socket
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from sharekit.errors import (
    ChannelPaused,
    ConfigError,
    DraftError,
    LedgerError,
    LedgerUnavailable,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from sharekit.http import Client
from sharekit.ledgers.records import damaged
from sharekit.model import Card, LedgerEntry, Receipt, Share
from sharekit.outbox import LEASE, Outbox, Result
from sharekit.ports import Lookup
from sharekit.testing import LOST, NOON, Faulty, FrozenClock, MemoryLedger, RecordingChannel

KEY = "share/post/x/launch"
SHARE = Share(
    post_id="post",
    channel="x",
    slot="launch",
    text="words",
    language="en",
    card=Card(url="https://blog.example/", title="t"),
    created=NOON,
)
Faults = list[BaseException | str | None]


@dataclass
class Bench:
    """An outbox, and everything it touches."""

    channel: RecordingChannel = field(default_factory=RecordingChannel)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    clock: FrozenClock = field(default_factory=FrozenClock)

    def outbox(self, run: str = "run", *, ledger: object = None) -> Outbox:
        return Outbox(ledger or self.ledger, run=run, clock=self.clock, over=lambda entry, _now: entry.run == "dead")  # type: ignore[arg-type]  # a double

    def deliver(
        self,
        known: LedgerEntry | None = None,
        *,
        run: str = "run",
        ledger: object = None,
        sent: dict[str, str] | None = None,
        **faults: Faults,
    ) -> Result:
        channel = Faulty(self.channel, **faults)
        return self.outbox(run, ledger=ledger).deliver(
            KEY,
            send=lambda entry, _note: channel.post(SHARE, entry.key),
            find=lambda entry: channel.find(SHARE, entry.key),
            known=known,
            sent=sent,
        )

    @property
    def entry(self) -> LedgerEntry:
        found = self.ledger.get(KEY)
        assert found is not None
        return found


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_is_sent_is_settled_with_its_receipt(bench: Bench) -> None:
    result = bench.deliver()
    assert result.state == "delivered"
    assert [key for key, _ in bench.channel.posted] == [KEY]
    assert bench.entry == result.entry
    assert bench.entry.outcome is not None
    assert bench.entry.outcome.receipt == result.receipt


def test_the_ledger_remembers_what_a_claim_was_made_for(bench: Bench) -> None:
    bench.deliver(sent={"digest": "d", "url": "https://blog.example/a/"})
    assert bench.entry.sent == {"digest": "d", "url": "https://blog.example/a/", "first": NOON.isoformat()}


def test_the_moment_of_the_first_attempt_that_may_be_out_stays_and_the_rest_is_of_the_last_one(bench: Bench) -> None:
    bench.channel.idempotent = True
    bench.deliver(sent={"digest": "one"}, post=[OutcomeUnknown("timed out")])
    bench.clock.advance(hours=1)
    bench.deliver(bench.entry, sent={"digest": "two"})
    assert (bench.entry.sent, bench.entry.attempts) == ({"digest": "two", "first": NOON.isoformat()}, 2)


def test_a_ledger_that_goes_away_while_a_key_is_looked_up_ends_the_run(bench: Bench) -> None:
    bench.deliver(post=[LOST], find=[OutcomeUnknown("no answer")])
    away = Faulty(bench.ledger, settle=[LedgerUnavailable("it is away")])
    with pytest.raises(LedgerUnavailable, match="it is away"):
        bench.deliver(bench.entry, ledger=away)
    assert bench.entry.state == "unknown"


def test_what_is_delivered_is_not_sent_again(bench: Bench) -> None:
    bench.deliver()
    assert bench.deliver().state == "delivered"
    assert bench.deliver(bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


@pytest.mark.parametrize(
    ("hint", "ways"), [("", 1), ("See the page.", 2), ("Then: sharekit issue send 2026-05 --failed", 1)]
)
def test_a_refusal_says_how_to_send_it_again_once(bench: Bench, hint: str, ways: int) -> None:
    assert len(bench.deliver(post=[Refused("550: no", hint=hint)]).hint.splitlines()) == ways


def test_a_refusal_stays_until_a_person_releases_it(bench: Bench) -> None:
    hint = "Set SHAREKIT_X_KEY, then: sharekit ledger settle KEY --release"
    result = bench.deliver(post=[Refused("403: duplicate", hint=hint)])
    assert (result.state, result.reason, result.rule) == ("refused", "403: duplicate", "refused")
    assert result.hint == f"Set SHAREKIT_X_KEY, then: sharekit ledger settle '{KEY}' --release"
    assert bench.deliver(bench.entry).state == "refused"
    assert not bench.channel.posted


def test_the_moment_that_the_provider_names_is_kept(bench: Bench) -> None:
    later = bench.clock() + timedelta(minutes=31)
    result = bench.deliver(post=[Unavailable("429", retry_at=later)])
    assert (result.state, result.retry_at, result.rule) == ("waiting", later, "")
    assert bench.deliver(bench.entry, run="next run").state == "waiting"
    assert not bench.channel.posted
    bench.clock.advance(minutes=31)
    assert bench.deliver(bench.entry, run="next run").state == "delivered"


def test_without_a_moment_the_pauses_grow(bench: Bench) -> None:
    pauses = []
    for _ in range(9):
        result = bench.deliver(post=[Unavailable("cannot be reached")])
        assert result.retry_at is not None
        pauses.append((result.retry_at - bench.clock()) / timedelta(minutes=1))
        bench.clock.now = result.retry_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 360, 360]


def test_a_paused_account_waits_and_says_what_to_do(bench: Bench) -> None:
    paused = ChannelPaused("X answered 401: expired", hint="Renew SHAREKIT_X_TOKEN")
    result = bench.deliver(post=[paused])
    assert (result.state, result.rule, result.retry_at) == ("waiting", "paused", None)
    assert bench.entry.outcome is not None
    assert bench.entry.outcome.paused
    # Whoever reads the ledger later has nothing but the reason.
    assert bench.entry.outcome.reason == "X answered 401: expired. Renew SHAREKIT_X_TOKEN"
    assert not bench.channel.posted


def test_a_paused_account_may_be_tried_by_the_very_next_run(bench: Bench) -> None:
    bench.deliver(post=[ChannelPaused("401")])
    assert bench.deliver(bench.entry, run="next run").state == "delivered"
    assert bench.entry.outcome is not None
    assert not bench.entry.outcome.paused


@pytest.mark.parametrize("idempotent", [True, False])
def test_an_answer_that_was_lost_is_looked_up_at_once(bench: Bench, idempotent: bool) -> None:
    bench.channel.idempotent = idempotent
    assert bench.deliver(post=[LOST]).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_a_request_that_was_lost_is_held_where_a_repeat_could_double_it(bench: Bench) -> None:
    assert bench.deliver(post=[OutcomeUnknown("timed out")]).state == "unknown"
    for _ in range(3):
        bench.clock.advance(days=1)
        result = bench.deliver(bench.entry, run="next run")
        assert (result.state, result.reason, result.rule) == ("unknown", "timed out", "unknown")
    assert not bench.channel.posted


def test_a_request_that_was_lost_is_sent_by_the_next_run_where_a_repeat_is_harmless(bench: Bench) -> None:
    bench.channel.idempotent = True
    assert bench.deliver(post=[OutcomeUnknown("timed out")]).state == "unknown"
    assert not bench.channel.posted
    assert bench.deliver(bench.entry, run="next run").state == "delivered"
    assert len(bench.channel.posted) == 1


@pytest.mark.parametrize(
    "lookup",
    [Lookup(), Lookup(certain=True), Lookup(repeat_is_harmless=True)],
    ids=["nothing known", "certain, but it would come twice", "harmless, but not certain"],
)
def test_only_what_is_certainly_not_there_and_harmless_is_sent_again(bench: Bench, lookup: Lookup) -> None:
    bench.deliver(post=[OutcomeUnknown("timed out")])
    result = bench.outbox("next run").deliver(
        KEY, send=lambda entry, _: bench.channel.post(SHARE, entry.key), find=lambda _: lookup, known=bench.entry
    )
    assert result.state == "unknown"
    assert not bench.channel.posted


@pytest.mark.parametrize(
    "error", [Unavailable("away"), OutcomeUnknown("hm"), Refused("401"), ConfigError("no key"), KeyError("id")]
)
def test_what_cannot_be_looked_up_stays_unknown_and_is_looked_up_by_the_next_run(bench: Bench, error: Exception) -> None:
    assert bench.deliver(post=[LOST], find=[error]).state == "unknown"
    assert bench.deliver(bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_the_claim_of_a_dead_run_is_looked_up(bench: Bench) -> None:
    bench.ledger.claim(KEY, at=bench.clock(), run="dead")
    bench.channel.post(SHARE, KEY)
    assert bench.deliver(bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_the_claim_of_a_dead_run_that_is_nowhere_is_held(bench: Bench) -> None:
    bench.ledger.claim(KEY, at=bench.clock(), run="dead")
    result = bench.deliver(bench.entry)
    assert result.state == "unknown"
    assert "ended without saying" in result.reason
    assert bench.entry.state == "unknown"


def test_the_claim_of_a_run_that_lives_is_left_alone(bench: Bench) -> None:
    claim = bench.ledger.claim(KEY, at=bench.clock(), run="alive")
    for known in (claim, None):
        result = bench.deliver(known)
        assert (result.state, result.reason, result.rule) == ("waiting", "another run is sending it", "")
    assert not bench.channel.posted
    assert bench.entry == claim


def test_an_entry_that_cannot_be_read_is_never_touched(bench: Bench) -> None:
    bench.channel.idempotent = True
    looked_up: Faults = [None]
    result = bench.deliver(damaged(KEY, "its record cannot be read"), find=looked_up)
    assert looked_up == [None]
    assert (result.state, result.reason, result.rule) == ("held", "its record cannot be read", "damaged")
    assert not bench.channel.posted
    assert bench.ledger.get(KEY) is None


@pytest.mark.parametrize("error", [DraftError("no such image", hint="Correct it."), ConfigError("SHAREKIT_X is not set")])
def test_what_was_never_sent_gives_its_key_back(bench: Bench, error: DraftError | ConfigError) -> None:
    result = bench.deliver(post=[error])
    assert (result.state, result.rule, result.hint) == ("held", "unusable", error.hint or "")
    assert bench.entry.state == "released"
    assert bench.deliver(bench.entry).state == "delivered"


@pytest.mark.parametrize("happened", [True, False], ids=["after the request", "before the request"])
def test_a_bug_in_an_adapter_is_unknown_until_it_is_found(bench: Bench, happened: bool) -> None:
    def send(entry: LedgerEntry, _note: object) -> Receipt:
        if happened:
            bench.channel.post(SHARE, entry.key)
        answer: dict[str, Receipt] = {}
        return answer["id"]

    result = bench.outbox().deliver(KEY, send=send, find=lambda entry: bench.channel.find(SHARE, entry.key))
    assert result.state == ("delivered" if happened else "unknown")
    assert len(bench.channel.posted) == happened


def test_a_bug_in_an_adapter_says_what_it_is_and_where_to_report_it(bench: Bench) -> None:
    result = bench.deliver(post=[ZeroDivisionError("the password is hunter2")])
    assert (result.state, result.reason) == ("unknown", "an unexpected ZeroDivisionError while sending")
    assert "report it" in result.hint
    assert "hunter2" not in str(bench.entry)


def test_nothing_is_sent_when_it_cannot_be_claimed(bench: Bench) -> None:
    ledger = Faulty(bench.ledger, claim=[LedgerUnavailable("away")])
    with pytest.raises(LedgerUnavailable):
        bench.deliver(ledger=ledger)
    assert not bench.channel.posted


@pytest.mark.parametrize("error", [OutcomeUnknown("timed out"), ZeroDivisionError(), Unavailable("503"), Refused("403")])
def test_a_ledger_that_goes_away_after_an_attempt_ends_the_run(bench: Bench, error: Exception) -> None:
    away = Faulty(bench.ledger, settle=[LedgerUnavailable("it is away")])
    with pytest.raises(LedgerUnavailable, match="it is away"):
        bench.deliver(post=[error], ledger=away)
    assert bench.entry.state == "claimed"


def test_a_receipt_that_cannot_be_kept_is_shown(bench: Bench) -> None:
    ledger = Faulty(bench.ledger, settle=[LedgerUnavailable("the disk is full")])
    with pytest.raises(LedgerUnavailable, match=r"delivered \(https://network.example/share/post/x/launch\)") as caught:
        bench.deliver(run="dead", ledger=ledger)
    assert f"sharekit ledger settle '{KEY}'" in (caught.value.hint or "")
    assert bench.deliver(bench.entry).state == "delivered"
    assert len(bench.channel.posted) == 1


def test_two_runs_that_look_a_claim_up_at_once_send_once(bench: Bench) -> None:
    bench.channel.idempotent = True
    known = bench.ledger.claim(KEY, at=bench.clock(), run="dead")

    def other_run_is_quicker(_entry: LedgerEntry) -> Lookup:
        bench.deliver(known, run="quicker")
        return Lookup(certain=True, repeat_is_harmless=True)

    result = bench.outbox("slower").deliver(
        KEY, send=lambda entry, _: bench.channel.post(SHARE, entry.key), find=other_run_is_quicker, known=known
    )
    assert result.state == "delivered"
    assert bench.entry.run == "quicker"
    assert len(bench.channel.posted) == 1


def test_what_a_run_noted_on_its_way_comes_back_to_the_look_up_of_the_next(bench: Bench) -> None:
    def send(_entry: LedgerEntry, note: object) -> Receipt:
        note({"container": "17"})  # type: ignore[operator]  # a Note
        raise OutcomeUnknown("timed out")

    seen = []
    bench.outbox().deliver(KEY, send=send, find=lambda entry: seen.append(entry.facts) or Lookup())  # type: ignore[func-returns-value]  # append gives None
    assert seen == [{"container": "17"}]


def test_a_run_that_wakes_after_its_claim_grew_old_sends_nothing(bench: Bench) -> None:
    bench.channel.idempotent = True
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        client = Client("Network", clock=bench.clock, total=1)

        def stopped_for_long(_entry: LedgerEntry, _note: object) -> Receipt:
            bench.clock.advance(seconds=LEASE.total_seconds())
            bench.outbox("other").deliver(
                KEY,
                send=lambda entry, _: bench.channel.post(SHARE, entry.key),
                find=lambda entry: bench.channel.find(SHARE, entry.key),
                known=bench.entry,
            )
            client.request("POST", f"http://127.0.0.1:{server.getsockname()[1]}", content=b"{}")
            raise AssertionError("it was sent")

        result = bench.outbox("dead").deliver(KEY, send=stopped_for_long, find=lambda _: Lookup())
        with pytest.raises(BlockingIOError):
            server.accept()
    assert result.state == "delivered"
    assert bench.entry.run == "other"
    assert len(bench.channel.posted) == 1


def test_a_run_that_was_overtaken_after_it_sent_says_so(bench: Bench) -> None:
    bench.channel.idempotent = True

    def overtaken(entry: LedgerEntry, _note: object) -> Receipt:
        bench.deliver(bench.entry, run="other")
        return bench.channel.post(SHARE, entry.key)

    with pytest.raises(LedgerError, match="claimed by another run"):
        bench.outbox("dead").deliver(KEY, send=overtaken, find=lambda _: Lookup())
    assert bench.entry.state == "delivered"
    assert len(bench.channel.posted) == 1


def test_no_address_of_a_subscriber_reaches_the_ledger(bench: Bench) -> None:
    bench.deliver(post=[Refused("550 <jo.doe@mail.example>: unknown (jo@x.example)")])
    assert bench.entry.outcome is not None
    assert bench.entry.outcome.reason == "550 <…>: unknown (…)"


# --- the page -----------------------------------------------------------------------------------------------------------


def test_an_act_that_waits_for_its_page_is_free_for_the_next_run(bench: Bench) -> None:
    result = bench.outbox().note_page(KEY, "the page answers 404", known=None, sent={"url": "https://blog.example/a/"})
    assert (result.state, result.reason, result.retry_at, result.rule) == ("waiting", "the page answers 404", None, "")
    assert bench.entry.sent["page"] == "the page answers 404"
    assert bench.deliver(bench.entry, run="next run", sent={"digest": "d"}).state == "delivered"
    assert bench.entry.sent == {"digest": "d", "first": NOON.isoformat()}


def test_an_answer_of_the_page_is_noted_once(bench: Bench) -> None:
    outbox = bench.outbox()
    outbox.note_page(KEY, "the page answers 404", known=None, sent={})
    noted = bench.entry
    bench.clock.advance(hours=1)
    assert outbox.note_page(KEY, "the page answers 404", known=noted, sent={}).reason == "the page answers 404"
    assert bench.entry == noted
    assert outbox.note_page(KEY, "the page answers 500", known=noted, sent={}).reason == "the page answers 500"
    assert bench.entry.attempts == 2


def test_a_page_of_an_act_that_another_run_sends_changes_nothing(bench: Bench) -> None:
    claim = bench.ledger.claim(KEY, at=bench.clock(), run="alive")
    result = bench.outbox().note_page(KEY, "the page answers 404", known=None, sent={})
    assert (result.state, result.reason) == ("waiting", "another run is sending it")
    assert bench.entry == claim


def test_what_another_run_sent_meanwhile_says_so(bench: Bench) -> None:
    assert bench.deliver(run="first").reason == ""
    late = bench.deliver(run="second")  # its plan was made before
    assert (late.state, late.reason) == ("delivered", "by another run")
    assert [key for key, _ in bench.channel.posted] == [KEY]
