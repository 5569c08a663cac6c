"""A rendered issue → an RFC 5322 message with both parts. The same issue gives the same bytes."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from sharekit.config import IssueSettings
    from sharekit.model import RenderedIssue, Site

# Long headers must not be folded into encoded words (https://github.com/python/cpython/issues/85725); the bodies are
# quoted-printable, so that no line of the message is long.
POLICY = SMTP.clone(max_line_length=998)


def build_message(rendered: RenderedIssue, site: Site, settings: IssueSettings) -> bytes:
    """The message, without a recipient: the mailer adds them. Raises ConfigError for a sender that is no address."""
    issue = rendered.issue
    host = urlsplit(site.url).hostname or "localhost"
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(settings.from_, site, host)
    message["Subject"] = issue.subject
    message["Date"] = format_datetime(issue.date)
    message["Message-ID"] = f"<{hashlib.sha256(f'{site.url} {issue.id}'.encode()).hexdigest()[:24]}@{host}>"
    message["List-Id"] = settings.list_id or f"<newsletter.{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if settings.reply_to:
        message["Reply-To"] = settings.reply_to
    if settings.unsubscribe and settings.unsubscribe.startswith("https://"):
        message["List-Unsubscribe"] = f"<{settings.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    message.set_boundary("sharekit-" + hashlib.sha256((rendered.html + rendered.text).encode()).hexdigest()[:32])
    return message.as_bytes()


def _address(given: str | None, site: Site, host: str) -> Address:
    name, address = parseaddr(given) if given else (site.title, f"newsletter@{host}")
    user, _, domain = address.rpartition("@")
    if not user or not domain or not user.isascii():
        raise ConfigError(
            f'"{given}" is not an address that every mail server takes', hint='[issue] from = "Name <letter@blog.example>"'
        )
    return Address(display_name=name, username=user, domain=domain.encode("idna").decode())
