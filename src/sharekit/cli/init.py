"""``sharekit init``."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sharekit.cli.blog import narrate, open_session
from sharekit.cli.options import blog_folder, now_option, quiet_option
from sharekit.errors import ConfigError
from sharekit.steps.init.answers import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


class Setting(click.ParamType[tuple[str, str, str]]):
    """``mastodon.instance=https://…``: a channel, a key of its table, and the value."""

    name = "NAME.KEY=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str, str]:
        found = re.fullmatch(r"([\w-]+)\.([a-z_]+)=(.+)", str(value))
        if not found:
            self.fail(f"{value!r} is not NAME.KEY=VALUE", param, ctx)
        return found[1], found[2], found[3]


@click.command(
    "init", epilog="Example: sharekit init ~/blog --channel mastodon --set mastodon.instance=https://mastodon.example"
)
@blog_folder
@click.option(
    "--ci",
    "places",
    type=click.Choice([*PLACES, "none"], case_sensitive=False),
    multiple=True,
    help="Where it will run; may be given several times.  [default: as the repository tells]",
)
@click.option("--channel", "channels", metavar="NAME", multiple=True, help="A network; may be given several times.")
@click.option(
    "--set", "settings", metavar="NAME.KEY=VALUE", multiple=True, type=Setting(), help="A setting of a channel or mailer."
)
@click.option("--mailer", metavar="NAME", help="What takes the newsletter to its subscribers.  [default: files]")
@click.option("--timezone", metavar="ZONE", help="Such as Europe/Paris.  [default: as the blog tells]")
@click.option("--url", metavar="URL", help="The blog's address, where the blog does not say it.")
@click.option(
    "--sharekit", "origin", metavar="URL@REF", help="Where the CI gets sharekit.  [default: where this one is from]"
)
@click.option("--no-input", is_flag=True, help="Ask nothing: what is not found or given has its default.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="human text, or JSON.",
)
@now_option
@quiet_option
def command(
    folder: Path,
    config_path: Path | None,
    origin: str | None,
    no_input: bool,
    form: str,
    now: datetime | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Set up a blog: sharekit.toml, its CI workflow, and what to do next.

    What the blog says is taken over, the rest is asked. Nothing is overwritten: where a file exists and would differ
    today, the difference is shown. Posts before this moment count as already out.
    """
    from sharekit.report.init import init_json, init_lines
    from sharekit.steps.init.answers import parse_origin
    from sharekit.steps.init.gather import Flags, gather
    from sharekit.steps.init.repository import repository_of
    from sharekit.steps.init.write import propose, write

    given = Flags(now=now or datetime.now(UTC), origin=parse_origin(origin) if origin else None, **flags)
    narrate("Reading the posts …", quiet=quiet)
    blog = open_session(folder, config_path, now=now).blog
    repository = repository_of(blog.folders.root)
    silent = no_input or form == "json" or not sys.stdin.isatty()
    answers = gather(blog, repository, given, Questions(silent=silent))
    proposed = propose(repository.root, answers)
    write(repository.root, proposed)
    if form == "json":
        click.echo(json.dumps(init_json(answers, proposed), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(init_lines(answers, proposed)))


@dataclass(frozen=True)
class Questions:
    """Asks on the terminal, again after a wrong answer; where ``silent``, the default is the answer."""

    silent: bool

    def __call__(self, question: str, default: str, read: Callable[[str], T]) -> T:
        def value(text: str) -> T:
            try:
                return read(text.strip())
            except ConfigError as error:
                raise click.UsageError(f"{error.message}. {error.hint or ''}".strip()) from error

        if self.silent:
            return read(default)
        answer: T = click.prompt(question, default=default, show_default=bool(default), err=True, value_proc=value)
        return answer
