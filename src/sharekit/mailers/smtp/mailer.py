"""SMTP for a list of one's own. What is sent, and to whom, is frozen when the issue is first claimed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import weakref
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parseaddr
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from sharekit.config import FILE_NAME
from sharekit.errors import ConfigError, Refused, Unavailable
from sharekit.mailers.mime import make_template
from sharekit.mailers.smtp import mailing as ledger
from sharekit.mailers.smtp.connect import Connection, connect
from sharekit.mailers.smtp.delivery import Delivery
from sharekit.mailers.smtp.journal import Journal
from sharekit.mailers.smtp.office import Progress, Way
from sharekit.mailers.smtp.settings import PAGE, PASSWORD, database_url, limits_of, server_of, signer_of
from sharekit.mailers.smtp.settings import Settings as SmtpSettings
from sharekit.mailers.smtp.splice import Splicer
from sharekit.mailers.smtp.wire import AFTER_DOT, Lost
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup
from sharekit.subscribers import Subscribers, open_database, read_address
from sharekit.subscribers.links import SECRET, UnsubscribeLinks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sharekit.config import IssueSettings
    from sharekit.mailers.smtp.mailing import Mailing
    from sharekit.model import RenderedIssue, Site

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class SmtpMailer:
    """Sends to the readers in the database, each of whom has a row that says what came of it.

    ``watch`` is told four times a second how far it is; ``pause`` is in seconds, before a second attempt to connect.
    """

    kind, label = "smtp", "SMTP"
    Settings = SmtpSettings
    SECRETS = (
        PASSWORD,
        Credential(variable=SECRET, scope="32 random characters or more; unsubscribe links are signed with it", page=PAGE),
    )
    pause = 1.0

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        environment: Mapping[str, str],
        root: Path,
        site: Site,
        issue: IssueSettings,
        name: str = "smtp",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises ConfigError for a missing or wrong setting."""
        self.settings = settings
        self._clock = clock
        self._site = site
        self._issue = issue
        if not settings.unsubscribe or urlsplit(settings.unsubscribe).scheme != "https":
            raise ConfigError(
                "[mailers.smtp] unsubscribe is not an https address; nothing is sent without it",
                path=FILE_NAME,
                hint=f'unsubscribe = "https://letter.blog.example/unsubscribe/": {PAGE}#unsubscribing',
            )
        self._links = UnsubscribeLinks(environment=environment)
        self._server = server_of(settings, environment=environment, root=root, name=name)
        self._limits = limits_of(settings)
        self._signer = signer_of(settings, environment=environment)
        self.engine = open_database(database_url(settings, environment), root=root)
        # Connections are kept between calls, and closed with the mailer.
        weakref.finalize(self, self.engine.dispose)
        self.watch: Callable[[Progress], None] = lambda _progress: None
        self._stopped = False

    def readers(self) -> int:
        """How many readers an issue would go to now."""
        return Subscribers(self.engine).count(tags=self.settings.tags)

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        """Freeze the audience where that is not done yet, and send to everybody who is due.

        Raises Unavailable while somebody still waits: sending again goes on where it was.
        """
        self._check(issue.message)
        self._splicer(self._letter(issue), key)
        # A restart sends the words that it began with: what some have got already, the others get too.
        mailing = ledger.freeze(self.engine, key, self._letter(issue), tags=self.settings.tags, at=self._clock())
        if self.settings.workers:
            return self._hand_over(mailing)
        ledger.recover(self.engine, mailing, policy=self.settings.policy)
        self.deliver(mailing)
        return self.receipt(mailing)

    def find(self, key: str) -> Lookup:
        """Whether the mailing is through. One that is not goes on where it was, so that a repeat is harmless."""
        ledger.prepare(self.engine)
        mailing = ledger.find_mailing(self.engine, key)
        if mailing is None or mailing.done_at is None:
            return Lookup(certain=True, repeat_is_harmless=True)
        return Lookup(receipt=self.receipt(mailing), certain=True)

    def schedule(self, issue: RenderedIssue, key: str, at: datetime) -> NoReturn:
        """Raises ConfigError: nobody is there later."""
        raise ConfigError(
            "a mail server sends at once: nobody is there to wait",
            hint="Run it at that time, or deliver from CI with when = … in [issue].",
        )

    def test(self, issue: RenderedIssue, key: str, addresses: Sequence[str]) -> str:
        """Send it to these addresses, which need not be readers; their unsubscribe link is nobody's."""
        self._check(issue.message)
        splicer = self._splicer(self._letter(issue), f"{key}/test {self._clock().isoformat()}")
        wanted = []
        for address in addresses:
            try:
                wanted.append(read_address(address).text)
            except ValueError as error:
                raise ConfigError(f"--to {address}: {error}") from error
        return asyncio.run(self._test(splicer, wanted))

    async def _test(self, splicer: Splicer, addresses: Sequence[str]) -> str:
        try:
            connection = await connect(self._server)
            try:
                said = [await self._one(connection, splicer.message(0, address), address) for address in addresses]
            except BaseException:
                connection.wire.close()
                raise
            await connection.wire.quit()
        except (Lost, OSError, TimeoutError) as error:
            raise Unavailable(
                f"{self._server.host}:{self._server.port} takes no mail now: {error or 'no answer'}"
            ) from error
        return "; ".join(said)

    async def _one(self, connection: Connection, body: bytes, address: str) -> str:
        wire = connection.wire
        for command in (f"MAIL FROM:<{self._sender(body)}>", f"RCPT TO:<{address}>", "DATA"):
            reply = await wire.command(command)
            if not reply.ok:
                raise Refused(f"the mail server answered {command.partition(':')[0]} with {' '.join(str(reply).split())}")
        wire.write(body)
        reply = await wire.reply(AFTER_DOT)
        if not reply.ok:
            raise Refused(f"the mail server refused the message: {' '.join(str(reply).split())}")
        return f"{address}: {' '.join(reply.text.split())}"

    def deliver(self, mailing: Mailing, *, within: tuple[int, int] | None = None) -> None:
        """Send to everybody of the mailing who is due, in this process; ``within`` bounds the readers' ids.

        Raises Refused, Unavailable or LedgerUnavailable when it ends early; what was done is kept.
        """
        letter = ledger.Letter(message=mailing.message, site=mailing.site, address=mailing.address)
        splicer = self._splicer(letter, mailing.key)
        way = Way(
            server=self._server,
            sender=self._sender(mailing.message),
            limits=self._limits,
            policy=self.settings.policy,
            connections=self.settings.connections,
            pause=self.pause,
        )
        progress = Progress(total=sum(ledger.counts(self.engine, mailing)[name] for name in ("queued", "claimed")))
        journal = Journal(self.engine, mailing.id, within=within)
        self._stopped = False
        asyncio.run(self._run(journal, splicer, way, progress))

    async def _run(self, journal: Journal, splicer: Splicer, way: Way, progress: Progress) -> None:
        loop = asyncio.get_running_loop()
        delivery = Delivery(journal, splicer, way, progress=progress, watch=self.watch)

        def drain() -> None:
            self._stopped = True
            delivery.drain()

        with contextlib.suppress(ValueError, RuntimeError):  # in a thread there are no signals to listen to
            for each in SIGNALS:
                loop.add_signal_handler(each, drain)
        await delivery.run()

    def receipt(self, mailing: Mailing) -> Receipt:
        """What came of a mailing that is through. Raises Unavailable while somebody still waits."""
        counts = ledger.counts(self.engine, mailing)
        if not ledger.finish(self.engine, mailing, at=self._clock()):
            waiting = counts["queued"] + counts["claimed"] + counts["sending"]
            moment = ledger.next_moment(self.engine, mailing)
            at = None if self._stopped or not moment else datetime.fromtimestamp(moment, UTC)
            why = "stopped" if self._stopped else "the server asked to come back later"
            raise Unavailable(
                f"{why}: {counts['sent']} of {mailing.readers} readers have it, {waiting} wait",
                retry_at=at or self._clock(),
                hint="The next run goes on from here: sharekit deliver --only issue",
            )
        detail = {name: str(count) for name, count in counts.items() if count}
        return Receipt(id=mailing.key, url=None, at=self._clock(), detail=detail)

    def _hand_over(self, mailing: Mailing) -> Receipt:
        from sharekit.mailers.smtp.queue import defer_batches

        jobs = defer_batches(self.engine, mailing)
        return Receipt(id=mailing.key, url=None, at=self._clock(), detail={"handed over": f"{jobs} batches to the workers"})

    def _sender(self, message: bytes) -> str:
        return self.settings.sender or parseaddr(str(message_from_bytes(message)["from"]))[1]

    def _check(self, message: bytes) -> None:
        sender = self._sender(message)
        try:
            read_address(sender)
        except ValueError as error:
            raise ConfigError(
                f"the sender cannot be mailed to: {error}", path=FILE_NAME, hint="[issue] from, or sender"
            ) from error

    def _letter(self, issue: RenderedIssue) -> ledger.Letter:
        address = self._issue.address or self._site.title
        return ledger.Letter(message=issue.message, site=self._site.url, address=address)

    def _splicer(self, letter: ledger.Letter, key: str) -> Splicer:
        base = str(self.settings.unsubscribe)
        return Splicer(
            make_template(letter.message, address=letter.address, one_click=True),
            key=f"{letter.site} {key}",
            domain=self._sender(letter.message).rpartition("@")[2],
            link=lambda reader_id: base + self._links.token(reader_id),
            signer=self._signer,
        )
