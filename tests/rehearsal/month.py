"""A simulated month of a blog: its three parts are delivered by the workflow that init wrote.

Runs are late, dropped, doubled, killed and started again, and networks fail, as a seed has it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from commands import git
from forked import launcher
from rehearsal.runner import Runner
from rehearsal.story import NETWORKS, SECRETS
from servers.wire import Reply
from sharekit.drafts import read_drafts
from sharekit.model import share_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from rehearsal.story import Story
    from servers.linkedin import LinkedInServer
    from servers.mastodon import MastodonServer
    from servers.wire import Request, Wire


@dataclass
class MonthReport:
    """What a month came to: the state of each act as the last plan tells it, and what the networks hold."""

    states: dict[str, str]
    posts: dict[str, list[str]]
    events: Counter[str]
    complaints: list[str]

    def wrong(self) -> list[str]:
        """What breaks the promise: an act that is out twice, out without being reported, or reported and not out."""
        found = list(self.complaints)
        for key, state in self.states.items():
            network = key.rsplit("/", 2)[1]
            out = sum(_of(key, each) for each in self.posts[network])
            if out > 1:
                found.append(f"{key}: out {out} times, and reported as {state}")
            if state == "delivered" and out != 1:
                found.append(f"{key}: reported as delivered, and out {out} times")
            if state not in ("delivered", "unknown") and out:
                found.append(f"{key}: reported as {state}, and it is out")
        return found


def _of(key: str, text: str) -> bool:
    """Whether a text on a network is that act. Its words may have been others then: "2/2" became "2/3"."""
    _, year, number, part, _, slot = key.split("/")
    return f"/{year}/{number}/{part}/?utm_campaign={slot}" in text


def month(
    story: Story, folder: Path, seed: int, mastodon: MastodonServer, linkedin: LinkedInServer, *, keep: bool = False
) -> MonthReport:
    """Deliver the three parts while runs are doubled, killed, late, dropped and started again, as ``seed`` has it."""
    chance = random.Random(seed)  # chance that can be repeated
    servers: list[Wire] = [mastodon, linkedin]
    for server in servers:
        server.calm()
        server.requests.clear()
        server.complaints.clear()
        server.answered = _nothing
    mastodon.statuses.clear()
    linkedin.shares.clear()
    origin = folder / "origin.git"
    shutil.copytree(story.origin, origin)
    play = _Play(origin=origin, folder=folder, chance=chance, servers=servers)
    moments = sorted({stage.at + timedelta(days=after) for stage in story.stages for after in (0, 7)})
    old: list[str] = []
    for moment in moments:
        for stage in story.stages:
            if stage.at <= moment:
                git("update-ref", "refs/heads/main", stage.sha, cwd=origin)
        sha = git("rev-parse", "refs/heads/main", cwd=origin).strip()
        old.append(sha)
        # Up to six hours late, or not at all; what was dropped is made up for by the next.
        at = moment + timedelta(minutes=chance.randint(1, 360))
        for _ in range(chance.randint(1, 2)):
            play.scheduled(at, sha if chance.random() < 0.8 else chance.choice(old))
            at += timedelta(minutes=chance.randint(16, 300))
        if chance.random() < 0.7:
            play.person(at)
    for server in play.servers:
        server.calm()
    # Two quiet runs: what waited goes out, what is unknown stays reported.
    for _ in range(2):
        at += timedelta(hours=7)
        play.quiet(at, git("rev-parse", "refs/heads/main", cwd=origin).strip())
    reported = play.report(at)
    if not keep:
        shutil.rmtree(folder)
    return reported


@dataclass
class _Play:
    origin: Path
    folder: Path
    chance: random.Random
    servers: list[Wire]
    events: Counter[str] = field(default_factory=Counter)
    _runs: int = 0

    def scheduled(self, at: datetime, sha: str) -> None:
        """One tick of the schedule, with what may happen to it."""
        chance = self.chance
        if chance.random() < 0.15:
            self.events["dropped"] += 1
            return
        runners = [self._runner(at)]
        if chance.random() < 0.35:
            runners.append(self._runner(at + timedelta(seconds=chance.randint(0, 90))))
            self.events["doubled"] += 1
        self._trouble(runners)
        threads = [threading.Thread(target=each.run, args=(_deliver(self._runs),), kwargs={"sha": sha}) for each in runners]
        for thread in threads:
            thread.start()
            time.sleep(chance.random() * 0.2 if len(threads) > 1 else 0)
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0.05, 1.3))
            if any(thread.is_alive() for thread in threads):
                self.events["killed"] += 1
            chance.choice(runners).kill()
        for thread in threads:
            thread.join(180)
            assert not thread.is_alive(), "a run hangs"
        for server in self.servers:
            server.answered = _nothing
        if chance.random() < 0.2:
            self.events["started again"] += 1
            self._runner(at + timedelta(minutes=chance.randint(1, 40))).run(_deliver(self._runs, "2"), sha=sha)

    def quiet(self, at: datetime, sha: str) -> None:
        """A run to which nothing happens."""
        jobs = self._runner(at).run(_deliver(self._runs), sha=sha)
        assert set(jobs) == {"deliver"}

    def person(self, at: datetime) -> None:
        """The owner reads the plan, looks on the networks for what is unknown, and writes down what is there."""
        clone = self._clone()
        for key in [act["key"] for act in self._plan(clone, at)["unknown"]]:
            self.events["settled by a person"] += 1
            found = _out(key, self.servers)
            answer = ["--delivered", f"https://network.example/{found}"] if found else ["--release"]
            self._ask(clone, at, "ledger", "settle", key, *answer)

    def _trouble(self, runners: list[Runner]) -> None:
        server = self.chance.choice(self.servers)
        what = self.chance.random()
        if what < 0.2:
            server.lose()
            self.events["answer lost"] += 1
        elif what < 0.3:
            server.refuse(Reply(503, {"error": "later"}))
            self.events["503"] += 1
        elif what < 0.4:
            server.refuse(Reply(429, {"error": "slow down"}, {"retry-after": "600"}))
            self.events["429"] += 1
        elif what < 0.6:
            server.answered = self._deadly(server, runners)

    def _deadly(self, server: Wire, runners: list[Runner]) -> Callable[[Request], None]:
        """Lets the machines lose their power as soon as the network published something, before anyone knows."""

        def answered(request: Request) -> None:
            if (request.method, request.path) == server.ACT:
                server.answered = _nothing
                self.events["killed once it was out"] += 1
                for runner in runners:
                    runner.kill()

        return answered

    def _runner(self, at: datetime) -> Runner:
        self._runs += 1
        self.events["runs"] += 1
        home = self.folder / f"run-{self._runs}"
        for server in self.servers:
            server.now = at
        return Runner(home=home, origin=self.origin, secrets=SECRETS, now=at.isoformat())

    def report(self, at: datetime) -> MonthReport:
        """The last word of ``sharekit plan``, beside what the servers hold."""
        clone = self._clone()
        states = dict.fromkeys(_drafted(clone), "delivered")
        for state, acts in self._plan(clone, at).items():
            for act in acts if isinstance(acts, list) else ():
                if isinstance(act, dict) and act["kind"] == "share":
                    states[act["key"]] = state
        posts = {network: list(server.posts) for network, server in zip(NETWORKS, self.servers, strict=True)}
        complaints = [each for server in self.servers for each in server.complaints]
        return MonthReport(states=states, posts=posts, events=self.events, complaints=complaints)

    def _clone(self) -> Path:
        clone = self.folder / "desk"
        if not clone.exists():
            git("clone", "-q", f"file://{self.origin}", str(clone), cwd=self.folder)
        git("pull", "-q", "--ff-only", cwd=clone)
        return clone

    def _plan(self, clone: Path, at: datetime) -> dict[str, Any]:
        said = self._ask(clone, at, "plan", "--format", "json")
        planned: dict[str, Any] = json.loads(said)
        return planned

    def _ask(self, clone: Path, at: datetime, *arguments: str) -> str:
        environment = {**os.environ, **SECRETS, "HOME": str(self.folder)}
        done = launcher().run(arguments, at=at.isoformat(), cwd=clone, environment=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout


def _nothing(_request: Request) -> None:
    """A network that does no more than answer."""


def _out(key: str, servers: list[Wire]) -> int:
    """How many times an act is out."""
    network = key.rsplit("/", 2)[1]
    return sum(_of(key, text) for text in servers[NETWORKS.index(network)].posts)


def _drafted(clone: Path) -> list[str]:
    """The key of every section of every draft, as the files have them."""
    drafts = read_drafts(clone, shares=clone / "shares", issues=clone / "issues").shares
    places = [(draft.post, *name.partition(" @ ")[::2]) for draft in drafts for name in draft.sections]
    return [share_key(post, channel, slot or "launch") for post, channel, slot in places]


def _deliver(run: int, attempt: str = "1") -> dict[str, Any]:
    return {"event_name": "schedule", "event": {"schedule": ""}, "run_id": str(run), "run_attempt": attempt}
