"""What can be wrong with the branch that the ledger lives on, each provoked once. docs/faults.md is the table of it."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from contracts.ledger import DELIVERED, NOW
from repositories import git, hosting
from sharekit.errors import LedgerError, LedgerUnavailable
from sharekit.ledgers.git import GitLedger
from sharekit.ledgers.records import DAMAGED

if TYPE_CHECKING:
    from pathlib import Path

    from repositories import Hosting
    from sharekit.model import LedgerEntry

__all__ = ["hosting"]

BRANCH = "sharekit-ledger"
CLAIMED = '"claimed":{"at":"2026-01-01T00:00:00Z","run":"","nonce":""}'
WHO = ("-c", "user.name=n", "-c", "user.email=n@blog.example")


@pytest.fixture
def clone(hosting: Hosting) -> Path:
    return hosting.clone("clone")


def deliver(ledger: GitLedger, key: str) -> LedgerEntry:
    claim = ledger.claim(key, at=NOW, run="run")
    return ledger.settle(key, DELIVERED, nonce=claim.nonce)


def hook(hosting: Hosting, script: str) -> None:
    """Make the remote's pre-receive hook."""
    path = hosting.bare / "hooks" / "pre-receive"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def edit_by_hand(hosting: Hosting, path: str, content: str) -> None:
    """Push a change of one file of the branch, as a person might."""
    folder = hosting.clone("by-hand", f"--branch={BRANCH}")
    (folder / path).write_text(content)
    git(folder, *WHO, "commit", "--quiet", "--all", "-m", "by hand")
    git(folder, "push", "--quiet")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "cannot be read"),
        ("<<<<<<< HEAD\n", "cannot be read"),
        ('{"key": "share/b/x/launch"}', "cannot be read"),
        (
            '{"key":"share/b/x/launch","state":"sent","claimed":{"at":"2026-01-01T00:00:00Z","run":"","nonce":""}}',
            "cannot be",
        ),
        (
            '{"key":"share/b/x/launch","state":"delivered","claimed":{"at":"2026-01-01T00:00:00Z","run":"","nonce":""}}',
            "sett",
        ),
        (
            '{"key":"share/c/x/launch","state":"claimed","claimed":{"at":"2026-01-01T00:00:00Z","run":"","nonce":""}}',
            "another",
        ),
        ('{"key":"share/b/x/launch","state":"claimed","form":2}', "a newer sharekit"),
    ],
)
def test_a_record_edited_into_nonsense_is_held_and_named(hosting: Hosting, clone: Path, content: str, why: str) -> None:
    ledger = GitLedger(clone)
    kept = deliver(ledger, "share/a/x/launch")
    deliver(ledger, "share/b/x/launch")
    edit_by_hand(hosting, "share/b/x/launch.json", content)
    entries = {entry.key: entry for entry in ledger.entries()}
    assert entries["share/a/x/launch"] == kept
    assert entries["share/b/x/launch"].state == "unknown"
    assert why in entries["share/b/x/launch"].facts[DAMAGED]
    with pytest.raises(LedgerError, match="share/b/x/launch is unknown"):
        ledger.claim("share/b/x/launch", at=NOW, run="run")
    # A person settles it, and it is whole again.
    settled = ledger.settle("share/b/x/launch", DELIVERED, nonce="")
    assert ledger.get("share/b/x/launch") == settled


def set_by_hand(hosting: Hosting, mode: str, kind: bytes | None, path: bytes) -> None:
    """Commit an object on the remote's branch with plumbing: what no file system and no editor would make."""

    def run(*arguments: str, given: bytes = b"") -> str:
        command = ["git", "-C", str(hosting.bare), *WHO, *arguments]
        return subprocess.run(command, input=given, check=True, capture_output=True).stdout.decode().strip()

    oid = run("hash-object", "-w", "--stdin", given=kind) if kind is not None else run("rev-parse", "main")
    listed = subprocess.run(
        ["git", "-C", str(hosting.bare), "ls-tree", "-r", "-z", BRANCH], check=True, capture_output=True
    ).stdout
    kept = [line for line in listed.split(b"\0") if line and line.partition(b"\t")[2] != path]
    index = {"GIT_INDEX_FILE": str(hosting.folder / "scratch-index")}
    lines = b"\0".join([*kept, f"{mode} {oid}\t".encode() + path, b""])
    for arguments, given in (
        (["update-index", "-z", "--index-info"], lines),
        (["write-tree"], b""),
    ):
        command = ["git", "-C", str(hosting.bare), *arguments]
        done = subprocess.run(command, input=given, check=True, capture_output=True, env={**os.environ, **index})
    tree = done.stdout.decode().strip()
    commit = run("commit-tree", "-p", BRANCH, "-m", "by hand", tree)
    run("update-ref", f"refs/heads/{BRANCH}", commit)


WHOLE = b'{"key":"share/b/x/launch","state":"claimed",' + CLAIMED.encode() + b"}"


