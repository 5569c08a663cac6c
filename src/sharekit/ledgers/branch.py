"""The ledger's branch: where it is shared, and how its commits are read and made.

It is on the remote, or in this clone where there is none. A commit takes as few processes as git allows.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sharekit.errors import LedgerError, LedgerUnavailable
from sharekit.git import GitFailed, push_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sharekit.git import Git

ENDING = ".json"
# No address: the branch may be public.
COMMITTER = "sharekit <>"
# What the remote's branch was when we last saw it. Outside of refs/heads and refs/remotes, where it is in nobody's way.
SEEN = "refs/sharekit/ledger"
REWRITTEN = (
    "Somebody pushed over it, deleted it or restored an old copy: what went out since may be forgotten.\n"
    "Put it back:             git push --force {remote} {seen}:{branch}\n"
    f"or take it as it is now: git update-ref -d {SEEN} && sharekit ledger seed"
)
LOGIN = (
    "could not read Username",
    "could not read Password",
    "Authentication failed",
    "Permission denied",
    "terminal prompts",
)


class Declined(Exception):
    """The remote rejected our commit. ``final`` when a retry would get the same answer."""

    def __init__(self, said: str, *, final: bool = False) -> None:
        super().__init__(said)
        self.final = final


class RemoteBranch:
    """The branch on a remote."""

    def __init__(self, git: Git, name: str, branch: str) -> None:
        self._git = git
        self._name = name
        self._short = branch
        self._branch = f"refs/heads/{branch}"

    def fetch(self) -> str | None:
        """The branch's commit on the remote now, None where it has none.

        Raises LedgerUnavailable when the remote gives no usable answer, and LedgerError when what was seen here before
        is no longer in the branch.
        """
        seen = self.seen()
        try:
            listed = self._git("ls-remote", self._name, self._branch).decode()
        except GitFailed as failed:
            raise self._unreachable(failed.said) from failed
        tip = listed.partition("\t")[0] or None
        if tip is None:
            if seen:
                raise self._rewritten("is gone", seen)
            # A ledger that was begun before there was a remote is carried on there.
            return self._git.line("rev-parse", "--verify", "--quiet", self._branch)
        if tip != seen:
            self._download(tip, seen)
        return tip

    def seen(self) -> str | None:
        """The commit that was its tip when this clone last saw it."""
        return self._git.line("rev-parse", "--verify", "--quiet", SEEN)

    def _download(self, tip: str, seen: str | None) -> None:
        shallow = seen is None and self._git.line("rev-parse", "--is-shallow-repository") == "true"
        quietly = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
        try:
            self._git("fetch", *quietly, *(["--depth=1"] if shallow else []), self._name, self._branch)
            self._git("cat-file", "-e", tip)
        except GitFailed as failed:
            # It moved meanwhile, or another git in this clone holds a lock.
            raise Declined(failed.said or "the branch moved while it was read") from failed
        if seen:
            try:
                self._git("merge-base", "--is-ancestor", seen, tip)
            except GitFailed as failed:
                raise self._rewritten("was rewritten since it was last seen here", seen) from failed
        # A memory alone: where it cannot be kept, as behind the lock of a git that was killed, it is read again.
        self._git.line("update-ref", SEEN, tip)

    def push(self, commit: str) -> None:
        """Make ``commit`` the branch's tip if that is still its parent. Raises Declined when it is not taken."""
        try:
            # Never forced: the remote takes it only on top of what it has, which makes it compare-and-swap.
            self._git("push", "--porcelain", "--no-verify", self._name, f"{commit}:{self._branch}")
        except GitFailed as failed:
            raise self._declined(failed) from failed
        self._git.line("update-ref", SEEN, commit)

    def _declined(self, failed: GitFailed) -> Declined:
        lines = [line for line in failed.output.splitlines() if line.startswith("!")]
        said = lines[0].rpartition("\t")[2] if lines else failed.said
        # A lock, or an update that came first, is worth another look; a hook or a protected branch is not.
        passing = ("[rejected]", "lock", "failed to update", "already exists", "expected")
        words = [line.removeprefix("remote:").strip() for line in failed.said.splitlines() if line.startswith("remote:")]
        return Declined(" ".join([said, *words]), final=bool(lines) and not any(each in said for each in passing))

    def refused(self, said: str) -> LedgerUnavailable:
        """The failure of a branch that does not take our commit."""
        message, hint = push_error(said)
        return LedgerUnavailable(f"{self._name} rejected a push to {self._short}: {message}", hint=hint)

    def _unreachable(self, said: str) -> LedgerUnavailable:
        lines = [line for line in said.splitlines() if line.startswith(("fatal:", "error:", "ssh:", "remote:"))]
        cause = "; ".join((lines or said.splitlines() or ["no reason given"])[:2])
        login = any(words in said for words in LOGIN)
        hint = "It asks for credentials: configure a credential helper, a token or an SSH key for git." if login else None
        return LedgerUnavailable(f"the ledger on {self._name} cannot be reached: {cause}", hint=hint)

    def _rewritten(self, what: str, seen: str) -> LedgerError:
        hint = REWRITTEN.format(remote=self._name, seen=seen[:12], branch=self._branch)
        return LedgerError(f"the branch {self._short} on {self._name} {what}", hint=hint)


