"""Mail handed to Postfix as a relay, which delivers it into a Maildir."""

from __future__ import annotations

import email
import email.policy
import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from listening import free_port, wait_for
from mailing_list import ENVIRONMENT, KEY, add_subscribers, open_smtp, states, whole_issue
from servers import dovecot
from servers.smtp import SmtpServer
from sharekit.http import Secret
from sharekit.list import mailing as mailings
from sharekit.list.inbox import Mailbox, read_inbox
from sharekit.list.letter import Tokens
from sharekit.list.subscribers import Subscribers
from sharekit.mailers.smtp_settings import DkimSettings, InboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTFIX = Path("/usr/lib/postfix/sbin/master")


@pytest.fixture
def postfix() -> Iterator[tuple[int, Path, int]]:
    """Postfix with a configuration and a queue of its own: its port, the Maildir of readers.example, and a port behind it.

    What is for far.example it takes, and hands on to that port.
    """
    if not POSTFIX.exists() or not shutil.which("postfix") or os.geteuid() != 0:
        pytest.skip("Postfix runs as root alone: apt-get install postfix, then sudo make test")
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
    port, behind, gone = free_port(), free_port(), "gone@readers.example = 550 5.1.1 no such user"
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
        "transport_maps": f"inline:{{{{far.example = smtp:[127.0.0.1]:{behind}}}}}",
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
        yield port, mail, behind
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)
        shutil.rmtree(root, ignore_errors=True)


def arrived_in(folder: Path, count: int) -> list[bytes]:
    """The messages in a folder of a Maildir, once there are so many."""
    for _ in range(600):
        if folder.is_dir() and len(list(folder.iterdir())) == count:
            break
        time.sleep(0.1)
    return [path.read_bytes() for path in folder.iterdir()]


def test_what_bounces_behind_the_relay_is_suppressed(postfix: tuple[int, Path, int], tmp_path: Path) -> None:
    if dovecot.PROGRAM is None:
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    port, mail, behind = postfix

    def answer(verb: str, to: str) -> str | None:
        return {"gone": "550 5.1.1 no such user", "full": "552 5.2.2 mailbox full"}.get(to[:4]) if verb == "RCPT" else None

    refusing = SmtpServer(port=behind, answer=answer)
    inbox = InboxSettings(host="127.0.0.1", security="none", user=dovecot.USER)
    with refusing, dovecot.running() as imap:
        mailer = open_smtp(port, tmp_path, unsubscribe=None, inbox=inbox, sender="bounces@readers.example")
        add_subscribers(mailer, ["gone@far.example", "full@far.example", "there@far.example"])
        assert mailer.send(whole_issue(), KEY).detail == {"sent": "3"}
        imap.put(*(raw.replace(b"\n", b"\r\n") for raw in arrived_in(mail / "all" / "new", 2)))
        password = Secret(dovecot.PASSWORD)
        box = Mailbox(host="127.0.0.1", port=imap.port, security="none", tls=None, user=dovecot.USER, secret=password)
        counts = read_inbox(mailer.engine, Tokens(environment=ENVIRONMENT), box)
    assert (counts["bounced"], counts["suppressed"]) == (2, 1)
    assert Subscribers(mailer.engine).counts() == {"active": 2, "pending": 0, "unsubscribed": 0, "suppressed": 1}
    assert states(mailer) == {"sent": 1, "failed": 2}
    mailing = mailings.find_mailing(mailer.engine, KEY)
    assert mailing is not None
    assert {cause.said.partition(" ")[0] for cause in mailings.causes(mailer.engine, mailing)} == {"bounced:"}


def test_postfix_takes_it_and_delivers_what_was_signed(postfix: tuple[int, Path, int], tmp_path: Path) -> None:
    import base64

    port, mail, _ = postfix
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    mailer = open_smtp(
        port,
        tmp_path,
        dkim=DkimSettings(domain="blog.example", selector="s"),
        environment={"SHAREKIT_DKIM_KEY": pem},
    )
    addresses = add_subscribers(mailer, [f"reader{number}@readers.example" for number in range(25)])
    add_subscribers(mailer, ["gone@readers.example"])
    receipt = mailer.send(whole_issue(), KEY)
    assert (receipt.detail["sent"], receipt.detail["failed"]) == ("25", "1")
    arrived = arrived_in(mail / "all" / "new", 25)
    record = b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)
    to = []
    for message in arrived:
        parsed = email.message_from_bytes(message, policy=email.policy.default)
        to.append(parsed["to"])
        assert parsed["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        assert dkim.verify(message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), dnsfunc=lambda *_, **__: record)
    assert sorted(to) == sorted(addresses)
