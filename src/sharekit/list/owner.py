"""Who claimed a recipient: which process of which machine, and whether what it wrote can have been lost.

An owner is ``<epoch>|<boot>-<pid space>:<pid>.<start>``. The epoch is the run of the machine (SQLite) or of the server
(PostgreSQL) whose writes may be lost with it: what is committed without waiting for the disk survives the death of a
process, and not the end of its epoch.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa


# Seconds without a sign of life after which a sender on another machine counts as dead.
LEASE = 120.0


def epoch(connection: sa.Connection) -> str:
    """The epoch of the database as it runs now."""
    if connection.dialect.name == "postgresql":
        return str(connection.exec_driver_sql("SELECT extract(epoch FROM pg_postmaster_start_time())").scalar_one())
    return _boot()


def own_name(epoch: str) -> str:
    """The name of this process as an owner."""
    return f"{epoch}|{_place()}:{os.getpid()}.{_started(os.getpid())}"


def is_alive(owner: str, beats: Mapping[str, float]) -> bool:
    """Whether the process behind a name can still be at work; ``beats`` are the signs of life of all."""
    found = re.fullmatch(r".*\|(?P<place>.+):(?P<pid>\d+)\.(?P<started>.+)", owner)
    if found and found["place"] == _place():
        return _started(int(found["pid"])) == found["started"]
    return time.time() - beats.get(owner, 0.0) < LEASE


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"


def _place() -> str:
    try:
        space = re.sub(r"\D", "", str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        space = "0"
    return f"{_boot()}-{space}"


def _started(pid: int) -> str | None:
    """When a process began, in clock ticks since boot (proc(5), stat field 22); None for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
