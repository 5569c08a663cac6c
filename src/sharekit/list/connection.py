"""A connection to a mail server, and what the server's replies are about (RFC 5321 §4.2, RFC 3463 §3).

One's own relay answers for everybody. "No such user" is about the recipient; "daily limit reached", "not authorised" and
"try again later" are about us, whoever the letter was for. Where the enhanced status code leaves it open, the next answers
tell: see :mod:`sharekit.list.sender`.
"""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from sharekit.errors import ChannelPaused, DeliveryError, OutcomeUnknown, Refused, Unavailable
from sharekit.text.visible import redact

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.http import Secret

# Who a refusal is about: the recipient, the letter, our account (a person has to act), or the server as it is now.
About = Literal["recipient", "letter", "account", "server"]

# Seconds: RFC 5321 §4.5.3.2.6 for the end of a message, which is the longest; the others are nobody's rule.
CONNECT, REPLY, GOODBYE = 60.0, 600.0, 2.0
# Bytes of a reply, all its lines together.
MOST_REPLY = 65_536
PAGE = "sharekit help smtp#refusals"
LOGIN_HINT = (
    "user in [mailers.smtp], and SHAREKIT_SMTP_PASSWORD (or SHAREKIT_SMTP_TOKEN), which must allow sending mail: "
    "sharekit help smtp#signing-in"
)
# So many in a row, with no letter taken in between, are not about the recipients: for good, later, and without a clear word.
MOST_GONE, MOST_LATER, MOST_UNCLEAR = 25, 5, 3
STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")
# "No such mailbox", "moved without a new address", "takes no mail" (RFC 7505), "disabled": nothing will ever arrive there.
GONE = ("1.1", "1.3", "1.6", "1.10", "2.1")
# "Bad sender's address" (X.1.7, X.1.8), "authentication" and "encryption required" (RFC 4954 §6, RFC 3463 X.7.8 ff.).
OURS = ("1.7", "1.8", "7.8", "7.9", "7.11")
LOGIN_CODES = (530, 534, 535, 538)
# A reply may repeat the recipient's address; the database keeps addresses in one place only.
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>,;]+>?")


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A server's answer: its code, and all its lines in one."""

    code: int
    text: str

    @property
    def ok(self) -> bool:
        return self.code < 400

    @property
    def status(self) -> str:
        """Subject and detail of the enhanced status code, ``1.1`` of ``5.1.1``; empty where none fits the code."""
        found = STATUS.match(self.text)
        return f"{found[2]}.{found[3]}" if found and found[1] == str(self.code)[0] else ""

    @property
    def words(self) -> str:
        """What the server said, in one line and without addresses."""
        return ADDRESS.sub("…", " ".join(self.text.split()))

    def __str__(self) -> str:
        return f"{self.code} {' '.join(self.text.split())}"


