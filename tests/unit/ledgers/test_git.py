from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.ledger import DELIVERED, NOW, LedgerContract
from repositories import git, make_hosting
from sharekit.ledgers.git import GitLedger, path_of
from sharekit.model import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from repositories import Hosting
    from sharekit.ports import Ledger


class TestWithARemote(LedgerContract):
    @pytest.fixture
    def ledger(self, hosting: Hosting) -> Ledger:
        return GitLedger(hosting.clone("clone"))


class TestInAShallowClone(LedgerContract):
    @pytest.fixture
    def ledger(self, hosting: Hosting) -> Ledger:
        return GitLedger(hosting.clone("clone", "--depth=1"))


class TestWithoutARemote(LedgerContract):
    @pytest.fixture
    def ledger(self, hosting: Hosting) -> Ledger:
        return GitLedger(hosting.folder / "first")


class TestWithObjectIdsOf64Digits(LedgerContract):
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        return GitLedger(make_hosting(tmp_path, "--object-format=sha256").clone("clone"))


def test_without_a_remote_and_with_ids_of_64_digits(tmp_path: Path) -> None:
    ledger = GitLedger(make_hosting(tmp_path, "--object-format=sha256").folder / "first")
    for key in ("share/a/x/launch", "share/b/x/launch"):
        claim = ledger.claim(key, at=NOW, run="run")
        assert ledger.settle(key, DELIVERED, nonce=claim.nonce) == ledger.get(key)
    assert [entry.state for entry in ledger.entries()] == ["delivered", "delivered"]


def test_where_upper_and_lower_case_are_one_keys_are_still_two(hosting: Hosting) -> None:
    clone = hosting.clone("clone")
    # As git init sets it up on macOS and Windows.
    git(clone, "config", "core.ignoreCase", "true")
    ledger = GitLedger(clone)
    claims = [ledger.claim(key, at=NOW, run="run") for key in ("share/A/x/launch", "share/a/x/launch", "share/a/X/launch")]
    assert sorted(ledger.entries(), key=lambda entry: entry.key) == sorted(claims, key=lambda entry: entry.key)


def test_a_second_clone_with_ids_of_64_digits_reads_what_the_first_wrote(tmp_path: Path) -> None:
    hosting = make_hosting(tmp_path, "--object-format=sha256")
    first, second = (GitLedger(hosting.clone(name, *options)) for name, options in (("one", ()), ("two", ("--depth=1",))))
    claim = first.claim("share/a/x/launch", at=NOW, run="run")
    second.settle(claim.key, DELIVERED, nonce=claim.nonce)
    assert [entry.state for entry in first.entries()] == ["delivered"]
    assert len(git(hosting.bare, "rev-parse", "sharekit-ledger")) == 64
    assert not list(hosting.folder.rglob("*crash*"))


@pytest.mark.parametrize(("length", "is_whole"), [(200, True), (201, False)])
def test_a_name_that_no_file_system_takes_is_cut_and_told_apart_by_its_digest(length: int, is_whole: bool) -> None:
    name = path_of(f"share/{'a' * length}/x/launch").split("/")[1]
    assert (name == "a" * length) == is_whole
    assert len(name) <= 200
    assert name != path_of(f"share/{'a' * (length - 1)}b/x/launch").split("/")[1]


def test_a_commit_says_what_came_of_which_key_why_and_in_which_run(hosting: Hosting) -> None:
    clone = hosting.clone("clone")
    claim = (ledger := GitLedger(clone)).claim("share/a/x/launch", at=NOW, run="by hand")
    ledger.settle("share/a/x/launch", Outcome(state="refused", at=NOW, reason="too long"), nonce=claim.nonce)
    said = git(clone, "log", "-1", "--format=%B", "origin/sharekit-ledger").strip()
    assert said == "refused share/a/x/launch\n\ntoo long\nRun: by hand"
