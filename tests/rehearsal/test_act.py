"""The generated workflows on a real runner."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from commands import git
from rehearsal.act import Act, source
from rehearsal.story import SECRETS

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.conftest import Scene

LAUNCH = "2042-03-03T09:00:00+01:00"
WORKFLOWS = {"github": ".github/workflows/sharekit.yml", "forgejo": ".forgejo/workflows/sharekit.yml"}


@pytest.mark.slow
@pytest.mark.parametrize("forge", list(WORKFLOWS))
def test_what_is_due_goes_out_once(scene: Scene, tmp_path: Path, forge: str) -> None:
    act = _act(scene, tmp_path, forge)
    workflow = WORKFLOWS[forge]
    hourly = re.findall(r'cron: "(.*?)"', git("show", f"main:{workflow}", cwd=act.origin))[0]
    payload = {"schedule": hourly, "repository": {"full_name": "someone/blog", "default_branch": "main"}}
    before = len(scene.mastodon.posts) + len(scene.linkedin.posts)
    code, log = act.run("schedule", "deliver", payload, workflow=workflow)
    assert code == 0, log
    assert "2 delivered; 1 held: sharekit plan" in log
    assert len(scene.mastodon.posts) + len(scene.linkedin.posts) == before + 2
    code, log = act.run("schedule", "deliver", payload, workflow=workflow)
    assert code == 0, log
    assert "Nothing was due." in log
    assert not [name for name, secret in SECRETS.items() if secret in log]
    assert not list(tmp_path.rglob("owned")), "$(touch owned) in a title was run"


def _act(scene: Scene, tmp_path: Path, forge: str) -> Act:
    """A machine in front of the story's origin after its first part, with the workflow that init writes for a forge."""
    origin, blog, sharekit = tmp_path / "origin.git", tmp_path / "clone", tmp_path / "source"
    shutil.copytree(scene.story.origin, origin)
    git("update-ref", "refs/heads/main", scene.story.stages[0].sha, cwd=origin)
    commit = source(sharekit)
    git("clone", "-q", "-b", "main", str(origin), str(blog), cwd=tmp_path)
    (blog / WORKFLOWS["github"]).unlink()
    init = ["init", "--no-input", "--ci", forge, "--sharekit", f"https://github.com/example/sharekit@{commit}"]
    subprocess.run([sys.executable, "-m", "sharekit", *init], cwd=blog, check=True, capture_output=True)
    git("add", "-A", cwd=blog)
    git("commit", "-q", "-m", "The workflow", cwd=blog)
    git("push", "-q", "origin", "main", cwd=blog)
    (tmp_path / "home").mkdir()
    return Act(home=tmp_path / "home", origin=origin, sharekit=sharekit, now=LAUNCH, secrets=SECRETS)
