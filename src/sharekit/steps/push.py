"""The drafts of a CI run as a commit on a branch: for review as a pull request, or straight on the default branch.

What a person changed on that branch is taken in first, by git's own merge, and nothing is ever forced: a draft that
was edited in the pull request stays edited.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sharekit.errors import OutputError
from sharekit.git import Git, GitFailed, GitUnavailable, push_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# Seconds for one git command; a large push over a slow line takes a minute.
SECONDS = 300
TRIES = 3
REMOTE = "origin"
IDENTITY = {
    "GIT_AUTHOR_NAME": "sharekit",
    "GIT_AUTHOR_EMAIL": "sharekit@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "sharekit",
    "GIT_COMMITTER_EMAIL": "sharekit@users.noreply.github.com",
}


@contextmanager
def _git_in(folder: Path) -> Iterator[Git]:
    """git in a folder, with an identity of its own. Raises OutputError with git's words where it fails."""
    try:
        yield Git(folder, environment=IDENTITY, seconds=SECONDS)
    except (GitFailed, GitUnavailable) as error:
        raise OutputError(str(error)[-500:], path=str(folder)) from error


def take_in(folder: Path, branch: str) -> None:
    """Merge the remote's ``branch`` into the checkout. Raises OutputError for uncommitted changes and for conflicts."""
    if not re.fullmatch(r"[\w.][\w./-]*", branch):
        raise OutputError(f'"{branch}" cannot be the name of a branch', hint="Name it as in: --push sharekit/drafts")
    with _git_in(folder) as git:
        git("rev-parse", "--verify", "HEAD")
        if git("status", "--porcelain", "--untracked-files=no"):
            raise OutputError(
                "there are changes that are not committed, so the drafts cannot be committed separately.",
                path=str(folder),
                hint="--push is meant for CI. Here: sharekit build, then commit as you like.",
            )
        if git.line("rev-parse", "--is-shallow-repository") == "true":
            # Two histories without a common commit cannot be merged.
            git("fetch", "--quiet", "--unshallow", REMOTE)
        _merge(git, branch)


def push_drafts(folder: Path, paths: Sequence[Path], branch: str) -> bool:
    """Commit what changed under ``paths`` and push it to the remote's ``branch``; False where nothing had changed.

    Raises OutputError where the remote rejects the push, with its reason and what to do.
    """
    with _git_in(folder) as git:
        present = [str(path) for path in paths if path.exists()]
        if present:
            git("add", "--all", "--", *present)
        if git("diff", "--cached", "--name-only"):
            git("commit", "--quiet", "--no-verify", "--message", "Drafts by sharekit")
        elif not _ahead(git, branch):
            return False
        _push(git, branch)
        return True


def _push(git: Git, branch: str) -> None:
    for attempt in range(TRIES):
        try:
            git("push", "--quiet", REMOTE, f"HEAD:refs/heads/{branch}")
        except GitFailed as failed:
            passing = re.search(r"non-fast-forward|fetch first|incorrect old value|cannot lock ref", failed.said)
            if not passing or attempt == TRIES - 1:
                message, hint = push_error(failed.said)
                raise OutputError(f"the drafts could not be pushed to {branch}: {message}", hint=hint) from failed
            # A person pushed in between: theirs comes in, and ours goes on top.
            _merge(git, branch)
        else:
            return


def _ahead(git: Git, branch: str) -> bool:
    """Whether HEAD has something to say that the branch lacks: a merge of ours with the default branch."""
    known = git.line("rev-parse", "--quiet", "--verify", f"refs/remotes/{REMOTE}/{branch}")
    return bool(known and git("diff", "--name-only", known, "HEAD"))


def _merge(git: Git, branch: str) -> None:
    theirs = f"refs/remotes/{REMOTE}/{branch}"
    try:
        git("fetch", "--quiet", REMOTE, f"+refs/heads/{branch}:{theirs}")
    except GitFailed as failed:
        if "couldn't find remote ref" in failed.said:
            return
        message, hint = push_error(failed.said)
        raise OutputError(f"the branch {branch} could not be read: {message}", hint=hint) from failed
    # Merged as one new commit, the branch looks unmerged to git, and would conflict with every later edit.
    strategy = ("--strategy=ours",) if _all_merged_before(git, theirs) else ()
    try:
        git("merge", "--quiet", "--no-edit", "--no-verify", *strategy, theirs)
    except GitFailed as failed:
        conflicts = git.text("diff", "--name-only", "--diff-filter=U").splitlines()
        git.line("merge", "--abort")
        raise OutputError(
            f"{branch} and this branch changed the same lines: {', '.join(conflicts) or 'unrelated'}",
            hint=f"Merge its pull request, or close it and delete {branch}; then run again. Nothing was changed.",
        ) from failed


def _all_merged_before(git: Git, theirs: str) -> bool:
    """Whether each file of the branch that differs was once, as it is there, a file of this history."""
    changed = git.text("diff", "--name-only", "--diff-filter=d", "-z", "HEAD", theirs).split("\0")
    for name in filter(None, changed):
        blob = git.line("rev-parse", f"{theirs}:{name}")
        if not git.line("log", "--format=%h", "-1", f"--find-object={blob}", "HEAD", "--", name):
            return False
    return True
