"""A connection to a mail server, and what the server's replies are about (RFC 5321 §4.2, RFC 3463 §3).

One's own relay answers for everybody. "No such user" is about the recipient; "daily limit reached", "not authorised" and
"try again later" are about us, whoever the letter was for. Where the enhanced status code leaves it open, the next answers
tell: see :mod:`sharekit.list.sender`.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import ssl
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import msgspec

from sharekit.errors import ChannelPaused, DeliveryError, OutcomeUnknown, Refused, Unavailable
from sharekit.text.visible import redact

if TYPE_CHECKING:
    import socket
    from datetime import datetime

    from sharekit.http import Secret

# Who a refusal is about: the recipient, the letter, our account (a person has to act), or the server as it is now.
About = Literal["recipient", "letter", "account", "server"]

# Seconds: RFC 5321 §4.5.3.2.6 for the end of a message, which is the longest; the others are nobody's rule.
CONNECT, REPLY, GOODBYE = 60.0, 600.0, 2.0
# Bytes of a reply, all its lines together; and a reply, with its code where it has one (RFC 5321 §4.2).
MOST_REPLY = 65_536
MOST_WORDS = 1000
WHOLE_REPLY = re.compile(rb"(?:[^\n]{3}-[^\n]*\n)*+(?:([2-5]\d\d)(?:[ \r][^\n]*)?|[^\n]*)\n")
PAGE = "sharekit help smtp#refusals"
LOGIN_HINT = (
    "user in [mailers.smtp], and SHAREKIT_SMTP_PASSWORD (or SHAREKIT_SMTP_TOKEN), which must allow sending mail: "
    "sharekit help smtp#signing-in"
)
# So many in a row, with no letter taken in between, are not about the recipients: for good, later, and without a clear word.
MOST_GONE, MOST_LATER, MOST_UNCLEAR = 25, 5, 3
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})\b(?!\.\d)")
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
        return ADDRESS.sub("…", " ".join(self.text[:MOST_WORDS].split()))

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


class _Smtp(smtplib.SMTP):
    """smtplib, with replies that end: RFC 5321 bounds neither their lines nor the time that they take."""

    sock: socket.socket
    received = b""

    def getreply(self) -> tuple[int, bytes]:
        """The code of the next reply, and its lines. Raises Lost."""
        deadline = time.monotonic() + (self.sock.gettimeout() or REPLY)
        try:
            while not (found := WHOLE_REPLY.match(self.received)):
                more = self.sock.recv(MOST_REPLY)
                self.received += more
                if not more or len(self.received) > MOST_REPLY or time.monotonic() > deadline:
                    raise Lost("its answer has no end" if more else "it hung up")
            if not found[1]:
                raise Lost(f"it does not speak SMTP: {found[0][:60]!r}")
        except OSError as error:
            self.close()
            raise error if isinstance(error, Lost) else Lost(str(error) or "no answer") from error
        self.received = self.received[found.end() :]
        lines = found[0].splitlines() if found.start(1) else [found[0]]
        return int(found[1]), b"\n".join([line[4:].strip() for line in lines])


class _SmtpOverTls(_Smtp, smtplib.SMTP_SSL):
    pass


class Connection:
    """A connection that is ready for mail: greeted, encrypted (RFC 3207) and signed in (RFC 4954)."""

    def __init__(self, server: Server) -> None:
        """Raises OSError where there is none, Unavailable for "later", ChannelPaused for what a person has to change."""
        # Without a context smtplib would believe any certificate.
        tls = None if server.security == "none" else server.tls or ssl.create_default_context()
        made = partial(_SmtpOverTls, context=tls) if server.security == "tls" else _Smtp
        try:
            self._smtp = made(server.host, server.port, server.name, timeout=CONNECT)
            try:
                self._smtp.ehlo_or_helo_if_needed()
                if server.security == "starttls":
                    self._smtp.starttls(context=tls)
                    # What came in the clear and was not read is thrown away.
                    self._smtp.received = b""
                    self._smtp.ehlo_or_helo_if_needed()
                if server.secret:
                    self._sign_in(server, server.secret.reveal())
            except BaseException:
                self.close()
                raise
        except smtplib.SMTPNotSupportedError:
            raise ChannelPaused(
                f"{server.host} does not offer STARTTLS, and nothing is sent in the clear",
                hint='It may have been removed on the way. On this machine: security = "none" in [mailers.smtp].',
            ) from None
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error
            text = said if isinstance(said, str) else said.decode("utf-8", "replace")
            raise _turned_away(Reply(error.smtp_code, text)) from error
        self.extensions = self._smtp.esmtp_features
        size = self.extensions.get("size", "").strip()
        self.most_bytes = int(size) if size.isdigit() else 0
        self._smtp.sock.settimeout(REPLY)

    def write(self, data: bytes) -> None:
        """Send bytes. Where the connection is gone the next reply says so, or what the server said before it hung up."""
        with contextlib.suppress(OSError):
            self._smtp.sock.sendall(data)

    def reply(self) -> Reply:
        """The next reply. Raises Lost, also for one without an end."""
        code, text = self._smtp.getreply()
        return Reply(code, text.decode("utf-8", "replace"))

    def command(self, line: str) -> Reply:
        """Send a line and read its reply."""
        self.write(f"{line}\r\n".encode())
        return self.reply()

    def envelope(self, sender: str, address: str, size: int) -> tuple[str, str, str]:
        """The commands before a letter of ``size`` bytes; an address with accents needs SMTPUTF8 (RFC 6531)."""
        offered = self.extensions
        length = f" SIZE={size}" if "size" in offered else ""
        accents = "" if address.isascii() else " SMTPUTF8" + (" BODY=8BITMIME" if "8bitmime" in offered else "")
        return f"MAIL FROM:<{sender}>{length}{accents}", f"RCPT TO:<{address}>", "DATA"

    def close(self) -> None:
        """Hang up without a word: what was announced and not sent is taken back."""
        self._smtp.close()

    def quit(self, patience: float = GOODBYE) -> None:
        """Say goodbye, and hang up on a server that does not answer within ``patience`` seconds."""
        with contextlib.suppress(OSError):
            self._smtp.sock.settimeout(patience)
            self._smtp.quit()
        self.close()

    def _sign_in(self, server: Server, secret: str) -> None:
        offered = self._smtp.esmtp_features.get("auth", "").upper().split()
        oauth, plain = _b64(xoauth2(server.user, secret)), _b64(f"\0{server.user}\0{secret}")
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
        if answer.code != 235:
            raise _turned_away(Reply(answer.code, said))


def submit(connection: Connection, sender: str, address: str, body: bytes) -> Reply:
    """Send one message, ``body`` with its closing dot; the server's last word. Raises Lost, OutcomeUnknown once it left."""
    for command in connection.envelope(sender, address, len(body)):
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


def xoauth2(user: str, token: str) -> str:
    """What signs in with a token: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _turned_away(answer: Reply) -> DeliveryError:
    """The error of a server that does not let us in, for now or until a person changes something."""
    said = f"the mail server answered {answer}"
    return Unavailable(said) if classify(answer)[0] == "server" else ChannelPaused(said, hint=LOGIN_HINT)
