"""Workers over PostgreSQL: everybody once, whether workers live, die, or are stopped and go on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from faults.smtp_worker import main
from mailing_list import KEY, add_subscribers, open_smtp, states, whole_issue
from postgres import Postgres, postgres
from servers.smtp import SmtpServer
from sharekit.errors import ConfigError, LedgerUnavailable
from sharekit.list import mailing as mailings
from sharekit.list import queue as queues
from sharekit.list.queue import Limits
from sharekit.list.worker import Work, send_batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer
    from sharekit.model import Receipt

__all__ = ["postgres"]

SUBSCRIBERS = 3000


@contextmanager
def workers(count: int, root: Path, port: int, policy: str, database: str) -> Iterator[list[BaseProcess]]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["faults.smtp_worker", "procrastinate"])
    running: list[BaseProcess] = []
    for _ in range(count):
        child: BaseProcess = context.Process(target=main, args=(str(root), port, policy, database))
        child.start()
        running.append(child)
    try:
        yield running
    finally:
        for child in running:
            child.kill()
            child.join()


def until_over(mailer: SmtpMailer, *, seconds: float = 120) -> None:
    """Wait until nobody waits."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if set(states(mailer)) <= {"sent", "held", "failed"}:
            return
        with mailer.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE sharekit_deliveries SET next_at = 0 WHERE state = 'queued' AND next_at > 0")
        time.sleep(0.2)
    raise AssertionError(f"still {states(mailer)}")


def until_closed(mailer: SmtpMailer, *, seconds: float = 120) -> Receipt:
    """Wait until a worker has written down that the mailing is through, which comes after its last letter."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := mailer.find(KEY).receipt:
            return found
        time.sleep(0.1)
    raise AssertionError("the mailing is never through")


def handed_over(server: SmtpServer, root: Path, database: str, policy: str) -> tuple[SmtpMailer, list[str]]:
    mailer = open_smtp(server.port, root, database, policy=policy, workers=True)
    addresses = add_subscribers(mailer, SUBSCRIBERS)
    receipt = mailer.send(whole_issue(), KEY)
    assert receipt.detail == {"handed over": "6 batches to the workers"}
    return mailer, addresses


@pytest.mark.slow
def test_two_workers_send_to_everybody_once(tmp_path: Path, postgres: Postgres) -> None:
    database = postgres.database()
    with SmtpServer(keep=False) as server:
        mailer, addresses = handed_over(server, tmp_path, database, "hold")
        mailer.send(whole_issue(), KEY)  # handed over twice: sent once
        with workers(2, tmp_path, server.port, "hold", database):
            until_over(mailer)
            found = until_closed(mailer)
        assert server.accepted == dict.fromkeys(addresses, 1)
    assert found.detail == {"sent": str(SUBSCRIBERS)}


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_a_killed_workers_batch_is_taken_up(tmp_path: Path, postgres: Postgres, policy: str) -> None:
    database = postgres.database()
    with SmtpServer(keep=False, delay=0.002) as server:
        mailer, addresses = handed_over(server, tmp_path, database, policy)
        with workers(3, tmp_path, server.port, policy, database) as running:
            while sum(server.accepted.values()) < SUBSCRIBERS // 4:
                time.sleep(0.01)
            running[0].kill()
            with workers(1, tmp_path, server.port, policy, database):
                until_over(mailer)
        found = mailings.find_mailing(mailer.engine, KEY)
        assert found is not None
        held = {address for address, _ in mailings.addresses(mailer.engine, found, "held")}
        lost = {address for address in addresses if not server.accepted[address]}
        twice = {address for address in addresses if server.accepted[address] > 1}
    assert lost <= held
    assert (twice if policy == "hold" else lost) == set()
    assert len(twice) <= 2


@pytest.mark.slow
def test_a_worker_that_is_stopped_past_its_heartbeat_and_goes_on_repeats_nothing(tmp_path: Path, postgres: Postgres) -> None:
    database = postgres.database()
    with SmtpServer(keep=False, delay=0.002) as server:
        mailer, addresses = handed_over(server, tmp_path, database, "hold")
        with workers(1, tmp_path, server.port, "hold", database) as stopped:
            while sum(server.accepted.values()) < 100:
                time.sleep(0.01)
            os.kill(stopped[0].pid or 0, signal.SIGSTOP)
            time.sleep(4)
            with workers(1, tmp_path, server.port, "hold", database):
                until_over(mailer)
                before = sum(server.accepted.values())
                os.kill(stopped[0].pid or 0, signal.SIGCONT)
                time.sleep(2)
        twice = [address for address in addresses if server.accepted[address] > 1]
        assert twice == []
        # What it had in flight when it was stopped may arrive after all.
        assert sum(server.accepted.values()) - before <= 2
        assert len(server.accepted) == SUBSCRIBERS or states(mailer).get("held")


def test_who_is_stopped_within_a_transaction_keeps_nobody_waiting(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer(keep=False) as server:
        mailer, _ = handed_over(server, tmp_path, postgres.database(), "hold")
    monkeypatch.setattr(queues, "PATIENCE", 1)
    stopped = queues.RecipientQueue(mailer.engine, 1, Limits([], {}, None), size=1)

    def goes_on() -> None:
        with stopped.transaction() as cursor:
            cursor.execute("UPDATE sharekit_deliveries SET said = 'by the one that was stopped'")
            with mailer.engine.begin() as other:
                other.exec_driver_sql("SET LOCAL lock_timeout = '20s'")
                other.exec_driver_sql("UPDATE sharekit_deliveries SET said = 'by the other'")
            cursor.execute("SELECT 1")

    with pytest.raises(LedgerUnavailable, match="idle-in-transaction"):
        goes_on()
    with mailer.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT DISTINCT said FROM sharekit_deliveries").scalars().all() == [
            "by the other"
        ]


def test_a_batch_whose_database_fails_is_taken_up_again(tmp_path: Path, postgres: Postgres) -> None:
    with SmtpServer(keep=False) as server:
        mailer, _ = handed_over(server, tmp_path, postgres.database(), "hold")
    with mailer.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sharekit_senders RENAME TO gone")
    work = Work(engine=mailer.engine, deliver=mailer.deliver, policy=mailer.settings.policy)
    again = send_batch(work, 1, 1, SUBSCRIBERS)
    assert again is not None
    assert again > datetime.now(UTC)


def test_sqlite_is_for_one_machine(tmp_path: Path) -> None:
    mailer = open_smtp(25, tmp_path, workers=True)
    add_subscribers(mailer, 1)
    with pytest.raises(ConfigError, match="PostgreSQL"):
        mailer.send(whole_issue(), KEY)
