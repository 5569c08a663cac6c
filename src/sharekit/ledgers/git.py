"""One small JSON file per key on an orphan branch; a claim is a commit that the remote took.

A push is compare-and-swap: the remote takes it only on top of what it has. Each record holds a random nonce, because two
equal commits have one id and both pushes would seem to succeed. After a push that failed in any way the branch is read
again, and the nonce tells whether the change is in it.
"""

from __future__ import annotations

import hashlib
import random
import re
import secrets
import time
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from sharekit.errors import LedgerError, LedgerUnavailable
from sharekit.git import Git, GitFailed, GitUnavailable, push_error
from sharekit.ledgers.records import DAMAGED, BaseLedger, damaged, decode, encode, key_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from sharekit.ledgers.records import Change
    from sharekit.model import LedgerEntry

T = TypeVar("T")
README = "README.md"
EXPLAINED = b"""# What went out

sharekit keeps one file here for each share and each issue that it sent: who claimed it when, and what came of it.
The history of this branch is the history of what went out. Change it with `sharekit ledger`, not by hand.
"""
# Seconds without any change of the branch, after which a push that is not taken is given up. While others get theirs
# through, ours will come too.
PATIENCE = 45
# What git says when the disk is full.
FULL = ("No space left on device", "Out of diskspace")
# File systems take 255 bytes for a name. What is longer keeps its beginning, and a digest tells it from its like.
LONGEST = 200
# Control characters and what Windows reserves; "%" because it begins what we write instead.
UNSAFE = re.compile(r'[\x01-\x1f\x7f%<>:"\\|?*]')
# ".", "..", ".git" and its disguises mean something to git, which passes over some characters for HFS+ and knows the short
# names of NTFS; a remote refuses them (git-fsck, hasDotgit). A name that ends in a dot or a blank means another to Windows.
IGNORED = "\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff"
SPECIAL = re.compile(rf"^[{IGNORED}]*\.|[. ]$|^g(?=i[a-z0-9]{{0,4}}~)", re.IGNORECASE)
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


class GitLedger(BaseLedger):
    """The ledger of the repository that ``root`` lies in: on its ``remote``, or in this clone where it has none."""

    def __init__(self, root: Path, *, branch: str = "sharekit-ledger", remote: str = "origin") -> None:
        self._git = Git(root)
        has_remote = self._guarded(lambda: self._git.line("config", "--get", f"remote.{remote}.url"))
        self._store = RemoteBranch(self._git, remote, branch) if has_remote else LocalBranch(self._git, branch)
        self._tip: str | None = None
        self._fresh = False
        self._moved = 0.0

    def get(self, key: str) -> LedgerEntry | None:
        return self._guarded(lambda: self._read(self._fetch(), key))

    def entries(self, prefix: str = "") -> Iterator[LedgerEntry]:
        return self._entries(self._guarded(self._fetch), prefix)

    def last_seen(self) -> Iterator[LedgerEntry]:
        """Every entry as this clone saw it last, for a look without the remote."""
        return self._entries(self._guarded(self._store.seen), "")

    def _entries(self, tip: str | None, prefix: str) -> Iterator[LedgerEntry]:
        folder = path_of(f"{prefix.rpartition('/')[0]}/x").rpartition("/")[0] if "/" in prefix else ""
        files = self._guarded(lambda: list(read_files(self._git, tip, folder)))
        found = [_entry_at(path, data) for path, data in files]
        return iter(sorted((entry for entry in found if entry.key.startswith(prefix)), key=lambda entry: entry.key))

    def _change(self, key: str, change: Change) -> LedgerEntry:
        """Decide, commit and push; where the branch moved meanwhile, decide again."""

        def changed() -> LedgerEntry:
            if not self._fresh:
                self._fetch()
            return self._again(lambda: self._attempt(key, change))

        return self._guarded(changed)

    def _attempt(self, key: str, change: Change) -> LedgerEntry:
        parent = self._tip
        before = self._read(parent, key)
        after = change(before)
        if after == before:
            return after
        files = {path_of(key): encode(after)} | ({} if parent else {README: EXPLAINED})
        at = after.outcome.at if after.outcome else after.claimed_at
        commit = write_commit(self._git, parent, files, message=_message(after), at=at)
        try:
            self._store.push(commit)
        except Declined as declined:
            if self._fetch() != parent:
                self._moved = time.monotonic()
            elif declined.final:
                raise self._store.refused(str(declined)) from declined
            raise
        self._tip = commit
        return after

    def _fetch(self) -> str | None:
        self._fresh = False
        self._tip = self._again(self._store.fetch)
        self._fresh = True
        return self._tip

    def _again(self, step: Callable[[], T]) -> T:
        """The step, repeated while it is declined: it is harmless, since every attempt decides anew."""
        begun, pause = time.monotonic(), 0.05
        while True:
            try:
                return step()
            except Declined as declined:
                if time.monotonic() - max(begun, self._moved) > PATIENCE:
                    raise self._store.refused(str(declined)) from declined
            # The pauses are random, so that runs which collided do not collide again.
            time.sleep(random.uniform(0, pause))  # noqa: S311 - no secret
            pause = min(2 * pause, 1)

    def _read(self, commit: str | None, key: str) -> LedgerEntry | None:
        data = read_file(self._git, commit, path_of(key))
        return None if data is None else decode(data, key)

    def _guarded(self, step: Callable[[], T]) -> T:
        try:
            return step()
        except GitUnavailable as error:
            raise LedgerUnavailable(str(error), hint="Or keep the ledger in a database: [ledger] url") from error
        except GitFailed as failed:
            if any(words in failed.said for words in FULL):
                cause = f"the disk is full: {failed.said.splitlines()[0]}"
                raise LedgerUnavailable(cause, hint="Nothing was claimed. Free some space.") from failed
            raise LedgerUnavailable(f"the ledger's branch cannot be read or written: {failed}") from failed


