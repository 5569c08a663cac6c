"""Who claims: the name of a run, and whether the run that a claim names is over."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sharekit.process import is_running, own_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.ports import LedgerEntry

# A claim of another machine is taken for dead after this. One act ends well before: see the deadlines of sharekit.http.
LEASE = timedelta(minutes=15)
ENDED = "the run that claimed it ended without saying what came of it"
MACHINE = re.compile(r" @([0-9a-f]+-\d+:\d+\.\d+)$")


def run_name(environment: Mapping[str, str]) -> str:
    """The name of this run: for a person its number in CI, for us the process on this boot of this machine.

    It holds neither the host's nor the user's name: the ledger may be public.
    """
    if number := environment.get("GITHUB_RUN_ID"):
        label = f"github {number}.{environment.get('GITHUB_RUN_ATTEMPT', '1')}"
    elif number := environment.get("CI_JOB_ID"):
        label = f"gitlab {number}"
    else:
        label = "by hand"
    name = own_name()
    return f"{label} @{name}" if name else label


def is_over(entry: LedgerEntry, now: datetime) -> bool:
    """Whether the run that claimed an entry certainly or by all appearance ended without settling it."""
    machine = MACHINE.search(entry.run)
    running = is_running(machine[1]) if machine else None
    return now - entry.claimed_at > LEASE if running is None else not running
