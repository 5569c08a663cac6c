"""What the ledger costs, as ratios within one run.

1. A claim and a settle through git on a local bare remote, against the bare git commands that they need.
2. A plan with 100,000 settled keys, against reading the same ledger alone.

    python benchmarks/ledger.py [rounds] [keys]
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sharekit.config import Config
from sharekit.drafts import read_drafts
from sharekit.ledgers.git import GitLedger
from sharekit.ledgers.sql import INSERT, SqlLedger, row_of
from sharekit.model import Outcome, Receipt
from sharekit.planning import Situation, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
DELIVERED = Outcome(state="delivered", at=NOW, receipt=Receipt(id="1527", url="https://x.example/1527", at=NOW))
DRAFT = """---
post: 2026/{number}
title: Post {number}
url: https://blog.example/2026/{number}/
published: 2026-03-03T08:30:00+00:00
---
## x
Words https://blog.example/2026/{number}/
"""
RECORD = """commit refs/sharekit/scratch
mark :1
committer sharekit <> 1772528400 +0000
data 5
words
{parent}M 100644 inline share/{number}.json
data 3
{stage}

get-mark :1
done
"""


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """git's output; bare, without any of our options."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], input=given, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def timed(step: Callable[[], object]) -> float:
    """Seconds that a step takes."""
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def clone(folder: Path) -> Path:
    """A clone of an empty bare repository."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--bare", "remote.git")
    git(folder, "clone", "--quiet", str(folder / "remote.git"), "clone")
    return folder / "clone"


def bare_commands(place: Path, number: int, tips: list[str]) -> None:
    """What a change of one record needs at least: read it, make a commit, push it, remember it. Twice: claim and settle."""
    for stage in ("{1}", "{2}"):
        # The record is read before it is written; that it is not there yet is an answer too.
        command = ["git", "-C", str(place), "cat-file", "blob", f"refs/tip:share/{number}.json"]
        subprocess.run(command, capture_output=True, check=False)
        parent = f"from {tips[-1]}\n" if tips else ""
        record = RECORD.format(parent=parent, number=number, stage=stage)
        tips.append(git(place, "fast-import", "--quiet", "--done", "--force", given=record))
        git(place, "push", "--quiet", "origin", f"{tips[-1]}:refs/heads/ledger")
        git(place, "update-ref", "refs/tip", tips[-1])


def claims_and_settles(folder: Path, rounds: int) -> None:
    """Ours and the bare commands, in turns."""
    ours, bare = clone(folder / "ours"), clone(folder / "bare")
    ledger = GitLedger(ours)
    ledger.get("share/first/x/launch")

    def claim_and_settle(number: int) -> None:
        claim = ledger.claim(f"share/{number}/x/launch", at=NOW, run="run")
        ledger.settle(claim.key, DELIVERED, nonce=claim.nonce)

    own, needed = [], []
    tips: list[str] = []
    for number in range(rounds):
        needed.append(timed(partial(bare_commands, bare, number, tips)))
        own.append(timed(partial(claim_and_settle, number)))
    mine, theirs = statistics.median(own), statistics.median(needed)
    print(f"git: claim + settle {mine * 1000:.0f} ms, bare commands {theirs * 1000:.0f} ms: {mine / theirs:.2f} ×")


def planning(folder: Path, keys: int) -> None:
    """A plan beside reading the ledger alone."""
    (folder / "shares").mkdir(parents=True)
    for number in range(100):
        (folder / "shares" / f"{number}.md").write_text(DRAFT.format(number=number))
    ledger = SqlLedger("sqlite:///ledger.sqlite", root=folder)
    claim = ledger.claim("share/first/x/launch", at=NOW, run="run")
    settled = ledger.settle(claim.key, DELIVERED, nonce=claim.nonce)
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection, connection:
        rows = (row_of(replace(settled, key=f"share/2026/{number}/x/launch")) for number in range(keys))
        connection.executemany(INSERT, rows)

    def whole() -> None:
        entries = {entry.key: entry for entry in ledger.entries()}
        drafts = read_drafts(folder, shares=folder / "shares", issues=folder / "issues")
        make_plan(Situation(drafts=drafts, posts=(), entries=entries, config=Config(), zone=ZoneInfo("UTC"), now=NOW))

    alone = statistics.median(timed(lambda: list(ledger.entries())) for _ in range(3))
    planned = statistics.median(timed(whole) for _ in range(3))
    print(f"plan with {keys} settled keys {planned:.2f} s, reading the ledger {alone:.2f} s: {planned / alone:.2f} ×")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
        claims_and_settles(Path(made), int(sys.argv[1]) if len(sys.argv) > 1 else 20)
        planning(Path(made) / "plan", int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
