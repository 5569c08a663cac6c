"""[mailers.smtp], and what of it is needed to send: the server, the limits, the key that signs."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from sharekit.config import FILE_NAME
from sharekit.config import Settings as Table
from sharekit.errors import ConfigError
from sharekit.http import Secret, secret
from sharekit.mailers.smtp.connect import Login, Server
from sharekit.mailers.smtp.limits import Limits, read_limit
from sharekit.subscribers import DEFAULT_URL, URL_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.mailers.smtp.dkim import Signer

PAGE = "docs/how-to/smtp.md"
PASSWORD = "SHAREKIT_SMTP_PASSWORD"  # noqa: S105  # the variable's name
TOKEN = "SHAREKIT_SMTP_TOKEN"  # noqa: S105  # the variable's name
DKIM_KEY = "SHAREKIT_DKIM_KEY"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class DkimSettings(Table, frozen=True):
    """[mailers.smtp.dkim] Where the public key stands in the DNS: ``<selector>._domainkey.<domain>``."""

    domain: str
    selector: str


class Settings(Table, frozen=True):
    """[mailers.smtp] ``host`` is the server that takes the mail; ``sender`` the address that bounces go to.

    ``unsubscribe`` is the page that readers unsubscribe on; each reader's token is added to it. ``rate`` limits all
    messages ("14/s", "500/h", "50000/day", or several), ``domains`` those to one domain, ``per_domain`` those to every
    other. ``policy`` says what becomes of a reader of whom nobody knows whether the letter arrived: ``hold`` for a person,
    or ``resend``. ``database`` and ``tags`` say who the readers are. With ``workers`` it is ``sharekit worker`` that sends.
    """

    host: str | None = None
    port: int | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca: str | None = None
    user: str | None = None
    name: str = "localhost"
    sender: str | None = None
    unsubscribe: str | None = None
    connections: Annotated[int, msgspec.Meta(ge=1, le=100)] = 4
    rate: tuple[str, ...] = ()
    per_domain: str | None = None
    domains: dict[str, str] = msgspec.field(default_factory=dict)
    policy: Literal["hold", "resend"] = "hold"
    database: str = DEFAULT_URL
    tags: tuple[str, ...] = ()
    dkim: DkimSettings | None = None
    workers: bool = False


def server_of(settings: Settings, *, environment: Mapping[str, str], root: Path) -> Server:
    """The server to hand mail to. Raises ConfigError for what would send mail or a password in the clear."""
    if not settings.host:
        raise ConfigError("[mailers.smtp] host is not set", path=FILE_NAME, hint=f'host = "smtp.example": {PAGE}')
    login = _login(settings, environment)
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


def limits_of(settings: Settings) -> Limits:
    """The limits of the settings. Raises ConfigError for what is no rate."""
    for domain, rate in settings.domains.items():
        read_limit(rate, setting=f"mailers.smtp.domains.{domain}")
    if settings.per_domain:
        read_limit(settings.per_domain, setting="mailers.smtp.per_domain")
    total = [read_limit(rate, setting="mailers.smtp.rate") for rate in settings.rate]
    return Limits(total, {name.lower(): rate for name, rate in settings.domains.items()}, settings.per_domain)


def signer_of(settings: Settings, *, environment: Mapping[str, str]) -> Signer | None:
    """What signs, where [mailers.smtp.dkim] is there."""
    if settings.dkim is None:
        return None
    from sharekit.mailers.smtp.dkim import Signer

    pem = environment.get(DKIM_KEY, "").strip()
    if not pem:
        raise ConfigError(f"{DKIM_KEY} is not set; it must hold the private key in PEM", hint=f"{PAGE}#dkim")
    # A variable of one line may hold its line ends as \n.
    key = Secret(pem.replace("\\n", "\n"), DKIM_KEY)
    return Signer(key, domain=settings.dkim.domain, selector=settings.dkim.selector)


def database_url(settings: Settings, environment: Mapping[str, str]) -> str:
    """The readers' database: the environment's word, because a URL may hold a password, else the table's."""
    return environment.get(URL_VARIABLE) or settings.database


def _login(settings: Settings, environment: Mapping[str, str]) -> Login | None:
    if not settings.user:
        return None
    if environment.get(TOKEN):
        return Login(user=settings.user, token=secret(TOKEN, scope="sending mail", page=PAGE, environment=environment))
    password = secret(PASSWORD, scope="sending mail", page=PAGE, environment=environment)
    return Login(user=settings.user, password=password)


def _tls(settings: Settings, root: Path) -> ssl.SSLContext | None:
    if settings.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=str(root / settings.ca) if settings.ca else None)
    except OSError as error:
        raise ConfigError(f'ca = "{settings.ca}" in [mailers.smtp] cannot be read', path=FILE_NAME) from error
