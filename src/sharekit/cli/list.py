"""``sharekit list``."""

from __future__ import annotations

import os

import click

from sharekit.cli.options import QUIET, TEXT_OR_JSON, Call, on_blog
from sharekit.cli.smtp import smtp_table
from sharekit.errors import ConfigError


@click.group("list")
def command() -> None:
    """The mailbox of your own list."""


@command.command("inbox", epilog="Example: sharekit list inbox ~/blog")
@on_blog(TEXT_OR_JSON, QUIET)
def inbox(call: Call) -> None:
    """Read the mailbox of [mailers.smtp.inbox]: requests to unsubscribe, bounces, complaints.

    Run it from CI, before `deliver`. Each message is read once and marked as read; what a person wrote
    stays unread, for you.
    """
    from sharekit.configuration import load_config
    from sharekit.list.database import open_database
    from sharekit.list.inbox import PAGE, read_inbox
    from sharekit.list.letter import Tokens
    from sharekit.mailers.smtp_settings import database_url, mailbox_of

    root = call.folder.resolve()
    name, settings = smtp_table(load_config(root, call.config))
    if settings.inbox is None:
        raise ConfigError("there is no [mailers.smtp.inbox]", hint=f"Name the mailbox: {PAGE}")
    mailbox = mailbox_of(settings.inbox, environment=os.environ, root=root, name=name)
    tokens = Tokens(environment=os.environ)
    engine = open_database(database_url(settings, os.environ), root=root)
    counts = read_inbox(
        engine, tokens, mailbox, watch=lambda count: call.narrate(f"{count} messages read") if count % 10_000 == 0 else None
    )
    said = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    call.emit(counts, [said or "nothing new"])
