"""A connection to a mail server: greeted (RFC 5321), encrypted (RFC 3207), signed in (RFC 4954).

Commands go out and replies come in (RFC 5321 §4.2), several at once where the server takes them (RFC 2920).
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from sharekit.errors import ChannelPaused, DeliveryError, OutcomeUnknown, Unavailable
from sharekit.list.replies import classify

if TYPE_CHECKING:
    import ssl

    from sharekit.http import Secret

# Seconds: RFC 5321 §4.5.3.2 for the greeting, commands and the end of a message; the others are nobody's rule.
GREETING, COMMAND, AFTER_DOT = 300.0, 300.0, 600.0
CONNECT = 30.0
LOGIN_HINT = (
    "user in [mailers.smtp], and SHAREKIT_SMTP_PASSWORD (or SHAREKIT_SMTP_TOKEN), which must allow sending mail: "
    "sharekit help smtp#signing-in"
)
LONGEST_REPLY = 2**16
REPLY = re.compile(r"[2-5]\d\d(?:[ -]|$)", re.ASCII)
# How often it is looked whether somebody waits for too long.
WATCH = 1.0
# How long a server may take to hang up after QUIT.
GOODBYE = 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer: its code, and all its lines' words in one."""

    code: int
    text: str

    @property
    def ok(self) -> bool:
        return self.code < 400

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


# A server says most of its lines to every message.
@lru_cache(maxsize=32)
def _read_line(line: bytes) -> tuple[Reply | None, bool]:
    """What one line says, and whether it is a reply's last; None for what is no line of a reply."""
    text = line.decode("utf-8", "replace").rstrip("\r")
    if not REPLY.match(text):
        return None, True
    return Reply(int(text[:3]), text[4:]), text[3:4] != "-"


class Lost(ConnectionError):
    """The connection ended, or stayed silent for longer than anybody waits; ``reply`` is what the server said of that."""

    def __init__(self, why: str, reply: Reply | None = None) -> None:
        super().__init__(why)
        self.reply = reply


