"""The tables of the SMTP mailer, and what is made of them: the server, the limits, the signer, the way to unsubscribe."""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from sharekit.config import FILE_NAME, LOOPBACK, described
from sharekit.config import Settings as Table
from sharekit.errors import ConfigError
from sharekit.http import Secret, credential
from sharekit.list.connection import Server
from sharekit.list.database import DEFAULT_URL, URL_VARIABLE
from sharekit.list.letter import Leave, Signer, Tokens
from sharekit.list.queue import Limits, read_limit
from sharekit.ports import Credential
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.list.inbox import Mailbox
PAGE = "sharekit help smtp"
PASSWORD = Credential(variable="SHAREKIT_SMTP_PASSWORD", scope="sending mail", page=PAGE)
TOKEN = Credential(variable="SHAREKIT_SMTP_TOKEN", scope="sending mail (OAuth 2)", page=PAGE)
IMAP_PASSWORD = Credential(variable="SHAREKIT_IMAP_PASSWORD", scope="reading the list's mailbox, if any", page=PAGE)
IMAP_TOKEN = Credential(variable="SHAREKIT_IMAP_TOKEN", scope="reading the list's mailbox (OAuth 2)", page=PAGE)
DKIM_KEY = "SHAREKIT_DKIM_KEY"

# Each letter has it in a header and in an attribute of HTML, with the subscriber's token behind it.
HTTPS = re.compile(r"https://[!#-%(-;=?-\[\]-~]+", re.IGNORECASE)
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class DkimSettings(Table, frozen=True):
    """[mailers.smtp.dkim] Where the public key is in the DNS: ``<selector>._domainkey.<domain>``."""

    domain: Annotated[str, described("The domain that signs, which should be the sender's.", example="blog.example")]
    selector: Annotated[str, described("The selector of the key.", example="2026a")]


class InboxSettings(Table, frozen=True):
    """[mailers.smtp.inbox] The mailbox (IMAP) for requests to unsubscribe, bounces and complaints."""

    host: Annotated[str, described("The IMAP server.", example="imap.blog.example")]
    user: Annotated[str, described("The user name.", example="leave@blog.example")]
    address: Annotated[str | None, described("Its address, for `List-Unsubscribe`; by default `user`.")] = None
    port: Annotated[int | None, described("Its port; by default 993 or 143, depending on `security`.")] = None
    security: Annotated[
        Literal["tls", "starttls", "none"], described("How the connection is encrypted; `none` is for this machine only.")
    ] = "tls"
    ca: Annotated[str | None, described("A file with the server's certificate authority, relative to the blog.")] = None
    folder: Annotated[str, described("The folder to read.")] = "INBOX"

    @property
    def mailbox(self) -> str:
        """The address that people write to."""
        return self.address or self.user


class SignupSettings(Table, frozen=True):
    """[mailers.smtp.signup] The pages of `sharekit serve`."""

    text: Annotated[
        str | None,
        described("What people agree to, shown above the form and stored with their consent."),
    ] = None
    choices: Annotated[
        dict[str, str],
        described(
            "Tags of which people choose one, and the label of each.",
            example={"each": "Every article", "digest": "Once a month"},
        ),
    ] = msgspec.field(default_factory=dict)
    per_client: Annotated[str, described("The most sign-ups from one client.", example="20/h")] = "20/h"
    rate: Annotated[str, described("The most sign-ups overall.", example="1000/h")] = "1000/h"


class SmtpSettings(Table, frozen=True):
    """[mailers.smtp]"""

    host: Annotated[str | None, described("The mail server.", example="mail.blog.example", required=True)] = None
    port: Annotated[int | None, described("Its port; by default 587, 465 or 25, depending on `security`.")] = None
    security: Annotated[
        Literal["starttls", "tls", "none"], described("How the connection is encrypted; `none` allows no password.")
    ] = "starttls"
    ca: Annotated[str | None, described("A file with the server's certificate authority, relative to the blog.")] = None
    user: Annotated[
        str | None,
        described("The user name, if the server requires one.", example="letter@blog.example", asked=True),
    ] = None
    name: Annotated[str, described("The host name to send in EHLO.")] = "localhost"
    sender: Annotated[str | None, described("The address that bounces go to; by default that of `from`.")] = None
    unsubscribe: Annotated[
        str | None,
        described(
            "The unsubscribe page; each subscriber's token is added to its address.",
            example="https://letter.blog.example/unsubscribe/",
            asked=True,
        ),
    ] = None
    to: Annotated[
        str | None,
        described(
            "The address of a list on another service (Mailman, Sympa, Google Groups): it gets one mail, and the list does "
            "the rest.",
            example="announce@lists.example",
        ),
    ] = None
    connections: Annotated[int, msgspec.Meta(ge=1, le=100), described("The most simultaneous connections.")] = 4
    rate: Annotated[tuple[str, ...], described("The most messages overall.", example=["14/s", "50000/day"])] = ()
    per_domain: Annotated[
        str | None, described("The most messages to any domain that `domains` does not list.", example="500/h")
    ] = None
    domains: Annotated[dict[str, str], described("The most messages to a domain.", example={"orange.fr": "2/s"})] = (
        msgspec.field(default_factory=dict)
    )
    policy: Annotated[
        Literal["hold", "resend"],
        described("Whether a mail with an unknown outcome is held for a person or sent again."),
    ] = "hold"
    database: Annotated[
        str,
        described(f"The subscribers' database. {URL_VARIABLE} takes precedence, and may have a password."),
    ] = DEFAULT_URL
    tags: Annotated[tuple[str, ...], described("Only subscribers with one of these tags get the issue.")] = ()
    dkim: DkimSettings | None = None
    inbox: InboxSettings | None = None
    signup: SignupSettings = SignupSettings()
    workers: Annotated[bool, described("Whether `sharekit worker` sends what `deliver` hands over (PostgreSQL only).")] = (
        False
    )


