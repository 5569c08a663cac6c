"""The options that mean the same in every verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or date and time; without a zone it is UTC."""

    name = "ISO time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time; write it as 2026-11-23T08:30:00+01:00", param, ctx)
        from sharekit.config import YEARS

        if moment.year not in YEARS:
            self.fail(f"{value!r} is not in the years {YEARS[0]} to {YEARS[-1]}", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def blog_folder(function: F) -> F:
    """The blog's folder as an optional argument, and where its configuration is."""
    function = click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        help="The configuration file.  [default: sharekit.toml in the blog's folder]",
    )(function)
    return click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())(function)


def now_option(function: F) -> F:
    """The moment to act at, for rehearsals and tests."""
    return click.option("--now", type=Moment(), help="Act as if it were this moment (ISO 8601).")(function)


def format_option(function: F) -> F:
    """How the result is written."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["human", "json", "github"]),
        default="human",
        show_default=True,
        help="human text, JSON, or GitHub annotations and job summary.",
    )(function)


def quiet_option(function: F) -> F:
    """Only warnings and errors on stderr."""
    return click.option("--quiet", "-q", is_flag=True, help="Say nothing on stderr but warnings and errors.")(function)