class LocalBranch:
    """The branch in this clone alone. git's own lock of the ref makes a change compare-and-swap."""

    def __init__(self, git: Git, branch: str) -> None:
        self._git = git
        self._branch = f"refs/heads/{branch}"

    def fetch(self) -> str | None:
        """The branch's commit, None where there is no such branch."""
        return self._git.line("rev-parse", "--verify", "--quiet", self._branch)

    seen = fetch

    def push(self, commit: str) -> None:
        """Make ``commit`` the branch's tip if that is still its parent. Raises Declined when it is not."""
        parent = self._git.line("rev-parse", "--verify", "--quiet", f"{commit}^")
        try:
            # An empty old value: there must be no such branch yet (git-update-ref).
            self._git("update-ref", self._branch, commit, parent or "")
        except GitFailed as failed:
            raise Declined(failed.said) from failed

    def refused(self, said: str) -> LedgerUnavailable:
        """The failure of a ref that stays locked."""
        return LedgerUnavailable(
            f"the branch cannot be written: {said}", hint="A killed git may have left a .lock file behind."
        )


def read_file(git: Git, commit: str | None, path: str) -> bytes | None:
    """A file's content in a commit, None where it is not there; of what is no file, what git has there."""
    if commit is None:
        return None
    head, _, content = git("cat-file", "--batch", given=f"{commit}:{path}\n".encode()).partition(b"\n")
    return None if head.endswith(b" missing") else content[:-1]


def read_files(git: Git, commit: str | None, folder: str = "") -> Iterator[tuple[str, bytes]]:
    """Every record below a folder of a commit, as (path, content). What is there in the place of a file has no content."""
    if commit is None:
        return
    listed = git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *([folder] if folder else []))
    found: dict[bytes, bytes] = {}
    for line in filter(None, listed.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        mode, _, oid = facts.split(b" ")
        # A folder that is named like a record is in its place.
        record, ending, _ = path.partition(f"{ENDING}/".encode())
        if ending:
            found[record + ENDING.encode()] = b""
        elif path.endswith(ENDING.encode()):
            found[path] = oid if mode.startswith(b"100") else b""
    oids = list(filter(None, found.values()))
    # One process for all of them, fed with ids: a path can hold what a line of input cannot.
    data = git("cat-file", "--batch", "--buffer", given=b"\n".join([*oids, b""])) if oids else b""
    start = 0
    for path, oid in found.items():
        content = b""
        if oid:
            end = data.index(b"\n", start)
            size = data[start:end].rpartition(b" ")[2]
            start = end + 1
            # A repository that lost an object says "missing".
            if size.isdigit():
                content = data[start : start + int(size)]
                start += int(size) + 1
        yield path.decode(errors="surrogateescape"), content


def write_commit(git: Git, parent: str | None, files: dict[str, bytes], *, message: str, at: datetime) -> str:
    """A commit on ``parent`` that sets these files; its id. No ref names it until it is pushed."""
    # fast-import needs a ref while it runs. A reset without a commit takes it back before it was ever written.
    ref = f"refs/sharekit/{secrets.token_hex(8)}"
    words = message.encode()
    lines = [f"commit {ref}\nmark :1\ncommitter {COMMITTER} {int(at.timestamp())} +0000\ndata {len(words)}\n".encode()]
    lines.append(words + b"\n" + (f"from {parent}\n".encode() if parent else b""))
    for path, content in files.items():
        lines.append(f'M 100644 inline "{_quoted(path)}"\ndata {len(content)}\n'.encode() + content + b"\n")
    lines.append(f"\nget-mark :1\nreset {ref}\n\ndone\n".encode())
    return git("fast-import", "--quiet", "--done", given=b"".join(lines)).decode().strip()


def _quoted(path: str) -> str:
    return path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