class Wire(asyncio.Protocol):
    """Reads replies as they come; writing never waits, because nobody writes more than one message ahead of a reply."""

    def __init__(self) -> None:
        self.extensions: dict[str, str] = {}
        self._buffer = b""
        self._lines: list[str] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost: str | None = None
        self._gone = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._deadline: float | None = None
        self._seconds = 0.0
        self.transport: asyncio.Transport = asyncio.Transport()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what loop.create_connection promises
        self.transport = transport
        self._loop.call_later(WATCH, self._watch)

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._line(line)
        if len(self._buffer) > LONGEST_REPLY or len(self._lines) > LONGEST_REPLY // 16:
            self._end("its reply has no end")
        self._wake()

    def _line(self, line: bytes) -> None:
        reply, last = _read_line(line)
        if reply is None:
            self._end(f"it does not speak SMTP: {line[:60].decode('utf-8', 'replace').rstrip()!r}")
        elif not last:
            self._lines.append(reply.text)
        elif self._lines:
            self._replies.append(Reply(reply.code, "\n".join([*self._lines, reply.text])))
            self._lines = []
        else:
            self._replies.append(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self._lost or (str(exc) if exc else "the server closed the connection")
        self._gone.set()
        self._wake()

    def _end(self, why: str) -> None:
        self._lost = why
        self.transport.abort()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if self._lost is None:
            self.transport.write(data)

    async def reply(self, seconds: float = COMMAND) -> Reply:
        """The next reply. Raises Lost."""
        if not self._replies:
            await self._wait(seconds)
        return self._replies.popleft()

    async def _wait(self, seconds: float) -> None:
        self._deadline, self._seconds = self._loop.time() + seconds, seconds
        while not self._replies:
            if self._lost is not None:
                raise Lost(self._lost)
            self._waiter = self._loop.create_future()
            await self._waiter
        self._deadline = None

    def _watch(self) -> None:
        # One timer for a connection, and not one for each reply.
        if self._deadline is not None and self._loop.time() > self._deadline:
            self._end(f"no answer within {self._seconds:g} s")
            self._wake()
        elif self._lost is None:
            self._loop.call_later(WATCH, self._watch)

    async def command(self, line: str, seconds: float = COMMAND) -> Reply:
        """Send a line and read its reply."""
        self.write(f"{line}\r\n".encode())
        return await self.reply(seconds)

    @property
    def quiet(self) -> bool:
        """Whether nothing arrived that was not asked for."""
        return not (self._buffer or self._replies or self._lines)

    @property
    def closed(self) -> bool:
        """Whether nothing of the connection is left open."""
        return self._gone.is_set()

    def close(self) -> None:
        """Hang up without a word."""
        self.transport.abort()

    async def quit(self, patience: float = GOODBYE) -> None:
        """Say goodbye, and wait until the connection is closed; after ``patience`` seconds it is closed from here."""
        self.write(b"QUIT\r\n")
        try:
            async with asyncio.timeout(patience):
                await self._gone.wait()
        except TimeoutError:
            self.transport.abort()
            await self._gone.wait()


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who signs in, and with what: a password, or a token of OAuth 2."""

    user: str
    password: Secret | None = None
    token: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where mail is handed over. ``tls`` checks certificates; ``security`` says when it begins. ``name`` is ours in EHLO."""

    host: str
    port: int
    security: str = "starttls"
    tls: ssl.SSLContext | None = None
    login: Login | None = None
    name: str = "localhost"


@dataclass
class Connection:
    """A connection that is ready for mail."""

    wire: Wire
    server: Server
    pipelining: bool = field(init=False)
    most_bytes: int = field(init=False)
    utf8: bool = field(init=False)

    def __post_init__(self) -> None:
        extensions = self.wire.extensions
        self.pipelining = "PIPELINING" in extensions
        self.utf8 = "SMTPUTF8" in extensions
        size = extensions.get("SIZE", "0").strip()
        self.most_bytes = int(size) if size.isdigit() else 0


async def connect(server: Server) -> Connection:
    """A connection that is greeted, encrypted and signed in.

    Raises Lost or OSError where there is none, Unavailable for "later", ChannelPaused for what a person has to change.
    """
    loop = asyncio.get_running_loop()
    secure = server.tls if server.security == "tls" else None
    named = server.host if secure else None
    async with asyncio.timeout(CONNECT):
        made = loop.create_connection(Wire, server.host, server.port, ssl=secure, server_hostname=named)
        _, wire = await made
    try:
        greeting = await wire.reply(GREETING)
        if not greeting.ok:
            raise _failure("its greeting", greeting)
        await _hello(wire, server.name)
        if server.security == "starttls":
            wire = await _encrypt(wire, server)
        if server.login:
            await _sign_in(wire, server.login)
    except BaseException:
        wire.close()
        raise
    return Connection(wire, server)


async def submit(connection: Connection, sender: str, address: str, body: bytes) -> Reply:
    """Send one message, ``body`` with its closing dot; the server's last word, which may be a refusal.

    Raises Lost or OSError before the message left, OutcomeUnknown when no answer came to it.
    """
    wire = connection.wire
    for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{address}>", "DATA"):
        reply = await wire.command(command)
        if not reply.ok:
            await wire.command("RSET")
            return reply
    wire.write(body)
    try:
        return await wire.reply(AFTER_DOT)
    except (Lost, OSError) as error:
        raise OutcomeUnknown(f"{connection.server.host} did not answer after the message left: {error}") from error


async def _hello(wire: Wire, name: str) -> None:
    """EHLO, and what the server can do."""
    answer = await wire.command(f"EHLO {name}")
    if not answer.ok:
        raise _failure("EHLO", answer)
    lines = [line.partition(" ") for line in answer.text.split("\n")[1:]]
    wire.extensions = {word.upper(): rest for word, _, rest in lines}


async def _encrypt(wire: Wire, server: Server) -> Wire:
    if "STARTTLS" not in wire.extensions:
        raise ChannelPaused(
            f"{server.host} does not offer STARTTLS, and nothing is sent in the clear",
            hint='It may have been taken out on the way. For a server on this machine: security = "none" in [mailers.smtp].',
        )
    answer = await wire.command("STARTTLS")
    if not answer.ok:
        raise _failure("STARTTLS", answer)
    if not wire.quiet:
        # What came in the clear behind the answer would be taken for the encrypted server's word (CVE-2011-0411).
        raise ChannelPaused(f"{server.host} sent something in the clear after STARTTLS; somebody may be in between")
    loop = asyncio.get_running_loop()
    assert server.tls is not None  # noqa: S101 - the settings make one for every security but "none"
    async with asyncio.timeout(CONNECT):
        transport = await loop.start_tls(wire.transport, wire, server.tls, server_hostname=server.host)
    if transport is None:
        raise Lost("the server closed the connection in the middle of STARTTLS")
    wire.transport = transport
    await _hello(wire, server.name)
    return wire


async def _sign_in(wire: Wire, login: Login) -> None:
    offered = wire.extensions.get("AUTH", "").upper().split()
    if login.token and "XOAUTH2" in offered:
        oauth = _b64(f"user={login.user}\x01auth=Bearer {login.token.reveal()}\x01\x01")
        answer = await wire.command(f"AUTH XOAUTH2 {oauth}")
        if answer.code == 334:
            # The error is in the challenge; an empty answer asks for the code.
            answer = await wire.command("")
    elif login.password and "PLAIN" in offered:
        plain = _b64(f"\0{login.user}\0{login.password.reveal()}")
        answer = await wire.command(f"AUTH PLAIN {plain}")
    elif login.password and "LOGIN" in offered:
        answer = await wire.command("AUTH LOGIN")
        for value in (login.user, login.password.reveal()):
            if answer.code == 334:
                answer = await wire.command(_b64(value))
    else:
        raise ChannelPaused(
            f"the server offers to sign in with {', '.join(offered) or 'nothing'}, and we have "
            f"{'a token (XOAUTH2)' if login.token else 'a password (PLAIN or LOGIN)'}",
            hint=LOGIN_HINT,
        )
    if answer.code != 235:
        raise _failure("who we are", answer)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _failure(what: str, answer: Reply) -> DeliveryError:
    said = f"the mail server answered {what} with {' '.join(str(answer).split())}"
    return Unavailable(said) if classify(answer)[0] == "server" else ChannelPaused(said, hint=LOGIN_HINT)
