"""``sharekit init``."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sharekit.cli.options import NOW, QUIET, TEXT_OR_JSON, Call, on_blog
from sharekit.errors import ConfigError
from sharekit.steps.init.answers import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable

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
@click.option(
    "--ci",
    "places",
    type=click.Choice([*PLACES, "none"], case_sensitive=False),
    multiple=True,
    help="Where it will run; repeatable.  [default: from the repository]",
)
@click.option(
    "--channel", "channels", metavar="NAME", multiple=True, help="A network; repeatable. none: feeds and newsletter only."
)
@click.option(
    "--set",
    "settings",
    metavar="NAME.KEY=VALUE",
    multiple=True,
    type=Setting(),
    help="A setting of a channel, a mailer or the issue; later is a value.",
)
@click.option("--mailer", metavar="NAME", help="What sends the newsletter; none: no newsletter.  [default: files]")
@click.option("--timezone", metavar="ZONE", help="Such as Europe/Paris.  [default: the blog's own]")
@click.option("--url", metavar="URL", help="The blog's address, if the blog does not say.")
@click.option(
    "--sharekit", "origin", metavar="URL@REF", help="Where CI gets sharekit.  [default: where this copy came from]"
)
@click.option("--no-input", is_flag=True, help="Ask nothing; use the defaults for what was neither found nor given.")
@on_blog(NOW, TEXT_OR_JSON, QUIET)
def command(call: Call, origin: str | None, no_input: bool, **flags: Any) -> None:
    """Set up a blog: sharekit.toml, its CI workflow, and what to do next.

    Settings come from the blog where possible; you are asked for the rest, and "later" is always an answer. Nothing is
    overwritten: if a file exists and would differ, the difference is shown. Posts before this moment count as already out.
    Your newest article is drafted as a sample, which is never sent.
    """
    from sharekit.report.init import init_json, init_lines
    from sharekit.steps.init.answers import parse_origin
    from sharekit.steps.init.gather import Flags, gather
    from sharekit.steps.init.repository import repository_of
    from sharekit.steps.init.write import propose, write
    from sharekit.steps.sample import write_samples

    call.narrate("Reading the posts …")
    session = call.session()
    blog = session.blog
    given = Flags(now=call.now or session.clock(), origin=parse_origin(origin) if origin else None, **flags)
    repository = repository_of(blog.folders.root)
    silent = no_input or call.form == "json" or not sys.stdin.isatty()
    answers = gather(blog, repository, given, Questions(silent=silent))
    proposed = propose(repository.root, answers)
    write(repository.root, proposed)
    # The configuration that was just written says how drafts are made. Another address is another reading of the blog.
    fresh = call.session()
    drafted = fresh.blog if answers.given_url else replace(blog, config=fresh.config)
    samples = write_samples(drafted, now=session.clock())
    call.emit(init_json(blog, answers, proposed, samples), init_lines(blog, answers, proposed, samples))


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
