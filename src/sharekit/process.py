"""Which process is at work, so that another one can tell whether it has ended (proc(5))."""

from __future__ import annotations

import os
import re
from pathlib import Path


def place() -> str | None:
    """This boot of this machine, and the space in which a process id means something; None where it is not known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().replace("-", "")[:12]
        space = re.sub(r"\D", "", str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        return None
    return f"{boot}-{space}"


def started(pid: int) -> str | None:
    """When a process began, in clock ticks since boot (stat, field 22), as ids are reused; None when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    # A zombie has ended: its parent has not asked for its result yet.
    return None if fields[0] in "ZX" else fields[19]


def own_name() -> str | None:
    """This process, as ``<place>:<id>.<started>``; None where it is not known."""
    where, when = place(), started(os.getpid())
    return f"{where}:{os.getpid()}.{when}" if where and when else None


def is_running(name: str) -> bool | None:
    """Whether the process of a name is at work; None for one of another machine."""
    found = re.fullmatch(r"(.+):(\d+)\.(\d+)", name)
    if found is None or found[1] != place():
        return None
    return started(int(found[2])) == found[3]
