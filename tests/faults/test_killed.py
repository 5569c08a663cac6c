"""Processes that deliver through real ledgers, killed with SIGKILL; the promise holds.

SHAREKIT_KILLS=2000 python -m pytest tests/faults/test_killed.py -k random   is the long form.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from faults.campaign import Arena, killed_at_random, server_url
from faults.sender import KINDS
from postgres import Postgres, postgres

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["postgres", "server_url"]

LEDGERS = ("sqlite", "postgres", "git")
KILLS = int(os.environ.get("SHAREKIT_KILLS", "24"))


@pytest.fixture
def arena(tmp_path: Path, server_url: str, postgres: Postgres) -> Arena:
    return Arena(tmp_path, server_url, postgres)


@pytest.mark.slow
@pytest.mark.parametrize("ledger", LEDGERS)
def test_killed_at_every_call_of_a_port(ledger: str, arena: Arena) -> None:
    for kind in KINDS:
        for point in range(1, 100):
            campaign = arena.campaign(ledger, kind, keys=1)
            if campaign.run(kill="call", kill_at=point):
                break
            campaign.finish()
            campaign.verify()
        # claim, post and settle, before and after each
        assert point == 7


@pytest.mark.slow
@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_the_network_works(ledger: str, moment: str, arena: Arena) -> None:
    for kind in KINDS:
        campaign = arena.campaign(ledger, kind, keys=2)
        assert not campaign.run(kill=moment, kill_at=2)
        campaign.finish()
        ended = campaign.verify()
        # The request had left: the network took it, whatever became of the sender.
        known = kind != "cannot tell"
        assert ended["delivered"] == (2 if known else 1)


@pytest.mark.slow
@pytest.mark.parametrize("ledger", LEDGERS)
def test_killed_at_random_moments(ledger: str, arena: Arena) -> None:
    share = KILLS // len(LEDGERS)
    seed = int(os.environ.get("SHAREKIT_SEED", random.SystemRandom().randrange(10**6)))
    dice = random.Random(f"{seed} {ledger}")
    kills, runs, campaigns = 0, 0, 0
    ended: Counter[str] = Counter()
    undisturbed = arena.campaign(ledger, "knows", keys=12)
    begun = time.monotonic()
    undisturbed.finish()
    life = time.monotonic() - begun
    while kills < share:
        campaign = arena.campaign(ledger, dice.choice(list(KINDS)), keys=12)
        killed_at_random(campaign, dice, life=life)
        ended += campaign.verify()
        kills, runs, campaigns = kills + campaign.kills, runs + campaign.runs, campaigns + 1
        print(f"{ledger}: seed {seed}, {campaigns} campaigns, {runs} runs, {kills} killed; {dict(ended)}", flush=True)
    assert kills >= share
