"""What a server can do to a request, each once, over a real socket: the state of the key, and what is said.

docs/faults.md is the table of it; its rows are checked against the cases here.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sharekit.http import Client
from sharekit.model import Receipt
from sharekit.outbox import Outbox
from sharekit.ports import Lookup
from sharekit.testing import FrozenClock, MemoryLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
KEY = "share/a/x/launch"
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def answer(head: str, body: bytes = b"{}") -> bytes:
    return f"HTTP/1.1 {head}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


@dataclass(frozen=True)
class Fault:
    """A row of the table. ``does`` is what the server does with a connection, once the request was read."""

    name: str
    does: Callable[[socket.socket], None]
    state: str
    says: str
    again: timedelta | None = None


def send(data: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(data)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def silent(connection: socket.socket) -> None:
    connection.recv(1)  # until the client gives up


def trickle(connection: socket.socket) -> None:
    connection.sendall(OK + b"content-length: 1000\r\n\r\n")
    for _ in range(80):
        connection.sendall(b" ")
        time.sleep(0.05)


FAULTS = [
    Fault(
        "429 with Retry-After in seconds",
        send(answer("429 Slow\r\nretry-after: 120")),
        "waiting",
        "429",
        timedelta(minutes=2),
    ),
    Fault(
        "429 with Retry-After as a date",
        send(answer("429 Slow\r\nretry-after: Tue, 03 Mar 2026 10:00:00 GMT")),
        "waiting",
        "429",
        timedelta(hours=1),
    ),
    Fault("429 without Retry-After", send(answer("429 Slow")), "waiting", "429", timedelta(minutes=5)),
    Fault("503 with Retry-After", send(answer("503 Away\r\nretry-after: 60")), "waiting", "503", timedelta(minutes=1)),
    Fault("500 after the request was read", send(answer("500 Oops")), "unknown", "500"),
    Fault("502 from a proxy", send(answer("502 Bad", b"<title>Bad gateway</title>")), "unknown", "Bad gateway"),
    Fault("401", send(answer("401 No", b'{"error":"expired"}')), "waiting", "expired"),
    Fault("403", send(answer("403 No", b'{"detail":"the account is locked"}')), "waiting", "locked"),
    Fault("422", send(answer("422 No")), "refused", "422"),
    Fault("connection reset after the request", reset, "unknown", "after the request left"),
    Fault("connection closed without an answer", lambda _connection: None, "unknown", "after the request left"),
    Fault("silence", silent, "unknown", "after the request left"),
    Fault("a body that trickles", trickle, "unknown", "no whole answer within"),
    Fault("a body that is cut off", send(OK + b"content-length: 100\r\n\r\n{"), "unknown", "no readable answer"),
    Fault("JSON that is cut off", send(answer("200 OK", b'{"id": "15')), "unknown", "without its id"),
    Fault("success in HTML", send(answer("200 OK", b"<title>Log in</title>")), "unknown", "Log in"),
    Fault("an answer that is not HTTP", send(b"SSH-2.0-OpenSSH\r\n"), "unknown", "no readable answer"),
]


@pytest.fixture
def serve() -> Iterator[Callable[[Fault], str]]:
    listening = socket.create_server(("127.0.0.1", 0))
    threads = []

    def start(fault: Fault) -> str:
        def work() -> None:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                fault.does(connection)

        thread = threading.Thread(target=work)
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for thread in threads:
        thread.join()
    listening.close()


def outcome_of(url: str) -> tuple[str, str, datetime | None]:
    clock = FrozenClock(NOW)
    client = Client("Network", clock=clock, total=3)

    def post(_entry: object, _note: object) -> Receipt:
        found = client.request("POST", url, content=b"{}")
        return Receipt(id=found.field("id") or client.unreadable(found, "its id"), url=None, at=clock())

    outbox = Outbox(MemoryLedger(), run="run", clock=clock)
    result = outbox.deliver(KEY, send=post, find=lambda _entry: Lookup())
    return result.state, result.reason, result.retry_at


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_becomes_of_a_key(fault: Fault, serve: Callable[[Fault], str]) -> None:
    state, reason, retry_at = outcome_of(serve(fault))
    assert state == fault.state
    assert fault.says in reason
    assert retry_at == (NOW + fault.again if fault.again else None)


def test_a_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    state, reason, retry_at = outcome_of(f"http://127.0.0.1:{port}")
    assert (state, retry_at) == ("waiting", NOW + timedelta(minutes=5))
    assert "cannot be reached" in reason


def test_the_table_of_the_documentation_has_each_of_them(project: Path) -> None:
    rows = [line.split("|") for line in (project / "docs/faults.md").read_text().splitlines() if line.startswith("|")]
    listed = {row[1].strip(): row[2].strip().strip("`") for row in rows}
    assert {fault.name: fault.state for fault in FAULTS}.items() <= listed.items()
