"""``sharekit build --push`` in clones of one origin, as CI runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands import git
from sharekit.errors import OutputError
from sharekit.steps.push import push_drafts, take_in

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "sharekit/drafts"


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    folder = tmp_path / "origin.git"
    git("init", "-q", "--bare", "-b", "main", str(folder), cwd=tmp_path)
    first = tmp_path / "first"
    git("clone", "-q", str(folder), str(first), cwd=tmp_path)
    git("checkout", "-q", "-b", "main", cwd=first)
    _write(first, "content.md", "a post")
    git("push", "-q", "origin", "main", cwd=first)
    return folder


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    git("add", "-A", cwd=folder)
    git("commit", "-q", "-m", name, cwd=folder)


def _clone(origin: Path, name: str, *options: str, branch: str = "main") -> Path:
    folder = origin.parent / name
    git("clone", "-q", "-b", branch, *options, f"file://{origin}", str(folder), cwd=origin.parent)
    return folder


def _run(folder: Path, drafts: dict[str, str], branch: str = BRANCH) -> bool:
    take_in(folder, branch)
    (folder / "shares").mkdir(exist_ok=True)
    for name, text in drafts.items():
        if not (folder / "shares" / name).exists():
            (folder / "shares" / name).write_text(text)
    return push_drafts(folder, [folder / "shares", folder / "issues"], branch)


def _read(origin: Path, name: str, branch: str = BRANCH) -> str:
    return git("show", f"{branch}:{name}", cwd=origin)


@pytest.mark.parametrize("depth", ["--depth=1", "--no-tags"])
def test_drafts_become_a_branch_and_a_second_run_has_nothing_to_say(origin: Path, depth: str) -> None:
    assert _run(_clone(origin, "one", depth), {"a.md": "draft"})
    assert _read(origin, "shares/a.md") == "draft"
    assert "content.md" in git("ls-tree", "--name-only", "main", cwd=origin)
    assert not _run(_clone(origin, "two", depth), {"a.md": "draft"})
    assert _run(_clone(origin, "three", depth), {"a.md": "draft", "b.md": "draft"})
    assert git("log", "-1", "--format=%an", BRANCH, cwd=origin).strip() == "sharekit"


def test_what_a_person_wrote_on_the_branch_stays(origin: Path) -> None:
    _run(_clone(origin, "one"), {"a.md": "draft"})
    _write(person := _clone(origin, "person", branch=BRANCH), "shares/a.md", "edited by me")
    git("push", "-q", "origin", BRANCH, cwd=person)
    _run(_clone(origin, "two"), {"a.md": "draft", "b.md": "draft"})
    assert _read(origin, "shares/a.md") == "edited by me"
    assert _read(origin, "shares/b.md") == "draft"


def test_a_person_who_pushes_in_between_is_taken_in(origin: Path) -> None:
    _run(_clone(origin, "one"), {"a.md": "draft"})
    runner, person = _clone(origin, "runner"), _clone(origin, "person", branch=BRANCH)
    take_in(runner, BRANCH)
    (runner / "shares" / "b.md").write_text("draft")
    _write(person, "shares/a.md", "edited by me")
    git("push", "-q", "origin", BRANCH, cwd=person)
    assert push_drafts(runner, [runner / "shares"], BRANCH)
    assert (_read(origin, "shares/a.md"), _read(origin, "shares/b.md")) == ("edited by me", "draft")


def test_straight_on_the_default_branch(origin: Path) -> None:
    runner, person = _clone(origin, "runner"), _clone(origin, "person")
    _write(person, "content.md", "corrected")
    git("push", "-q", "origin", "main", cwd=person)
    assert _run(runner, {"a.md": "draft"}, "main")
    assert (_read(origin, "content.md", "main"), _read(origin, "shares/a.md", "main")) == ("corrected", "draft")


def test_a_branch_that_was_merged_as_one_commit_is_not_in_the_way(origin: Path) -> None:
    _run(_clone(origin, "one"), {"a.md": "draft"})
    owner = _clone(origin, "owner")
    _write(owner, "shares/a.md", "draft")
    _write(owner, "shares/a.md", "edited on main, after the merge")
    git("push", "-q", "origin", "main", cwd=owner)
    assert _run(_clone(origin, "two"), {"b.md": "draft"})
    assert _read(origin, "shares/a.md") == "edited on main, after the merge"


def test_the_same_lines_changed_on_both_sides_are_left_to_a_person(origin: Path) -> None:
    _run(_clone(origin, "one"), {"a.md": "draft"})
    _write(person := _clone(origin, "person", branch=BRANCH), "shares/a.md", "edited in the pull request")
    git("push", "-q", "origin", BRANCH, cwd=person)
    _write(owner := _clone(origin, "owner"), "shares/a.md", "edited on main")
    git("push", "-q", "origin", "main", cwd=owner)
    runner = _clone(origin, "runner")
    with pytest.raises(OutputError, match=r"changed the same lines: shares/a\.md"):
        _run(runner, {})
    assert git("status", "--porcelain", cwd=runner) == ""
    assert _read(origin, "shares/a.md") == "edited in the pull request"


def test_a_push_that_is_refused_says_what_to_do(origin: Path) -> None:
    hook = origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed for refs/heads/main.' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(OutputError, match="a rule of the repository protects this branch") as caught:
        _run(_clone(origin, "runner"), {"a.md": "draft"}, "main")
    assert "sharekit/drafts" in (caught.value.hint or "")


def test_a_checkout_with_changes_of_its_own_is_not_touched(origin: Path) -> None:
    runner = _clone(origin, "runner")
    (runner / "content.md").write_text("not committed")
    with pytest.raises(OutputError, match="not committed"):
        take_in(runner, BRANCH)
    assert (runner / "content.md").read_text() == "not committed"


@pytest.mark.parametrize("branch", ["", "-x", "a b", "a\n::error::x", "$(id)"])
def test_a_name_that_cannot_be_a_branch_is_refused(origin: Path, branch: str) -> None:
    with pytest.raises(OutputError, match="cannot be the name of a branch"):
        take_in(_clone(origin, "runner"), branch)


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git("init", "-q", cwd=tmp_path)
    with pytest.raises(OutputError, match="rev-parse"):
        take_in(tmp_path, BRANCH)
