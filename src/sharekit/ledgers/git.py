"""One small JSON file per key on an orphan branch; a claim is a commit that the remote took.

A push is compare-and-swap: the remote takes it only on top of what it has. Each record holds a random nonce, because two
equal commits have one id and both pushes would seem to succeed. After a push that failed in any way the branch is read
again, and the nonce tells whether the change is in it.
"""

from __future__ import annotations

import hashlib
import random
import re
import time
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from sharekit.errors import LedgerUnavailable
from sharekit.git import Git, GitFailed, GitUnavailable
from sharekit.ledgers.branch import ENDING, Declined, LocalBranch, RemoteBranch, read_file, read_files, write_commit
from sharekit.ledgers.records import DAMAGED, BaseLedger, damaged, decode, encode, key_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sharekit.ledgers.records import Change
    from sharekit.ports import LedgerEntry

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
        """The entry of a key, as the remote has it now."""
        return self._guarded(lambda: self._read(self._fetch(), key))

    def entries(self, prefix: str = "") -> Iterator[LedgerEntry]:
        """Every entry whose key starts with ``prefix``, as the remote has it now, in order of key."""
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
        return damaged(entry.key, f"{entry.key}{ENDING} is no name that sharekit gives to a file: delete it from the branch")
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
