"""A rendered issue → an RFC 5322 message with both parts. The same issue gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.config import read_sender
from sharekit.errors import ConfigError
from sharekit.urls import ascii_host, uri

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.config import IssueSettings
    from sharekit.model import RenderedIssue, Site

# The bodies are quoted-printable, so that no line of the message is long.
POLICY = SMTP.clone(max_line_length=998)
# RFC 5322 §2.1.1 less the name of the header: a URI that is longer cannot stand on a line.
LONGEST_URI = 900
# RFC 2919 §2: an optional phrase, then the identifier in angle brackets.
LIST_ID = re.compile(r"([^<>\r\n]*)<([^<>\s]+\.[^<>\s]+)>\s*\Z")


def build_message(
    rendered: RenderedIssue, site: Site, settings: IssueSettings, *, online: str = "", now: datetime | None = None
) -> bytes:
    """The message, without a recipient: the mailer adds them.

    ``online`` is the issue's page on the web, ``now`` the moment of sending (aware), else the issue's own. Raises
    ConfigError for a sender that is no address, and for a list identifier or an unsubscribe link that no header can hold.
    """
    issue = rendered.issue
    host = _host(urlsplit(site.url).hostname or "localhost")
    sender = read_sender(settings.from_) if settings.from_ else (site.title, f"newsletter@{host}")
    headers = {
        "From": _mailbox(*sender, "From"),
        "Subject": _encoded(issue.subject, "Subject"),
        # RFC 5322 §3.6.1: when the message is complete and ready, and not when it was planned.
        "Date": format_datetime(now or issue.date),
        "Message-ID": f"<{hashlib.sha256(f'{site.url} {issue.id}'.encode()).hexdigest()[:24]}@{host}>",
        "List-Id": list_id(settings.list_id or f"<newsletter.{host}>"),
        # RFC 2369 §3.4: subscribers cannot post to an announcement list.
        "List-Post": "NO",
        "Auto-Submitted": "auto-generated",
    }
    if settings.reply_to:
        headers["Reply-To"] = _mailbox(*read_sender(settings.reply_to, setting="reply_to"), "Reply-To")
    if online:
        headers["List-Archive"] = f"<{_uri(online.rstrip('/').rpartition('/')[0] + '/', 'archive')}>"
        headers["Archived-At"] = f"<{_uri(online, 'archive')}>"
    if settings.unsubscribe and settings.unsubscribe.startswith(("https://", "mailto:")):
        headers["List-Unsubscribe"] = f"<{_uri(settings.unsubscribe, 'unsubscribe')}>"
        if not settings.unsubscribe.startswith("mailto:"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = EmailMessage(policy=POLICY)
    body["MIME-Version"] = "1.0"
    body.make_alternative()
    body.attach(_part(_stuffed(rendered.text), "plain"))
    body.attach(_part(rendered.html, "html"))
    body.set_boundary("sharekit-" + hashlib.sha256((rendered.html + rendered.text).encode()).hexdigest()[:16])
    # Written here, because EmailMessage makes encoded words that are too long, or takes a long address for text
    # (https://github.com/python/cpython/issues/85725).
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii") + body.as_bytes()


def _encoded(text: str, name: str) -> str:
    """The value of a header, in encoded words of at most 75 characters (RFC 2047 §2) where it is not ASCII."""
    # A space for what no header may hold (RFC 5322 §2.2).
    text = " ".join("".join(char if char >= " " and char != "\x7f" else " " for char in text).split())
    if text.isascii() and "=?" not in text and len(text) <= LONGEST_URI:
        return text
    return Header(text, "utf-8", header_name=name, maxlinelen=76).encode(linesep="\r\n")


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


def _mailbox(name: str, address: str, header: str) -> str:
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    # The address on a line of its own, so that no line with an encoded word is longer than 76 characters.
    return f"{_encoded(name, header)}\r\n <{address}>"


def _host(name: str) -> str:
    try:
        return ascii_host(name)
    except UnicodeError as error:
        raise ConfigError(f'"{name}" is not a host name', hint="Check url and from in sharekit.toml.") from error


def list_id(given: str) -> str:
    """The List-Id (RFC 2919) of ``letter.blog.example`` or ``The letter <letter.blog.example>``. Raises ConfigError."""
    named = LIST_ID.match(given if "<" in given else f"<{given}>")
    name = _host(named[2]) if named else ""
    if named is None or not re.fullmatch(r"[A-Za-z0-9._-]+", name):
        raise ConfigError(
            f'[issue] list_id = "{given}" is not one', hint='Write it as in "The letter <letter.blog.example>".'
        )
    phrase = " ".join(named[1].split())
    if not phrase:
        return f"<{name}>"
    # The identifier on a line of its own, as in _mailbox.
    return f"{phrase} <{name}>" if phrase.isascii() else f"{_encoded(phrase, 'List-Id')}\r\n <{name}>"


def _uri(address: str, setting: str) -> str:
    given = uri(address)
    if not given.isascii() or re.search(r"[\s<>]", given) or len(given) > LONGEST_URI:
        raise ConfigError(
            f"[issue] {setting}: no header can hold this address: {address[:80]}",
            hint=f"Percent-encode it, at most {LONGEST_URI} characters.",
        )
    return given
