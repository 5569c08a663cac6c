"""What can be wrong with the branch that the ledger lives on, each provoked once. docs/faults.md is the table of it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from contracts.ledger import DELIVERED, NOW
from repositories import git, hosting
from sharekit.errors import LedgerError, LedgerUnavailable
from sharekit.ledgers.git import GitLedger
from sharekit.records import DAMAGED

if TYPE_CHECKING:
    from pathlib import Path

    from repositories import Hosting
    from sharekit.ports import LedgerEntry

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


def test_a_remote_that_asks_for_a_password_gets_no_answer(clone: Path, asking: str) -> None:
    git(clone, "remote", "set-url", "origin", asking)
    with pytest.raises(LedgerUnavailable, match="cannot be reached") as caught:
        GitLedger(clone).get("share/a/x/launch")
    assert "asks for a login" in (caught.value.hint or "")


def test_a_branch_that_was_pushed_over(hosting: Hosting, clone: Path) -> None:
    ledger = GitLedger(clone)
    deliver(ledger, "share/a/x/launch")
    old = git(hosting.bare, "rev-parse", f"{BRANCH}~1")
    git(hosting.bare, "update-ref", f"refs/heads/{BRANCH}", old)
    with pytest.raises(LedgerError, match="is not the one that was seen here before") as caught:
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
