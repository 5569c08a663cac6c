"""A rendered issue → the letter that a provider is handed, in the provider's own placeholders.

Providers read their placeholders anywhere in what they are given, so what looks like one in an article is escaped first.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.config import FILE_NAME
from sharekit.content import plain_text
from sharekit.errors import ConfigError, DraftError
from sharekit.placeholders import ADDRESS, UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.config import IssueSettings
    from sharekit.model import RenderedIssue, Site

STYLE = re.compile(r"(<style\b.*?</style>)", re.IGNORECASE | re.DOTALL)
# The brace that opens {{ }}, {% %} or {# #} in the template languages of Go, Django and Jinja.
BRACE = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """A provider's placeholders, and how text is kept from being read as one."""

    unsubscribe: str
    address: str = ""
    address_in_text: str | None = None
    escape_html: Callable[[str], str]
    escape_text: Callable[[str], str]
    escape_subject: Callable[[str], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who the letter is from; ``reply_to`` is an address alone."""

    name: str
    address: str
    reply_to: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An issue as one provider is handed it. ``fingerprint`` tells whether a person changed it there since."""

    issue_id: str
    subject: str
    preheader: str
    html: str
    text: str
    language: str
    sender: Sender

    @property
    def fingerprint(self) -> str:
        """See :func:`fingerprint`."""
        return fingerprint(self.subject, self.html)


def write_letter(rendered: RenderedIssue, *, sender: Sender, dialect: Dialect) -> Letter:
    """The letter. Raises DraftError for an issue whose template has no unsubscribe link."""
    issue = rendered.issue
    if UNSUBSCRIBE not in rendered.html:
        raise DraftError(
            "the issue has no unsubscribe link, and nothing is sent without one",
            path=issue.source or None,
            hint='Your template for the issue left it out: <a href="{{ unsubscribe }}">…</a> belongs in its footer.',
        )
    escape_subject = dialect.escape_subject or dialect.escape_text
    in_text = dialect.address if dialect.address_in_text is None else dialect.address_in_text
    return Letter(
        issue_id=issue.id,
        subject=escape_subject(issue.subject),
        preheader=escape_subject(issue.preheader),
        html=fill(dialect.escape_html(rendered.html), dialect.unsubscribe, dialect.address),
        text=fill(dialect.escape_text(rendered.text), dialect.unsubscribe, in_text),
        language=issue.language,
        sender=sender,
    )


def fill(text: str, unsubscribe: str, address: str) -> str:
    """The text with the two placeholders filled in."""
    return text.replace(UNSUBSCRIBE, unsubscribe).replace(ADDRESS, address)


def sender_of(issue: IssueSettings) -> Sender:
    """The sender of ``[issue] from``. Raises ConfigError where there is none: no provider sends without."""
    name, address = parseaddr(issue.from_ or "")
    user, _, domain = address.rpartition("@")
    if not user or "." not in domain:
        said = f'[issue] from = "{issue.from_}" is not an address' if issue.from_ else "[issue] from is not set"
        raise ConfigError(said, path=FILE_NAME, hint='from = "Name <letter@blog.example>"')
    return Sender(name=name or address, address=address, reply_to=parseaddr(issue.reply_to or "")[1] or address)


def mailbox(name: str, address: str) -> str:
    """``name <address>``, the name quoted where RFC 5322 §3.2.4 asks for it."""
    if not re.fullmatch(r"[\w!#$%&'*+/=?^`{|}~ -]*", name):
        name = '"' + re.sub(r'([\\"])', r"\\\1", name) + '"'
    return f"{name} <{address}>" if name else address


def escape_braces(text: str) -> str:
    """Plain text that a template language gives back as it is."""
    return BRACE.sub('{{ "{" }}', text)


def escape_braces_html(html: str) -> str:
    """HTML in which no template language finds anything; in a style sheet, where entities mean nothing, by a space."""
    parts = STYLE.split(html)
    escaped = [BRACE.sub("{ ", part) if number % 2 else BRACE.sub("&#123;", part) for number, part in enumerate(parts)]
    return "".join(escaped)


def fingerprint(subject: str, html: str) -> str:
    """A short digest of what a person reads: providers rewrite markup, but not the words."""
    words = "".join(plain_text(re.sub(r"<(style|title|head)\b.*?</\1>", "", html, flags=re.IGNORECASE | re.DOTALL)).split())
    return hashlib.sha256(f"{''.join(subject.split())}\n{words}".encode()).hexdigest()[:8]


def marker(site: Site, key: str) -> str:
    """What a campaign of ours is known by at the provider: made from the blog and the key, never from the words."""
    return hashlib.sha256(f"{site.url} {key}".encode()).hexdigest()[:12]


def api_address(url: str, *, setting: str) -> str:
    """The address without its trailing slash. Raises ConfigError unless it is https, or on this very machine."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ConfigError(f'{setting} = "{url}" is not an https address', path=FILE_NAME)
    return url.rstrip("/")
