"""What a server may do to a connection."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from servers.submission import certificate
from sharekit.list import connection
from sharekit.list.connection import Connection, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server for one client; it ends when the client hangs up."""

    def serve() -> None:
        with listening.accept()[0] as client:
            try:
                talk(client)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(30)
        assert not thread.is_alive()


def test_a_reply_without_an_end_is_cut_off() -> None:
    def talk(client: socket.socket) -> None:
        client.sendall(b"220 here\r\n")
        client.recv(100)
        while True:
            client.sendall(b"250-and another line\r\n" * 50)

    with answering(talk) as port, pytest.raises(OSError, match="no end"):
        Connection(Server(host="127.0.0.1", port=port, security="none"))


def test_a_reply_that_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT", 0.3)
    hung_up = threading.Event()

    def talk(client: socket.socket) -> None:
        while not hung_up.wait(0.02):
            client.sendall(b"2")

    with answering(talk) as port:
        with pytest.raises(OSError, match="no end"):
            Connection(Server(host="127.0.0.1", port=port, security="none"))
        hung_up.set()


@pytest.mark.parametrize("said", [b"", b"220", b"hello\r\n", b"9999 x\r\n", b"\xff\xfe\r\n"])
def test_what_is_no_reply_is_no_greeting(said: bytes) -> None:
    with answering(lambda client: client.sendall(said)) as port, pytest.raises(OSError):  # noqa: PT011 - any of them
        Connection(Server(host="127.0.0.1", port=port, security="none"))


def test_what_comes_in_the_clear_behind_starttls_is_thrown_away(tmp_path: Path) -> None:
    """CVE-2011-0411 and its kind: somebody on the way puts words into the server's mouth before the encryption begins."""
    files = certificate(tmp_path, "localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)

    def talk(client: socket.socket) -> None:
        client.sendall(b"220 here\r\n")
        client.recv(100)
        client.sendall(b"250-here\r\n250 STARTTLS\r\n")
        client.recv(100)
        client.sendall(b"220 go on\r\n250-put in by another\r\n250-SIZE 1\r\n250 AUTH LOGIN\r\n")
        with context.wrap_socket(client, server_side=True) as encrypted:
            encrypted.recv(100)
            encrypted.sendall(b"250-here\r\n250 PIPELINING\r\n")
            encrypted.recv(100)
            encrypted.sendall(b"250 done\r\n")

    trusted = ssl.create_default_context(cafile=str(files[0]))
    with answering(talk) as port:
        opened = Connection(Server(host="localhost", port=port, tls=trusted))
        assert set(opened.extensions) == {"pipelining"}
        assert str(opened.command("NOOP")) == "250 done"
        opened.close()
