"""The command group, what the verbs have in common, and what a failure looks like."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharekit.errors import ConfigError, ConfigErrors, SharekitError, did_you_mean, not_installed
from sharekit.text.visible import visible
from sharekit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from sharekit.model import Finding
    from sharekit.session import Session

VERBS = {
    "init": "Set up a blog: sharekit.toml, its CI workflow, and what to do next.",
    "check": "Report what is wrong with the posts, with file and line. Changes nothing.",
    "build": "Write the feeds, the issue and the share drafts. Sends nothing.",
    "preview": "Write pages that show what would go out: calendar, shares, issues, feeds.",
    "feeds": "List the feeds and print the links to them for the theme.",
    "inline": "Write an HTML document with its CSS in style attributes, for mail.",
    "plan": "Show what is due, what comes next and what is held. Changes nothing.",
    "deliver": "Send what is due, once. What went out is kept in the ledger.",
    "issue": "The issues of the newsletter: draft, check, test, send.",
    "subscribers": "Your own list of subscribers: import, export, list, show, edit, add, remove.",
    "list": "The mailbox of your own list: requests to unsubscribe, bounces, complaints.",
    "serve": "Answer the pages of your own list: sign up, confirm, unsubscribe.",
    "worker": "Send queued mail from PostgreSQL, on as many machines as you like.",
    "ledger": "Show what went out, settle unknown outcomes, seed the ledger.",
    "doctor": "Check that everything a delivery needs is configured and reachable.",
    "posts": "List the published posts.",
    "series": "List the series and how each was recognised.",
    "shares": "The share drafts: list, draft, send, refresh.",
    "links": "Print share-intent links for a post, as text or as HTML for a theme.",
    "help": "Show a page of the documentation: a network, a mailer, a task.",
    "measure": "Count texts as a network does, JSON in and out.",
}
# The modules that hold several verbs; any other verb is the ``command`` of the module of its name.
MODULES = {
    **dict.fromkeys(("build", "preview"), "build"),
    **dict.fromkeys(("plan", "deliver"), "deliver"),
    **dict.fromkeys(("posts", "series", "feeds", "links", "check"), "blog"),
    **dict.fromkeys(("inline", "measure"), "filters"),
    **dict.fromkeys(("serve", "worker"), "list"),
}


class Verbs(click.Group):
    """The commands. A module is imported when its command is called: start-up stays cheap."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"sharekit.cli.{MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name if cmd_name in MODULES else "command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """As click does, but the end of a pipe's reader (``| head``) is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Python must not complain at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ctx.exit(0)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lines of help, for which nothing is imported."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name for a mistyped one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} {did_you_mean(args[0], VERBS)}", ctx) from error


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start in the folder of your blog: sharekit init",
)
@click.version_option(__version__, prog_name="sharekit", message="%(prog)s %(version)s")
def group() -> None:
    """Turn the posts of your blog into feeds, a newsletter issue and share posts for every article of a series."""


def run(arguments: Sequence[str]) -> None:
    """Run the group; a failure is one clear message and its exit code, never a traceback."""
    try:
        _check_place()
        group.main(args=list(arguments), prog_name="sharekit", standalone_mode=False)
    except SharekitError as error:
        _say(error)
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        _say(not_installed("SQLAlchemy, which opens the subscribers' database,", "smtp"))
        sys.exit(2)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        _say(ConfigError(error.format_message(), hint=f"See: {context.command_path} --help" if context else None))
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)


def _check_place() -> None:
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise ConfigError("the folder that you are in was removed", hint="Go to your blog: cd ~/my-blog") from error


def _say(error: SharekitError) -> None:
    label = click.style("error:", fg="red", bold=True)
    for each in error.problems if isinstance(error, ConfigErrors) else (error,):
        click.echo(f"{label} {visible(str(each))}", err=True)
        for line in (each.hint or "").splitlines():
            click.echo(f"       {visible(line)}", err=True)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            from sharekit.report.output import annotation

            click.echo(annotation("error", each.message, path=each.path, line=each.line), err=True)


# --- what the verbs have in common: the blog that they open, the usual options, how they report --------------------------


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
        from sharekit.session import Session

        session = Session(self.folder.resolve(), config=self.config, output=output.resolve() if output else None)
        if self.now:
            session.now = self.now if self.now.tzinfo else aware(self.now, session.config.zone())
        return session

    def emit(self, value: object, lines: Iterable[str]) -> None:
        """Write the result to stdout: the value as JSON, else the lines."""
        from sharekit.report.output import emit

        emit(value, self.form, lines)

    def narrate(self, line: str) -> None:
        """Write a line about progress to stderr."""
        if not self.quiet:
            click.echo(line, err=True)

    def show(self, findings: Iterable[Finding]) -> None:
        """Write each finding once to stderr: annotations for GitHub, else lines. ``--quiet`` leaves out mere notes."""
        from sharekit.report.output import annotate, findings_lines

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

        verb: Any = QUIET(called)
        for option in (*reversed(options), CONFIG, place):
            verb = option(verb)
        return verb  # type: ignore[no-any-return]  # click's decorators keep the type

    return decorated
