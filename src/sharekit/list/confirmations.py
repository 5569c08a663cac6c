"""The letters that ask for a confirmation: they wait in the database, and leave one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from sharekit.errors import SharekitError
from sharekit.list.connection import Lost, connect, submit
from sharekit.list.letter import Template

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.list.connection import Server
    from sharekit.list.dkim import Signer
    from sharekit.list.pages import Pages
    from sharekit.list.signups import Signups, Waiting
    from sharekit.list.tokens import Tokens

# Seconds between two looks, after a server that took nothing, and between two times of forgetting.
LOOK, PAUSE, FORGET = 30.0, 60.0, 3600.0


class Confirmations:
    """Sends them. ``name`` and ``address`` are the sender's, ``bounces`` the envelope's; ``said`` takes lines of a log."""

    def __init__(
        self,
        signups: Signups,
        tokens: Tokens,
        pages: Pages,
        server: Server,
        *,
        name: str,
        address: str,
        bounces: str,
        signer: Signer | None,
        said: Callable[[str], None],
    ) -> None:
        self._signups, self._tokens, self._pages, self._server = signups, tokens, pages, server
        self._from = Address(name, addr_spec=address)
        self._bounces = bounces
        self._signer = signer
        self._said = said
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is a new one."""
        self._wake.set()

    async def run(self) -> None:
        """Send whatever waits, until cancelled. What could not be sent is tried again."""
        forgot = -FORGET
        while True:
            try:
                await self.send_waiting()
                if time.monotonic() - forgot >= FORGET:
                    forgot = time.monotonic()
                    await asyncio.to_thread(self._signups.forget, at=datetime.now(UTC))
            except (SharekitError, Lost, OSError, TimeoutError) as error:
                # The words of a server may hold an address.
                self._said(json.dumps({"event": "confirmations wait", "why": type(error).__name__}))
                await asyncio.sleep(PAUSE)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._wake.wait()
            self._wake.clear()

    async def send_waiting(self) -> int:
        """Send those that wait, over one connection; how many. Raises what keeps them from leaving."""
        count = 0
        while waiting := await asyncio.to_thread(self._signups.waiting):
            connection = await connect(self._server)
            done: list[int] = []
            try:
                for each in waiting:
                    reply = await submit(connection, self._bounces, each.address, self.message(each))
                    if not reply.ok and reply.code < 500:
                        raise Lost(f"the mail server answered {reply.code}")
                    done.append(each.subscriber_id)
                    count += reply.ok
                    self._said(json.dumps({"event": "confirmation", "code": reply.code}))
            finally:
                connection.wire.close()
                await asyncio.to_thread(self._signups.sent, done, at=datetime.now(UTC))
        return count

    def message(self, waiting: Waiting) -> bytes:
        """The letter for one, as it follows DATA."""
        pages, language = self._pages, self._pages.language_of(waiting.language)
        token = self._tokens.confirmation(waiting.subscriber_id, waiting.asked_at)
        made = EmailMessage(policy=SMTP)
        made["From"] = self._from
        made["To"] = waiting.address
        made["Subject"] = pages.words("Confirm: %(title)s", language)
        made["Date"] = format_datetime(datetime.now(UTC))
        made["Message-ID"] = make_msgid(domain=self._from.domain)
        made["Auto-Submitted"] = "auto-generated"
        link = f"{pages.paths.origin}{pages.paths.confirm}{token}"
        made.set_content(pages.page("confirm.txt", language, link=link).rstrip() + "\n", cte="quoted-printable")
        head, _, body = made.as_bytes().partition(b"\r\n\r\n")
        template = Template(pieces=(head + b"\r\n", b"\r\n" + body), headers=1)
        signature = self._signer.prepare(template).sign({}) if self._signer else b""
        return signature + head + b"\r\n\r\n" + body.replace(b"\r\n.", b"\r\n..") + b".\r\n"
