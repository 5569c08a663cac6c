"""What every ledger keeps. A test of a ledger subclasses :class:`LedgerContract` and gives it a fresh one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sharekit.errors import AlreadyClaimed, LedgerError
from sharekit.model import Outcome, Receipt

if TYPE_CHECKING:
    from sharekit.ports import Ledger, NotingLedger

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
RECEIPT = Receipt(id="1527", url="https://x.example/1527", at=NOW, detail={"cid": "bafy…"})
DELIVERED = Outcome(state="delivered", at=NOW, receipt=RECEIPT)
REFUSED = Outcome(state="refused", at=NOW, reason="403: duplicate")
UNKNOWN = Outcome(state="unknown", at=NOW, reason="no answer")
RELEASED = Outcome(state="released", at=NOW, reason="by hand")
WAITING = Outcome(state="waiting", at=NOW, reason="429", retry_at=NOW + timedelta(hours=1))
KEYS = [
    "share/2022/05/20/kubecon-eu-2022-jour-2/x/launch",
    "share/été/mastodon/day-7",
    "share/urn:uuid:1/x/launch",
    "share/?p=12/x/launch",
    "share/a.json/x/launch",
    "share/a/x/launch",
    "share/../../etc/passwd/x/launch",
    "share/.git/config/x/launch",
    'share/quote"back\\slash/x/launch',
    "share/line\nbreak\ttab/x/launch",
    "share//double/x/launch",
    "share/" + "long-" * 80 + "/x/launch",
    "share/% 100%25/x/launch",
    "issue/2022-06/mailchimp",
    "share/" + "é" * 300 + "/x/launch",
    "share/" + "deep/" * 100 + "x/launch",
    "share/UPPER/x/launch",
    "share/upper/x/launch",
    # One word to the eye: composed and decomposed (Unicode, NFC and NFD).
    "share/caf\u00e9/x/launch",
    "share/cafe\u0301/x/launch",
    "share//x/launch",
    "share/%00/x/launch",
    "share/.../x/launch",
    "share/dot./x/launch",
    "share/dot/x/launch",
    "share/blank /x/launch",
    # What git takes for ".git" on other systems.
    "share/git~1/x/launch",
    "share/.git~1/x/launch",
    "share/GITMOD~1/x/launch",
    "share/\u200c.git/x/launch",
    "share/\U0001f469\u200d\U0001f4bb.x/x/launch",
    "share/:(glob)*/x/launch",
    "share/-rf/x/launch",
    "share/a/x/launch/",
    "/share/a/x/launch",
]
SENT = {"digest": "1a2b3c4d", "url": "https://blog.example/été/", "source": "content/été.md", "after": "7d"}


class LedgerContract:
    """Tests that a ledger passes, or it is none."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        raise NotImplementedError

    def test_a_key_that_was_never_claimed_has_no_entry(self, ledger: Ledger) -> None:
        assert ledger.get("share/a/x/launch") is None
        assert list(ledger.entries()) == []

    def test_what_is_kept_comes_back(self, ledger: Ledger) -> None:
        key = KEYS[0]
        claim = ledger.claim(key, at=NOW, run="run 1", sent=SENT)
        assert (claim.key, claim.state, claim.claimed_at, claim.run, claim.attempts) == (key, "claimed", NOW, "run 1", 1)
        assert ledger.get(key) == claim
        settled = ledger.settle(key, DELIVERED, nonce=claim.nonce)
        assert settled == replace(claim, state="delivered", outcome=DELIVERED)
        assert settled.sent == {**SENT, "first": "2026-03-04T05:06:07.891011+00:00"}
        assert ledger.get(key) == settled
        assert list(ledger.entries()) == [settled]

    def test_keys_that_look_alike_are_kept_apart(self, ledger: Ledger) -> None:
        claims = {key: ledger.claim(key, at=NOW, run="run 1") for key in KEYS}
        assert {entry.key: entry for entry in ledger.entries()} == claims
        assert [entry.key for entry in ledger.entries()] == sorted(KEYS)

    def test_each_of_them_is_found_and_settled(self, ledger: Ledger) -> None:
        for key in KEYS[::5]:
            claim = ledger.claim(key, at=NOW, run="run 1")
            assert ledger.get(key) == claim
            assert ledger.settle(key, DELIVERED, nonce=claim.nonce) == ledger.get(key)
            folder = key.rpartition("/")[0] + "/"
            assert key in [entry.key for entry in ledger.entries(folder)]

    def test_entries_by_prefix(self, ledger: Ledger) -> None:
        for key in ("share/a/x/launch", "share/ab/x/launch", "share/A/x/launch", "share/b/x/launch", "issue/1/files"):
            ledger.claim(key, at=NOW, run="r")
        assert [entry.key for entry in ledger.entries("share/a")] == ["share/a/x/launch", "share/ab/x/launch"]
        assert [entry.key for entry in ledger.entries("share/a/")] == ["share/a/x/launch"]
        assert [entry.key for entry in ledger.entries("issue")] == ["issue/1/files"]
        assert list(ledger.entries("share/z")) == []

    def test_each_claim_has_a_nonce_of_its_own(self, ledger: Ledger) -> None:
        nonces = {ledger.claim(key, at=NOW, run="r").nonce for key in ("a/1", "a/2", "a/3")}
        assert len(nonces) == 3
        assert "" not in nonces

    @pytest.mark.parametrize("outcome", [DELIVERED, REFUSED, UNKNOWN, WAITING, None])
    def test_a_key_that_is_not_free_cannot_be_claimed(self, ledger: Ledger, outcome: Outcome | None) -> None:
        claim = ledger.claim("share/a/x/launch", at=NOW, run="run 1")
        if outcome:
            ledger.settle(claim.key, outcome, nonce=claim.nonce)
        before = ledger.get(claim.key)
        with pytest.raises(AlreadyClaimed):
            ledger.claim(claim.key, at=NOW + timedelta(minutes=59), run="run 2")
        assert ledger.get(claim.key) == before

    @pytest.mark.parametrize("outcome", [RELEASED, WAITING])
    def test_a_key_that_is_free_again_can_be_claimed(self, ledger: Ledger, outcome: Outcome) -> None:
        first = ledger.claim("share/a/x/launch", at=NOW, run="run 1")
        ledger.settle(first.key, outcome, nonce=first.nonce)
        second = ledger.claim(first.key, at=NOW + timedelta(hours=1), run="run 2")
        assert (second.attempts, second.run, second.outcome) == (2, "run 2", None)
        assert second.nonce != first.nonce
        assert ledger.get(first.key) == second

    def test_what_a_claim_was_made_for_is_that_of_the_last_one_but_for_the_first_moment(self, ledger: Ledger) -> None:
        first = ledger.claim("share/a/x/launch", at=NOW, run="run 1", sent=SENT)
        ledger.settle(first.key, RELEASED, nonce=first.nonce)
        second = ledger.claim(first.key, at=NOW + timedelta(hours=1), run="run 2", sent={"digest": "5e6f"})
        assert second.sent == {"digest": "5e6f", "first": first.sent["first"]}
        # What waited was certainly not out: the attempt after it is the first one.
        ledger.settle(first.key, replace(WAITING, paused=True), nonce=second.nonce)
        third = ledger.claim(first.key, at=NOW + timedelta(hours=2), run="run 3")
        assert ledger.get(first.key) == third
        assert third.sent == {"first": (NOW + timedelta(hours=2)).isoformat()}

    def test_that_an_account_is_paused_is_kept(self, ledger: Ledger) -> None:
        claim = ledger.claim("share/a/x/launch", at=NOW, run="run 1")
        paused = replace(WAITING, paused=True)
        ledger.settle(claim.key, paused, nonce=claim.nonce)
        entry = ledger.get(claim.key)
        assert entry is not None
        assert entry.outcome == paused
        assert [each.outcome for each in ledger.entries()] == [paused]

    @pytest.mark.parametrize("outcome", [DELIVERED, WAITING, REFUSED, UNKNOWN, RELEASED])
    def test_an_entry_dated_in_the_future_is_brought_back_when_it_is_settled(self, ledger: Ledger, outcome: Outcome) -> None:
        later = NOW + timedelta(days=20)
        claim = ledger.claim("seed/2026", at=later, run="run 1")
        ledger.settle(claim.key, replace(outcome, at=later), nonce=claim.nonce)
        settled = ledger.settle(claim.key, outcome, nonce=claim.nonce)
        assert ledger.get(claim.key) == settled
        assert (settled.state, settled.claimed_at, settled.outcome) == (outcome.state, NOW, outcome)
        assert settled.sent["first"] == NOW.isoformat()

    def test_only_the_owner_settles(self, ledger: Ledger) -> None:
        claim = ledger.claim("share/a/x/launch", at=NOW, run="run 1")
        with pytest.raises(LedgerError):
            ledger.settle(claim.key, DELIVERED, nonce="somebody else's")
        with pytest.raises(LedgerError):
            ledger.settle("share/b/x/launch", DELIVERED, nonce=claim.nonce)
        assert ledger.get(claim.key) == claim

    def test_a_run_that_wakes_up_late_undoes_nothing(self, ledger: Ledger) -> None:
        claim = ledger.claim("share/a/x/launch", at=NOW, run="run 1")
        settled = ledger.settle(claim.key, DELIVERED, nonce=claim.nonce)
        with pytest.raises(LedgerError):
            ledger.settle(claim.key, WAITING, nonce=claim.nonce)
        assert ledger.get(claim.key) == settled
        released = ledger.settle(claim.key, RELEASED, nonce=claim.nonce)
        again = ledger.claim(claim.key, at=NOW, run="run 2")
        with pytest.raises(LedgerError):
            ledger.settle(claim.key, DELIVERED, nonce=released.nonce)
        assert ledger.get(claim.key) == again

    def test_settling_twice_alike_is_settling_once(self, ledger: Ledger) -> None:
        claim = ledger.claim("share/a/x/launch", at=NOW, run="run 1")
        first = ledger.settle(claim.key, DELIVERED, nonce=claim.nonce)
        assert ledger.settle(claim.key, DELIVERED, nonce=claim.nonce) == first

    def test_what_was_unknown_can_be_found(self, ledger: Ledger) -> None:
        claim = ledger.claim("share/a/x/launch", at=NOW, run="run 1")
        ledger.settle(claim.key, UNKNOWN, nonce=claim.nonce)
        assert ledger.settle(claim.key, DELIVERED, nonce=claim.nonce).state == "delivered"

    def test_words_of_any_kind_come_back(self, ledger: Ledger) -> None:
        claim = ledger.claim("share/a/x/launch", at=NOW, run="l'été \"2026\"\n' ; --")
        outcome = replace(REFUSED, reason="503 \u2028 <b>«\u00a0non\u00a0»</b> 👩‍💻 \\ \" '\n\tx")
        settled = ledger.settle(claim.key, outcome, nonce=claim.nonce)
        assert ledger.get(claim.key) == settled == replace(claim, state="refused", outcome=outcome)

    def test_what_is_noted_stays_until_it_is_settled(self, ledger: NotingLedger) -> None:
        claim = ledger.claim(KEYS[0], at=NOW, run="run 1")
        ledger.note(KEYS[0], {"creation_id": "1"}, nonce=claim.nonce)
        found = ledger.note(KEYS[0], {"été": "2"}, nonce=claim.nonce)
        assert found == replace(claim, facts={"creation_id": "1", "été": "2"})
        assert ledger.get(KEYS[0]) == found == next(iter(ledger.entries()))
        with pytest.raises(LedgerError):
            ledger.note(KEYS[0], {"creation_id": "3"}, nonce="another's")
        unknown = ledger.settle(KEYS[0], UNKNOWN, nonce=claim.nonce)
        assert unknown == ledger.get(KEYS[0])
        assert unknown.facts == found.facts
        delivered = ledger.settle(KEYS[0], DELIVERED, nonce=claim.nonce)
        assert delivered == ledger.get(KEYS[0]) == replace(claim, state="delivered", outcome=DELIVERED)
        with pytest.raises(LedgerError):
            ledger.note(KEYS[0], {"creation_id": "4"}, nonce=claim.nonce)
        with pytest.raises(LedgerError):
            ledger.note("share/never/x/launch", {}, nonce="")
