"""aiosmtpd as a submission server on loopback: encrypted, with AUTH, and keeping what arrives."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from listening import free_port

if TYPE_CHECKING:
    from pathlib import Path

USER, PASSWORD = "blog", "a-long-password-0"  # of a server that runs for one test


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


def serve(handler: Handler, files: tuple[Path, Path] | None, **options: Any) -> Server:
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    server = Server(handler, context, **options)
    server.start()
    return server
