"""A connection that is ready for mail: greeted (RFC 5321), encrypted (RFC 3207) and signed in (RFC 4954)."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sharekit.errors import Refused, Unavailable
from sharekit.mailers.smtp.wire import Lost, Reply, Wire

if TYPE_CHECKING:
    import ssl

    from sharekit.http import Secret

# Seconds: RFC 5321 §4.5.3.2 for the greeting; the others are nobody's rule.
GREETING = 300.0
CONNECT = 30.0


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

    Raises Lost or OSError where there is none, Unavailable for "later", Refused for what a person has to change.
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


async def _hello(wire: Wire, name: str) -> None:
    """EHLO, and what the server can do."""
    answer = await wire.command(f"EHLO {name}")
    if not answer.ok:
        raise _failure("EHLO", answer)
    lines = [line.partition(" ") for line in answer.text.split("\n")[1:]]
    wire.extensions = {word.upper(): rest for word, _, rest in lines}


async def _encrypt(wire: Wire, server: Server) -> Wire:
    if "STARTTLS" not in wire.extensions:
        raise Refused(
            f"{server.host} does not offer STARTTLS, and nothing is sent in the clear",
            hint='It may have been taken out on the way. For a server on this machine: security = "none" in [mailers.smtp].',
        )
    answer = await wire.command("STARTTLS")
    if not answer.ok:
        raise _failure("STARTTLS", answer)
    if not wire.quiet:
        # What came in the clear behind the answer would be taken for the encrypted server's word (CVE-2011-0411).
        raise Refused(f"{server.host} sent something in the clear after STARTTLS; somebody may be in between")
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
        raise Refused(
            f"the server offers to sign in with {', '.join(offered) or 'nothing'}, and we have "
            f"{'a token (XOAUTH2)' if login.token else 'a password (PLAIN or LOGIN)'}",
            hint="docs/how-to/smtp.md#signing-in",
        )
    if answer.code != 235:
        raise _failure("who we are", answer)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _failure(what: str, answer: Reply) -> Exception:
    said = f"the mail server answered {what} with {' '.join(str(answer).split())}"
    if answer.code < 500:
        return Unavailable(said)
    hint = (
        "user in [mailers.smtp], and SHAREKIT_SMTP_PASSWORD (or _TOKEN) in the environment" if answer.code == 535 else None
    )
    return Refused(said, hint=hint)
