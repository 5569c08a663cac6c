"""Who claims: the name of a run, and whether the run that a claim names is over."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.ports import LedgerEntry

# A claim of another machine is taken for dead after this. One act ends well before: see the deadlines of sharekit.http.
LEASE = timedelta(minutes=15)
ENDED = "the run that claimed it ended without saying what came of it"
MACHINE = re.compile(r" @(?P<place>[0-9a-f]+-\d+):(?P<pid>\d+)\.(?P<started>\d+)$")


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
    place, started = _place(), _started(os.getpid())
    return f"{label} @{place}:{os.getpid()}.{started}" if place and started else label


def is_over(entry: LedgerEntry, now: datetime) -> bool:
    """Whether the run that claimed an entry certainly or by all appearance ended without settling it."""
    machine = MACHINE.search(entry.run)
    if machine and machine["place"] == _place():
        return _started(int(machine["pid"])) != machine["started"]
    return now - entry.claimed_at > LEASE


def _place() -> str | None:
    """This boot of this machine, and the space in which a process id means something; None where it is not known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().replace("-", "")[:12]
        space = re.sub(r"\D", "", str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        return None
    return f"{boot}-{space}"


def _started(pid: int) -> str | None:
    """When a process began, in clock ticks since boot (proc(5), stat field 22): with it, a reused id is not mistaken."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    # A zombie has ended: its parent has not asked for its result yet.
    return None if fields[0] in "ZX" else fields[19]
