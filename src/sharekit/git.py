"""Runs git without prompts and hooks, and explains why a remote rejected a push."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.text.visible import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

# A hook is the user's, for the user's branches. Housekeeping would run on after us, in the background. A case-insensitive
# file system matters to what is checked out; fast-import would take two names that differ in case for one.
SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.ignoreCase=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.followTags=false",
)
# In a session of its own, no program that git starts finds a terminal to prompt on.
NO_PROMPT = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "LC_ALL": "C"}
# Set when we are called from a hook; they name another index and another repository.
FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_QUARANTINE_PATH")
# In the order in which they are looked for: what the remote says, what that means, what to do.
PUSH_ERRORS = (
    (
        r"verified signature|must be signed|gpg[^\n]*sign|commits? (?:is|are) not signed|unsigned commit",
        "a rule of the repository requires signed commits, and a CI token cannot sign",
        (
            "Leave sharekit's branches out of it: Settings → Rules → Rulesets, exclude sharekit-ledger and sharekit/*. "
            "Your default branch keeps the rule."
        ),
    ),
    (
        r"GH006|GH013|protected branch|push declined due to repository rule|not allowed to push code to protected",
        "a rule of the repository protects this branch",
        (
            "Let sharekit use branches of its own: the drafts go to sharekit/drafts as a pull request, and the ledger to "
            "sharekit-ledger; exclude both from the rule."
        ),
    ),
    (
        r"refusing to allow .* (?:workflow|without `workflow`)",
        "the token may not change workflow files, and the commit contains one",
        "Merge the default branch into sharekit's branch by hand once.",
    ),
    (
        r"permission to .* denied|\b403\b|write access .* not granted|not allowed to (?:push|upload)|read[- ]only",
        "the token has no write permission",
        (
            "GitHub: the job needs permissions: contents: write. GitLab: Settings → CI/CD → Job token permissions → "
            "Allow Git push requests. A pull request from a fork may never write, and need not."
        ),
    ),
    (
        r"authentication failed|could not read (?:username|password)|permission denied \(|\b401\b|invalid credentials",
        "the remote did not accept the credentials",
        (
            "Here: a credential helper, a token or an SSH key for git. In a workflow of your own: give the action's token "
            "input, or let checkout keep its credentials."
        ),
    ),
)


class GitFailed(Exception):
    """git ended with a code other than 0. ``said`` is its stderr without credentials, ``output`` its stdout."""

    def __init__(self, command: str, code: int, output: str, said: str) -> None:
        super().__init__(f"git {command} failed: {said or code}")
        self.code = code
        self.output = output
        self.said = said


class GitUnavailable(Exception):
    """git is not installed, or gave no answer in time."""


class Git:
    """The git program in one folder. ``environment`` is added to the process's own, ``seconds`` bounds one command."""

    def __init__(self, folder: Path, *, environment: Mapping[str, str] | None = None, seconds: float = 120) -> None:
        self._command = ["git", "-C", str(folder), *(part for setting in SETTINGS for part in ("-c", setting))]
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self._environment = kept | NO_PROMPT | dict(environment or {})
        self._seconds = seconds

    def __call__(self, *arguments: str, given: bytes = b"") -> bytes:
        """Its output; ``given`` is its input. Raises GitFailed or GitUnavailable."""
        try:
            done = subprocess.run(  # noqa: S603 - a list of our own words, without a shell
                [*self._command, *arguments],
                input=given,
                capture_output=True,
                env=self._environment,
                timeout=self._seconds,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitUnavailable(f"git {arguments[0]} did not answer within {self._seconds:g} s") from error
        except OSError as error:
            raise GitUnavailable(f"git cannot be run: {error.strerror}") from error
        if done.returncode:
            said = redact(done.stderr.decode(errors="replace")).strip()
            raise GitFailed(arguments[0], done.returncode, done.stdout.decode(errors="replace"), said)
        return done.stdout

    def text(self, *arguments: str) -> str:
        """Its output as text, without the last line's end. Raises as a call does."""
        return self(*arguments).decode(errors="surrogateescape").strip()

    def line(self, *arguments: str) -> str | None:
        """The first line of its output, None when it failed. Raises GitUnavailable."""
        try:
            return self.text(*arguments).partition("\n")[0]
        except GitFailed:
            return None


def git_output(folder: Path, *arguments: str) -> str | None:
    """The output of a git command in a folder; None where it fails, does not answer or git is not installed."""
    try:
        return Git(folder, seconds=30).text(*arguments)
    except (GitFailed, GitUnavailable):
        return None


def push_error(said: str) -> tuple[str, str]:
    """What git said of a failed push or fetch → (cause with the remote's own last words, what to do)."""
    words = redact(" ".join(line.removeprefix("remote:").strip() for line in said.splitlines()).strip())
    for sign, cause, hint in PUSH_ERRORS:
        if re.search(sign, said, re.IGNORECASE):
            return f"{cause} ({words[-300:]})", hint
    return words[-300:] or "git gave no reason", "Run the same git command yourself to see more."


def keep_out_of_git(file: Path) -> None:
    """Have git ignore a new file and what SQLite lays beside it: in this clone's own exclude file (gitignore(5)).

    Does nothing where git ignores it already, where there is no git, and outside of a repository.
    """
    top = git_output(file.parent, "rev-parse", "--show-toplevel")
    if top is None or git_output(file.parent, "check-ignore", "--no-index", "-q", file.name) is not None:
        return
    place = git_output(file.parent, "rev-parse", "--git-path", "info/exclude")
    if place is None:
        return
    exclude = file.parent / place
    exclude.parent.mkdir(parents=True, exist_ok=True)
    kept = exclude.read_text(encoding="utf-8", errors="surrogateescape") if exclude.exists() else ""
    name = file.resolve().relative_to(Path(top).resolve()).as_posix()
    literal = "".join(f"\\{char}" if char in "\\*?[]!# " else char for char in name)
    with exclude.open("a", encoding="utf-8") as opened:
        opened.write(f"{'' if not kept or kept.endswith(chr(10)) else chr(10)}/{literal}*\n")
