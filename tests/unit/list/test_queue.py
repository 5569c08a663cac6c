"""Recipients that many threads share, and what they write down together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from contracts.mailer import NOW
from mailing_list import KEY, add_subscribers, open_smtp, states
from sharekit.errors import LedgerUnavailable
from sharekit.list import mailing as mailings
from sharekit.list.queue import Limits, Queue, Recipient, SendResult

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer

LETTER = mailings.Letter(message=b"", site="", address="")


@pytest.fixture
def mailer(tmp_path: Path) -> SmtpMailer:
    return open_smtp(1, tmp_path)


def queue_of(mailer: SmtpMailer, addresses: list[str], limits: Limits | None = None, size: int = 3) -> Queue:
    """The queue of a mailing to these addresses."""
    add_subscribers(mailer, addresses)
    mailing = mailings.freeze(mailer.engine, KEY, LETTER, tags=(), at=NOW)
    return Queue(mailer.engine, mailing.id, limits or Limits([], {}, None), size=size)


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
