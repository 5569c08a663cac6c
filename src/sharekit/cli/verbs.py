"""A group of commands that are found by name and imported when they are called, so that start-up stays cheap."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

from sharekit.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verbs(click.Group):
    """A group whose commands are the ``command`` of their modules.

    ``lines`` are the commands with their lines of help, so that the group's help needs no import; ``module`` is the name
    of a command's module, with ``{}`` for the command.
    """

    def __init__(self, *args: Any, lines: Mapping[str, str], module: str, **others: Any) -> None:
        super().__init__(*args, **others)
        self._lines = lines
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the lines."""
        return list(self._lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None where there is none."""
        if cmd_name not in self._lines:
            return None
        place = self._module.format(cmd_name)
        command = importlib.import_module(place).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{place}.command is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lines, as click writes them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lines.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name for a mistyped one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} {did_you_mean(args[0], self._lines)}", ctx) from error
