"""No credential is ever in an output, a file, the ledger or a cache, whatever the provider says back."""

from __future__ import annotations

import base64
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, TCPServer, ThreadingTCPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from commands import git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from commands import Sharekit

MARK = "d0ntTe11Any0ne"
NAMES = (
    "X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_SECRET", "MASTODON_TOKEN", "BLUESKY_APP_PASSWORD",
    "LINKEDIN_TOKEN", "FACEBOOK_TOKEN", "THREADS_TOKEN",
)  # fmt: skip
SECRETS = {f"SHAREKIT_{name}": f"{MARK}-{name}" for name in NAMES}
CONFIG = """
since = 2026-04-01
timezone = "Europe/Paris"

[deliver]
check_page = false

[channels.mastodon]
instance = "{place}"
[channels.bluesky]
handle = "atelier.example"
service = "{place}"
"""


class Parrot(BaseHTTPRequestHandler):
    """Refuses everything, and repeats what it was sent, as careless servers do."""

    heard: ClassVar[list[str]] = []

    def answer(self) -> None:
        if self.path.startswith("/api/") and self.path.endswith("/instance"):
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
        said = f"{self.headers.get('Authorization')} {body}"
        self.heard.append(said)
        answer = f'{{"error": "not allowed", "message": "{said.replace(chr(34), chr(39))}"}}'.encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = answer  # noqa: N815  # the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server gives it
        """Nothing: the test's output is what is looked at."""


class MailParrot(StreamRequestHandler):
    """The same for mail, to read (IMAP) and to send (SMTP)."""

    heard: ClassVar[list[str]] = []
    greeting = b"* OK ready\r\n"

    def handle(self) -> None:
        self.wfile.write(self.greeting)
        for line in self.rfile:
            said = line.decode().strip()
            self.heard.append(said)
            self.wfile.write(self.answer(said, *said.split(" ")).encode())

    def answer(self, said: str, tag: str, verb: str, *_: str) -> str:
        if verb == "CAPABILITY":
            return f"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n{tag} OK done\r\n"
        return f"+ \r\n{tag} NO {said}\r\n" if verb == "AUTHENTICATE" else f"{tag} NO {said}\r\n"


class SmtpParrot(MailParrot):
    greeting = b"220 ready\r\n"

    def answer(self, said: str, tag: str, verb: str, *words: str) -> str:
        if tag.upper() == "EHLO":
            return "250-here\r\n250 AUTH PLAIN XOAUTH2\r\n"
        decoded = base64.b64decode(words[0]).decode().replace("\0", " ").replace("\x01", " ")
        return f"535 5.7.8 {said} is {decoded}\r\n"


@contextmanager
def parrot(server: TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("form", ["human", "json", "github"])
def test_a_credential_is_nowhere(blog: Path, sharekit: Sharekit, form: str, tmp_path: Path) -> None:
    Parrot.heard.clear()
    with parrot(ThreadingHTTPServer(("127.0.0.1", 0), Parrot)) as port:
        place = f"http://127.0.0.1:{port}"
        (blog / "sharekit.toml").write_text(CONFIG.format(place=place), encoding="utf-8")
        # Its picture would be asked for on the blog's own host, which is no one's.
        post = blog / "content" / "post" / "station-meteo-3-le-tableau-de-bord.md"
        post.write_text(post.read_text(encoding="utf-8").replace("image: /img/tableau.png\n", ""), encoding="utf-8")
        summary = tmp_path / "summary.md"
        environment = {**SECRETS, "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(tmp_path / "output")}
        said = ""
        for verb in ("build", "plan", "deliver", "plan"):
            form_of_verb = [] if verb == "build" else ["--format", form]
            done = sharekit(verb, *form_of_verb, cwd=blog, at="2026-04-20T10:00:00+02:00", **environment)
            said += done.stdout + done.stderr
            git("add", "-A", cwd=blog)
            git("commit", "-q", "--allow-empty", "-m", f"after {verb}", cwd=blog)

    assert any(MARK in each for each in Parrot.heard), "the servers were not asked, so this test shows nothing"
    assert MARK not in said
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in written if MARK.encode() in path.read_bytes()]
    assert MARK not in git("log", "--all", "-p", cwd=blog)


@pytest.mark.parametrize(
    ("server", "variable", "verb"),
    [
        (MailParrot, "SHAREKIT_IMAP_PASSWORD", ("list", "inbox")),
        (MailParrot, "SHAREKIT_IMAP_TOKEN", ("list", "inbox", "--format", "json")),
        (SmtpParrot, "SHAREKIT_SMTP_PASSWORD", ("doctor", "--format", "json")),
        (SmtpParrot, "SHAREKIT_SMTP_TOKEN", ("doctor",)),
    ],
)
def test_what_signs_in_at_a_mail_server_is_nowhere(
    blog: Path, sharekit: Sharekit, server: type[MailParrot], variable: str, verb: tuple[str, ...]
) -> None:
    MailParrot.heard.clear()
    with parrot(ThreadingTCPServer(("127.0.0.1", 0), server)) as port:
        place = f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"\nuser = "leave@blog.example"\n'
        (blog / "sharekit.toml").write_text(
            '[issue]\nmailer = "smtp"\nfrom = "<lettre@blog.example>"\n'
            f"[mailers.smtp]\n{place}[mailers.smtp.inbox]\n{place}",
            encoding="utf-8",
        )
        passwords = ("SHAREKIT_SMTP_PASSWORD", "SHAREKIT_IMAP_PASSWORD", variable)
        environment = {"SHAREKIT_SECRET": MARK * 4, **dict.fromkeys(passwords, MARK)}
        done = sharekit(*verb, cwd=blog, **environment)
    assert any(verb in each for each in MailParrot.heard for verb in ("LOGIN", "AUTH")), done
    assert done.returncode == 1
    said = done.stdout + done.stderr
    encoded = base64.b64encode(f"\0leave@blog.example\0{MARK}".encode()).decode()
    assert not [each for each in (MARK, encoded, encoded[:24]) if each in said], said
