"""Mail handed to aiosmtpd, encrypted and signed in."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from mailing_list import KEY, add_subscribers, open_smtp, states, whole_issue
from servers.submission import PASSWORD, USER, Handler, authenticate, certificate, serve
from sharekit.errors import ChannelPaused, ConfigError, Unavailable
from sharekit.list.connection import Connection
from sharekit.list.connection import Server as MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """A connection that is left open warns when it is collected; so it is collected in the test that left it."""
    yield
    gc.collect()


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_encrypted_and_signed_in(tmp_path: Path, handler: Handler, mechanism: str) -> None:
    files = certificate(tmp_path, "localhost")
    left_out = {"PLAIN", "LOGIN"} - {mechanism}
    server = serve(
        handler,
        files,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
        auth_exclude_mechanism=left_out,
    )
    try:
        mailer = open_smtp(
            server.port,
            tmp_path,
            host="localhost",
            security="starttls",
            ca=str(files[0]),
            user=USER,
            environment={"SHAREKIT_SMTP_PASSWORD": PASSWORD},
        )
        addresses = add_subscribers(mailer, 12)
        mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert sorted(handler.to) == sorted(addresses)
    assert all(handler.encrypted)
    assert set(handler.user) == {USER.encode()}


def test_a_wrong_password_is_told_and_never_shown(tmp_path: Path, handler: Handler) -> None:
    files = certificate(tmp_path, "localhost")
    server = serve(handler, files, require_starttls=True, auth_required=True, authenticator=authenticate)
    try:
        mailer = open_smtp(
            server.port,
            tmp_path,
            host="localhost",
            security="starttls",
            ca=str(files[0]),
            user=USER,
            environment={"SHAREKIT_SMTP_PASSWORD": "wrong-password-1"},
        )
        add_subscribers(mailer, 3)
        with pytest.raises(ChannelPaused, match="535") as caught:
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert "SHAREKIT_SMTP_PASSWORD" in str(caught.value.hint)
    assert "wrong-password-1" not in f"{caught.value!r}{caught.value.hint}"
    assert states(mailer) == {"queued": 3}


@pytest.mark.parametrize("fault", ["unknown authority", "another host", "expired"])
def test_a_certificate_that_proves_nothing_is_refused(tmp_path: Path, handler: Handler, fault: str) -> None:
    files = certificate(
        tmp_path, "elsewhere.example" if fault == "another host" else "localhost", days=-1 if fault == "expired" else 1
    )
    server = serve(handler, files)
    try:
        ca = None if fault == "unknown authority" else str(files[0])
        mailer = open_smtp(server.port, tmp_path, host="localhost", security="starttls", ca=ca)
        mailer.pause = 0.01
        add_subscribers(mailer, 2)
        with pytest.raises(Unavailable, match=r"(?i)certificate"):
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert handler.to == []


def test_a_server_that_ignores_a_goodbye_is_hung_up_on(tmp_path: Path) -> None:
    files = certificate(tmp_path, "localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)

    heard: list[bytes] = []

    def say_nothing_more(listening: socket.socket) -> None:
        with context.wrap_socket(listening.accept()[0], server_side=True) as client:
            client.sendall(b"220 here\r\n")
            heard.append(client.recv(100))
            client.sendall(b"250 here\r\n")
            # All that comes after QUIT is the end of the connection.
            while said := client.recv(100):
                heard.append(said)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=say_nothing_more, args=(listening,))
        server.start()
        trusted = ssl.create_default_context(cafile=str(files[0]))
        port = listening.getsockname()[1]
        Connection(MailServer(host="localhost", port=port, security="tls", tls=trusted)).quit(patience=0.05)
        server.join(10)
        assert not server.is_alive()
    assert [line.upper() for line in heard] == [b"EHLO LOCALHOST\r\n", b"QUIT\r\n"]


def test_a_server_that_no_longer_offers_starttls_gets_nothing(tmp_path: Path, handler: Handler) -> None:
    server = serve(handler, None)
    try:
        mailer = open_smtp(
            server.port,
            tmp_path,
            host="localhost",
            security="starttls",
            user=USER,
            environment={"SHAREKIT_SMTP_PASSWORD": PASSWORD},
        )
        add_subscribers(mailer, 2)
        with pytest.raises(ChannelPaused, match="does not offer STARTTLS"):
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert handler.to == []


def test_a_password_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="would send the password unencrypted"):
        open_smtp(25, tmp_path, host="mail.example", user=USER, environment={"SHAREKIT_SMTP_PASSWORD": PASSWORD})
