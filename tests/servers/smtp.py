"""A mail server on loopback that obeys a test: it records what it accepted, and hangs up where asked to."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

EXTENSIONS = ("PIPELINING", "SIZE 10240000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")


@dataclass
class SmtpServer:
    """Runs while the ``with`` block does.

    ``answer`` may give another reply to a command: it is called with the verb (or ``.`` for the end of a message) and
    the recipient, and returns a reply, ``drop`` to hang up, or None for the usual. ``dropped_after`` hangs up after a
    message is accepted, without a word.
    """

    extensions: tuple[str, ...] = EXTENSIONS
    answer: Callable[[str, str], str | None] = lambda _verb, _to: None
    delay: float = 0.0
    accepted: Counter[str] = field(default_factory=Counter)
    messages: dict[str, bytes] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    keep: bool = True
    port: int = 0

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._client, "127.0.0.1", self.port, limit=2**20)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stopped.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            writer.write(b"220 loopback\r\n")
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = ""
        while line := await reader.readline():
            command = line.decode().rstrip("\r\n")
            self.commands.append(command)
            verb = command.split(" ")[0].split(":")[0].upper()
            if verb == "RCPT":
                to = re.search("<(.*)>", command)[1]  # type: ignore[index]  # RFC 5321 wants the brackets
            elif verb == "MAIL":
                to = ""
            reply = self.answer(verb, to) or self._usual(verb)
            if reply == "drop":
                return
            if verb == "DATA" and not to:
                reply = "554 5.5.1 no valid recipients"
            if verb == "RCPT" and not reply.startswith("2"):
                to = ""
            writer.write(f"{reply}\r\n".encode())
            if verb == "QUIT":
                return
            if verb == "DATA" and reply.startswith("354"):
                await writer.drain()
                if not await self._message(reader, writer, to):
                    return
                to = ""

    async def _message(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: str) -> bool:
        data = await reader.readuntil(b"\r\n.\r\n")
        if self.delay:
            await asyncio.sleep(self.delay)
        reply = self.answer(".", to) or "250 2.0.0 taken"
        if reply == "drop":
            return False
        if reply.startswith("2") or reply == "drop after":
            self.accepted[to] += 1
            if self.keep:
                self.messages[to] = data[:-3].replace(b"\r\n..", b"\r\n.")
        if reply == "drop after":
            return False
        writer.write(f"{reply}\r\n".encode())
        return True

    def _usual(self, verb: str) -> str:
        if verb == "EHLO":
            lines = ["loopback", *self.extensions]
            return "\r\n".join([f"250-{each}" for each in lines[:-1]] + [f"250 {lines[-1]}"])
        return {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 2.0.0 ok")
