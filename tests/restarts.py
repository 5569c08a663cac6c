"""A delivery that is killed after every request that it makes, and started again until it is done."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forked import launcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from servers.wire import Request, Wire

CONFIGURATION = """
timezone = "Europe/Paris"
since = 2026-01-01
[source]
kind = "markdown"
path = "content"
url = "https://blog.example/"
[shares]
spacing = "0m"
[deliver]
check_page = false
[ledger]
url = "sqlite:///ledger.sqlite"
[channels.{channel}]
{settings}
"""
DRAFT = """---
post: 2026/11/{name}
title: "Trois jours de conférence : jour {number}"
url: "https://blog.example/2026/11/{name}/"
published: "{published}"
language: fr
description: "Ce que je retiens du jour {number}."
series: "Trois jours ({number}/3)"
status: approved
{more}drafted: {{}}
---
## {channel}
Jour {number} : l’été 🎉 des conteneurs ({number}/3)

https://blog.example/2026/11/{name}/
#Kubernetes
"""


ARTICLE = """---
title: "Trois jours de conférence : jour {number}"
date: "{published}"
permalink: /2026/11/{name}/
---
Ce que je retiens du jour {number}.
"""


def three_parts(folder: Path, channel: str, settings: str, *, more: str = "") -> Path:
    """A blog's folder with the drafts of a series of three, all of them due, and nothing out yet."""
    (folder / "shares").mkdir(parents=True)
    (folder / "content").mkdir()
    (folder / "sharekit.toml").write_text(CONFIGURATION.format(channel=channel, settings=settings))
    for number in (1, 2, 3):
        name = f"jour-{number}"
        published = (datetime.now(UTC) - timedelta(minutes=10 - number)).isoformat(timespec="seconds")
        text = DRAFT.format(name=name, number=number, channel=channel, more=more, published=published)
        (folder / "shares" / f"{name}.md").write_text(text)
        (folder / "content" / f"{name}.md").write_text(ARTICLE.format(name=name, number=number, published=published))
    return folder


class Deliveries:
    """Runs ``sharekit deliver`` in a folder, with the credentials that its channel needs."""

    def __init__(self, folder: Path, secrets: Mapping[str, str]) -> None:
        self._folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        self._environment = {**kept, "HOME": str(folder), "LANG": "C.UTF-8", **secrets}
        self._process: int | None = None
        self._ended = threading.Event()
        self._killed_after: set[tuple[str, str, int]] = set()

    def run(self) -> tuple[int, str]:
        """Deliver once; the exit code (negative when it was killed) and what was written."""
        ended = self._ended = threading.Event()
        done = launcher().run(
            ["deliver", "--format", "json"], cwd=self._folder, environment=self._environment, seconds=60, begun=self._begun
        )
        self._process = None
        ended.set()
        return done.returncode, done.stdout + done.stderr

    def _begun(self, process: int) -> None:
        self._process = process

    def kill_once_after(self, request: Request, out: int) -> None:
        """Kill the delivery when it makes a request of a kind that it was not yet killed after; ``out`` posts are out."""
        label = (request.method, re.sub(r"\d+", "N", request.path), out)
        if self._process and label not in self._killed_after:
            self._killed_after.add(label)
            ended = self._ended  # of this run: the next one may begin before this thread waits
            os.kill(self._process, signal.SIGKILL)
            ended.wait()

    @property
    def kills(self) -> int:
        """How often it was killed."""
        return len(self._killed_after)

    def until_done(self, server: Wire, out: Callable[[], int], *, most: int = 60) -> None:
        """Deliver again and again, killed after each request, until a run finds nothing left to do.

        ``out`` counts the posts that are out.
        """
        server.answered = lambda request: self.kill_once_after(request, out())
        for _ in range(most):
            code, said = self.run()
            if code == 0 and json.loads(said[: said.rindex("}") + 1])["acts"] == []:
                return
            assert code <= 0, said
        raise AssertionError(f"it was started {most} times and never done")

    def states(self) -> list[str]:
        """The state of every share in the ledger."""
        done = launcher().run(["ledger", "list", "--format", "json"], cwd=self._folder, environment=self._environment)
        done.check_returncode()
        return [entry["state"] for entry in json.loads(done.stdout) if entry["key"].startswith("share/")]
