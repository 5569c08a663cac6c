"""Recipients that many threads share, what they write down together, and how fast they may go."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from contracts.mailer import NOW
from mailing_list import KEY, add_subscribers, open_smtp, states
from sharekit.errors import ConfigError, LedgerUnavailable
from sharekit.list import mailing as mailings
from sharekit.list.queue import Limits, Recipient, RecipientQueue, SendResult, read_limit

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer

LETTER = mailings.Letter(message=b"", site="", address="")


@pytest.fixture
def mailer(tmp_path: Path) -> SmtpMailer:
    return open_smtp(1, tmp_path)


def queue_of(mailer: SmtpMailer, addresses: list[str], limits: Limits | None = None, size: int = 3) -> RecipientQueue:
    """The queue of a mailing to these addresses."""
    add_subscribers(mailer, addresses)
    mailing = mailings.freeze(mailer.engine, KEY, LETTER, tags=(), at=NOW)
    return RecipientQueue(mailer.engine, mailing.id, limits or Limits([], {}, None), size=size)


def test_many_threads_take_each_recipient_once_and_every_result_is_kept(mailer: SmtpMailer) -> None:
    queue = queue_of(mailer, [f"reader{number}@b.example" for number in range(200)], size=7)

    def work(_number: int) -> list[int]:
        taken: list[int] = []
        done: list[SendResult] = []
        while one := queue.take():
            assert queue.turn(done, begin=one.id)
            taken.append(one.id)
            done = [SendResult(one, "sent", 250)]
        assert queue.turn(done)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [number for each in pool.map(work, range(8)) for number in each]
    queue.close()
    assert len(taken) == len(set(taken)) == 200
    assert states(mailer) == {"sent": 200}


def test_an_attempt_begins_once_and_only_for_who_is_still_subscribed(mailer: SmtpMailer) -> None:
    queue = queue_of(mailer, ["a@b.example", "c@d.example"])
    first, second = queue.take(), queue.take()
    assert first
    assert second
    assert queue.take() is None
    assert queue.turn([], begin=first.id)
    assert not queue.turn([], begin=first.id)
    with mailer.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sharekit_subscribers SET state = 'unsubscribed' WHERE id = ?", (second.id,))
    assert not queue.turn([SendResult(first, "sent")], begin=second.id)
    queue.close()
    assert states(mailer) == {"sent": 1, "skipped": 1}


def test_what_a_domain_holds_back_does_not_hold_back_the_others(mailer: SmtpMailer) -> None:
    addresses = [f"reader{number}@slow.example" for number in range(2)] + ["z@fast.example"]
    queue = queue_of(mailer, addresses, Limits([], {"slow.example": "1/day"}, None), size=2)
    taken = [queue.take(wait=False) for _ in range(3)]
    assert [one.address if one else None for one in taken] == ["reader0@slow.example", "z@fast.example", None]
    threading.Timer(0.05, queue.stop).start()
    assert queue.take() is None
    queue.close()
    assert states(mailer) == {"queued": 3}


def test_what_cannot_be_written_down_is_told_to_all_who_wait(mailer: SmtpMailer) -> None:
    queue = queue_of(mailer, ["a@b.example"])
    with mailer.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sharekit_deliveries")
    both = threading.Barrier(3)

    def turn(_number: int) -> Exception | None:
        both.wait()
        try:
            queue.turn([SendResult(Recipient(1, "", 0), "sent")])
        except LedgerUnavailable as error:
            return error
        return None

    with ThreadPoolExecutor(3) as pool:
        assert ["no such table" in str(error) for error in pool.map(turn, range(3))] == [True] * 3


def test_a_full_disk_is_named_and_nothing_is_lost(mailer: SmtpMailer) -> None:
    queue = queue_of(mailer, [f"reader{number}@b.example" for number in range(300)])
    with queue.transaction() as cursor:
        cursor.execute("PRAGMA max_page_count=1")

    def send_all() -> None:
        while one := queue.take():
            queue.turn([SendResult(one, "sent", 250, "x" * 200)], begin=one.id)

    with pytest.raises(LedgerUnavailable, match="full") as caught:
        send_all()
    assert "Free some space" in str(caught.value.hint)
    with queue.transaction() as cursor:
        cursor.execute("PRAGMA max_page_count=100000")
    queue.close()
    assert sum(states(mailer).values()) == 300


def passed(limits: Limits, domains: list[str], seconds: float, step: float = 0.01) -> int:
    """How many go in so many seconds, when somebody always asks."""
    count, now = 0, 1000.0
    while now < 1000.0 + seconds:
        for domain in domains:
            while limits.wait(domain, now) <= 0:
                count += 1
        now += step
    return count


@pytest.mark.parametrize(
    ("rate", "seconds", "most"),
    [("10/s", 10.0, 110), ("120/min", 30.0, 120), ("0.5/s", 20.0, 10), ("5/h", 100.0, 5), ("100/day", 50.0, 100)],
)
def test_no_more_go_than_a_limit_lets(rate: str, seconds: float, most: int) -> None:
    count = passed(Limits([read_limit(rate, setting="rate")], {}, None), ["a.example"], seconds)
    assert most * 0.9 <= count <= most


def test_a_window_opens_again() -> None:
    limits = Limits([read_limit("2/h", setting="rate")], {}, None)
    assert passed(limits, ["a.example"], 1.0) == 2
    assert limits.wait("a.example", 2000.0) > 2500
    assert limits.wait("a.example", 1000.0 + 3602) == 0


def test_a_domain_has_its_own_limit_and_the_others_do_not_wait_for_it() -> None:
    limits = Limits([], {"slow.example": "1/s"}, "5/s")
    assert passed(limits, ["slow.example", "a.example", "b.example"], 4.0) <= 5 + 2 * 25
    assert limits.wait("slow.example", 1004.0) > 0


def test_what_a_domain_keeps_back_costs_the_total_nothing() -> None:
    limits = Limits([read_limit("10/s", setting="rate")], {"slow.example": "1/s"}, None)
    for _ in range(50):
        limits.wait("slow.example", 1000.0)
    assert sum(limits.wait("a.example", 1000.0) <= 0 for _ in range(20)) == 9


@pytest.mark.parametrize("text", ["", "fast", "10", "10/fortnight", "0/s", "-1/s", "1/s/s"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="not a rate"):
        read_limit(text, setting="rate")
