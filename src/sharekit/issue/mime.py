"""A rendered issue → an RFC 5322 message with both parts. The same issue gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from sharekit.config import IssueSettings
    from sharekit.model import RenderedIssue, Site

# Long headers must not be folded into encoded words (https://github.com/python/cpython/issues/85725); the bodies are
# quoted-printable, so that no line of the message is long.
POLICY = SMTP.clone(max_line_length=998)
# RFC 5322 §2.1.1 less the name of the header: a URI that is longer cannot stand on a line.
LONGEST_URI = 900
# RFC 2919 §2: an optional phrase, then the identifier in angle brackets.
NAMED = re.compile(r"([^<>\r\n]*)<([^<>]+)>\s*\Z")
LIST_ID = re.compile(r"[^<>\r\n]*<[A-Za-z0-9._-]+\.[A-Za-z0-9._-]+>\Z")


def build_message(rendered: RenderedIssue, site: Site, settings: IssueSettings, *, online: str = "") -> bytes:
    """The message, without a recipient: the mailer adds them.

    ``online`` is the issue's page on the web. Raises ConfigError for a sender that is no address, and for a list
    identifier or an unsubscribe link that no header can hold.
    """
    issue = rendered.issue
    host = _ascii_host(urlsplit(site.url).hostname or "localhost")
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(settings.from_ or "", "from", fallback=(site.title, f"newsletter@{host}"))
    message["Subject"] = issue.subject
    message["Date"] = format_datetime(issue.date)
    message["Message-ID"] = f"<{hashlib.sha256(f'{site.url} {issue.id}'.encode()).hexdigest()[:24]}@{host}>"
    message["List-Id"] = _list_id(settings.list_id or f"<newsletter.{host}>")
    # RFC 2369 §3.4: readers cannot post to an announcement list.
    message["List-Post"] = "NO"
    message["Auto-Submitted"] = "auto-generated"
    if settings.reply_to:
        message["Reply-To"] = _address(settings.reply_to, "reply_to")
    if online:
        message["List-Archive"] = f"<{_uri(online.rstrip('/').rpartition('/')[0] + '/', 'archive')}>"
        message["Archived-At"] = f"<{_uri(online, 'archive')}>"
    if settings.unsubscribe and settings.unsubscribe.startswith("https://"):
        message["List-Unsubscribe"] = f"<{_uri(settings.unsubscribe, 'unsubscribe')}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["MIME-Version"] = "1.0"
    message.make_alternative()
    message.attach(_part(_stuffed(rendered.text), "plain"))
    message.attach(_part(rendered.html, "html"))
    message.set_boundary("sharekit-" + hashlib.sha256((rendered.html + rendered.text).encode()).hexdigest()[:32])
    return message.as_bytes()


def _part(text: str, subtype: str) -> EmailMessage:
    # Lines of a quoted-printable body have at most 76 characters (RFC 2045 §6.7), so its policy is not the headers'.
    part = EmailMessage(policy=SMTP.clone(max_line_length=76))
    part.set_content(text, subtype=subtype, cte="quoted-printable")
    del part["MIME-Version"]
    if subtype == "plain":
        part.set_param("format", "flowed")
    return part


def _stuffed(text: str) -> str:
    """Space-stuffing (RFC 3676 §4.4): a line that begins with a space or as an mbox separator gets a space more."""
    return "".join(f" {line}" if line.startswith((" ", "From ")) else line for line in text.splitlines(keepends=True))


def _address(given: str, setting: str, *, fallback: tuple[str, str] = ("", "")) -> Address:
    # A name may hold a comma, which parseaddr takes for the end of an address.
    named = NAMED.match(given)
    name, address = (named[1].strip(' "'), named[2].strip()) if named else ("", given.strip()) if given else fallback
    user, _, domain = address.rpartition("@")
    # A local part beyond ASCII needs SMTPUTF8 of every server on the way (RFC 6531), which nobody can promise.
    if not user or not domain or not user.isascii() or re.search(r"[\s<>,;]", address):
        raise ConfigError(
            f'[issue] {setting} = "{given}" is not an address that every mail server takes',
            hint=f'[issue] {setting} = "Name <letter@blog.example>"',
        )
    return Address(display_name=" ".join(name.split()), username=user, domain=_ascii_host(domain))


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError as error:
        raise ConfigError(f'"{host}" is not a host name', hint="Check url and from in sharekit.toml.") from error


def _list_id(given: str) -> str:
    if not LIST_ID.match(given):
        raise ConfigError(
            f'[issue] list_id = "{given}" is not one', hint='Write it as in "The letter <letter.blog.example>".'
        )
    return given


def _uri(given: str, setting: str) -> str:
    if not given.isascii() or re.search(r"[\s<>]", given) or len(given) > LONGEST_URI:
        raise ConfigError(
            f"[issue] {setting}: no header can hold this address: {given[:80]}",
            hint=f"Percent-encode it, at most {LONGEST_URI} characters.",
        )
    return given
