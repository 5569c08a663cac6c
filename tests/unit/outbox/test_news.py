from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sharekit.errors import LedgerUnavailable
from sharekit.outbox import News, report
from sharekit.testing import NOON, Faulty, MemoryLedger

if TYPE_CHECKING:
    from sharekit.ports import Ledger

LATE = News("late", "share/a/x/launch")
BROKEN = News("draft", "shares/a.md", of_a_file=True)


def told_by(ledger: Ledger, *news: News) -> list[News]:
    """What a run that starts from a fresh clone reports as new."""
    entries = {entry.key: entry for entry in ledger.entries()}
    return list(report(news, entries, ledger=ledger, at=NOON, run="run"))


def test_news_is_told_once() -> None:
    ledger = MemoryLedger()
    assert told_by(ledger, LATE, BROKEN) == [LATE, BROKEN]
    assert told_by(ledger, LATE, BROKEN) == []


def test_the_same_news_twice_in_one_run_is_one() -> None:
    assert told_by(MemoryLedger(), LATE, LATE) == [LATE]


@pytest.mark.parametrize(
    "other",
    [News("late", "share/b/x/launch"), News("refused", "share/a/x/launch")],
    ids=["of another key", "by another rule"],
)
def test_other_news_is_told_beside_what_is_known(other: News) -> None:
    ledger = MemoryLedger()
    told_by(ledger, LATE)
    assert told_by(ledger, LATE, other) == [other]


def test_what_ended_and_came_back_is_news_again_each_time() -> None:
    ledger = MemoryLedger()
    for _ in range(3):
        assert told_by(ledger, LATE) == [LATE]
        assert told_by(ledger, LATE) == []
        assert told_by(ledger) == []


def test_an_act_is_no_news_and_is_left_alone() -> None:
    ledger = MemoryLedger()
    claim = ledger.claim("share/a/x/launch", at=NOON, run="run")
    told_by(ledger, LATE)
    told_by(ledger)
    assert ledger.get("share/a/x/launch") == claim


def test_what_another_run_told_at_the_same_time_is_not_told_by_this_one() -> None:
    ledger = MemoryLedger()
    before = {entry.key: entry for entry in ledger.entries()}
    told_by(ledger, LATE)
    assert list(report([LATE, BROKEN], before, ledger=ledger, at=NOON, run="run")) == [BROKEN]
    assert list(report([News("orphan", "a"), LATE], before, ledger=ledger, at=NOON, run="run")) == [News("orphan", "a")]


def test_a_subject_of_any_length_and_any_characters_has_a_key_of_the_ledger() -> None:
    for subject in ("shares/été ☀️/../a b.md", "a" * 5000, "zeile\nzwei"):
        key = News("draft", subject).key
        assert key.startswith("told/draft/")
        assert len(key) < 100
        assert key.isascii()
        assert key.isprintable()


@pytest.mark.parametrize(
    ("news", "code"),
    [
        (LATE, 1),
        (News("refused", "k"), 1),
        (News("paused", "k"), 1),
        (News("too-long", "k"), 1),
        (BROKEN, 3),
        (News("unknown", "k"), 5),
        (News("damaged", "k"), 5),
        (News("orphan", "k"), 5),
        (News("ledger-damaged", "k"), 5),
    ],
)
def test_what_a_run_ends_with(news: News, code: int) -> None:
    assert news.exit_code == code


@pytest.mark.parametrize("method", ["claim", "settle"])
def test_a_ledger_that_is_away_is_an_error_and_the_news_is_told_by_the_next_run(method: str) -> None:
    ledger = MemoryLedger()
    away: list[BaseException | str | None] = [LedgerUnavailable("away")]
    with pytest.raises(LedgerUnavailable):
        told_by(Faulty(ledger, **{method: away}), LATE)
    assert told_by(ledger, LATE) == ([LATE] if method == "claim" else [])
