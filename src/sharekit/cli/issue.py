"""``sharekit issue``: one module for each of its commands, ``issue_<name>``."""

from __future__ import annotations

import click

from sharekit.cli.verbs import Verbs

COMMANDS = {
    "new": "Propose an issue: of the posts that are in none yet, of a series, or of those you name.",
    "lint": "Say what mail clients will get wrong, and what is unfinished.",
    "test": "Send an issue to yourself.",
    "send": "Send an issue to all readers, once.",
    "report": "What came of sending an issue, reader by reader.",
}


@click.group("issue", cls=Verbs, lines=COMMANDS, module="sharekit.cli.issue_{}")
def command() -> None:
    """The editions of your mailing list: files in issues/, proposed by sharekit and written by you."""
