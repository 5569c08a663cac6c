"""``sharekit issue``: one module for each of its commands, ``issue_<name>``, imported when it is called."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "new": "Propose an issue: of the posts that are in none yet, of a series, or of those you name.",
    "lint": "Say what mail clients will get wrong, and what is unfinished.",
}


class IssueCommands(click.Group):
    """The help needs no import: each command's line stands in :data:`COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"sharekit.cli.issue_{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"sharekit.cli.issue_{cmd_name}.command is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("issue", cls=IssueCommands)
def command() -> None:
    """The editions of your mailing list: files in issues/, proposed by sharekit and written by you."""
