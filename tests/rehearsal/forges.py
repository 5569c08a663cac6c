"""Six blogs, each with the workflow that init writes for its forge: from a push to what goes out.

``python -m rehearsal.forges`` in the tests folder runs them all, with seconds; ``--install`` installs sharekit as CI does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import postgres
from commands import git
from rehearsal.act import Machine, source
from servers import linkedin, mailchimp, mastodon
from servers.forgejo import ForgejoServer
from servers.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Later than any day on which this runs, as in the story.
BEFORE, PUBLISHED, DUE = "2042-03-01T12:00:00+01:00", "2042-03-03T08:00:00+01:00", "2042-03-03T09:00:00+01:00"
ARTICLE = """---
title: "Le four : la sole $(touch owned)"
date: {date}
description: "Une sole de brique et de sable, montée en un dimanche."
---
On pose la sole sur du sable. Elle doit être plane. Une brique de travers se sent à chaque pelle.

La chaux tient mieux que le ciment sous la chaleur d'un four à bois.
"""
HUGO = {
    "hugo.yaml": "baseURL: https://blog.example/\ntitle: Le carnet\nlanguageCode: fr-FR\ntimeZone: Europe/Paris\n",
    "layouts/_default/single.html": "{{ .Content }}",
    "layouts/_default/list.html": "{{ .Content }}",
}
# On GitHub Pages the file CNAME is the address of the site.
JEKYLL = {
    "_config.yml": "title: Le carnet\nlang: fr\ntimezone: Europe/Paris\npermalink: /:title/\n",
    "CNAME": "blog.example\n",
}
ASTRO = {
    "astro.config.mjs": "export default { site: 'https://blog.example' };\n",
    "src/pages/blog/[...slug].astro": "---\n---\n<slot />\n",
}
FROM = ["--set", "issue.from=Le carnet <lettre@blog.example>", "--set", "issue.mode=article"]


@dataclass
class World:
    """What the six talk to on loopback. ``out`` counts what went out."""

    mastodon: mastodon.MastodonServer
    linkedin: linkedin.LinkedInServer
    mailchimp: mailchimp.MailchimpServer
    smtp: SmtpServer
    forgejo: ForgejoServer
    stack: ExitStack

    def postgresql(self) -> str:
        """The URL of an empty database."""
        return self.stack.enter_context(postgres.running()).database()

    @property
    def out(self) -> int:
        networks = (self.mastodon, self.linkedin, self.mailchimp)
        return sum(len(each.posts) for each in networks) + sum(self.smtp.accepted.values())


@dataclass(frozen=True)
class Setup:
    """A blog, its forge, and the flags of ``init``, in which ``{mastodon}`` and others are addresses of the world."""

    forge: str
    files: dict[str, str]
    article: str
    flags: list[str]
    secrets: dict[str, str] = field(default_factory=dict)
    # Shares and letters that are due after the first merge; where there are none, nothing is drafted either.
    out: int = 1


MASTODON = ["--channel", "mastodon", "--set", "mastodon.instance={mastodon}"]
LINKEDIN = ["--channel", "linkedin", "--set", f"linkedin.author={linkedin.MEMBER}", "--set", "linkedin.api={linkedin}"]
MAILCHIMP = [
    "--mailer",
    "mailchimp",
    "--set",
    f"mailchimp.list={mailchimp.LIST}",
    "--set",
    "mailchimp.url={mailchimp}/3.0",
    *FROM,
]
SMTP = ["--mailer", "smtp", "--set", "smtp.host=127.0.0.1", "--set", "smtp.port={smtp}", "--set", "smtp.security=none"]
SMTP += ["--set", "smtp.user=later", "--set", "smtp.unsubscribe=https://blog.example/unsubscribe/", *FROM]
TOOT = {"SHAREKIT_MASTODON_TOKEN": mastodon.TOKEN}
SETUPS = {
    "hugo-mailchimp-github": Setup(
        "github", HUGO, "content/post/four.md", MAILCHIMP, {"SHAREKIT_MAILCHIMP_KEY": mailchimp.KEY}
    ),
    "hugo-postgresql-github": Setup(
        "github", HUGO, "content/post/four.md", SMTP,
        {"SHAREKIT_SECRET": "0123456789abcdef" * 3, "SHAREKIT_SUBSCRIBERS_URL": "{postgresql}"}, 2,
    ),
    "jekyll-pages-github": Setup(
        "github", JEKYLL, "_posts/2042-03-03-four.md", [*MASTODON, *LINKEDIN],
        {**TOOT, "SHAREKIT_LINKEDIN_TOKEN": linkedin.TOKEN}, 2,
    ),
    "astro-forgejo": Setup("forgejo", ASTRO, "src/content/blog/four.md", MASTODON, TOOT),
    "hugo-gitlab": Setup("gitlab", HUGO, "content/post/four.md", MASTODON, TOOT),
    "hugo-feeds-github": Setup("github", HUGO, "content/post/four.md", ["--channel", "none", "--mailer", "none"], out=0),
}  # fmt: skip


@contextmanager
def world() -> Iterator[World]:
    """The servers that the six talk to."""
    with ExitStack() as stack:
        yield World(
            stack.enter_context(mastodon.MastodonServer()),
            stack.enter_context(linkedin.LinkedInServer()),
            stack.enter_context(mailchimp.MailchimpServer()),
            stack.enter_context(SmtpServer()),
            stack.enter_context(ForgejoServer()),
            stack,
        )


def rehearse(
    setup: Setup,
    folder: Path,
    servers: World,
    *,
    checks: bool = False,
    installs: bool = False,
    tell: Callable[[str], None] = lambda _line: None,
) -> None:
    """Init, push, review, merge, the hour in which it is due and the one after; AssertionError where something is wrong.

    With ``checks`` the pull request is checked too.
    """
    before_all, published, due = BEFORE, PUBLISHED, DUE
    if installs:  # on the clock of this machine
        before_all, published = (f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%dT%H:%M:%S%z}" for hours in (2, 1))
    places = {"folder": str(folder), "smtp": str(servers.smtp.port), "mastodon": servers.mastodon.url}
    places |= {"linkedin": servers.linkedin.url, "mailchimp": servers.mailchimp.url}
    blog, origin = folder / "blog", _origin(folder)
    for name, text in setup.files.items():
        _write(blog / name, text)
    old = setup.article.replace("four", "pelle").replace("2042-03-03", "2041-01-01")
    _write(blog / old, ARTICLE.format(date="2041-01-01T08:00:00+01:00").replace("four", "manche"))
    git("init", "-q", "-b", "main", cwd=blog)
    git("remote", "add", "origin", str(origin), cwd=blog)
    commit = source(folder / "source")
    flags = ["--sharekit", f"https://github.com/example/sharekit@{commit}", "--ci", setup.forge]
    flags += [each.format_map(places) for each in setup.flags]
    _sharekit(blog, "init", "--no-input", "--now", before_all, *flags)
    if "mailchimp" in setup.flags or "smtp" in setup.flags:
        text = (blog / "sharekit.toml").read_text().replace("[issue]\n", '[issue]\naddress = "1, rue du Four, Nantes"\n')
        _write(blog / "sharekit.toml", text)
    # The blog is never published: there is no page to ask for.
    _write(blog / "sharekit.toml", (blog / "sharekit.toml").read_text() + "\n[deliver]\ncheck_page = false\n")
    if "smtp" in setup.flags:
        places["postgresql"] = servers.postgresql()
    secrets = {name: value.format_map(places) for name, value in setup.secrets.items()}
    if "SHAREKIT_SUBSCRIBERS_URL" in secrets:
        _write(folder / "subscribers.csv", "email\nlea@reader.example\nnoe@reader.example\n")
        _sharekit(blog, "subscribers", "import", str(folder / "subscribers.csv"), "--consent", "a form", **secrets)
    _write(blog / setup.article, ARTICLE.format(date=published))
    _push(blog, "The blog")
    machine = Machine(
        home=folder / "home", origin=origin, sharekit=folder / "source", forge=setup.forge, now=published, secrets=secrets,
        forge_api=servers.forgejo.api, installs=installs,
    )  # fmt: skip
    logs = []

    def run(event: str, payload: dict[str, Any] | None = None) -> str:
        start = time.monotonic()
        code, log = machine.run(event, payload)
        logs.append(log)
        tell(f"{event}: exit {code}, {time.monotonic() - start:.1f} s")
        assert code == 0, log
        return log

    run("push")
    if setup.out:
        assert _asked_for_review(setup, folder, servers), logs[-1]
        git("fetch", "-q", "origin", cwd=blog)
        git("merge", "-q", "--no-edit", "origin/sharekit/drafts", cwd=blog)
        for issue in (blog / "issues").glob("*.md"):
            _write(issue, issue.read_text().replace("status: draft", "status: approved"))
        _push(blog, "Approved")
    if checks:
        git("update-ref", "refs/pull/7/merge", "refs/heads/main", cwd=origin)
        head = {"ref": "sharekit/drafts", "repo": {"full_name": "someone/blog"}}
        run("pull_request", {"pull_request": {"number": 7, "head": head, "base": {"ref": "main"}}, "number": 7})
    machine.now, before = due, servers.out
    hourly: dict[str, Any] = {"schedule": _hourly(blog)}
    log = run("schedule", hourly)
    assert servers.out - before == setup.out, log
    log = run("schedule", hourly)
    assert "Nothing was due." in log
    assert servers.out - before == setup.out, "out twice"
    assert not [name for name, value in secrets.items() if value in "".join(logs)], "a secret is in a log"
    assert not list(folder.rglob("owned")), "$(touch owned) in a title was run"
    assert servers.forgejo.complaints == []


def _origin(folder: Path) -> Path:
    """A bare repository that takes push options, as GitLab does, and keeps them in ``options.txt``."""
    origin = folder / "origin.git"
    git("init", "-q", "--bare", "-b", "main", str(origin), cwd=folder)
    git("config", "receive.advertisePushOptions", "true", cwd=origin)
    hook = origin / "hooks" / "pre-receive"
    _write(hook, f"#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_ >>'{folder}/options.txt' || true\n")
    hook.chmod(0o755)
    return origin


def _asked_for_review(setup: Setup, folder: Path, servers: World) -> bool:
    """Whether the forge was asked for a pull request of the drafts, with the plan beside it where it has comments."""
    if setup.forge == "forgejo":
        return bool(servers.forgejo.pulls) and "Le four" in servers.forgejo.comments[-1]["body"]
    if setup.forge == "gitlab":
        return "=merge_request.create" in (folder / "options.txt").read_text()
    asked = (folder / "home" / "asked.txt").read_text()
    return "pr create --head sharekit/drafts --base main" in asked and "<!-- sharekit plan -->" in asked


def _hourly(blog: Path) -> str:
    workflow = blog / ".github/workflows/sharekit.yml"
    return workflow.read_text().partition('cron: "')[2].partition('"')[0] if workflow.is_file() else ""


def _sharekit(blog: Path, *arguments: str, **environment: str) -> None:
    command = [sys.executable, "-m", "sharekit", *arguments]
    subprocess.run(command, cwd=blog, check=True, capture_output=True, env={**os.environ, **environment})


def _push(blog: Path, message: str) -> None:
    git("add", "-A", cwd=blog)
    git("commit", "-q", "--allow-empty", "-m", message, cwd=blog)
    git("push", "-q", "origin", "main", cwd=blog)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(names: list[str], *, installs: bool) -> None:
    """Rehearse the setups of these names, or all."""
    for name in names or SETUPS:
        print(name, flush=True)
        with tempfile.TemporaryDirectory(prefix="sharekit-forges-") as scratch, world() as servers:
            rehearse(SETUPS[name], Path(scratch), servers, checks=True, installs=installs, tell=print)


if __name__ == "__main__":
    main([each for each in sys.argv[1:] if each != "--install"], installs="--install" in sys.argv)
