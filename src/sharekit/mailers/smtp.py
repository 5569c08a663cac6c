"""SMTP for a list of one's own: fast, signed, and honest about every address.

What is sent, and to whom, is frozen when the issue is first claimed; see :mod:`sharekit.list`.
"""

from __future__ import annotations

import contextlib
import signal
import weakref
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from sharekit.config import FILE_NAME
from sharekit.errors import ChannelPaused, ConfigError, DeliveryError, OutcomeUnknown, Refused, Unavailable
from sharekit.http import Client
from sharekit.list.connection import Connection, classify, refusal, submit
from sharekit.list.database import open_database
from sharekit.list.letter import SECRET, Copies, make_template
from sharekit.list.queue import RecipientQueue
from sharekit.list.sender import Progress, Sender
from sharekit.mailers.smtp_settings import (
    IMAP_PASSWORD,
    PAGE,
    PASSWORD,
    SmtpSettings,
    database_url,
    leave_of,
    limits_of,
    mailbox_of,
    server_of,
    signer_of,
)
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

    import sqlalchemy as sa

    from sharekit.config import IssueSettings
    from sharekit.list.connection import Reply
    from sharekit.list.inbox import Mailbox
    from sharekit.list.letter import Leave, Leaving
    from sharekit.list.mailing import Letter, Mailing
    from sharekit.model import RenderedIssue, Site

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# Recipients that are claimed at once, for each connection.
BATCH = 50


