"""One connection at work: one message on its way, and the next one announced behind it.

With PIPELINING (RFC 2920) a message and the envelope of the next one leave in one piece, so that a message costs one round
trip. A server that has taken the envelope waits for the message, and that is the moment at which the attempt is written
down: one transaction keeps what came of the message before and that this one begins. Before it the message was certainly
not sent; after it, until the reply, nobody knows.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from sharekit.errors import LedgerUnavailable, Refused
from sharekit.mailers.smtp.verdict import impossible, judge, unanswered
from sharekit.mailers.smtp.wire import AFTER_DOT, Lost, Reply

if TYPE_CHECKING:
    from sharekit.mailers.smtp.connect import Connection
    from sharekit.mailers.smtp.journal import Result
    from sharekit.mailers.smtp.office import Job, Office


class Courier:
    """Carries messages over one connection, the first one in hand."""

    def __init__(self, office: Office, connection: Connection, job: Job) -> None:
        self._office = office
        self._connection = connection
        self._wire = connection.wire
        # Announced or about to be; on its way without a reply; answered and not yet written down.
        self._job: Job | None = job
        self._flight: Job | None = None
        self._done: Result | None = None

    async def work(self) -> Exception | None:
        """Send until nobody is left, or the connection ends; why it ended. What is unsent goes back.

        Raises Refused for what is about the whole mailing, LedgerUnavailable when nothing can be written down.
        """
        try:
            self._announce()
            while await self._step():
                pass
        except (Lost, OSError) as error:
            self._give_up()
            if self._flight:
                self._done = unanswered(self._flight.target, str(error), self._office.way.policy, time.time())
            await self._office.settle(self._done)
            return error
        except Exception:
            self._give_up()
            # What was answered is kept even so; the ledger itself may be what failed.
            with contextlib.suppress(LedgerUnavailable):
                await self._office.desk.turn(*filter(None, [self._done]))
            raise
        await self._wire.quit()
        return None

    def _give_up(self) -> None:
        self._wire.close()
        if self._job:
            self._office.supply.give_back(self._job.target)

    async def _step(self) -> bool:
        if self._flight:
            await self._read_answer(self._flight)
        if self._job is None:
            await self._office.settle(self._done)
            self._done = None
            self._job = await self._office.next()
            if self._job is None:
                return False
            self._announce()
        refusal = await self._envelope(self._job)
        if refusal:
            self._job = None
            await self._office.settle(self._done, refusal)
            self._done = None
            await self._wire.command("RSET")
        else:
            await self._send(self._job)
        return True

    async def _read_answer(self, flight: Job) -> None:
        reply = await self._wire.reply(AFTER_DOT)
        self._done, self._flight = judge(flight.target, reply, time.time()), None
        if reply.code == 421:
            raise Lost(str(reply))

    async def _send(self, job: Job) -> None:
        begun = await self._office.begin(job, self._done)
        self._done = None
        if not begun:
            # The server waits for a message that must not come: only hanging up takes the envelope back.
            self._job = None
            raise Lost("a reader left in the last moment")
        following, wrong = self._office.next_now() if self._connection.pipelining else (None, None)
        self._wire.write(job.body + self._commands(following) if following else job.body)
        self._flight, self._job = job, following
        await self._office.settle(wrong)

    def _announce(self) -> None:
        if self._job and self._connection.pipelining:
            self._wire.write(self._commands(self._job))

    def _commands(self, job: Job) -> bytes:
        return f"{self._mail(job)}\r\nRCPT TO:<{job.target.address}>\r\nDATA\r\n".encode()

    def _mail(self, job: Job) -> str:
        extensions = self._wire.extensions
        line = f"MAIL FROM:<{self._office.way.sender}>"
        if "SIZE" in extensions:
            line += f" SIZE={len(job.body)}"
        if not job.target.address.isascii():
            line += " SMTPUTF8" + (" BODY=8BITMIME" if "8BITMIME" in extensions else "")
        return line

    async def _envelope(self, job: Job) -> Result | None:
        """Have the envelope taken, so that the server waits for the message; or why it was not."""
        mail, rcpt, data = await self._replies(job)
        if data.code == 354 and not rcpt.ok:
            # RFC 2920 §3.1: there is nobody to send to, so what is sent is nothing.
            await self._wire.command(".")
        if not rcpt.ok and not job.target.address.isascii() and not self._connection.utf8:
            return impossible(job.target, "the server takes no address with accents (SMTPUTF8)")
        self._check_sender(mail)
        if not rcpt.ok:
            return self._judged(job, rcpt)
        if data.code == 354:
            return None
        return self._judged(job, data if not data.ok else Reply(451, str(data)))

    async def _replies(self, job: Job) -> tuple[Reply, Reply, Reply]:
        wire = self._wire
        if self._connection.pipelining:
            return await wire.reply(), await wire.reply(), await wire.reply()
        mail = await wire.command(self._mail(job))
        rcpt = await wire.command(f"RCPT TO:<{job.target.address}>") if mail.ok else mail
        return mail, rcpt, await wire.command("DATA") if rcpt.ok else rcpt

    def _judged(self, job: Job, reply: Reply) -> Result:
        if reply.code == 421:
            raise Lost(str(reply))
        return judge(job.target, reply, time.time())

    def _check_sender(self, mail: Reply) -> None:
        if mail.ok:
            return
        if mail.code < 500:
            raise Lost(str(mail))
        way = self._office.way
        raise Refused(
            f"{way.server.host} refuses the sender {way.sender}: {' '.join(str(mail).split())}",
            hint="from in [issue], or sender in [mailers.smtp], must be an address that this server may send for.",
        )
