"""The reference Bluesky server (npm @atproto/pds) on loopback, and a relay before it that can see and kill."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from servers.wire import Reply, Request, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE = Path(__file__).resolve().parents[1] / "npm" / "pds"
HANDLE, PASSWORD = "carnet.test", "a password for one test"
SECONDS = 90


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """The server's address while the block runs; it keeps its data in ``folder``."""
    node = shutil.which("node")
    if node is None or not (SUITE / "node_modules" / "@atproto" / "pds").is_dir():
        pytest.skip("tests/npm/pds is not installed: apt-get install nodejs npm, then make test")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PORT": str(port), "DATA_DIR": str(folder)}
    server = subprocess.Popen(
        [node, "server.cjs"], cwd=SUITE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert server.stdout is not None
    try:
        ready, _, _ = select.select([server.stdout], [], [], SECONDS)
        line = server.stdout.readline() if ready else ""
        assert line.startswith("{"), f"the Bluesky server did not start: {line} {server.stdout.read() if line else ''}"
        yield json.loads(line)["pds"]
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()


def call(server: str, name: str, *, token: str = "", **content: Any) -> dict[str, Any]:
    """One XRPC call: a POST with ``json``, else a GET with ``params``."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    method = "POST" if "json" in content else "GET"
    answer = httpx.request(method, f"{server}/xrpc/{name}", headers=headers, timeout=30, **content)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class Relay(Wire):
    """Hands every request on to the server at ``upstream``, and its answer back."""

    ACT = ("POST", r"/xrpc/com\.atproto\.repo\.putRecord")

    def __init__(self, upstream: str) -> None:
        super().__init__()
        self._upstream = httpx.Client(base_url=upstream, timeout=30, trust_env=False)

    @property
    def posts(self) -> list[str]:
        raise NotImplementedError("ask the server itself")

    def handle(self, request: Request) -> Reply:
        kept = {
            name: value for name, value in request.headers.items() if name in ("authorization", "content-type", "accept")
        }
        answer = self._upstream.request(
            request.method, request.path, params=dict(request.query), headers=kept, content=request.body
        )
        return Reply(answer.status_code, answer.content, {"content-type": answer.headers.get("content-type", "")})

    def __exit__(self, *problem: object) -> None:
        super().__exit__(*problem)
        self._upstream.close()
