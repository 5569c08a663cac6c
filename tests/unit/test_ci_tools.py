"""What the workflows of GitLab and Forgejo run beside sharekit."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from servers.forgejo import TOKEN, ForgejoServer

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pull_request_is_opened_once_and_its_comment_is_renewed(project: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    with ForgejoServer() as forge:
        environment = {"GITHUB_API_URL": forge.api, "GITHUB_REPOSITORY": "someone/blog", "JOB_TOKEN": TOKEN}
        for words in ("Next", "Due now ```"):
            plan.write_text(words, encoding="utf-8")
            command = [sys.executable, "tools/forgejo_pull.py", "sharekit/drafts", "main", str(plan)]
            subprocess.run(command, cwd=project, env=environment, check=True, timeout=60)
    assert forge.complaints == []
    assert [each["head"]["ref"] for each in forge.pulls] == ["sharekit/drafts"]
    assert "Merging approves the shares" in forge.pulls[0]["body"]
    [comment] = forge.comments
    assert comment["body"].startswith("<!-- sharekit plan -->\n````````\nDue now ```\n````````")


def test_a_line_that_looks_like_a_command_stays_text(project: Path) -> None:
    command = ["sh", "tools/muted", "sh", "-c", "echo '::error::owned'; echo told >&2; exit 3"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3
    first, *middle, last = done.stdout.split()
    mark = first.removeprefix("::stop-commands::")
    assert (first, last) == (f"::stop-commands::{mark}", f"::{mark}::")
    assert middle == ["::error::owned", "told"]
    assert len(mark) == 32
