"""``sharekit init``: asks what the blog does not say, writes the files, and says what comes next."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sharekit.cli.app import NOW, TEXT_OR_JSON, Call, on_blog
from sharekit.errors import ConfigError
from sharekit.registry import credentials, prices
from sharekit.report.output import fields, shorten, table
from sharekit.steps.init.answers import PLACES
from sharekit.steps.init.write import OURS
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharekit.steps.blog import Blog
    from sharekit.steps.init.answers import Answers, Place
    from sharekit.steps.init.write import Proposed

T = TypeVar("T")
# Where the secrets go, in the words of each place.
SECRETS_GO: dict[Place, str] = {
    "github": 'Settings → Environments → New environment "sharekit" → Add environment secret',
    "gitlab": "Settings → CI/CD → Variables, each masked and protected",
    "forgejo": "Settings → Actions → Secrets",
    "server": "/etc/sharekit/secrets.env, mode 600: root's for systemd, yours for cron",
}
# docs.github.com/billing/concepts/product-billing/github-actions: each job is rounded up to a minute.
HOURLY = "an hourly job takes about 720 of the 2,000 free minutes a month that GitHub gives private repositories"
THEN: dict[Place, str] = {
    "github": "Settings → Actions → General: allow GitHub Actions to create pull requests",
    "gitlab": 'Build → Pipeline schedules: "{minute} * * * *"; Settings → CI/CD → Job token permissions: allow Git push',
    "forgejo": "Settings → Units: enable Actions",
    "server": "Replace what is in capitals in deploy/, then follow: sharekit help server",
}


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
@on_blog(NOW, TEXT_OR_JSON)
def command(call: Call, origin: str | None, no_input: bool, **flags: Any) -> None:
    """Set up a blog: sharekit.toml, its CI workflow, and what to do next.

    Settings come from the blog where possible; you are asked for the rest, and "later" is always an answer. Nothing is
    overwritten: if a file exists and would differ, the difference is shown. Posts before this moment count as already out.
    Your newest article is drafted as a sample, which is never sent.
    """
    from sharekit.steps.init.answers import parse_origin, repository_of
    from sharekit.steps.init.gather import Flags, gather
    from sharekit.steps.init.write import propose, write
    from sharekit.steps.sample import write_samples

    call.narrate("Reading the posts …")
    session = call.session()
    blog = session.blog
    given = Flags(now=call.now or session.clock(), origin=parse_origin(origin) if origin else None, **flags)
    silent = no_input or call.form == "json" or not sys.stdin.isatty()
    answers = gather(blog, repository_of(blog.folders.root), given, Questions(silent=silent))
    proposed = propose(answers)
    write(answers.repository.root, proposed)
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


# --- what was found, what was written, and what comes next ------------------------------------------------------------


def init_json(blog: Blog, answers: Answers, proposed: Sequence[Proposed], samples: Sequence[str]) -> dict[str, Any]:
    """``{"blog": {…}, "since", "files": [{"path", "state"}], "samples": […], "secrets": […], "next": […]}``."""
    return {
        "blog": {
            **fields(answers.site, "title url language generator"),
            "timezone": answers.timezone,
            "posts": len(blog.reading.posts),
            "series": [each.name for each in blog.series],
            "timezone_from": answers.zone_from,
        },
        "since": answers.since.isoformat(),
        "places": list(answers.places),
        "files": [{"path": each.path, "state": each.state, "difference": each.difference()} for each in proposed],
        "samples": list(samples),
        "secrets": [{"name": name, "scope": scope} for name, scope in answers.credentials.items()],
        "next": next_steps(blog, answers, proposed),
    }


def init_lines(blog: Blog, answers: Answers, proposed: Sequence[Proposed], samples: Sequence[str]) -> list[str]:
    """What was found and written, the differences left alone, and the next steps."""
    site, names = answers.site, [each.name for each in blog.series]
    found = f'{site.generator} "{shorten(site.title, 50)}" ({site.language}), {site.url or "no address"}'
    found += f", {counted(len(blog.reading.posts), 'post')}" + (f", {len(names)} series" if names else "")
    rows: list[tuple[str, ...]] = [("Found", found), *(("", name) for name in names[:5])]
    rows += [("", f"… and {len(names) - 5} more series")] if len(names) > 5 else []
    rows += [("Zone", f"{answers.timezone} ({answers.zone_from})")]
    rows += _files(proposed)
    rows += [("Since", line) for line in _since(blog, answers)]
    rows += [("Sample", path) for path in samples]
    rows += [("", "how your newest article would look; samples are never sent")] if samples else []
    costs = [
        *prices(answers.channels, {answers.mailer: answers.mailer_table}),
        *([HOURLY] if "github" in answers.places else []),
    ]
    rows += [("" if number else "Costs", price) for number, price in enumerate(costs)]
    lines = table(rows)
    for each in proposed:
        difference = each.difference()
        if difference:
            lines += ["", f"{each.path} is yours and was left alone; a new one would differ:"]
            lines += ["  " + line for line in difference]
    return [*lines, "", *_numbered(next_steps(blog, answers, proposed))]


def _files(proposed: Sequence[Proposed]) -> list[tuple[str, ...]]:
    headings = {"new": "Wrote", "added": "Added to", "unchanged": "As it was", "different": "Left alone"}
    width = max(len(each.path) for each in proposed)
    return [(headings[each.state], f"{each.path.ljust(width)}  {each.what}") for each in proposed]


def _since(blog: Blog, answers: Answers) -> list[str]:
    since = f"{answers.since:%Y-%m-%d %H:%M}"
    old = [post.title for post in blog.reading.posts if post.published < answers.since]
    if not old:
        return [f"{since}: no post is older"]
    count = "1 older post counts" if len(old) == 1 else f"{len(old)} older posts count"
    newest = f'"{shorten(old[-1], 60)}"'
    return [f"{since}: {count} as already out; the newest is {newest}. sharekit shares new POST drafts one"]


def next_steps(blog: Blog, answers: Answers, proposed: Sequence[Proposed]) -> list[str]:
    """The exact next commands and clicks, in order; a step may have several lines."""
    at = "" if answers.repository.folder == "." else f" {answers.repository.folder}"
    steps = [f"sharekit preview{at} --open"]
    if not answers.site.url.startswith("http"):
        steps.append('Set the blog\'s address in sharekit.toml: [site] url = "https://…"')
    for name, keys in answers.missing.items():
        steps += [f"Complete [{name}] in sharekit.toml: {key} = {example}" for key, example in keys.items()]
    if answers.mailer != "files" and "from" not in answers.issue:
        steps.append('Set the sender of the newsletter in sharekit.toml: [issue] from = "NAME <ADDRESS>"')
    remote = [place for place in answers.places if place != "server"]
    if remote and answers.origin is None:
        steps.append(
            "Name where the CI gets sharekit from, which this copy does not know; then the workflow is written:\n"
            f"sharekit init{at} --sharekit https://github.com/OWNER/sharekit@v0.2.0"
        )
    if answers.credentials:
        places = [f"{SECRETS_GO[place]}" for place in answers.places] or ["in the environment that sharekit deliver runs in"]
        width = max(map(len, answers.credentials))
        names = [f"{name.ljust(width)}  {scope}" for name, scope in sorted(answers.credentials.items())]
        known = [credentials("channels", *each) for each in answers.channels.items()]
        known.append(credentials("mailers", answers.mailer, answers.mailer_table))
        pages = ", ".join(dict.fromkeys(each.page for account in known for each in account.values()))
        steps.append("\n".join(["Add the secrets: " + "; or ".join(places), *names, f"Where to get them: {pages}"]))
    steps += [THEN[place].format(minute=answers.minute) for place in answers.places if place == "server" or answers.origin]
    if any(each.path.startswith(".gitlab/") for each in proposed):
        steps.append("Add to your .gitlab-ci.yml: include: [{local: .gitlab/sharekit.yml}]")
    if blog.site.generator.startswith("Jekyll") and not any(each.path.endswith("_config.yml") for each in proposed):
        steps.append(f"Keep the drafts out of your site, in _config.yml: exclude: [{', '.join(OURS)}]")
    if not answers.repository.is_git:
        steps.append("git init: the drafts are reviewed in git, and the ledger is a branch of it")
    where = "github#the-feeds" if "github" in answers.places else "feeds"
    steps.append(f"Publish the feeds: sharekit build{at} --only feed, where the site is built (sharekit help {where})")
    written = " ".join(each.path for each in proposed if each.state in ("new", "added"))
    if written:
        steps.append(
            f"git add {written} && git commit -m 'Set up sharekit' && git push\n"
            f"Nothing goes out before a draft is on {answers.repository.branch}."
        )
    return steps


def _numbered(steps: Sequence[str]) -> list[str]:
    lines = []
    for number, step in enumerate(steps, start=1):
        first, *rest = step.splitlines()
        lines.append(f"{'Next' if number == 1 else '':4}  {number}. {first}")
        lines += [" " * 9 + line for line in rest]
    return lines
