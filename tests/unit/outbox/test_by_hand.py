from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sharekit.errors import ConfigError, LedgerError
from sharekit.ledgers.records import MemoryLedger, ahead
from sharekit.model import LedgerEntry, Outcome, Receipt
from sharekit.outbox import seed, settle

NOW = datetime(2026, 3, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=20)
KEY = "share/a/linkedin/launch"
URL = "https://www.linkedin.com/feed/update/urn:li:share:7/"


def by_hand(ledger: MemoryLedger, key: str, *, delivered: str | None = None, release: bool = False) -> LedgerEntry:
    return settle(ledger, key, delivered=delivered, release=release, at=NOW, run="by hand")


def delivered(ledger: MemoryLedger, at: datetime) -> None:
    claim = ledger.claim(KEY, at=at, run="run")
    receipt = Receipt(id="urn:li:share:7", url=URL, at=at)
    ledger.settle(KEY, Outcome(state="delivered", at=at, receipt=receipt), nonce=claim.nonce)


def test_an_entry_dated_in_the_future_needs_no_word_and_stays_what_it_is() -> None:
    ledger = MemoryLedger()
    delivered(ledger, LATER)
    entry = by_hand(ledger, KEY)
    assert not ahead(entry, NOW)
    assert entry.outcome is not None
    assert entry.outcome.receipt == Receipt(id="urn:li:share:7", url=URL, at=NOW)


def test_its_own_address_keeps_its_id_and_another_one_does_not() -> None:
    ledger = MemoryLedger()
    delivered(ledger, LATER)
    outcome = by_hand(ledger, KEY, delivered=URL).outcome
    assert outcome
    assert outcome.receipt
    assert outcome.receipt.id == "urn:li:share:7"
    ledger = MemoryLedger()
    delivered(ledger, LATER)
    outcome = by_hand(ledger, KEY, delivered="https://x.example/status/9").outcome
    assert outcome
    assert outcome.receipt
    assert outcome.receipt.id == "9"


def test_it_can_be_released_too() -> None:
    ledger = MemoryLedger()
    delivered(ledger, LATER)
    entry = by_hand(ledger, KEY, release=True)
    assert (entry.state, entry.claimed_at) == ("released", NOW)


@pytest.mark.parametrize("state", ["waiting", "refused", "unknown", "released"])
def test_so_it_is_in_every_state(state: str) -> None:
    ledger = MemoryLedger()
    claim = ledger.claim(KEY, at=LATER, run="run")
    ledger.settle(KEY, Outcome(state=state, at=LATER, reason="why", retry_at=LATER), nonce=claim.nonce)  # type: ignore[arg-type]  # a parameter
    entry = by_hand(ledger, KEY)
    assert (entry.state, entry.claimed_at, ahead(entry, NOW)) == (state, NOW, False)


def test_a_seed_of_the_future_is_brought_back() -> None:
    ledger = MemoryLedger()
    key = seed(ledger, at=LATER, run="run").key
    entry = by_hand(ledger, key)
    assert (entry.state, entry.claimed_at) == ("delivered", NOW)


def test_an_open_claim_of_the_future_is_left_to_the_next_run_to_look_up() -> None:
    ledger = MemoryLedger()
    ledger.claim(KEY, at=LATER, run="run")
    entry = by_hand(ledger, KEY)
    assert (entry.state, entry.claimed_at) == ("unknown", NOW)


def test_what_is_dated_right_needs_a_word_and_not_two() -> None:
    ledger = MemoryLedger()
    delivered(ledger, NOW)
    for words in ({}, {"delivered": URL, "release": True}):
        with pytest.raises(ConfigError, match="--delivered URL"):
            by_hand(ledger, KEY, **words)  # type: ignore[arg-type]  # the words of the command
    with pytest.raises(LedgerError, match="never claimed"):
        by_hand(ledger, "share/b/x/launch", release=True)
    assert by_hand(ledger, "share/b/x/launch", delivered="https://x.example/status/9").state == "delivered"
