"""The line to a mail server: commands out, replies in (RFC 5321 §4.2), several at once where it takes them (RFC 2920)."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

# RFC 5321 §4.5.3.2, in seconds.
COMMAND = 300.0
AFTER_DOT = 600.0
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
    """The connection ended, or stayed silent for longer than anybody waits."""


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
