from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sharekit.errors import AlreadyClaimed, LedgerError
from sharekit.ledgers.records import (
    DAMAGED,
    SKEW,
    ahead,
    brought_back,
    claimed,
    damaged,
    decode,
    encode,
    free,
    noted,
    settled,
)
from sharekit.model import LedgerEntry, Outcome, Receipt

NOW = datetime(2026, 3, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=20)
KEY = "share/a/x/launch"
DELIVERED = Outcome(state="delivered", at=NOW, receipt=Receipt(id="1", url="https://x.example/1", at=NOW))


def claim(at: datetime = NOW, **more: str) -> LedgerEntry:
    return claimed(None, KEY, at=at, run="run", nonce="n", sent=more)


# As version 0.1 wrote it.
OLD = b"""{
 "key": "share/a/x/launch",
 "state": "delivered",
 "claimed": {"at": "2026-03-04T05:00:00Z", "run": "run", "nonce": "n"},
 "settled": {"at": "2026-03-04T05:00:00Z", "id": "1", "url": "https://x.example/1", "sent": "2026-03-04T05:00:00Z"}
}
"""


def test_a_record_of_an_earlier_version_is_read() -> None:
    assert decode(OLD, KEY) == replace(claim(), state="delivered", outcome=DELIVERED, sent={})


def test_what_a_later_version_adds_is_passed_over() -> None:
    more = OLD.replace(b'"nonce": "n"', b'"nonce": "n", "mood": {"good": true}').replace(b'"key"', b'"colour": 1, "key"')
    assert decode(more, KEY) == decode(OLD, KEY)


def test_what_was_sent_stands_in_the_claim_and_stays_when_it_is_settled() -> None:
    entry = settled(claim(digest="1a", url="https://blog.example/a/"), KEY, DELIVERED, nonce="n")
    written = encode(entry).decode()
    assert '"sent": {\n' in written.partition('"settled"')[0]
    assert decode(written.encode(), KEY) == entry
    assert entry.sent == {"digest": "1a", "url": "https://blog.example/a/", "first": "2026-03-04T05:00:00+00:00"}


def test_the_first_moment_is_in_utc_and_kept_over_later_claims() -> None:
    entry = claim(NOW.astimezone(tz=datetime.fromisoformat("2026-01-01T00:00:00+05:00").tzinfo))
    entry = settled(entry, KEY, Outcome(state="released", at=NOW), nonce="n")
    again = claimed(entry, KEY, at=NOW + timedelta(days=1), run="run", nonce="m", sent={"first": "mine", "after": "7d"})
    assert again.sent == {"after": "7d", "first": NOW.isoformat()}


def test_an_attempt_that_was_certainly_not_taken_is_not_the_first() -> None:
    """A network that stores the moment would sort the post below days of others."""
    entry = settled(claim(), KEY, Outcome(state="waiting", at=NOW, retry_at=NOW), nonce="n")
    later = NOW + timedelta(days=3)
    assert claimed(entry, KEY, at=later, run="run", nonce="m").sent == {"first": later.isoformat()}


def test_a_pause_is_one_of_waiting_alone() -> None:
    waiting = Outcome(state="waiting", at=NOW, reason="401", retry_at=NOW, paused=True)
    written = encode(settled(claim(), KEY, waiting, nonce="n"))
    assert decode(written, KEY).outcome == waiting
    # Another version settled it without a word on the pause.
    other = written.replace(b'"state": "waiting"', b'"state": "refused"')
    outcome = decode(other, KEY).outcome
    assert outcome is not None
    assert not outcome.paused


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b'{"key":"\xff"}',
        OLD[:90],
        b"[]",
        b"null",
        b"[" * 200_000,
        OLD.replace(b'"run": "run"', b'"run": 7'),
        OLD.replace(b"2026-03-04T05:00:00Z", b"9999-12-31T23:59:59-12:00"),
        OLD.replace(b"2026-03-04T05:00:00Z", b"0001-01-01T00:00:00Z"),
        OLD.replace(b"2026-03-04T05:00:00Z", b"2026-02-30T05:00:00Z"),
        OLD.replace(b'"key"', b'"attempts": 0, "key"'),
        OLD.replace(b'"id": "1", ', b""),
        OLD.replace(b'"share/a/x/launch"', b'"share/b/x/launch"'),
        OLD.replace(b'"delivered"', b'"claimed"'),
        OLD.decode().encode("utf-16"),
    ],
)
def test_what_cannot_be_read_is_held_for_a_person(data: bytes) -> None:
    entry = decode(data, KEY)
    assert (entry.key, entry.state, list(entry.facts)) == (KEY, "unknown", [DAMAGED])
    with pytest.raises(AlreadyClaimed):
        claimed(entry, KEY, at=LATER, run="run", nonce="m")
    assert settled(entry, KEY, DELIVERED, nonce="").facts == {}


