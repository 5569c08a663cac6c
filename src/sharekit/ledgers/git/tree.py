"""Reads and makes commits of the ledger's branch, in as few processes as git allows."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sharekit.ledgers.git.paths import ENDING
from sharekit.ledgers.git.run import GitFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sharekit.ledgers.git.run import Git

NOBODY = "0" * 40
# No address: the branch may be public.
COMMITTER = "sharekit <>"


def read_file(git: Git, commit: str | None, path: str) -> bytes | None:
    """A file's content in a commit, None where it is not there."""
    if commit is None:
        return None
    try:
        return git("cat-file", "blob", f"{commit}:{path}")
    except GitFailed as failed:
        if "does not exist" in failed.said or "exists on disk" in failed.said or "Not a valid object" in failed.said:
            return None
        raise


def read_files(git: Git, commit: str | None, folder: str = "") -> Iterator[tuple[str, bytes]]:
    """Every record below a folder of a commit, as (path, content), in order of path."""
    if commit is None:
        return
    place = [folder] if folder else []
    listed = git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *place)
    found: list[tuple[bytes, str]] = []
    for line in listed.split(b"\0"):
        facts, _, path = line.partition(b"\t")
        if path.endswith(ENDING.encode()) and b" blob " in facts:
            found.append((facts.split(b" ")[2], path.decode(errors="surrogateescape")))
    if not found:
        return
    # One process for all of them, fed with ids: a path can hold what a line of input cannot.
    data = git("cat-file", "--batch", "--buffer", given=b"\n".join(oid for oid, _ in found) + b"\n")
    start = 0
    for _, name in found:
        end = data.index(b"\n", start)
        size = int(data[start:end].rsplit(b" ", 1)[1])
        yield name, data[end + 1 : end + 1 + size]
        start = end + 2 + size


def write_commit(git: Git, parent: str | None, files: dict[str, bytes], *, message: str, at: datetime) -> str:
    """A commit on ``parent`` that sets these files; its id. No ref names it until it is pushed."""
    # fast-import needs a ref while it runs. It is taken back before it was ever written.
    ref = f"refs/sharekit/{secrets.token_hex(8)}"
    words = message.encode()
    lines = [b"commit %s\nmark :1\ncommitter %s %d +0000\n" % (ref.encode(), COMMITTER.encode(), int(at.timestamp()))]
    lines.append(b"data %d\n%s\n" % (len(words), words))
    if parent:
        lines.append(b"from %s\n" % parent.encode())
    for path, content in files.items():
        lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (_quoted(path), len(content), content))
    lines.append(b"\nget-mark :1\nreset %s\nfrom %s\n\ndone\n" % (ref.encode(), NOBODY.encode()))
    return git("fast-import", "--quiet", "--done", given=b"".join(lines)).decode().strip()


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return b'"' + escaped.encode(errors="surrogateescape") + b'"'
