"""What ``init`` found, wrote and asks for next, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.registry import credentials, prices
from sharekit.report.output import fields, shorten, table
from sharekit.steps.init.write import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.steps.blog import Blog
    from sharekit.steps.init.answers import Answers, Place
    from sharekit.steps.init.write import Proposed

# Where the secrets go, in the words of each place.
SECRETS_GO: dict[Place, str] = {
    "github": 'Settings → Environments → New environment "sharekit" → Add environment secret',
    "gitlab": "Settings → CI/CD → Variables, each masked and protected",
    "forgejo": "Settings → Actions → Secrets",
    "server": "/etc/sharekit/secrets.env, readable by root alone",
}
# docs.github.com/billing/concepts/product-billing/github-actions: each job is rounded up to a minute.
HOURLY = "GitHub bills an hourly job about 720 minutes a month: of the 2,000 that a private repository has for free"
THEN: dict[Place, str] = {
    "github": "Settings → Actions → General: allow GitHub Actions to create pull requests",
    "gitlab": 'Build → Pipeline schedules: "{minute} * * * *"; Settings → CI/CD → Job token permissions: allow Git push',
    "forgejo": "Settings → Units: enable Actions",
    "server": "replace what is in capitals in deploy/, then follow: sharekit help server",
}


def init_json(blog: Blog, answers: Answers, proposed: Sequence[Proposed], samples: Sequence[str]) -> dict[str, Any]:
    """``{"blog": {…}, "since", "files": [{"path", "state"}], "samples": […], "secrets": […], "next": […]}``."""
    return {
        "blog": {
            **fields(answers, "title url"),
            **fields(blog.site, "language generator"),
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
    site, names, count = blog.site, [each.name for each in blog.series], len(blog.reading.posts)
    found = f'{site.generator} "{shorten(site.title, 50)}" ({site.language}), {answers.url or "no address"}'
    found += f", {count} post{'' if count == 1 else 's'}" + (f", {len(names)} series" if names else "")
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
    at = "" if answers.folder == "." else f" {answers.folder}"
    steps = [f"sharekit preview{at} --open"]
    if not answers.url.startswith("http"):
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
        places = [f"{SECRETS_GO[place]}" for place in answers.places] or ["the environment of the delivery"]
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
    if not answers.is_git:
        steps.append("git init: the drafts are reviewed in git, and the ledger is a branch of it")
    written = " ".join(each.path for each in proposed if each.state in ("new", "added"))
    if written:
        steps.append(
            f"git add {written} && git commit -m 'Set up sharekit' && git push\n"
            f"Nothing goes out before a draft is on {answers.branch}."
        )
    return steps


def _numbered(steps: Sequence[str]) -> list[str]:
    lines = []
    for number, step in enumerate(steps, start=1):
        first, *rest = step.splitlines()
        lines.append(f"{'Next' if number == 1 else '':4}  {number}. {first}")
        lines += [" " * 9 + line for line in rest]
    return lines
