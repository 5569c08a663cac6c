"""The drafts of a CI run as a commit on a branch: for review as a pull request, or straight on the default branch.

What a person changed on that branch is taken in first, by git's own merge, and nothing is ever forced: a draft that
was edited in the pull request stays edited.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.errors import OutputError
from sharekit.refusals import explain_refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Seconds for one git command; a large push over a slow line takes a minute.
TIMEOUT = 300.0
TRIES = 3
IDENTITY = {
    "GIT_AUTHOR_NAME": "sharekit",
    "GIT_AUTHOR_EMAIL": "sharekit@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "sharekit",
    "GIT_COMMITTER_EMAIL": "sharekit@users.noreply.github.com",
    "GIT_TERMINAL_PROMPT": "0",
}


@dataclass(frozen=True, kw_only=True)
class Git:
    """Git in one folder, with an identity of its own and never a question to a terminal."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The finished command. Raises OutputError where git cannot be started or does not end."""
        try:
            return subprocess.run(  # noqa: S603 - git, with arguments of ours
                ["git", *arguments],  # noqa: S607 - the user's own git
                cwd=self.folder,
                env={**os.environ, **IDENTITY},
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutputError(f"git did not run: {error}", path=str(self.folder)) from error

    def must(self, *arguments: str) -> str:
        """Its output. Raises OutputError with git's words where it fails."""
        done = self.run(*arguments)
        if done.returncode:
            raise OutputError(f"git {arguments[0]} failed: {done.stderr.strip()[-500:]}", path=str(self.folder))
        return done.stdout.strip()


def take_in(folder: Path, branch: str, remote: str = "origin") -> None:
    """Merge what is on the remote's ``branch`` into the checkout, before anything is drafted.

    Raises OutputError where the checkout has changes of its own, or the two cannot be merged without a person.
    """
    if not re.fullmatch(r"[\w.][\w./-]*", branch):
        raise OutputError(f'"{branch}" cannot be the name of a branch', hint="Name it as in: --push sharekit/drafts")
    git = Git(folder=folder)
    git.must("rev-parse", "--verify", "HEAD")
    if git.must("status", "--porcelain", "--untracked-files=no"):
        raise OutputError(
            "there are changes that are not committed, so the drafts cannot be committed on their own.",
            path=str(folder),
            hint="--push is meant for CI. Here: sharekit build, then commit as you like.",
        )
    if git.must("rev-parse", "--is-shallow-repository") == "true":
        # Two histories without a common commit cannot be merged.
        git.must("fetch", "--quiet", "--unshallow", remote)
    _merge(git, branch, remote)


def push_drafts(folder: Path, paths: Sequence[Path], branch: str, remote: str = "origin") -> bool:
    """Commit what changed under ``paths`` and push it to the remote's ``branch``; False when nothing had changed.

    Raises OutputError, saying what the remote's rule asks for, where the push is refused.
    """
    git = Git(folder=folder)
    present = [str(path) for path in paths if path.exists()]
    if present:
        git.must("add", "--all", "--", *present)
    if git.run("diff", "--cached", "--quiet").returncode:
        git.must("commit", "--quiet", "--no-verify", "--message", "Drafts by sharekit")
    elif not _ahead(git, branch, remote):
        return False
    words = ""
    for _ in range(TRIES):
        pushed = git.run("push", "--quiet", remote, f"HEAD:refs/heads/{branch}")
        if pushed.returncode == 0:
            return True
        words = pushed.stderr
        if not re.search(r"non-fast-forward|fetch first|incorrect old value|cannot lock ref", words):
            break
        # A person pushed in between: theirs comes in, and ours goes on top.
        _merge(git, branch, remote)
    message, hint = explain_refusal(words)
    raise OutputError(f"the drafts could not be pushed to {branch}: {message}", hint=hint)


def _ahead(git: Git, branch: str, remote: str) -> bool:
    """Whether HEAD has something to say that the branch lacks: a merge of ours with the default branch."""
    known = git.run("rev-parse", "--quiet", "--verify", f"refs/remotes/{remote}/{branch}")
    if known.returncode:
        return False
    return git.run("diff", "--quiet", known.stdout.strip(), "HEAD").returncode != 0


def _merge(git: Git, branch: str, remote: str) -> None:
    fetched = git.run("fetch", "--quiet", remote, f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}")
    if fetched.returncode:
        if "couldn't find remote ref" in fetched.stderr:
            return
        message, hint = explain_refusal(fetched.stderr)
        raise OutputError(f"the branch {branch} could not be read: {message}", hint=hint)
    theirs = f"refs/remotes/{remote}/{branch}"
    # Merged as one new commit, the branch looks unmerged to git, and would conflict with every later edit.
    strategy = ("--strategy=ours",) if _all_merged_before(git, theirs) else ()
    merged = git.run("merge", "--quiet", "--no-edit", "--no-verify", *strategy, theirs)
    if merged.returncode:
        conflicts = git.run("diff", "--name-only", "--diff-filter=U").stdout.split("\n")
        git.run("merge", "--abort")
        raise OutputError(
            f"{branch} and this branch changed the same lines: {', '.join(filter(None, conflicts)) or 'unrelated'}",
            hint=f"Merge its pull request, or close it and delete {branch}; then run again. Nothing was changed.",
        )


def _all_merged_before(git: Git, theirs: str) -> bool:
    """Whether each file of the branch that differs was once, as it is there, a file of this history."""
    changed = git.run("diff", "--name-only", "--diff-filter=d", "-z", "HEAD", theirs).stdout.split("\0")
    for name in filter(None, changed):
        blob = git.run("rev-parse", f"{theirs}:{name}").stdout.strip()
        if not git.run("log", "--format=%h", "-1", f"--find-object={blob}", "HEAD", "--", name).stdout.strip():
            return False
    return True
