"""Senders killed with SIGKILL at random moments, over SQLite and PostgreSQL, with one to four of them at once.

``SHAREKIT_KILLS=1000`` makes it the long run; the table is printed with ``-s``.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from faults.smtp_sender import main
from mailing_list import KEY, add_subscribers, open_smtp, whole_issue
from postgres import Postgres, postgres
from servers.smtp import SmtpServer
from sharekit.errors import Unavailable
from sharekit.list import mailing as mailings

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer

__all__ = ["postgres"]

KILLS = int(os.environ.get("SHAREKIT_KILLS", "24"))
READERS = 1000
SEED = int(os.environ.get("SHAREKIT_SEED", "20261124"))


@dataclass
class Tally:
    """What came of the readers of many mailings."""

    kills: int = 0
    readers: int = 0
    lost: int = 0
    lost_unnamed: int = 0
    twice: int = 0
    twice_unnamed: int = 0
    held: int = 0

    def __str__(self) -> str:
        return (
            f"kills {self.kills}  readers {self.readers}  lost {self.lost}  lost unnamed {self.lost_unnamed}"
            f"  twice {self.twice}  twice unnamed {self.twice_unnamed}  held {self.held}"
        )


def run(
    root: Path, policy: str, workers: int, kills: int, database: str | None, tally: Tally, chance: random.Random
) -> None:
    """One mailing: senders are started, killed, started again, and at the end left to finish."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["faults.smtp_sender"])
    # With four connections each attempt is a transaction; with ten, some share one.
    connections = chance.choice((4, 10))
    with SmtpServer(keep=False, delay=0.002) as server:
        mailer = open_smtp(server.port, root, database, policy=policy)
        addresses = add_subscribers(mailer, READERS)

        def start() -> multiprocessing.process.BaseProcess:
            child = context.Process(target=main, args=(str(root), server.port, policy, database, connections))
            child.start()
            return child

        done = 0
        while done < kills and mailer.find(KEY).receipt is None:
            before = sum(server.accepted.values())
            children = [start() for _ in range(workers)]
            # Most moments are worth nothing: they lie before the first letter.
            while sum(server.accepted.values()) == before and any(child.is_alive() for child in children):
                time.sleep(0.002)
            time.sleep(chance.uniform(0.0, 0.12))
            for child in children:
                if child.is_alive():
                    os.kill(child.pid or 0, signal.SIGKILL)
                    done += 1
                child.join()
        finish(mailer)
        # What arrives after a sender's death still counts.
        time.sleep(0.1)
        count(mailer, server, addresses, tally)
        tally.kills += done


def finish(mailer: SmtpMailer) -> None:
    """Let it come to its end: whoever waits for a minute is tried at once."""
    for _ in range(20):
        try:
            mailer.send(whole_issue(), KEY)
        except Unavailable:
            with mailer.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE sharekit_deliveries SET next_at = 0 WHERE state = 'queued'")
        else:
            return
    raise AssertionError("it does not come to an end")


def count(mailer: SmtpMailer, server: SmtpServer, addresses: list[str], tally: Tally) -> None:
    engine = mailer.engine
    found = mailings.find_mailing(engine, KEY)
    assert found is not None
    held = {address for address, _ in mailings.addresses(engine, found, "held")}
    query = (
        "SELECT s.address FROM sharekit_deliveries d JOIN sharekit_subscribers s ON s.id = d.reader_id WHERE d.doubts > 0"
    )
    with engine.connect() as connection:
        doubtful = {row[0] for row in connection.exec_driver_sql(query)}
    lost = {address for address in addresses if not server.accepted[address]}
    twice = {address for address in addresses if server.accepted[address] > 1}
    tally.readers += len(addresses)
    tally.held += len(held)
    tally.lost += len(lost)
    tally.lost_unnamed += len(lost - held)
    tally.twice += len(twice)
    tally.twice_unnamed += len(twice - doubtful)


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["hold", "resend"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nobody_twice_and_nobody_lost_without_a_name(kind: str, policy: str, tmp_path: Path, postgres: Postgres) -> None:
    chance = random.Random(f"{SEED} {kind} {policy}")
    tally, number = Tally(), 0
    while tally.kills < KILLS // 4:
        number += 1
        root = tmp_path / str(number)
        root.mkdir()
        database = postgres.database() if kind == "postgresql" else None
        run(root, policy, chance.randint(1, 4), 8, database, tally, chance)
    print(f"\n{kind} {policy}: {tally}")
    assert tally.lost_unnamed == 0
    assert tally.twice_unnamed == 0
    assert (tally.twice if policy == "hold" else tally.lost) == 0
