"""SMTP for a list of one's own: fast, signed, and honest about every address.

What is sent, and to whom, is frozen when the issue is first claimed; see :mod:`sharekit.list`.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import ssl
import weakref
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parseaddr
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn
from urllib.parse import urlsplit

import msgspec

from sharekit.config import FILE_NAME, described
from sharekit.config import Settings as Table
from sharekit.errors import ChannelPaused, ConfigError, DeliveryError, OutcomeUnknown, Refused, Unavailable
from sharekit.http import Secret, credential
from sharekit.list.addresses import read_address
from sharekit.list.connection import AFTER_DOT, Connection, Login, Lost, Server, connect
from sharekit.list.database import DEFAULT_URL, URL_VARIABLE, open_database
from sharekit.list.letter import Copies, make_template
from sharekit.list.limits import Limits, read_limit
from sharekit.list.queue import Rows
from sharekit.list.sender import Progress, Route, Sender
from sharekit.list.unsubscribe import SECRET, UnsubscribeLinks
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sharekit.config import IssueSettings
    from sharekit.list.dkim import Signer
    from sharekit.list.mailing import Letter, Mailing
    from sharekit.model import RenderedIssue, Site

SIGNALS = (signal.SIGTERM, signal.SIGINT)
PAGE = "sharekit help smtp"
PASSWORD = Credential(variable="SHAREKIT_SMTP_PASSWORD", scope="sending mail", page=PAGE)
TOKEN = Credential(variable="SHAREKIT_SMTP_TOKEN", scope="sending mail (OAuth 2)", page=PAGE)
DKIM_KEY = "SHAREKIT_DKIM_KEY"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class DkimSettings(Table, frozen=True):
    """[mailers.smtp.dkim] Where the public key is in the DNS: ``<selector>._domainkey.<domain>``."""

    domain: Annotated[str, described("The domain that signs; it should be that of the sender.", example="blog.example")]
    selector: Annotated[str, described("The name of the key.", example="2026a")]


class SmtpSettings(Table, frozen=True):
    """[mailers.smtp]"""

    host: Annotated[str | None, described("The server that takes the mail.", example="mail.blog.example", required=True)] = (
        None
    )
    port: Annotated[int | None, described("Its port; 587, 465 or 25 as `security` says.")] = None
    security: Annotated[
        Literal["starttls", "tls", "none"], described("How the connection is encrypted. `none` takes no password.")
    ] = "starttls"
    ca: Annotated[str | None, described("A file with the server's certificate authority, relative to the blog.")] = None
    user: Annotated[
        str | None,
        described(
            "The name to sign in with; none where the server asks for none.", example="letter@blog.example", required=True
        ),
    ] = None
    name: Annotated[str, described("The name of this machine in EHLO.")] = "localhost"
    sender: Annotated[str | None, described("The address that bounces go to; that of `from` without it.")] = None
    unsubscribe: Annotated[
        str | None,
        described(
            "The page to unsubscribe on; each subscriber's token is added to it.",
            example="https://letter.blog.example/unsubscribe/",
            required=True,
        ),
    ] = None
    connections: Annotated[int, msgspec.Meta(ge=1, le=100), described("The most connections at once.")] = 4
    rate: Annotated[tuple[str, ...], described("The most messages in all.", example=["14/s", "50000/day"])] = ()
    per_domain: Annotated[
        str | None, described("The most messages to any one domain that `domains` does not name.", example="500/h")
    ] = None
    domains: Annotated[dict[str, str], described("The most messages to a domain.", example={"orange.fr": "2/s"})] = (
        msgspec.field(default_factory=dict)
    )
    policy: Annotated[
        Literal["hold", "resend"],
        described("What becomes of a letter of which nobody knows whether it arrived: held for a person, or sent again."),
    ] = "hold"
    database: Annotated[
        str, described(f"The subscribers' database. {URL_VARIABLE} in the environment wins, for it may hold a password.")
    ] = DEFAULT_URL
    tags: Annotated[tuple[str, ...], described("Only subscribers with one of these tags get the issue.")] = ()
    dkim: DkimSettings | None = None
    workers: Annotated[bool, described("Whether `sharekit worker` sends what `deliver` hands over (PostgreSQL only).")] = (
        False
    )


class SmtpMailer:
    """Sends to the subscribers in the database, each of whom has a row that says what came of it.

    ``watch`` is called four times a second with how far it is; ``pause`` is in seconds, before a second attempt to connect.
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

    def subscribers(self) -> int:
        """How many subscribers an issue would go to now."""
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
        self._copies(letter, key)
        # A restart sends the words that it began with: what some have got already, the others get too.
        mailing = mailings.freeze(self.engine, key, letter, tags=self.settings.tags, at=self._clock())
        if self.settings.workers:
            return self._hand_over(mailing)
        mailings.recover(self.engine, mailing, policy=self.settings.policy)
        try:
            self.deliver(mailing)
        except (Unavailable, ChannelPaused, Refused) as error:
            counts = mailings.counts(self.engine, mailing)
            waiting = sum(counts[state] for state in mailings.STATES if state not in mailings.FINAL)
            error.message += f". {counts['sent']} of {mailing.recipients} subscribers have the letter, {waiting} wait"
            raise
        return self.receipt(mailing)

    def find(self, key: str) -> Lookup:
        """Whether the mailing is through. One that is not goes on where it was, so that a repeat is harmless."""
        from sharekit.list import mailing as mailings

        mailings.prepare(self.engine)
        mailing = mailings.find_mailing(self.engine, key)
        if mailing is None or mailing.done_at is None:
            return Lookup(certain=True, repeat_is_harmless=True)
        try:
            return Lookup(receipt=self.receipt(mailing), certain=True)
        except DeliveryError:
            return Lookup()

    def schedule(self, issue: RenderedIssue, key: str, at: datetime) -> NoReturn:
        """Raises ConfigError: nobody is there later."""
        raise ConfigError(
            "a mail server sends at once: nobody is there to wait",
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
        return asyncio.run(self._test(copies, wanted))

    async def _test(self, copies: Copies, addresses: Sequence[str]) -> str:
        try:
            connection = await connect(self._server)
            try:
                said = [await self._one(connection, copies.message(0, address), address) for address in addresses]
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

    def deliver(self, mailing: Mailing, within: tuple[int, int] | None = None) -> None:
        """Send to everybody of the mailing who is due, in this process; ``within`` bounds the subscribers' ids.

        Raises Refused, ChannelPaused, Unavailable or LedgerUnavailable when it ends early; what was done is kept.
        """
        from sharekit.list import mailing as mailings

        letter = mailings.Letter(message=mailing.message, site=mailing.site, address=mailing.address)
        copies = self._copies(letter, mailing.key)
        route = Route(
            server=self._server,
            sender=self._sender(mailing.message),
            limits=self._limits,
            policy=self.settings.policy,
            connections=self.settings.connections,
            pause=self.pause,
        )
        counts = mailings.counts(self.engine, mailing)
        rows = Rows(self.engine, mailing.id, within=within)
        self._stopped = False
        asyncio.run(self._run(rows, copies, route, counts))

    async def _run(self, rows: Rows, copies: Copies, route: Route, counts: Mapping[str, int]) -> None:
        loop = asyncio.get_running_loop()
        progress = Progress(total=counts["queued"] + counts["claimed"])
        sender = Sender(rows, copies, route, progress=progress, taken=counts["sent"] > 0, watch=self.watch)

        def drain() -> None:
            self._stopped = True
            sender.drain()

        with contextlib.suppress(ValueError, RuntimeError):  # in a thread there are no signals to listen to
            for each in SIGNALS:
                loop.add_signal_handler(each, drain)
        await sender.run()

    def receipt(self, mailing: Mailing) -> Receipt:
        """What came of a mailing that is through. Raises Unavailable while somebody still waits, else as :meth:`send`."""
        from sharekit.list import mailing as mailings

        counts = mailings.finish(self.engine, mailing, at=self._clock())
        waiting = sum(counts[state] for state in mailings.STATES if state not in mailings.FINAL)
        if waiting:
            moment = mailings.next_moment(self.engine, mailing)
            at = None if self._stopped or not moment else datetime.fromtimestamp(moment, UTC)
            why = "stopped" if self._stopped else "the server asked to come back later"
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
            hint=f"{report} --list failed names them. Correct the list or the server, then: sharekit ledger settle "
            f"{mailing.key} --release",
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
        base = str(self.settings.unsubscribe)
        return Copies(
            make_template(letter.message, address=letter.address, one_click=True),
            key=f"{letter.site} {key}",
            domain=self._sender(letter.message).rpartition("@")[2],
            link=lambda subscriber_id: base + self._links.token(subscriber_id),
            signer=self._signer,
        )


def server_of(settings: SmtpSettings, *, environment: Mapping[str, str], root: Path, name: str = "smtp") -> Server:
    """The server to hand mail to. Raises ConfigError for what would send mail or a password in the clear."""
    if not settings.host:
        raise ConfigError("[mailers.smtp] host is not set", path=FILE_NAME, hint=f'host = "smtp.example": {PAGE}')
    login = _login(settings, environment, name)
    if settings.security == "none" and settings.host not in LOOPBACK and login:
        raise ConfigError(
            'security = "none" in [mailers.smtp] would show the password to the whole way', path=FILE_NAME, hint=PAGE
        )
    return Server(
        host=settings.host,
        port=settings.port or PORTS[settings.security],
        security=settings.security,
        tls=_tls(settings, root),
        login=login,
        name=settings.name,
    )


def limits_of(settings: SmtpSettings) -> Limits:
    """The limits of the settings. Raises ConfigError for what is no rate."""
    for domain, rate in settings.domains.items():
        read_limit(rate, setting=f"mailers.smtp.domains.{domain}")
    if settings.per_domain:
        read_limit(settings.per_domain, setting="mailers.smtp.per_domain")
    total = [read_limit(rate, setting="mailers.smtp.rate") for rate in settings.rate]
    return Limits(total, {name.lower(): rate for name, rate in settings.domains.items()}, settings.per_domain)


def signer_of(settings: SmtpSettings, *, environment: Mapping[str, str]) -> Signer | None:
    """What signs, where [mailers.smtp.dkim] is there."""
    if settings.dkim is None:
        return None
    from sharekit.list.dkim import Signer

    pem = environment.get(DKIM_KEY, "").strip()
    if not pem:
        raise ConfigError(f"{DKIM_KEY} is not set; it must hold the private key in PEM", hint=f"{PAGE}#dkim")
    # A variable of one line may hold its line ends as \n.
    key = Secret(pem.replace("\\n", "\n"), DKIM_KEY)
    return Signer(key, domain=settings.dkim.domain, selector=settings.dkim.selector)


def database_url(settings: SmtpSettings, environment: Mapping[str, str]) -> str:
    """The subscribers' database: the environment's word, because a URL may hold a password, else the table's."""
    return environment.get(URL_VARIABLE) or settings.database


def _login(settings: SmtpSettings, environment: Mapping[str, str], name: str) -> Login | None:
    if not settings.user:
        return None
    if environment.get(TOKEN.variable_of("smtp", name)):
        return Login(user=settings.user, token=credential(TOKEN, "smtp", name, environment))
    return Login(user=settings.user, password=credential(PASSWORD, "smtp", name, environment))


def _tls(settings: SmtpSettings, root: Path) -> ssl.SSLContext | None:
    if settings.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=str(root / settings.ca) if settings.ca else None)
    except OSError as error:
        raise ConfigError(f'ca = "{settings.ca}" in [mailers.smtp] cannot be read', path=FILE_NAME) from error