class SmtpMailer:
    """Sends to the subscribers in the database, each of whom has a row that says what came of it.

    ``watch`` is called four times a second with how far it is; ``pause`` is in seconds, before a second attempt to connect.
    """

    kind, label = "smtp", "SMTP"
    Settings = SmtpSettings
    SECRETS = (
        PASSWORD,
        Credential(variable=SECRET, scope="32 random characters or more; unsubscribe links are signed with it", page=PAGE),
        IMAP_PASSWORD,
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
        self._list = _list_address(settings.to) if settings.to else None
        # A list that others keep has its own way to leave it.
        self._leave = None if self._list else leave_of(settings, environment=environment)
        self._server = server_of(settings, environment=environment, root=root, name=name)
        self._limits = limits_of(settings)
        self._signer = signer_of(settings, environment=environment)
        self._database = (database_url(settings, environment), root)
        self._environment, self._name = environment, name
        self.watch: Callable[[Progress], None] = lambda _progress: None
        self._stopped = False

    @cached_property
    def engine(self) -> sa.Engine:
        """The subscribers' database, opened when first needed and closed with the mailer."""
        url, root = self._database
        engine = open_database(url, root=root)
        weakref.finalize(self, engine.dispose)
        return engine

    def subscribers(self) -> int:
        """How many subscribers an issue would go to now; one, where a list gets it that others keep."""
        if self._list:
            return 1
        from sharekit.list.subscribers import Subscribers

        return Subscribers(self.engine).count(tags=self.settings.tags)

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        """Freeze the audience where that is not done yet, and send to everybody who is due.

        Raises Unavailable or ChannelPaused while somebody still waits: sending again goes on where it was. Raises Refused
        when the server refused everybody, OutcomeUnknown when its answers were lost for everybody.
        """
        from sharekit.list import mailing as mailings

        self._check(issue.message)
        letter = self._letter(issue)
        copies = self._copies(letter, key)
        if self._list:
            reply = self._submit(copies, [self._list])[0]
            return Receipt(id=key, url=None, at=self._clock(), detail={"to": self._list, "answer": reply.words})
        # A restart sends the words that it began with: what some have got already, the others get too.
        mailing = mailings.freeze(self.engine, key, letter, tags=self.settings.tags, at=self._clock())
        if self.settings.workers:
            return self._hand_over(mailing)
        mailings.recover(self.engine, mailing, policy=self.settings.policy)
        try:
            self.deliver(mailing)
        except (Unavailable, ChannelPaused, Refused) as error:
            counts = mailings.counts(self.engine, mailing)
            have = f"{counts['sent']} of {mailing.recipients} subscribers have the letter"
            error.message += f". {have}, {mailings.waiting(counts)} wait"
            raise
        return self.receipt(mailing)

    def find(self, key: str) -> Lookup:
        """Whether the mailing is through. One that is not goes on where it was, so that a repeat is harmless."""
        from sharekit.list import mailing as mailings

        if self._list:
            return Lookup()
        mailing = mailings.find_mailing(self.engine, key)
        if mailing is None or mailing.done_at is None:
            return Lookup(certain=True, repeat_is_harmless=True)
        try:
            return Lookup(receipt=self.receipt(mailing), certain=True)
        except DeliveryError:
            return Lookup()

    def account(self) -> Account:
        """Sign in at the mail server, and try each way to unsubscribe as nobody (RFC 8058 §3.2).

        Raises SharekitError for what does not work, whichever it is.
        """
        from sharekit.list.inbox import open_mailbox

        self._greet()
        if self._leave is None:
            return Account(facts=(f"letters go to {self._list}",))
        found = []
        if self._leave.url:
            self._try_one_click(self._leave)
            found.append("one-click unsubscribing works")
        if mailbox := self._mailbox():
            with open_mailbox(mailbox):
                pass
            found.append(f"the mailbox {self._leave.address} can be read")
        return Account(facts=tuple(found))

    def _try_one_click(self, leave: Leave) -> None:
        client = Client("the page to unsubscribe on", clock=self._clock, total=20, max_bytes=2**20)
        form = {"List-Unsubscribe": "One-Click"}
        answer = client.request("POST", leave.url + leave.tokens.token(0), harmless=True, also=range(300, 600), data=form)
        if not 200 <= answer.status < 300:
            raise ConfigError(
                f"{leave.url} answers {answer.status} to a request that unsubscribes with one click (RFC 8058)",
                hint=f"It has to answer a POST with success. Does it know the same {SECRET}? {PAGE}#unsubscribing",
            )

    def check_settings(self) -> None:
        """Raises ConfigError for a mailbox that cannot be signed in to: to send needs its address alone."""
        self._mailbox()

    def _mailbox(self) -> Mailbox | None:
        inbox, root = self.settings.inbox, self._database[1]
        return mailbox_of(inbox, environment=self._environment, root=root, name=self._name) if inbox else None

    def _greet(self) -> None:
        try:
            Connection(self._server).quit()
        except OSError as error:
            raise Unavailable(f"{self._server.host}:{self._server.port} does not answer: {error or 'no answer'}") from error

    def schedule(self, issue: RenderedIssue, key: str, at: datetime) -> NoReturn:
        """Raises ConfigError: nobody is there later."""
        raise ConfigError(
            "a mail server sends at once; it cannot wait",
            hint="Run it at that time, or deliver from CI with when = … in [issue].",
        )

    def test(self, issue: RenderedIssue, key: str, addresses: Sequence[str]) -> str:
        """Send it to these addresses, which need not be subscribers; their unsubscribe link is nobody's."""
        self._check(issue.message)
        letter = self._letter(issue)
        copies = self._copies(letter, f"{key}/test {self._clock().isoformat()}")
        wanted = []
        for address in addresses:
            try:
                wanted.append(read_address(address).text)
            except ValueError as error:
                raise ConfigError(f"--to {address}: {error}") from error
        replies = self._submit(copies, wanted)
        return "; ".join(f"{to}: {' '.join(reply.text.split())}" for to, reply in zip(wanted, replies, strict=True))

    def _submit(self, copies: Copies, addresses: Sequence[str]) -> list[Reply]:
        """Send a copy to each address, over one connection. Raises what the first refusal means."""
        host, replies = self._server.host, []
        try:
            connection = Connection(self._server)
            try:
                for address in addresses:
                    body = copies.message(0, address)
                    reply = submit(connection, self._sender(body), address, body)
                    if not reply.ok:
                        about = classify(reply)[0]
                        if about == "recipient":
                            raise Refused(f"{host} refuses {address}: {reply.words}")
                        raise refusal(about, host, f"{reply.code} {reply.words}", at=self._clock())
                    replies.append(reply)
            finally:
                connection.close()
        except OSError as error:
            raise Unavailable(f"{host}:{self._server.port} takes no mail now: {error or 'no answer'}") from error
        return replies

    def deliver(self, mailing: Mailing, within: tuple[int, int] | None = None) -> None:
        """Send to everybody of the mailing who is due, in this process; ``within`` bounds the subscribers' ids.

        Raises Refused, ChannelPaused, Unavailable or LedgerUnavailable when it ends early; what was done is kept.
        """
        from sharekit.list import mailing as mailings

        counts = mailings.counts(self.engine, mailing)
        connections = self.settings.connections
        queue = RecipientQueue(self.engine, mailing.id, self._limits, size=BATCH * connections, within=within)
        sender = Sender(
            queue=queue,
            copies=self._copies(mailing, mailing.key),
            server=self._server,
            sender=self._sender(mailing.message),
            policy=self.settings.policy,
            connections=connections,
            pause=self.pause,
            progress=Progress(total=counts["queued"] + counts["claimed"]),
            taken=counts["sent"] > 0,
            watch=self.watch,
        )
        self._stopped = False

        def drain(_signal: int, _frame: FrameType | None) -> None:
            self._stopped = True
            queue.stop()

        with contextlib.ExitStack() as after:
            with contextlib.suppress(ValueError):  # signals come to the main thread alone
                for each in SIGNALS:
                    after.callback(signal.signal, each, signal.signal(each, drain))
            sender.run()

    def receipt(self, mailing: Mailing) -> Receipt:
        """What came of a mailing that is through. Raises Unavailable while somebody still waits, else as :meth:`send`."""
        from sharekit.list import mailing as mailings

        counts = mailings.finish(self.engine, mailing, at=self._clock())
        if waiting := mailings.waiting(counts):
            moment = mailings.next_moment(self.engine, mailing)
            at = None if self._stopped or not moment else datetime.fromtimestamp(moment, UTC)
            why = "stopped" if self._stopped else "the server asked us to try again later"
            raise Unavailable(
                f"{why}: {counts['sent']} of {mailing.recipients} subscribers have it, {waiting} wait",
                retry_at=at or self._clock(),
                hint="The next run goes on from here: sharekit deliver --only issue",
            )
        if not counts["sent"] and (counts["failed"] or counts["held"]):
            raise self._nobody(mailing, counts)
        detail = {name: str(count) for name, count in counts.items() if count}
        if counts["failed"] or counts["held"]:
            state = "held" if counts["held"] else "failed"
            detail["see"] = f"sharekit issue report {mailing.issue_id} --list {state}"
        return Receipt(id=mailing.key, url=None, at=self._clock(), detail=detail)

    def _nobody(self, mailing: Mailing, counts: Mapping[str, int]) -> DeliveryError:
        from sharekit.list import mailing as mailings

        cause = next(iter(mailings.causes(self.engine, mailing)), None)
        said = f": {cause.code or ''} {cause.said}".replace(":  ", ": ") if cause else ""
        report = f"sharekit issue report {mailing.issue_id}"
        if counts["held"]:
            return OutcomeUnknown(
                f"no answer came for {counts['held']} of {mailing.recipients} subscribers: nobody is known to have it{said}",
                hint=f"{report} --list held names them. Look in the server's log, then: {report} --held-as-sent (or "
                "--resend-held)",
            )
        return Refused(
            f"{counts['failed']} of {mailing.recipients} subscribers were refused, and nobody has it{said}",
            hint=f"{report} --list failed names them. Correct the list or the server, then: sharekit issue send "
            f"{mailing.issue_id} --failed",
        )

    def _hand_over(self, mailing: Mailing) -> Receipt:
        from sharekit.list.worker import defer_batches

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

    def _letter(self, issue: RenderedIssue) -> Letter:
        from sharekit.list.mailing import Letter

        address = self._issue.address or self._site.title
        return Letter(message=issue.message, site=self._site.url, address=address)

    def _copies(self, letter: Letter, key: str) -> Copies:
        leave = self._leave
        ways: Leaving = "none" if leave is None else "one-click" if leave.url else "mail"
        return Copies(
            make_template(letter.message, address=letter.address, leave=ways),
            key=f"{letter.site} {key}",
            domain=self._sender(letter.message).rpartition("@")[2],
            leave=leave,
            signer=self._signer,
        )


def _list_address(text: str) -> str:
    try:
        return read_address(text).text
    except ValueError as error:
        raise ConfigError(f'[mailers.smtp] to = "{text}" is not an address: {error}', path=FILE_NAME) from error
