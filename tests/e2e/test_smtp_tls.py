"""Mail handed to aiosmtpd, encrypted and signed in."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import logging
import ssl
import threading
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from listening import free_port
from readers import KEY, add_readers, open_smtp, states, whole_issue
from sharekit.errors import ConfigError, Refused, Unavailable
from sharekit.mailers.smtp.wire import Server as MailServer
from sharekit.mailers.smtp.wire import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer

USER, PASSWORD = "blog", "a-long-password-0"  # of a server that runs for one test
GOOD_TOKEN = "ya29.a-token-that-counts"  # noqa: S105 - of the same server


def certificate(folder: Path, host: str, *, days: int = 1) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{host}-{days}.crt", folder / f"{host}-{days}.key"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


class Handler:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.to: list[str] = []
        self.encrypted: list[bool] = []
        self.user: list[bytes] = []
        self.lock = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        with self.lock:
            self.to += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
            self.user.append(session.auth_data.login if session.auth_data else b"")
        return "250 2.0.0 kept"


def authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False, auth_data=data)


class Server(Controller):
    """aiosmtpd as a submission server."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None, **options: Any) -> None:
        self.context, self.options = context, options
        super().__init__(handler, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        return SMTP(self.handler, tls_context=self.context, enable_SMTPUTF8=True, **self.options)


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """A connection that is left open warns when it is collected; so it is collected in the test that left it."""
    yield
    gc.collect()


@pytest.fixture
def handler() -> Handler:
    return Handler()


def serve(handler: Handler, files: tuple[Path, Path] | None, **options: Any) -> Server:
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    server = Server(handler, context, **options)
    server.start()
    return server


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
        addresses = add_readers(mailer, 12)
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
        add_readers(mailer, 3)
        with pytest.raises(Refused, match="535") as caught:
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert "SHAREKIT_SMTP_PASSWORD" in str(caught.value.hint)
    assert "wrong-password-1" not in f"{caught.value!r}{caught.value.hint}"
    assert states(mailer) == {"queued": 3}


class TokenHandler(Handler):
    """Knows XOAUTH2, and says what is wrong with a token as Google and Microsoft do: in a challenge, and then 535.

    https://developers.google.com/workspace/gmail/imap/xoauth2-protocol#error_response
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: list[bytes] = []

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        given = base64.b64decode(args[1], validate=True)
        if given == f"user={USER}\x01auth=Bearer {GOOD_TOKEN}\x01\x01".encode():
            return AuthResult(success=True, auth_data=LoginPassword(USER.encode(), b""))
        wrong = {"status": "401", "schemes": "Bearer", "scope": "https://mail.example/"}
        answer = await server.challenge_auth(json.dumps(wrong))
        assert isinstance(answer, bytes)
        self.said.append(answer)
        return AuthResult(success=False, handled=False, message="535 5.7.8 Username and Password not accepted")


@pytest.fixture
def token_server(tmp_path: Path) -> Iterator[Server]:
    """aiosmtpd that takes a token, and nothing but a token."""
    files = certificate(tmp_path, "localhost")
    rules = {"require_starttls": True, "auth_required": True, "auth_exclude_mechanism": {"PLAIN", "LOGIN"}}
    server = serve(TokenHandler(), files, **rules)
    yield server
    server.stop()


def open_with(server: Server, root: Path, **environment: str) -> SmtpMailer:
    ca = str(root / "localhost-1.crt")
    return open_smtp(server.port, root, host="localhost", security="starttls", ca=ca, user=USER, environment=environment)


def test_signed_in_with_a_token(tmp_path: Path, token_server: Server) -> None:
    # Where both are set it is the token: whoever asks for it takes no password any more.
    mailer = open_with(token_server, tmp_path, SHAREKIT_SMTP_TOKEN=GOOD_TOKEN, SHAREKIT_SMTP_PASSWORD=PASSWORD)
    addresses = add_readers(mailer, 12)
    mailer.send(whole_issue(), KEY)
    handler = token_server.handler
    assert sorted(handler.to) == sorted(addresses)
    assert all(handler.encrypted)
    assert set(handler.user) == {USER.encode()}
    assert handler.said == []


def test_a_token_that_is_over_is_told_and_never_shown(
    tmp_path: Path, token_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    over = "ya29.a-token-that-is-over"
    mailer = open_with(token_server, tmp_path, SHAREKIT_SMTP_TOKEN=over)
    add_readers(mailer, 3)
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused, match=r"535 5\.7\.8") as caught:
        mailer.send(whole_issue(), KEY)
    assert "_TOKEN" in str(caught.value.hint)
    # Each connection answered the challenge with nothing, and heard the code.
    assert set(token_server.handler.said) == {b""}
    # What the server on the other side logs is its own affair.
    logged = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    shown = "\n".join([*logged, "".join(traceback.format_exception(caught.value)), str(caught.value.hint)])
    sent = base64.b64encode(f"user={USER}\x01auth=Bearer {over}\x01\x01".encode()).decode()
    assert over not in shown
    assert sent not in shown
    assert states(mailer) == {"queued": 3}
    assert token_server.handler.to == []


def test_a_token_for_a_server_that_takes_none_is_not_sent(tmp_path: Path, handler: Handler) -> None:
    files = certificate(tmp_path, "localhost")
    server = serve(handler, files, require_starttls=True, auth_required=True, authenticator=authenticate)
    try:
        mailer = open_with(server, tmp_path, SHAREKIT_SMTP_TOKEN=GOOD_TOKEN)
        add_readers(mailer, 2)
        with pytest.raises(Refused, match="XOAUTH2"):
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert handler.to == []


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
        add_readers(mailer, 2)
        with pytest.raises((Refused, Unavailable), match=r"(?i)certificate"):
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert handler.to == []


def test_a_server_that_ignores_a_goodbye_is_hung_up_on(tmp_path: Path) -> None:
    files = certificate(tmp_path, "localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)

    async def meet() -> bool:
        greeted = asyncio.Event()

        async def say_nothing_more(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 here\r\n")
            await reader.readline()
            writer.write(b"250 here\r\n")
            await greeted.wait()
            writer.transport.abort()

        async with await asyncio.start_server(say_nothing_more, "127.0.0.1", 0, ssl=context) as server:
            trusted = ssl.create_default_context(cafile=str(files[0]))
            port = server.sockets[0].getsockname()[1]
            connection = await connect(MailServer(host="localhost", port=port, security="tls", tls=trusted))
            await connection.wire.quit(patience=0.05)
            greeted.set()
            return connection.wire.closed

    assert asyncio.run(meet())


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
        add_readers(mailer, 2)
        with pytest.raises(Refused, match="does not offer STARTTLS"):
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert handler.to == []


def test_a_password_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="would show the password"):
        open_smtp(25, tmp_path, host="mail.example", user=USER, environment={"SHAREKIT_SMTP_PASSWORD": PASSWORD})