def test_a_newer_form_says_that_it_is_newer() -> None:
    assert "a newer sharekit" in decode(OLD.replace(b'"key"', b'"form": 2, "key"'), KEY).facts[DAMAGED]
    assert "a newer sharekit" in decode(b'{"form": 2, "key": ["of", "parts"]}', KEY).facts[DAMAGED]


@pytest.mark.parametrize(
    "entry",
    [
        claim(LATER),
        replace(claim(), sent={"first": LATER.isoformat()}),
        replace(claim(), state="delivered", outcome=replace(DELIVERED, at=LATER)),
        replace(claim(LATER), state="waiting", outcome=Outcome(state="waiting", at=LATER, retry_at=LATER)),
    ],
)
def test_an_entry_of_a_clock_that_was_ahead_is_known_and_brought_back(entry: LedgerEntry) -> None:
    assert ahead(entry, NOW)
    assert not ahead(entry, LATER)
    back = brought_back(entry, NOW)
    assert not ahead(back, NOW - SKEW)
    assert back.outcome is None or back.outcome.retry_at in (None, NOW)
    assert brought_back(back, NOW) == back


@pytest.mark.parametrize(
    "entry",
    [
        claim(NOW + SKEW),
        damaged(KEY, "cut"),
        replace(claim(), sent={"first": "long ago"}),
        replace(claim(), sent={}),
        # A provider's clock is its own affair.
        replace(claim(), state="delivered", outcome=replace(DELIVERED, receipt=Receipt(id="1", url=None, at=LATER))),
        replace(claim(), state="waiting", outcome=Outcome(state="waiting", at=NOW, retry_at=LATER)),
    ],
)
def test_what_two_right_clocks_differ_by_and_the_next_try_are_not_ahead(entry: LedgerEntry) -> None:
    assert not ahead(entry, NOW)


def test_settling_brings_every_moment_back() -> None:
    first = settled(claim(LATER), KEY, replace(DELIVERED, at=LATER), nonce="n")
    again = settled(first, KEY, DELIVERED, nonce="n")
    assert not ahead(again, NOW - SKEW)
    assert again.outcome == DELIVERED
    refused = Outcome(state="refused", at=NOW, reason="no")
    assert not ahead(settled(replace(first, state="refused", outcome=refused), KEY, refused, nonce="n"), NOW)
    # Only what is dated in the future may be said again.
    with pytest.raises(LedgerError):
        settled(again, KEY, refused, nonce="n")
    with pytest.raises(LedgerError):
        settled(first, KEY, DELIVERED, nonce="another's")


def test_a_claim_counts_its_attempts_and_names_who_holds_it() -> None:
    first = claim()
    with pytest.raises(AlreadyClaimed, match="is claimed") as refused:
        claimed(first, KEY, at=NOW, run="other", nonce="m")
    assert refused.value.hint == f"By run: sharekit ledger show {KEY}"
    with pytest.raises(LedgerError, match=r"claimed by another run since: run$"):
        settled(first, KEY, DELIVERED, nonce="m")
    again = claimed(settled(first, KEY, Outcome(state="released", at=NOW), nonce="n"), KEY, at=NOW, run="run", nonce="m")
    assert (first.attempts, again.attempts) == (1, 2)


@pytest.mark.parametrize(("retry_at", "is_free"), [(None, True), (NOW, True), (LATER, False)])
def test_what_waits_is_free_from_its_moment_on(retry_at: datetime | None, is_free: bool) -> None:
    waiting = settled(claim(), KEY, Outcome(state="waiting", at=NOW, retry_at=retry_at), nonce="n")
    assert free(waiting, NOW) == is_free


def test_only_an_open_claim_of_this_run_takes_notes() -> None:
    assert noted(noted(claim(), KEY, {"a": "1"}, nonce="n"), KEY, {"b": "2"}, nonce="n").facts == {"a": "1", "b": "2"}
    for entry, nonce in ((None, "n"), (claim(), "m"), (settled(claim(), KEY, DELIVERED, nonce="n"), "n")):
        with pytest.raises(LedgerError, match="no longer a claim of this run"):
            noted(entry, KEY, {}, nonce=nonce)


def test_a_record_of_the_future_that_knows_no_first_attempt_is_brought_back_too() -> None:
    old = replace(claim(LATER), sent={})
    assert brought_back(old, NOW) == replace(old, claimed_at=NOW)


def test_a_broken_record_of_this_form_is_not_blamed_on_a_newer_version() -> None:
    broken = decode(b'{"form": 1, "key": 3}', KEY)
    assert broken.facts[DAMAGED].startswith("its record cannot be read: ")
