"""Reads and makes commits of the ledger's branch, in as few processes as git allows."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sharekit.ledgers.git.paths import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sharekit.git import Git

# No address: the branch may be public.
COMMITTER = "sharekit <>"


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