def leave_of(settings: SmtpSettings, *, environment: Mapping[str, str]) -> Leave:
    """How subscribers unsubscribe. Raises ConfigError where there is no way to: nothing is sent without one."""
    if settings.unsubscribe and not HTTPS.fullmatch(settings.unsubscribe):
        raise ConfigError(
            "[mailers.smtp] unsubscribe is not an https address in ASCII, without spaces and quotes",
            path=FILE_NAME,
            hint=f'unsubscribe = "https://letter.blog.example/unsubscribe/": {PAGE}#unsubscribing',
        )
    if not settings.unsubscribe and not settings.inbox:
        raise ConfigError(
            "[mailers.smtp] has neither unsubscribe nor [mailers.smtp.inbox]: nobody could leave, so nothing is sent",
            path=FILE_NAME,
            hint=f'unsubscribe = "https://letter.blog.example/unsubscribe/", or a mailbox: {PAGE}#unsubscribing',
        )
    try:
        address = read_address(settings.inbox.mailbox).text if settings.inbox else ""
    except ValueError as error:
        raise ConfigError(
            f"[mailers.smtp.inbox] has no address that can be mailed: {error}",
            path=FILE_NAME,
            hint='address = "leave@blog.example"',
        ) from error
    return Leave(tokens=Tokens(environment=environment), url=settings.unsubscribe or "", address=address)


def server_of(settings: SmtpSettings, *, environment: Mapping[str, str], root: Path, name: str = "smtp") -> Server:
    """The server to hand mail to. Raises ConfigError for what would send mail or a password in the clear."""
    if not settings.host:
        raise ConfigError("[mailers.smtp] host is not set", path=FILE_NAME, hint=f'host = "smtp.example": {PAGE}')
    if settings.security == "none" and settings.host not in LOOPBACK and settings.user:
        raise ConfigError(
            'security = "none" in [mailers.smtp] would send the password unencrypted', path=FILE_NAME, hint=PAGE
        )
    secret, oauth = _secret(PASSWORD, TOKEN, environment, name) if settings.user else (None, False)
    return Server(
        host=settings.host,
        port=settings.port or PORTS[settings.security],
        security=settings.security,
        tls=tls_of(settings.security, settings.ca, root),
        user=settings.user or "",
        secret=secret,
        oauth=oauth,
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
    pem = environment.get(DKIM_KEY, "").strip()
    if not pem:
        raise ConfigError(f"{DKIM_KEY} is not set; it must hold the private key in PEM", hint=f"{PAGE}#dkim")
    # A variable of one line may hold its line ends as \n.
    key = Secret(pem.replace("\\n", "\n"), DKIM_KEY)
    return Signer(key, domain=settings.dkim.domain, selector=settings.dkim.selector)


def database_url(settings: SmtpSettings, environment: Mapping[str, str]) -> str:
    """The subscribers' database: the environment's word, because a URL may hold a password, else the table's."""
    return environment.get(URL_VARIABLE) or settings.database


def _secret(password: Credential, token: Credential, environment: Mapping[str, str], name: str) -> tuple[Secret, bool]:
    """The token where there is one, else the password; and whether it is the token."""
    oauth = bool(environment.get(token.variable_of("smtp", name)))
    return credential(token if oauth else password, "smtp", name, environment), oauth


def mailbox_of(inbox: InboxSettings, *, environment: Mapping[str, str], root: Path, name: str = "smtp") -> Mailbox:
    """The list's mailbox. Raises ConfigError for what is missing, or would show the password to everybody."""
    from sharekit.list.inbox import PORTS as IMAP_PORTS
    from sharekit.list.inbox import Mailbox

    if inbox.security == "none" and inbox.host not in LOOPBACK:
        raise ConfigError(
            'security = "none" in [mailers.smtp.inbox] would send the password unencrypted', path=FILE_NAME, hint=PAGE
        )
    secret, oauth = _secret(IMAP_PASSWORD, IMAP_TOKEN, environment, name)
    return Mailbox(
        host=inbox.host,
        port=inbox.port or IMAP_PORTS[inbox.security],
        security=inbox.security,
        tls=tls_of(inbox.security, inbox.ca, root),
        user=inbox.user,
        folder=inbox.folder,
        secret=secret,
        oauth=oauth,
    )


def tls_of(security: str, ca: str | None, root: Path) -> ssl.SSLContext | None:
    """What checks a server's certificate; None for a connection in the clear."""
    if security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=str(root / ca) if ca else None)
    except OSError as error:
        raise ConfigError(f'ca = "{ca}" in [mailers.smtp] cannot be read', path=FILE_NAME) from error
