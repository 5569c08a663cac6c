"""What the verbs that open a blog have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sharekit.session import Session

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def open_session(
    folder: Path, config_path: Path | None, *, now: datetime | None = None, output: Path | None = None
) -> Session:
    """The blog in a folder. ``output`` is relative to where the person is, not to the blog."""
    return Session(folder.resolve(), config=config_path, now=now, output=output.resolve() if output else None)


def narrate(line: str, *, quiet: bool = False) -> None:
    """A line for the person who watches, on stderr."""
    if not quiet:
        click.echo(line, err=True)