@pytest.mark.parametrize(
    ("mode", "content", "path", "held"),
    [
        ("100644", b'{"key":"\xff"}', b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", WHOLE.replace(b'"run":""', b'"run":"\xe9t\xe9"'), b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", WHOLE[:60], b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", b"\xef\xbb\xbf" + WHOLE, b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", WHOLE.decode().encode("utf-16"), b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", b"[" * 100_000, b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", WHOLE.replace(b"2026-01", b"9999-12"), b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", b"", b"share/b/x/launch.json", "share/b/x/launch"),
        ("120000", b"../../a/x/launch.json", b"share/b/x/launch.json", "share/b/x/launch"),
        ("120000", WHOLE, b"share/b/x/launch.json", "share/b/x/launch"),
        ("160000", None, b"share/b/x/launch.json", "share/b/x/launch"),
        ("100644", WHOLE, b"share/b/x/launch.json/deep/er.json", "share/b/x/launch"),
        ("100644", WHOLE, b"share/b/x/launch.json/README", "share/b/x/launch"),
        ("100644", WHOLE, b"share/caf\xe9/x/launch.json", "share/caf\\xe9/x/launch"),
        ("100644", b"{", b"\xff\xfe.json", "\\xff\\xfe"),
        ("100644", WHOLE, b"share/%zz/%41.json", "share/%zz/A"),
    ],
)
def test_what_is_no_record_holds_its_own_key_only(
    hosting: Hosting, clone: Path, mode: str, content: bytes | None, path: bytes, held: str
) -> None:
    ledger = GitLedger(clone)
    kept = deliver(ledger, "share/a/x/launch")
    set_by_hand(hosting, mode, content, path)
    ledger = GitLedger(clone)
    entries = {entry.key: entry for entry in ledger.entries()}
    assert set(entries) == {"share/a/x/launch", held}
    assert entries["share/a/x/launch"] == kept
    assert entries[held].facts[DAMAGED]
    assert entries[held].state == "unknown"
    # Each of them can be printed and written as JSON.
    json.dumps([entry.key + entry.facts.get(DAMAGED, "") for entry in entries.values()]).encode()
    held.encode()
    other = deliver(ledger, "share/c/x/launch")
    if held == "share/b/x/launch" and content is not None:
        with pytest.raises(LedgerError):
            ledger.claim(held, at=NOW, run="run")
        found = ledger.settle(held, DELIVERED, nonce="")
        assert list(ledger.entries()) == [kept, found, other]


def test_a_clone_that_lost_the_content_of_a_record(hosting: Hosting, clone: Path) -> None:
    ledger = GitLedger(clone)
    for key in ("share/a/x/launch", "share/b/x/launch", "share/c/x/launch"):
        deliver(ledger, key)
    lost = git(clone, "rev-parse", "refs/sharekit/ledger:share/b/x/launch.json")
    (clone / ".git/objects" / lost[:2] / lost[2:]).unlink()
    states = {entry.key: entry.state for entry in ledger.entries()}
    assert states == {"share/a/x/launch": "delivered", "share/b/x/launch": "unknown", "share/c/x/launch": "delivered"}


def test_git_that_is_not_installed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LedgerUnavailable, match="git cannot be run") as caught:
        GitLedger(clone)
    assert "[ledger] url" in (caught.value.hint or "")


def test_a_remote_that_is_away(hosting: Hosting, clone: Path) -> None:
    kept = deliver(GitLedger(clone), "share/a/x/launch")
    hosting.bare.rename(hosting.folder / "moved.git")
    ledger = GitLedger(clone)
    with pytest.raises(LedgerUnavailable, match="the ledger on origin cannot be reached"):
        ledger.claim("share/b/x/launch", at=NOW, run="run")
    assert list(ledger.last_seen()) == [kept]


def test_a_remote_that_goes_away_between_claim_and_settle(hosting: Hosting, clone: Path) -> None:
    ledger = GitLedger(clone)
    claim = ledger.claim("share/a/x/launch", at=NOW, run="run")
    moved = hosting.bare.rename(hosting.folder / "moved.git")
    with pytest.raises(LedgerUnavailable):
        ledger.settle(claim.key, DELIVERED, nonce=claim.nonce)
    moved.rename(hosting.bare)
    assert GitLedger(clone).get(claim.key) == claim


def test_a_protected_branch(hosting: Hosting, clone: Path) -> None:
    hook(hosting, "echo 'GH006: Protected branch update failed' >&2; exit 1")
    with pytest.raises(LedgerUnavailable, match=r"pre-receive hook declined.* GH006: Protected branch") as caught:
        GitLedger(clone).claim("share/a/x/launch", at=NOW, run="run")
    assert "exclude both from the rule" in (caught.value.hint or "")


def test_an_address_with_a_password_is_never_repeated(hosting: Hosting, clone: Path) -> None:
    git(clone, "remote", "set-url", "origin", "http://me:hunter2@127.0.0.1:9/blog.git")
    with pytest.raises(LedgerUnavailable) as caught:
        GitLedger(clone).get("share/a/x/launch")
    assert "127.0.0.1" in str(caught.value)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_remote_that_asks_for_a_password_gets_no_answer(clone: Path, password_prompt: str) -> None:
    git(clone, "remote", "set-url", "origin", password_prompt)
    with pytest.raises(LedgerUnavailable, match="cannot be reached") as caught:
        GitLedger(clone).get("share/a/x/launch")
    assert "credential helper" in (caught.value.hint or "")


def test_a_branch_that_was_pushed_over(hosting: Hosting, clone: Path) -> None:
    ledger = GitLedger(clone)
    deliver(ledger, "share/a/x/launch")
    old = git(hosting.bare, "rev-parse", f"{BRANCH}~1")
    git(hosting.bare, "update-ref", f"refs/heads/{BRANCH}", old)
    with pytest.raises(LedgerError, match="was rewritten since it was last seen here") as caught:
        GitLedger(clone).claim("share/b/x/launch", at=NOW, run="run")
    assert "sharekit ledger seed" in (caught.value.hint or "")


def test_a_branch_that_was_deleted(hosting: Hosting, clone: Path) -> None:
    deliver(GitLedger(clone), "share/a/x/launch")
    seen = git(clone, "rev-parse", "refs/sharekit/ledger")
    git(hosting.bare, "update-ref", "-d", f"refs/heads/{BRANCH}")
    with pytest.raises(LedgerError, match="is gone") as caught:
        GitLedger(clone).claim("share/b/x/launch", at=NOW, run="run")
    # The hint's first command puts it back.
    command = (caught.value.hint or "").splitlines()[1].partition(": ")[2].split()
    subprocess.run(command, cwd=clone, check=True, capture_output=True)
    assert git(hosting.bare, "rev-parse", BRANCH) == seen
    assert GitLedger(clone).get("share/a/x/launch") is not None


def test_the_lock_of_a_killed_git_on_the_tracking_branch_stops_nobody(hosting: Hosting, clone: Path) -> None:
    deliver(GitLedger(hosting.clone("other")), "share/a/x/launch")
    lock = clone / ".git" / "refs" / "remotes" / "origin" / f"{BRANCH}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    assert deliver(GitLedger(clone), "share/b/x/launch").state == "delivered"


def test_a_claim_that_arrived_though_the_push_seemed_to_fail(hosting: Hosting, clone: Path, tmp_path: Path) -> None:
    # The remote takes the push, and its answer is lost: what git says is a failure.
    post = hosting.bare / "hooks" / "post-receive"
    post.write_text("#!/bin/sh\nkill -9 $PPID\n")
    post.chmod(0o755)
    ledger = GitLedger(clone)
    claim = ledger.claim("share/a/x/launch", at=NOW, run="run")
    post.unlink()
    assert ledger.get("share/a/x/launch") == claim
    assert git(hosting.bare, "rev-list", "--count", BRANCH) == "1"


def test_nothing_of_the_user_s_is_touched(hosting: Hosting, clone: Path) -> None:
    def state() -> tuple[str, ...]:
        asked = (("status", "--porcelain=v2", "--branch"), ("rev-parse", "HEAD"), ("stash", "list"))
        return tuple(git(clone, *each) for each in asked)

    (clone / "post.md").write_text("half a sentence")
    (clone / ".git/hooks/pre-push").write_text("#!/bin/sh\nexit 1\n")
    (clone / ".git/hooks/pre-push").chmod(0o755)
    before = state()
    index = (clone / ".git/index").read_bytes()
    deliver(GitLedger(clone), "share/a/x/launch")
    assert state() == before
    assert (clone / ".git/index").read_bytes() == index
    assert not (clone / ".git/FETCH_HEAD").exists()
    assert (clone / "post.md").read_text() == "half a sentence"
    refs = git(clone, "for-each-ref", "--format=%(refname)", "refs/sharekit").splitlines()
    assert refs == ["refs/sharekit/ledger"]


def test_called_from_a_hook_of_another_repository(hosting: Hosting, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(hosting.folder / "first" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    ledger = GitLedger(clone)
    monkeypatch.undo()
    deliver(ledger, "share/a/x/launch")
    assert git(hosting.folder / "first", "for-each-ref", "refs/sharekit") == ""
    assert git(hosting.bare, "rev-list", "--count", BRANCH) == "2"


def test_a_ledger_begun_without_a_remote_is_carried_on_there(hosting: Hosting) -> None:
    first = hosting.folder / "first"
    kept = deliver(GitLedger(first), "share/a/x/launch")
    git(first, "remote", "add", "origin", str(hosting.bare))
    deliver(GitLedger(first), "share/b/x/launch")
    assert GitLedger(hosting.clone("other")).get("share/a/x/launch") == kept


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return


def test_a_full_disk_at_the_claim(hosting: Hosting, clone: Path, full: Path) -> None:
    git(full, "clone", "--quiet", hosting.bare.as_uri(), "clone")
    ledger = GitLedger(full / "clone")
    assert ledger.get("share/a/x/launch") is None
    filler = full / "filler"
    fill(filler)
    with pytest.raises(LedgerUnavailable, match="disk is full"):
        ledger.claim("share/a/x/launch", at=NOW, run="run")
    filler.unlink()
    assert ledger.claim("share/a/x/launch", at=NOW, run="run").attempts == 1
