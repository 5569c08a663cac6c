"""What the verbs that work on one issue have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def issue_folder(function: F) -> F:
    """The issue as an optional argument, the blog's folder, and where its configuration is."""
    config = click.option("--config", "config_path", type=click.Path(path_type=Path), help="The configuration file.")
    place = click.option(
        "--in", "folder", type=click.Path(path_type=Path), default=Path(), help="The blog's folder.  [default: .]"
    )
    return click.argument("issue_id", metavar="[ISSUE]", required=False)(place(config(function)))
