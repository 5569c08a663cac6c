"""Runs git in the blog's repository, without ever touching what is checked out, and without anyone to ask."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from sharekit.errors import LedgerUnavailable

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 120
# No hooks: a hook is the user's, for the user's branches. No housekeeping: it runs on after us, in the background.
SETTINGS = ("core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "push.followTags=false")
# Nobody is there to answer. In a session of its own, no program that git starts finds a terminal to ask on.
NOT_ASKING = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "LC_ALL": "C"}
# What git says of a full disk, in the words of its programs.
FULL = ("No space left on device", "Out of diskspace")
# Set when we are called from a hook; they would point us at another index and another repository.
FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_QUARANTINE_PATH")


class GitFailed(Exception):
    """git ended with a code other than 0. ``said`` is its stderr, ``output`` its stdout."""

    def __init__(self, arguments: tuple[str, ...], code: int, output: str, said: str) -> None:
        super().__init__(f"git {arguments[0]}: {said or code}")
        self.code = code
        self.output = output
        self.said = said


class Git:
    """The git program, in one repository."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._options = [part for setting in SETTINGS for part in ("-c", setting)]
        self._environment = {name: value for name, value in os.environ.items() if name not in FOREIGN} | NOT_ASKING

    def __call__(self, *arguments: str, given: bytes = b"") -> bytes:
        """Its output. Raises GitFailed, or LedgerUnavailable when git is missing, hangs or finds no space."""
        command = ["git", "-C", str(self._root), *self._options, *arguments]
        try:
            done = subprocess.run(  # noqa: S603  # a list of our own words, without a shell
                command,
                input=given,
                capture_output=True,
                env=self._environment,
                timeout=SECONDS,
                start_new_session=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise LedgerUnavailable(
                "git is not installed", hint="Install git, or set [ledger] url to a database."
            ) from error
        except subprocess.TimeoutExpired as error:
            raise LedgerUnavailable(f"git {arguments[0]} gave no answer within {SECONDS} s") from error
        said = without_credentials(done.stderr.decode(errors="replace")).strip()
        if done.returncode:
            if any(words in said for words in FULL):
                raise LedgerUnavailable(f"the disk is full: {said.splitlines()[0]}", hint="Nothing was claimed. Make room.")
            raise GitFailed(arguments, done.returncode, done.stdout.decode(errors="replace"), said)
        return done.stdout

    def line(self, *arguments: str) -> str | None:
        """The first line of its output, or None when it failed."""
        try:
            return self(*arguments).decode().strip().partition("\n")[0]
        except GitFailed:
            return None


def without_credentials(text: str) -> str:
    """The text without the user and password that an address of a remote may hold."""
    return re.sub(r"(\w+://)[^/@\s]+@", r"\1", text)
