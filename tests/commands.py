"""The command as a person runs it, their folders under git, and the pages that it makes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import lxml.html

from forked import launcher

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement


@dataclass(frozen=True)
class Sharekit:
    """Runs ``sharekit`` in a folder, with an empty home and none of this machine's settings but what is given."""

    home: Path

    def __call__(
        self, *arguments: str, cwd: Path, typed: str | None = None, at: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """``typed`` is what a person types on a terminal; without it there is none.

        ``at`` is the moment that it is taken to be (ISO 8601), for what ``--now`` would not send.
        """
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        terminal, keyboard = pty.openpty()
        try:
            os.write(terminal, (typed or "").encode())
            own = {**kept, "HOME": str(self.home), "LANG": "C.UTF-8", **environment}
            stdin = None if typed is None else keyboard
            if not any(name.startswith(("PYTHON", "LANG", "LC_")) for name in environment):
                return launcher().run(arguments, at=at, cwd=cwd, environment=own, stdin=stdin)
            # What Python reads when it starts.
            command = [sys.executable, "-m", "sharekit", *arguments]
            return subprocess.run(
                command,
                cwd=cwd,
                env=own,
                stdin=stdin or subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        finally:
            os.close(terminal)
            os.close(keyboard)


def git(*arguments: str, cwd: Path) -> str:
    """What git says, in a folder, as somebody whose name and hooks do not matter."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, timeout=60, capture_output=True, text=True)
    return done.stdout


def under_git(folder: Path) -> Path:
    """The folder as a git repository with everything committed."""
    git("init", "-q", "-b", "main", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-q", "-m", "the blog", cwd=folder)
    return folder


def page(file: Path) -> HtmlElement:
    """An HTML file as a tree."""
    return cast("HtmlElement", lxml.html.document_fromstring(file.read_text(encoding="utf-8")))