def _entry_at(path: str, data: bytes) -> LedgerEntry:
    entry = decode(data, key_of(path))
    if DAMAGED not in entry.facts:
        return entry
    # The path of a long key is cut; then the record itself names it.
    named = key_in(data)
    if named and path_of(named) == path:
        return decode(data, named)
    if path_of(entry.key) != path:
        return damaged(entry.key, f"{entry.key}{ENDING} is not a name that sharekit gives a file: delete it from the branch")
    return entry


def _message(entry: LedgerEntry) -> str:
    outcome = entry.outcome
    lines = [f"{entry.state} {entry.key}", ""]
    if outcome and outcome.receipt and outcome.receipt.url:
        lines.append(outcome.receipt.url)
    if outcome and outcome.reason:
        lines.append(outcome.reason)
    # A remote refuses a commit with a NUL in its message (git-fsck, nulInCommit).
    return "\n".join([*lines, f"Run: {entry.run}"]).replace("\0", " ") + "\n"


# --- keys as paths ----------------------------------------------------------------------------------------------------


def path_of(key: str) -> str:
    """``share/2022/day-1/x/launch`` → ``share/2022/day-1/x/launch.json``; two keys never share a path."""
    *folders, last = [_name(part) for part in key.split("/")]
    # A folder must not look like a file, or the key "a.json/b" could stand in the way of the key "a".
    folders = [re.sub(r"\.(?=json$)", "%2E", name) for name in folders]
    return "/".join([*folders, last + ENDING])


def key_of(path: str) -> str:
    """The key of a path; of a name that was too long only what is left of it. What is not UTF-8 is shown escaped."""
    key = unquote(path.removesuffix(ENDING), errors="surrogateescape").replace("\0", "")
    return key.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _name(part: str) -> str:
    if not part:
        return "%00"
    name = UNSAFE.sub(_escaped, part).replace("\0", "%C0%80")
    name = SPECIAL.sub(_escaped, name)
    if len(name.encode()) > LONGEST:
        kept = name.encode()[: LONGEST - 20].decode(errors="ignore")
        name = f"{kept}~{hashlib.sha256(part.encode()).hexdigest()[:16]}"
    return name


def _escaped(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}%{ord(found[0][-1]):02X}"


# --- the branch: on the remote, or in this clone where there is none --------------------------------------------------


class Declined(Exception):
    """The remote rejected our commit. ``final`` when a retry would get the same answer."""

    def __init__(self, said: str, *, final: bool = False) -> None:
        super().__init__(said)
        self.final = final


class RemoteBranch:
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
        # Without a refmap no ref is written: the lock that a killed git left on a tracking branch stops nobody.
        quietly = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")
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
        message, hint = push_error(said)
        return LedgerUnavailable(f"{self._name} rejected a push to {self._short}: {message}", hint=hint)

    def _unreachable(self, said: str) -> LedgerUnavailable:
        cause, hint = push_error(said)
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
