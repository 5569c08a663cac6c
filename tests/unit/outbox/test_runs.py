from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

from sharekit.model import LedgerEntry
from sharekit.outbox import is_over, run_name
from sharekit.testing import NOON


def entry(run: str) -> LedgerEntry:
    return LedgerEntry(key="k", state="claimed", claimed_at=NOON, run=run, nonce="n")


def test_this_very_run_is_not_over() -> None:
    assert not is_over(entry(run_name({})), NOON + timedelta(days=1))


def test_a_process_that_ended_is_over_at_once() -> None:
    code = "from sharekit.outbox import run_name; print(run_name({}))"
    name = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    assert is_over(entry(name), NOON)


def test_a_process_that_ended_is_over_also_before_its_parent_has_asked_for_its_result() -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, run_name({}).encode())
        os._exit(0)
    name = os.read(reading, 200).decode()
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is a zombie
        assert is_over(entry(name), NOON)
    finally:
        os.waitpid(pid, 0)


def test_a_process_id_that_was_used_again_is_another_run() -> None:
    name = run_name({})
    before, _, _ = name.rpartition(".")
    assert is_over(entry(f"{before}.1"), NOON)


def test_another_machine_is_given_a_quarter_of_an_hour() -> None:
    other = entry("github 1.1 @0123456789ab-4026531836:12.345")
    assert not is_over(other, NOON + timedelta(minutes=15))
    assert is_over(other, NOON + timedelta(minutes=16))
    assert not is_over(other, NOON - timedelta(days=1))


def test_a_name_that_says_nothing_is_taken_for_another_machine() -> None:
    assert not is_over(entry("by hand"), NOON)
    assert is_over(entry("by hand"), NOON + timedelta(hours=1))


def test_the_name_in_ci_holds_its_number_and_neither_host_nor_user() -> None:
    name = run_name({"GITHUB_RUN_ID": "918", "GITHUB_RUN_ATTEMPT": "2", "USER": "jo"})
    assert name.startswith("github 918.2")
    assert run_name({"CI_JOB_ID": "77"}).startswith("gitlab 77")
    assert os.uname().nodename not in name
    assert "jo" not in name.split("@")[0]
