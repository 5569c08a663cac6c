"""The quiet half of the rehearsal: three parts of a series published, drafted and reviewed.

By real ``sharekit init`` and the jobs of the workflow that it wrote; nothing is delivered yet.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from commands import git
from forked import launcher
from rehearsal.runner import Runner
from servers.linkedin import MEMBER, LinkedInServer
from servers.linkedin import TOKEN as LINKEDIN_TOKEN
from servers.mastodon import TOKEN as MASTODON_TOKEN
from servers.mastodon import MastodonServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NETWORKS = ("mastodon", "linkedin")
SECRETS = {"SHAREKIT_MASTODON_TOKEN": MASTODON_TOKEN, "SHAREKIT_LINKEDIN_TOKEN": LINKEDIN_TOKEN}
ORIGIN = "https://github.com/example/sharekit@0123456789abcdef0123456789abcdef01234567"
HUGO = """baseURL: https://blog.example/
languageCode: fr-FR
title: Le carnet du dimanche
timeZone: Europe/Paris
permalinks:
  page:
    post: /:year/:month/:slug/
taxonomies: {tag: tags, series: series}
"""
POST = """---
title: "{title}"
date: {date}
slug: partie-{number}
series: [Le four]
tags: [pain]
description: "Un four à pain de terre et de brique, monté en trois dimanches."
---
{body}
"""
# Later than any day on which this runs: what a network says of "now" lies before it. The clocks change on 30 March.
PUBLISHED = ("2042-03-03T08:00:00+01:00", "2042-03-10T08:00:00+01:00", "2042-03-24T08:00:00+01:00")
TITLES = ("Le four : la sole $(touch owned)", "Le four : la voûte ::error::x", "Le four : ${{{{ secrets.X }}}} `id`")
# Long enough that a reminder has other sentences than the launch.
BODIES = (
    """On pose la sole sur du sable. Elle doit être plane. Une brique de travers se sent à chaque pelle.

La chaux tient mieux que le ciment sous la chaleur d'un four à bois. Deux seaux de sable fin suffisent pour chaque mètre
carré de sole, et il en reste pour les joints.""",
    """La voûte se monte en spirale. Chaque rang s’appuie sur le précédent. Un gabarit en sable tient le tout.

Les briques du dernier rang se taillent une par une, au ciseau et sans hâte. Une voûte basse chauffe plus vite, mais une
voûte haute garde la chaleur jusqu'au lendemain.""",
    """La première cuisson demande trois jours de petit feu. L’eau quitte la terre lentement. Puis vient le pain de seigle.

Le four à pain veut du bois de hêtre, qui donne peu de fumée. Un four qui a séché sans fissure servira pendant trente
ans, si le toit le garde de la pluie.""",
)
PUSH = {"event_name": "push", "ref_name": "main"}


@dataclass
class Stage:
    """The origin after a part was published, drafted, reviewed and merged, and when that was."""

    at: datetime
    sha: str


@dataclass
class Story:
    """A bare origin with its stages, of which the last is on main. ``jobs`` are those that the way there ran."""

    origin: Path
    stages: list[Stage]
    jobs: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def networks() -> Iterator[tuple[MastodonServer, LinkedInServer]]:
    """The two networks of the story, without their guards against doubles: these must not hide what we send twice."""
    with MastodonServer() as mastodon, LinkedInServer() as linkedin:
        mastodon.guarded = linkedin.guarded = False
        yield mastodon, linkedin


def stages(folder: Path, *, mastodon: str, linkedin: str) -> Story:
    """Publish → draft → review, three times, by real ``sharekit init`` and the jobs of the workflow that it wrote."""
    origin, blog = folder / "origin.git", folder / "blog"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(origin)], check=True)
    (blog / "layouts" / "_default").mkdir(parents=True)
    (blog / "content" / "post").mkdir(parents=True)
    (blog / "hugo.yaml").write_text(HUGO)
    for name in ("single.html", "list.html"):
        (blog / "layouts" / "_default" / name).write_text("{{ .Content }}")
    git("init", "-q", "-b", "main", cwd=blog)
    git("remote", "add", "origin", str(origin), cwd=blog)
    _sharekit(blog, mastodon, linkedin)
    _commit(blog, "Set up sharekit")
    story = Story(origin=origin, stages=[])
    for number, (title, published, body) in enumerate(zip(TITLES, PUBLISHED, BODIES, strict=True), start=1):
        text = POST.format(title=title.format(), date=published, number=number, body=body)
        (blog / "content" / "post" / f"partie-{number}.md").write_text(text)
        _commit(blog, f"Part {number}")
        story.stages.append(_reviewed(folder, story, blog, number, published))
    return story


def _sharekit(blog: Path, mastodon: str, linkedin: str) -> None:
    arguments = ["init", "--no-input", "--ci", "github", "--now", "2042-03-01T12:00:00+01:00", "--sharekit", ORIGIN]
    arguments += ["--channel", "mastodon", "--set", f"mastodon.instance={mastodon}"]
    arguments += ["--channel", "linkedin", "--set", f"linkedin.author={MEMBER}", "--set", f"linkedin.api={linkedin}"]
    launcher().run(arguments, cwd=blog, environment=os.environ).check_returncode()
    settings = blog / "sharekit.toml"
    text = settings.read_text().replace('{ launch = "0d" }', '{ launch = "0d", reminder = "7d" }')
    # The blog is never published: there is no page to ask for. The link of a post tells its slot.
    settings.write_text(text + '\n[deliver]\ncheck_page = false\n[shares.utm]\ncampaign = "{slot}"\n')


def _commit(blog: Path, message: str) -> None:
    git("add", "-A", cwd=blog)
    git("commit", "-q", "-m", message, cwd=blog)
    git("push", "-q", "origin", "main", cwd=blog)


def _reviewed(folder: Path, story: Story, blog: Path, number: int, published: str) -> Stage:
    """The draft job of the push, the check of its pull request, a person's edit in it, and the merge."""
    origin, sha = story.origin, git("rev-parse", "main", cwd=blog).strip()
    drafting = Runner(home=folder / f"draft-{number}", origin=origin, secrets=SECRETS, now=published)
    story.jobs.append({"number": number, "event": "push", "jobs": drafting.run(PUSH, sha=sha), "home": drafting.home})
    git("fetch", "-q", "origin", cwd=blog)
    git("checkout", "-q", "-B", "review", "origin/sharekit/drafts", cwd=blog)
    draft = next((blog / "shares").glob(f"*partie-{number}.md"))
    draft.write_text(draft.read_text().replace("## mastodon\n", f"## mastodon\nRelu {number} : ", 1))
    git("commit", "-q", "-am", "review", cwd=blog)
    git("push", "-q", "origin", "review:sharekit/drafts", cwd=blog)
    head = {"full_name": "someone/blog"}
    event = {"event_name": "pull_request", "event": {"pull_request": {"number": number, "head": {"repo": head}}}}
    checking = Runner(home=folder / f"check-{number}", origin=origin, now=published)
    found = checking.run(event, sha=git("rev-parse", "review", cwd=blog).strip())
    story.jobs.append({"number": number, "event": "pull_request", "jobs": found, "home": checking.home})
    git("checkout", "-q", "main", cwd=blog)
    git("merge", "-q", "--no-ff", "--no-edit", "review", cwd=blog)
    git("push", "-q", "origin", "main", cwd=blog)
    return Stage(at=datetime.fromisoformat(published), sha=git("rev-parse", "main", cwd=blog).strip())