class Lost(ConnectionError):
    """The connection ended, or stayed silent for too long; ``reply`` is what the server said of that."""

    def __init__(self, why: str, reply: Reply | None = None) -> None:
        super().__init__(why)
        self.reply = reply


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where mail is handed over. ``tls`` checks certificates; ``security`` says when it begins. ``name`` is ours in EHLO.

    ``user`` signs in with ``secret``: a password, or with ``oauth`` a token of OAuth 2.
    """

    host: str
    port: int
    security: str = "starttls"
    tls: ssl.SSLContext | None = None
    user: str = ""
    secret: Secret | None = None
    oauth: bool = False
    name: str = "localhost"


class Connection:
    """A connection that is ready for mail: greeted, encrypted (RFC 3207) and signed in (RFC 4954)."""

    def __init__(self, server: Server) -> None:
        """Raises OSError where there is none, Unavailable for "later", ChannelPaused for what a person has to change."""
        self._server, self.extensions = server, dict[str, str]()
        self._socket = socket.create_connection((server.host, server.port), CONNECT)
        self._file = self._socket.makefile("rb")
        try:
            if server.security == "tls":
                self._encrypt()
            _expect("its greeting", self.reply())
            self._hello()
            if server.security == "starttls":
                if "starttls" not in self.extensions:
                    raise ChannelPaused(
                        f"{server.host} does not offer STARTTLS, and nothing is sent in the clear",
                        hint="It may have been taken out on the way. For a server on this machine: "
                        'security = "none" in [mailers.smtp].',
                    )
                _expect("STARTTLS", self.command("STARTTLS"))
                self._encrypt()
                self._hello()
            if server.secret:
                self._sign_in(server, server.secret.reveal())
        except BaseException:
            self.close()
            raise
        size = self.extensions.get("size", "").strip()
        self.most_bytes = int(size) if size.isdigit() else 0
        self._socket.settimeout(REPLY)

    def write(self, data: bytes) -> None:
        """Send bytes. Where the connection is gone the next reply says so, or what the server said before it hung up."""
        with contextlib.suppress(OSError):
            self._socket.sendall(data)

    def reply(self) -> Reply:
        """The next reply. Raises Lost, also for one without an end: RFC 5321 bounds a line, and nothing their number."""
        deadline = time.monotonic() + (self._socket.gettimeout() or REPLY)
        said, line, left = [], b"", MOST_REPLY
        try:
            while not line or line[3:4] == b"-":
                line = b""
                while line[-1:] != b"\n":
                    # Not what more than one read from the network gives: each of them may take as long as is allowed.
                    ready = self._file.peek()
                    line += self._file.read((ready.find(b"\n") + 1) or len(ready))
                    if not ready or len(line) > left or time.monotonic() > deadline:
                        raise Lost("its answer has no end" if ready else "it hung up")
                left -= len(line)
                said.append(line[4:].decode("utf-8", "replace").strip())
        except Lost:
            self.close()
            raise
        except (OSError, ValueError) as error:
            self.close()
            raise Lost(str(error) or "no answer") from error
        if not re.match(rb"[2-5]\d\d", line):
            raise Lost(f"it does not speak SMTP: {line[:60]!r}")
        return Reply(int(line[:3]), "\n".join(said))

    def command(self, line: str) -> Reply:
        """Send a line and read its reply."""
        self.write(f"{line}\r\n".encode())
        return self.reply()

    def close(self) -> None:
        """Hang up without a word: what was announced and not sent is taken back."""
        self._socket.close()
        self._file.close()

    def quit(self, patience: float = GOODBYE) -> None:
        """Say goodbye, and hang up on a server that does not answer within ``patience`` seconds."""
        with contextlib.suppress(OSError):
            self._socket.settimeout(patience)
            self.command("QUIT")
        self.close()

    def _encrypt(self) -> None:
        context = self._server.tls or ssl.create_default_context()
        self._socket = context.wrap_socket(self._socket, server_hostname=self._server.host)
        # What came in the clear and was not read is thrown away.
        self._file = self._socket.makefile("rb")

    def _hello(self) -> None:
        answer = _expect("EHLO", self.command(f"EHLO {self._server.name}"))
        # "AUTH=LOGIN" is an older way to say it.
        offered = (line.replace("=", " ").partition(" ") for line in answer.text.splitlines()[1:])
        self.extensions = {name.lower(): more.strip() for name, _, more in offered}

    def _sign_in(self, server: Server, secret: str) -> None:
        offered = self.extensions.get("auth", "").upper().split()
        oauth, plain = _b64(f"user={server.user}\x01auth=Bearer {secret}\x01\x01"), _b64(f"\0{server.user}\0{secret}")
        # Each line after the first one answers a challenge.
        ways = {
            # The error is in the challenge; an empty answer asks for the code.
            "XOAUTH2": (f"AUTH XOAUTH2 {oauth}", ""),
            "PLAIN": (f"AUTH PLAIN {plain}",),
            "LOGIN": ("AUTH LOGIN", _b64(server.user), _b64(secret)),
        }
        way = next((each for each in ways if each in offered and (each == "XOAUTH2") == server.oauth), None)
        if way is None:
            raise ChannelPaused(
                f"the server offers to sign in with {', '.join(offered) or 'nothing'}, and we have "
                f"{'a token (XOAUTH2)' if server.oauth else 'a password (PLAIN or LOGIN)'}",
                hint=LOGIN_HINT,
            )
        first, *rest = ways[way]
        answer = self.command(first)
        for line in rest:
            if answer.code == 334:
                answer = self.command(line)
        # Its words may repeat what it was given.
        said = redact(answer.text, (secret, _b64(secret), oauth, plain))
        _expect("who we are", Reply(answer.code, said), code=235)


def submit(connection: Connection, sender: str, address: str, body: bytes) -> Reply:
    """Send one message, ``body`` with its closing dot; the server's last word. Raises Lost, OutcomeUnknown once it left."""
    for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{address}>", "DATA"):
        reply = connection.command(command)
        if not reply.ok:
            connection.command("RSET")
            return reply
    connection.write(body)
    try:
        return connection.reply()
    except Lost as error:
        raise OutcomeUnknown(f"the mail server did not answer after the message left: {error}") from error


def classify(reply: Reply) -> tuple[About, int]:
    """What a refusal is about, and how many in a row it takes to be sure of that."""
    status, code, permanent = reply.status, reply.code, reply.code >= 500
    subject = status.partition(".")[0]
    if code in LOGIN_CODES or status in OURS:
        return "account" if permanent else "server", 1
    if status == "3.4":
        return "letter", 1
    # "Mail system full", "not accepting", "congestion": a quota that is used up is among them (X.4.5).
    if status in ("3.1", "3.2", "4.5") or code in (421, 454) or (code == 452 and subject in ("", "0")):
        return "server", 1
    if not permanent:
        return "server", MOST_GONE if subject in ("1", "2") else MOST_LATER
    if subject in ("1", "2") or status == "6.7":
        return "recipient", MOST_GONE
    if subject == "6":
        return "letter", MOST_UNCLEAR
    return "account", MOST_UNCLEAR


def refusal(about: About, host: str, said: str, *, at: datetime) -> DeliveryError:
    """The error of a server that takes no more letters from us; ``at`` is now, because the next run may try again."""
    if about == "server":
        return Unavailable(f"{host} takes no more mail now: {said}", retry_at=at)
    if about == "letter":
        hint = "That is about the letter. Change it, then release the key: sharekit ledger settle KEY --release"
        return Refused(f"{host} refuses the letter: {said}", hint=hint)
    return ChannelPaused(
        f"{host} refuses mail from this account: {said}",
        hint="It is about the account, the sender (from in [issue], sender in [mailers.smtp]) or its domain's SPF and DKIM: "
        f"{PAGE}. Whoever has no letter yet gets it when the server takes mail again.",
    )


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _expect(what: str, answer: Reply, code: int = 0) -> Reply:
    """The answer, where it says yes. Raises Unavailable, or ChannelPaused."""
    said = f"the mail server answered {what} with {answer}"
    if not answer.ok or code not in (0, answer.code):
        raise Unavailable(said) if classify(answer)[0] == "server" else ChannelPaused(said, hint=LOGIN_HINT)
    return answer
