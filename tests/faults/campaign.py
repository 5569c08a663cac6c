"""Keys delivered by processes that are killed again and again, and what must be true in the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from faults.sender import Job, deliver, forked
from repositories import Hosting, make_hosting

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from postgres import Postgres

# A busy machine must not keep a run from ever coming through.
MOST = 40
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a network that records."""
    address = tmp_path_factory.mktemp("server") / "address"
    server = subprocess.Popen([sys.executable, str(HERE / "faulty_server.py"), str(address)])
    try:
        deadline = time.monotonic() + 30
        while not address.exists():
            assert time.monotonic() < deadline, "the recording network did not start"
            time.sleep(0.02)
        yield address.read_text()
    finally:
        server.kill()
        server.wait()


@dataclass
class Campaign:
    """One ledger, some keys, and a server. ``run`` delivers in a process; ``verify`` checks the promise."""

    job: Job
    report: Path
    kills: int = 0
    runs: int = 0
    final: dict[str, str] = field(default_factory=dict)

    def run(self, *, kill_after: float | None = None, with_children: bool = False, **kill: object) -> bool:
        """Whether the process came to its end. ``kill_after`` is in seconds; ``kill`` names a point (see sender.Job)."""
        self.report.unlink(missing_ok=True)
        self.runs += 1
        job = replace(self.job, **kill)  # type: ignore[arg-type]  # the fields of a job
        pid = forked(lambda: deliver(job, self.report))
        if kill_after is not None:
            time.sleep(kill_after)
            if with_children:
                _kill_children(pid)
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            self.kills += 1
            return False
        assert os.waitstatus_to_exitcode(status) == 0, "the run failed by itself"
        self.final = json.loads(self.report.read_text())
        return True

    def finish(self) -> None:
        """Run undisturbed until nothing more happens: what was found not to be there is sent by the run after."""
        for _ in range(3):
            assert self.run()
            if set(self.final.values()) == {"delivered"}:
                return

    def verify(self) -> Counter[str]:
        """No key twice, none lost, every unknown one reported. How many keys ended how."""
        prefix = self.job.keys[0].rpartition("/")[0]
        counts = httpx.get(f"{self.job.server_url}/counts/{prefix}/").json()
        entries = {entry.key: entry for entry in self.job.ledger().entries(prefix)}
        ended: Counter[str] = Counter()
        for key in self.job.keys:
            times = counts.get(key, 0)
            assert times <= 1, f"{key} went out {times} times"
            state = entries[key].state
            assert state in ("delivered", "unknown"), f"{key} is {state}"
            assert self.final[key] == state, f"{key} is {state} and was reported as {self.final[key]}"
            if state == "delivered":
                assert times == 1, f"{key} is said to be out and is not"
            if self.job.kind == "knows and takes once":
                assert state == "delivered"
            if self.job.kind == "knows" and times:
                assert state == "delivered"
            ended[state if state == "delivered" else f"unknown, {'out' if times else 'not out'}"] += 1
        return ended


def _kill_children(pid: int) -> None:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
    except OSError:
        return  # it ended first


@dataclass
class Arena:
    """Makes campaigns on each kind of ledger."""

    folder: Path
    server_url: str
    postgres: Postgres
    _url: str = ""
    _count: int = 0

    def campaign(self, ledger: str, kind: str, *, keys: int) -> Campaign:
        self._count += 1
        folder = self.folder / str(self._count)
        folder.mkdir()
        places: dict[str, Callable[[Path], str]] = {"git": self._clone, "sqlite": _file, "postgres": self._database}
        name = f"{ledger}-{self.folder.name}-{self._count}"
        job = Job(
            place=places[ledger](folder),
            root=folder,
            server_url=self.server_url,
            keys=tuple(f"share/{name}/{number:02}" for number in range(keys)),
            kind=kind,
        )
        return Campaign(job, folder / "report.json")

    def _clone(self, folder: Path) -> str:
        hosting: Hosting = make_hosting(folder)
        hosting.clone("clone")
        return "clone"

    def _database(self, _folder: Path) -> str:
        self._url = self._url or self.postgres.database()
        return self._url


def _file(_folder: Path) -> str:
    return "sqlite:///ledger.sqlite"


def killed_at_random(campaign: Campaign, dice: random.Random, *, life: float) -> None:
    """Kill run after run at a random moment, until one comes through; then let it finish.

    ``life`` is how long a whole run takes, in seconds. A quarter of it is what a run is given at most: most are killed, and
    each has done a part of the work.
    """
    for _ in range(MOST):
        if campaign.run(kill_after=dice.uniform(0, life / 4), with_children=dice.random() < 0.3):
            break
    campaign.finish()
