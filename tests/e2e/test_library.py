"""sharekit as a library: the example of docs/how-to/library.md is run as it stands."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import sharekit
from week import Week

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit


@pytest.fixture
def blog(tmp_path: Path, sharekit: Sharekit) -> Path:
    week = Week(tmp_path / "blog", sharekit).begin()
    week.article("rabot", "2026-11-20T08:00:00+01:00", series=["Monter un établi"])
    week.article("scie", "2026-11-21T08:00:00+01:00", series=["Monter un établi"])
    week.commit()
    return week.folder


def test_the_example_of_the_documentation_runs(blog: Path, project: Path, tmp_path: Path) -> None:
    page = (project / "docs" / "how-to" / "library.md").read_text()
    code = dedent("\n".join(line for line in page.splitlines() if line.startswith("    ") or not line).strip("\n"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Monter un établi ['Rabot', 'Scie']" in done.stdout
    assert "shares/2026-11-20-rabot.md" in done.stdout


def test_a_session_plans_and_delivers_as_the_command_does(blog: Path) -> None:
    made = sharekit.open(blog)
    assert [post.title for post in made.posts] == ["Rabot", "Scie"]
    assert {file.change for file in made.build(only=["shares"]).made} == {"new"}
    for path in (blog / "shares").glob("*.md"):
        path.write_text(path.read_text().replace("status: draft", "status: approved"))
    again = sharekit.open(blog)
    assert {act.state for act in again.plan().acts} <= {"due", "scheduled", "held", "waiting"}
    assert again.deliver().exit_code in (0, 1)
