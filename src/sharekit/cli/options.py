"""What the verbs have in common: the options that mean the same everywhere, the blog that they open, and how they report."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharekit.report.output import annotate, emit, findings_lines
from sharekit.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from sharekit.model import Finding
    from sharekit.steps.why import Fact

Option = Callable[[Callable[..., Any]], Callable[..., Any]]


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or date and time; without an offset it is naive, for :func:`aware`."""

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
        return moment


def aware(moment: datetime, zone: tzinfo) -> datetime:
    """A moment as a person gave it: without an offset it is in the blog's zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


PLACE = click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
IN = click.option("--in", "folder", type=click.Path(path_type=Path), default=Path(), help="The blog's folder.  [default: .]")
CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="The configuration file.  [default: sharekit.toml in the blog's folder]",
)
NOW = click.option("--now", type=Moment(), help="Act as if it were this time (ISO 8601), by default in the blog's zone.")
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["human", "json", "github"]),
    default="human",
    show_default=True,
    help="Text, JSON, or GitHub annotations and job summary.",
)
TEXT_OR_JSON = click.option(
    "--format", "form", type=click.Choice(["human", "json"]), default="human", show_default=True, help="Text or JSON."
)
QUIET = click.option("--quiet", "-q", is_flag=True, help="Print nothing on stderr but warnings and errors.")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a verb: where the blog is, the moment to act at, and how to report."""

    folder: Path
    config: Path | None = None
    now: datetime | None = None
    form: str = "human"
    quiet: bool = False

    def session(self, output: Path | None = None) -> Session:
        """The blog. ``output`` is relative to where the person is, not to the blog."""
        session = Session(self.folder.resolve(), config=self.config, output=output.resolve() if output else None)
        if self.now:
            session.now = self.now if self.now.tzinfo else aware(self.now, session.config.zone())
        return session

    def emit(self, value: object, lines: Iterable[str]) -> None:
        """Write the result to stdout: the value as JSON, else the lines."""
        emit(value, self.form, lines)

    def explain(self, facts: Sequence[Fact]) -> None:
        """Write where facts come from: ``--why``."""
        from sharekit.report.blog import why_json, why_lines

        self.emit(why_json(facts), why_lines(facts))

    def narrate(self, line: str) -> None:
        """Write a line about progress to stderr."""
        if not self.quiet:
            click.echo(line, err=True)

    def show(self, findings: Iterable[Finding]) -> None:
        """Write each finding once to stderr: annotations for GitHub, else lines. ``--quiet`` leaves out mere notes."""
        shown = [finding for finding in dict.fromkeys(findings) if not (self.quiet and finding.level == "info")]
        for line in annotate(shown) if self.form == "github" else findings_lines(shown):
            click.echo(line, err=True)


def on_blog(*options: Option, place: Option = PLACE) -> Option:
    """A verb that works on a blog: its function takes a :class:`Call` before the options of its own."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def called(*, folder: Path, config_path: Path | None, **given: Any) -> Any:
            common = {name: given.pop(name) for name in ("now", "form", "quiet") if name in given}
            return function(Call(folder=folder, config=config_path, **common), **given)

        verb: Any = called
        for option in (*reversed(options), CONFIG, place):
            verb = option(verb)
        return verb  # type: ignore[no-any-return]  # click's decorators keep the type

    return decorated
