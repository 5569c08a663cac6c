"""A process that delivers keys through a real ledger to the recording network, and can be killed at any moment."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sharekit.http import Client
from sharekit.ledgers.git import GitLedger
from sharekit.ledgers.sql import SqlLedger
from sharekit.model import Receipt
from sharekit.outbox import Outbox, run_name
from sharekit.ports import Lookup

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sharekit.ports import Ledger

# What a network can be asked, and whether it takes a key twice.
KINDS = {
    "knows and takes once": Lookup(certain=True, repeat_is_harmless=True),
    "knows": Lookup(certain=True),
    "cannot tell": Lookup(),
}


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a process is to deliver: ``place`` is a clone for git, a URL for a database."""

    place: str
    root: Path
    server_url: str
    keys: tuple[str, ...]
    kind: str
    kill: str = ""
    kill_at: int = 0

    def ledger(self) -> Ledger:
        return SqlLedger(self.place, root=self.root) if "://" in self.place else GitLedger(self.root / self.place)


class Deadly:
    """Any port, which dies with its process before or after its n-th call, counted over all ports of the job."""

    calls = 0

    def __init__(self, port: object, job: Job) -> None:
        self._port = port
        self._job = job

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self._point()
            answer = real(*arguments, **named)
            self._point()
            return answer

        return call

    def _point(self) -> None:
        Deadly.calls += 1
        if self._job.kill == "call" and Deadly.calls == self._job.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Network:
    """Sends with sharekit's own client."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._client = Client("network", clock=lambda: datetime.now(UTC), total=20)
        self._posts = 0

    def post(self, key: str) -> Receipt:
        self._posts += 1
        headers = {"pid": str(os.getpid())}
        if self._job.kind == "knows and takes once":
            headers["repeat"] = "once"
        if self._job.kill in ("before", "after") and self._posts == self._job.kill_at:
            headers["kill"] = self._job.kill
        answer = self._client.request("POST", f"{self._job.server_url}/post/{quote(key)}", headers=headers, content=b"")
        return Receipt(id=answer.field("id"), url=None, at=datetime.now(UTC))

    def find(self, key: str) -> Lookup:
        if self._job.kind == "cannot tell":
            return KINDS[self._job.kind]
        answer = self._client.request("GET", f"{self._job.server_url}/find/{quote(key)}").json()
        return Lookup(receipt=Receipt(id=key, url=None, at=datetime.now(UTC))) if answer["there"] else KINDS[self._job.kind]


def deliver(job: Job, report: Path) -> None:
    """Deliver every key, then write what came of each to ``report`` as JSON."""
    ledger: Any = Deadly(job.ledger(), job)
    network: Any = Deadly(Network(job), job)
    outbox = Outbox(ledger, run=run_name({}), clock=lambda: datetime.now(UTC))
    known = {entry.key: entry for entry in job.ledger().entries(job.keys[0].rpartition("/")[0])}
    states = {}
    for key in job.keys:
        result = outbox.deliver(
            key,
            send=lambda entry, _note: network.post(entry.key),
            find=lambda entry: network.find(entry.key),
            known=known.get(key),
            sent={"digest": "d"},
        )
        states[key] = result.state
    beside = report.with_suffix(".new")
    beside.write_text(json.dumps(states))
    beside.replace(report)


def forked(work: Callable[[], None]) -> int:
    """The id of a process that does ``work``: a fork, since importing everything anew would take most of a run's time."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the child must never come back into the test that forked it
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)
