"""``sharekit issue``."""

from __future__ import annotations

import click

from sharekit.cli.issue_report import report
from sharekit.cli.issue_send import send
from sharekit.cli.issue_test import test


@click.group("issue")
def command() -> None:
    """The mailing-list issue: try it, send it, and see what came of it."""


command.add_command(test)
command.add_command(send)
command.add_command(report)
