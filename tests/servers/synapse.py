"""Synapse, the reference server of Matrix (PyPI matrix-synapse), on loopback with SQLite."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from listening import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD, ROOM = "zoe", "a-password-for-one-test", "salon"
SHARED_SECRET = "for-one-test"  # noqa: S105  # of a server that runs for one test
SECONDS = 120


@dataclass(frozen=True)
class Synapse:
    """A server with one user and one room. ``place`` is its host and port."""

    place: str
    room: str
    _client: httpx.Client
    _token: str

    def messages(self) -> list[dict[str, Any]]:
        """The content of each message in the room, oldest first."""
        query = {"dir": "f", "limit": "50"}
        headers = {"authorization": f"Bearer {self._token}"}
        answer = self._client.get(f"/_matrix/client/v3/rooms/{self.room}/messages", params=query, headers=headers)
        chunk = answer.raise_for_status().json()["chunk"]
        return [each["content"] for each in chunk if each["type"] == "m.room.message"]


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Synapse]:
    """The server while the block runs; it keeps its data in ``folder``."""
    port = free_port()
    _configure(folder, port)
    with (folder / "said").open("w") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "synapse.app.homeserver", "-c", str(folder / "homeserver.yaml")],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
            stdout=said,
            stderr=said,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            _wait(client, server, folder)
            yield _room(client, f"127.0.0.1:{port}")
    finally:
        server.kill()
        server.wait()


def _wait(client: httpx.Client, server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if client.get("/health").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"Synapse did not start: {(folder / 'said').read_text()[-2000:]}")


def _configure(folder: Path, port: int) -> None:
    from signedjson.key import generate_signing_key, write_signing_keys

    with (folder / "signing.key").open("w") as file:
        write_signing_keys(file, [generate_signing_key("a_1")])
    listener = {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
    configuration = {
        "server_name": "blog.test",
        "report_stats": False,
        "pid_file": str(folder / "pid"),
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "synapse.sqlite")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "trusted_key_servers": [],
        "registration_shared_secret": SHARED_SECRET,
        "macaroon_secret_key": SHARED_SECRET,
        "form_secret": SHARED_SECRET,
    }
    (folder / "homeserver.yaml").write_text(json.dumps(configuration))  # YAML 1.2 holds JSON


def _room(client: httpx.Client, place: str) -> Synapse:
    # https://element-hq.github.io/synapse/latest/admin_api/register_api.html
    nonce = client.get("/_synapse/admin/v1/register").raise_for_status().json()["nonce"]
    words = "\0".join((nonce, USER, PASSWORD, "notadmin")).encode()
    user = {"nonce": nonce, "username": USER, "password": PASSWORD, "admin": False}
    user["mac"] = hmac.new(SHARED_SECRET.encode(), words, hashlib.sha1).hexdigest()
    token = client.post("/_synapse/admin/v1/register", json=user).raise_for_status().json()["access_token"]
    made = client.post(
        "/_matrix/client/v3/createRoom",
        json={"room_alias_name": ROOM, "preset": "private_chat"},
        headers={"authorization": f"Bearer {token}"},
    )
    return Synapse(place, made.raise_for_status().json()["room_id"], client, token)
