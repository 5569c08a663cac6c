"""What the verbs that read a blog have in common: its folder, its configuration, its posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sharekit.registry import load_config, open_source
from sharekit.steps.blog import Blog, Folders, folders, read_blog

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sharekit.config import Config
    from sharekit.ports import Source


def open_blog(folder: Path, config_path: Path | None, *, now: datetime | None = None, output: Path | None = None) -> Blog:
    """The blog in a folder, read. Raises what :func:`read_blog` and :func:`load_config` raise."""
    return read_blog(*find_blog(folder, config_path, now=now, output=output))


def find_blog(
    folder: Path, config_path: Path | None, *, now: datetime | None = None, output: Path | None = None
) -> tuple[Source, Config, Folders]:
    """What reads the blog in a folder, its configuration and its folders. Raises what :func:`load_config` raises."""
    root = folder.resolve()
    config = load_config(root, config_path)
    return open_source(root, config, now=now), config, folders(root, config, output=output)


def narrate(line: str, *, quiet: bool = False) -> None:
    """A line for the person who watches, on stderr."""
    if not quiet:
        click.echo(line, err=True)
