"""Dovecot as an ordinary process with a configuration of its own, on loopback, for one mailbox."""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
USER, PASSWORD = "leave@blog.example", 'pass "word"'
CONFIG = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{root}/mail
first_valid_uid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server; ``port`` is on loopback."""

    port: int

    def open(self) -> imaplib.IMAP4:
        """The mailbox, with its folder open."""
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        server.login(USER, PASSWORD)
        server.select("INBOX")
        return server

    def put(self, *messages: bytes) -> None:
        """Put messages into the folder."""
        server = self.open()
        for message in messages:
            assert server.append("INBOX", "", "", message)[0] == "OK"
        server.logout()

    def clear(self) -> None:
        """Empty the folder."""
        server = self.open()
        server.uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")
        server.expunge()
        server.logout()

    def flags(self) -> list[bytes]:
        """The flags of each message, in order."""
        server = self.open()
        found = server.fetch("1:*", "(FLAGS)")[1]
        server.logout()
        return [b" ".join(imaplib.ParseFlags(line)) for line in found if isinstance(line, bytes)]


@contextmanager
def running() -> Iterator[Dovecot]:
    """A server that is stopped and removed at the end."""
    assert PROGRAM is not None
    # Root may not be the one whom logins run as.
    me = pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")
    root = Path(tempfile.mkdtemp(prefix="sharekit-imap-", dir="/tmp"))
    root.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    group = subprocess.run(["id", "-gn", me.pw_name], check=True, capture_output=True, text=True).stdout.strip()
    for folder in ("mail", "run", "state"):
        (root / folder).mkdir()
    (root / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (root / "conf").write_text(
        CONFIG.format(root=root, user=me.pw_name, group=group, uid=me.pw_uid, gid=me.pw_gid, port=port)
    )
    if os.geteuid() == 0:
        for path in (root / "mail", root / "users"):
            shutil.chown(path, me.pw_uid, me.pw_gid)
    process = subprocess.Popen(
        [PROGRAM, "-F", "-c", str(root / "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, port, root / "log")
        yield Dovecot(port)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(root, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            assert process.poll() is None, log.read_text() if log.exists() else "it ended"
            time.sleep(0.1)
    raise AssertionError(log.read_text())
