"""Subscribers in a database, an SMTP mailer that sends to them, and a whole message for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from contracts.mailer import ISSUE, NOW, SITE, rendered
from sharekit.issue.mime import build_message
from sharekit.list import mailing as mailings
from sharekit.list.subscribers import Subscriber, Subscribers
from sharekit.mailers.smtp import SmtpMailer
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sharekit.model import RenderedIssue

KEY = "issue/2026-12/smtp"
ENVIRONMENT = {"SHAREKIT_SECRET": "s" * 48}
UNSUBSCRIBE = "https://letter.blog.example/unsubscribe/"


def whole_issue(**words: str) -> RenderedIssue:
    """An issue with its message."""
    issue = rendered(**words)
    return replace(issue, message=build_message(issue, SITE, ISSUE))


def open_smtp(port: int, root: Path, database: str | None = None, **settings: Any) -> SmtpMailer:
    """A mailer that hands its mail to a server on loopback."""
    given = {"host": "127.0.0.1", "port": port, "security": "none", "unsubscribe": UNSUBSCRIBE, **settings}
    environment = {**ENVIRONMENT, **given.pop("environment", {})}
    if database:
        environment["SHAREKIT_SUBSCRIBERS_URL"] = database
    return SmtpMailer(
        SmtpMailer.Settings(**given),
        environment=environment,
        root=root,
        site=SITE,
        issue=ISSUE,
        clock=lambda: datetime.now(UTC),
    )


def add_subscribers(mailer: SmtpMailer, count: int | Sequence[str]) -> list[str]:
    """Subscribers, by number or by address; their addresses."""
    addresses = [f"reader{number}@host{number % 7}.example" for number in range(count)] if isinstance(count, int) else count
    Subscribers(mailer.engine).add((Subscriber(address=read_address(each).text) for each in addresses), at=NOW)
    return list(addresses)


def states(mailer: SmtpMailer, key: str = KEY) -> dict[str, int]:
    """How many recipients are in each state that is not empty."""
    found = mailings.find_mailing(mailer.engine, key)
    assert found is not None
    return {state: count for state, count in mailings.counts(mailer.engine, found).items() if count}
