"""Mail handed to smtp-sink, which keeps what arrived."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from listening import free_port, wait_for
from mailing_list import KEY, UNSUBSCRIBE, add_subscribers, open_smtp, whole_issue
from sharekit.mailers.smtp_settings import DkimSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin") or ""


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    if not SINK:
        pytest.skip("smtp-sink is not installed: apt-get install postfix")
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
    addresses = add_subscribers(mailer, 40)
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
