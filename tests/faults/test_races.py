"""Eight processes that want the same keys at once: each key has exactly one owner.

SHAREKIT_ROUNDS=100 python -m pytest tests/faults/test_races.py -s   is the long form, with fifty keys.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from faults.sender import forked
from postgres import Postgres, postgres
from repositories import make_hosting
from sharekit.errors import AlreadyClaimed
from sharekit.ledgers.git import GitLedger
from sharekit.ledgers.sql import SqlLedger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sharekit.ports import Ledger

__all__ = ["postgres"]

CLAIMANTS = 8
# Seconds at most that a claimed key takes to be sent.
SENDING = 0.5
LONG = int(os.environ.get("SHAREKIT_ROUNDS", "0"))
ROUNDS = LONG or 1


def claim_all(place: Callable[[], Ledger], keys: list[str], claimant: int, result: Path, start: float) -> None:
    """Claim what can be claimed, from one moment on, and write down what was: key → nonce."""
    own = {}
    ledger = place()
    now = datetime.now(UTC)
    dice = random.Random(claimant)
    dice.shuffle(keys)
    time.sleep(max(0, start - time.time()))
    for key in keys:
        try:
            own[key] = ledger.claim(key, at=now, run=f"claimant {claimant}").nonce
        except AlreadyClaimed:
            continue
        # What a run claimed it sends, and meanwhile another one gets its turn.
        time.sleep(dice.random() * SENDING)
    result.write_text(json.dumps(own))


def race(places: list[Callable[[], Ledger]], keys: list[str], folder: Path) -> Counter[int]:
    """How many keys each claimant got. Asserts that each key has one owner, and that the ledger knows the same one."""
    folder.mkdir()
    start = time.time() + 0.5
    pids = [forked(partial(claim_all, place, list(keys), n, folder / f"{n}.json", start)) for n, place in enumerate(places)]
    for pid in pids:
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    owned = [json.loads((folder / f"{n}.json").read_text()) for n in range(len(places))]
    owners = Counter(key for own in owned for key in own)
    assert owners == Counter(keys), "a key has two owners, or none"
    nonces = {key: nonce for own in owned for key, nonce in own.items()}
    prefix = keys[0].rpartition("/")[0]
    assert {entry.key: entry.nonce for entry in places[0]().entries(prefix)} == nonces
    return Counter({n: len(own) for n, own in enumerate(owned)})


def test_races_between_clones_of_one_remote(tmp_path: Path) -> None:
    hosting = make_hosting(tmp_path)
    clones = [hosting.clone(f"clone{n}") for n in range(CLAIMANTS)]
    got: Counter[int] = Counter()
    for number in range(ROUNDS):
        keys = [f"share/{number}/{each:02}" for each in range(50 if LONG else 5)]
        got += race([partial(GitLedger, clone) for clone in clones], keys, tmp_path / f"round{number}")
        print(f"git: {number + 1} rounds, {sum(got.values())} keys, by claimant {sorted(got.values())}", flush=True)


def test_races_between_processes_without_a_remote(tmp_path: Path) -> None:
    make_hosting(tmp_path)
    keys = [f"share/0/{each:02}" for each in range(5)]
    got = race([lambda: GitLedger(tmp_path / "first")] * 4, keys, tmp_path / "round")
    assert sum(got.values()) == 5


def test_races_on_sqlite(tmp_path: Path) -> None:
    races_on(lambda: SqlLedger("sqlite:///ledger.sqlite", root=tmp_path), tmp_path, "sqlite")


def test_races_on_postgres(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.database()
    races_on(lambda: SqlLedger(url, root=tmp_path), tmp_path, "postgres")


def races_on(open_ledger: Callable[[], Ledger], folder: Path, name: str) -> None:
    got: Counter[int] = Counter()
    for number in range(ROUNDS):
        keys = [f"share/{number}/{each:02}" for each in range(50)]
        got += race([open_ledger] * CLAIMANTS, keys, folder / f"round{number}")
        print(f"{name}: {number + 1} rounds, {sum(got.values())} keys, by claimant {sorted(got.values())}", flush=True)
    assert sum(got.values()) == 50 * ROUNDS
