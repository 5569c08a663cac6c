"""Mail handed to real servers: smtp-sink, aiosmtpd with TLS and AUTH, and Postfix as a relay into a Maildir."""

from __future__ import annotations

import email
import email.policy
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dkim
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from readers import KEY, UNSUBSCRIBE, add_readers, open_smtp, states, whole_issue
from sharekit.errors import ConfigError, Refused, Unavailable
from sharekit.mailers.smtp.settings import DkimSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin") or ""
POSTFIX = Path("/usr/lib/postfix/sbin/master")
USER, PASSWORD = "blog", "a-long-password-0"  # of a server that runs for one test


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


# --- smtp-sink


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    if not SINK:
        pytest.skip("smtp-sink is not installed (Debian: postfix)")
    folder = tmp_path / "arrived"
    folder.mkdir()
    tmp_path.chmod(0o755)
    folder.chmod(0o777)
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([SINK, *user, "-c", "-R", str(folder), "-d", "%M.", f"127.0.0.1:{port}", "100"])
    try:
        wait_for(port)
        yield port, folder
    finally:
        process.terminate()
        process.wait(10)


def test_what_smtp_sink_keeps_is_whole_signed_and_each_readers_own(sink: tuple[int, Path], tmp_path: Path) -> None:
    port, folder = sink
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    mailer = open_smtp(
        port,
        tmp_path,
        dkim=DkimSettings(domain="blog.example", selector="s"),
        environment={"SHAREKIT_DKIM_KEY": pem},
    )
    addresses = add_readers(mailer, 40)
    mailer.send(whole_issue(), KEY)
    arrived = {}
    for path in folder.iterdir():
        # smtp-sink puts what it knows of the envelope before the message, and keeps lines as Unix has them.
        head, _, message = path.read_bytes().partition(b"DKIM-Signature:")
        assert b"X-Rcpt-Args: <" in head
        whole = b"DKIM-Signature:" + message
        parsed = email.message_from_bytes(whole, policy=email.policy.default)
        arrived[parsed["to"]] = whole
        assert parsed["list-unsubscribe"].startswith(f"<{UNSUBSCRIBE}")
        assert parsed["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert sorted(arrived) == sorted(addresses)
    import base64

    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    for whole in arrived.values():
        crlf = whole.rstrip(b"\n").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
        assert dkim.verify(crlf, dnsfunc=lambda *_, **__: record)


# --- aiosmtpd


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


# --- Postfix


@pytest.fixture
def postfix(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Postfix with a configuration and a queue of its own; mail for blog.example lies in a Maildir."""
    if not POSTFIX.exists() or os.geteuid() != 0:
        pytest.skip("Postfix is not installed, or this is not root, as whom its master runs")
    import tempfile

    root = Path(tempfile.mkdtemp(prefix="sharekit-postfix-", dir="/tmp"))
    root.chmod(0o755)
    config, queue, data, mail = (root / name for name in ("etc", "queue", "data", "mail"))
    for folder in (config, queue, data, mail):
        folder.mkdir()
    owner = pwd.getpwnam("postfix")
    nobody = pwd.getpwnam("nobody")
    os.chown(data, owner.pw_uid, owner.pw_gid)
    os.chown(mail, nobody.pw_uid, nobody.pw_gid)
    port, gone = free_port(), "gone@readers.example = 550 5.1.1 no such user"
    lines = {
        "compatibility_level": "3.6",
        "queue_directory": str(queue),
        "data_directory": str(data),
        "maillog_file": str(root / "log"),
        "maillog_file_prefixes": str(root),
        "mydestination": "",
        "myhostname": "relay.blog.example",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mynetworks": "127.0.0.0/8",
        "virtual_mailbox_domains": "readers.example",
        "virtual_mailbox_base": str(mail),
        "virtual_mailbox_maps": "static:all/",
        "virtual_uid_maps": f"static:{nobody.pw_uid}",
        "virtual_gid_maps": f"static:{nobody.pw_gid}",
        "virtual_minimum_uid": "1",
        "smtpd_relay_restrictions": "permit_mynetworks,reject",
        "smtpd_recipient_restrictions": f"check_recipient_access inline:{{{{{gone}}}}},permit",
        "alias_maps": "",
        "alias_database": "",
    }
    (config / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
    master = Path("/etc/postfix/master.cf")
    if not master.exists():
        master = Path("/usr/share/postfix/master.cf.dist")
    services = [
        line.replace("smtp      inet", f"127.0.0.1:{port} inet", 1) if line.startswith("smtp      inet") else line
        for line in master.read_text().splitlines()
    ]
    (config / "master.cf").write_text("\n".join(services) + "\n")
    command = ["postfix", "-c", str(config)]
    subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
    try:
        wait_for(port)
        yield port, mail
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)
        shutil.rmtree(root, ignore_errors=True)


def test_postfix_takes_it_and_delivers_what_was_signed(postfix: tuple[int, Path], tmp_path: Path) -> None:
    import base64

    port, mail = postfix
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    mailer = open_smtp(
        port,
        tmp_path,
        dkim=DkimSettings(domain="blog.example", selector="s"),
        environment={"SHAREKIT_DKIM_KEY": pem},
    )
    addresses = add_readers(mailer, [f"reader{number}@readers.example" for number in range(25)])
    add_readers(mailer, ["gone@readers.example"])
    receipt = mailer.send(whole_issue(), KEY)
    assert receipt.detail == {"sent": "25", "failed": "1"}
    folder = mail / "all" / "new"
    for _ in range(300):
        if folder.is_dir() and len(list(folder.iterdir())) == 25:
            break
        time.sleep(0.1)
    arrived = [path.read_bytes() for path in folder.iterdir()]
    record = b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)
    to = []
    for message in arrived:
        parsed = email.message_from_bytes(message, policy=email.policy.default)
        to.append(parsed["to"])
        assert parsed["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        assert dkim.verify(message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), dnsfunc=lambda *_, **__: record)
    assert sorted(to) == sorted(addresses)
