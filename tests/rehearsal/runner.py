"""A runner without the network: it clones an origin and executes the steps of a workflow as a shell would.

It knows what our workflows use of GitHub Actions and refuses the rest. An action of somebody else's is played
(checkout, setup-python); ours is executed from its ``action.yml``. The programs are real, except ``gh``: it notes what it
was asked and answers as when there is nothing yet.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rehearsal.expressions import evaluate, fill_in

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ".github/workflows/sharekit.yml"
GH = """#!/bin/sh
printf '%s\\n' "$*" >>"$GH_ASKED"
case "$*" in
  *"pr create"*) echo https://github.com/someone/blog/pull/7 ;;
  *"body=@"*) cat "${*##*body=@}" >>"$GH_ASKED" ;;
esac
"""


@dataclass
class Job:
    """What came of a job: ``code`` of the step that failed, else 0; ``log`` is what the runner's page would show."""

    name: str
    code: int = 0
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Runner:
    """One machine, on which it is ``now`` (ISO 8601). ``kill`` ends it from outside at any moment, with all that it runs."""

    home: Path
    origin: Path
    secrets: dict[str, str] = field(default_factory=dict)
    now: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _killed: threading.Event = field(default_factory=threading.Event)

    def run(self, event: dict[str, Any], *, sha: str, workflow: str | None = None) -> dict[str, Job]:
        """Every job that the event starts, in order of their needs. ``sha`` is the commit that the event names."""
        self._prepare()
        text = workflow or _git(self.origin, "show", f"{sha}:{WORKFLOW}")
        parsed = yaml.safe_load(text)
        github = {"token": "job-token", "server_url": "https://github.com", "repository": "someone/blog", **event}
        done: dict[str, Job] = {}
        for name, job in parsed["jobs"].items():
            needs = {each: {"outputs": done[each].outputs} for each in _listed(job.get("needs")) if each in done}
            if set(_listed(job.get("needs"))) - set(done) or any(done[each].code for each in needs):
                continue
            contexts = {"github": github, "needs": needs, "secrets": self.secrets, "env": {}}
            contexts["runner"] = {"temp": str(self.home / "temp")}
            if "if" in job and not evaluate(str(job["if"]), contexts):
                continue
            done[name] = self._job(name, job, contexts, sha)
        return done

    def kill(self) -> None:
        """Pull the plug."""
        self._killed.set()
        process = self._process
        if process is not None and process.poll() is None:
            for pid in family(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _prepare(self) -> None:
        venv = self.home / "temp" / "sharekit"
        if (venv / ".ready").exists():
            return
        # As if an earlier step of the job had installed it: pip and the network are not what is rehearsed.
        module = f"clockwork {self.now}" if self.now else "sharekit"
        write_program(venv / "bin" / "sharekit", f'#!/bin/sh\nexec "{sys.executable}" -P -m {module} "$@"\n')
        (venv / ".ready").touch()
        write_program(self.home / "tools" / "gh", GH)

    def _job(self, name: str, job: dict[str, Any], contexts: dict[str, Any], sha: str) -> Job:
        done = Job(name=name)
        workspace = self.home / f"work-{name}"
        workspace.mkdir(parents=True, exist_ok=True)
        contexts = {**contexts, "steps": done.steps}
        try:
            for step in job["steps"]:
                self._step(step, done, contexts, workspace, sha, {}, ROOT)
        except _Failed as failed:
            done.code = failed.code
        done.outputs = {key: fill_in(value, contexts) for key, value in job.get("outputs", {}).items()}
        return done

    def _step(
        self,
        step: dict[str, Any],
        done: Job,
        contexts: dict[str, Any],
        workspace: Path,
        sha: str,
        outer: dict[str, str],
        action: Path,
    ) -> dict[str, str]:
        if "if" in step and not evaluate(str(step["if"]), contexts):
            return {}
        given = {key: fill_in(_text(value), contexts) for key, value in step.get("with", {}).items()}
        environment = {**outer, **{key: fill_in(_text(value), contexts) for key, value in step.get("env", {}).items()}}
        uses = step.get("uses", "").partition("@")[0]
        if uses == "actions/checkout":
            outputs = self._checkout(given, workspace, sha)
        elif uses == "actions/cache":
            outputs = {"cache-hit": "false"}
        elif uses == "actions/setup-python":
            outputs = {"python-path": sys.executable}
        elif uses:
            outputs = self._composite(given, done, contexts, workspace, sha, environment)
        else:
            outputs = self._script(step["run"], done, contexts, workspace, environment, action, composite="shell" in step)
        if "id" in step:
            contexts["steps"][step["id"]] = {"outputs": outputs}
        return outputs

    def _checkout(self, given: dict[str, str], workspace: Path, sha: str) -> dict[str, str]:
        assert given.get("persist-credentials") == "false", "the token stays out of .git/config"
        ref = given.get("ref") or sha
        depth = [] if given.get("fetch-depth") == "0" else ["--depth=1"]
        _git(workspace, "init", "--quiet", ".")
        _git(workspace, "remote", "add", "origin", f"file://{self.origin}")
        _git(workspace, "fetch", "--quiet", *depth, "origin", ref)
        _git(workspace, "checkout", "--quiet", "FETCH_HEAD")
        return {}

    def _composite(
        self,
        given: dict[str, str],
        done: Job,
        contexts: dict[str, Any],
        workspace: Path,
        sha: str,
        environment: dict[str, str],
    ) -> dict[str, str]:
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        unknown = set(given) - set(action["inputs"])
        assert not unknown, f"inputs that the action does not have: {unknown}"
        inputs = {name: fill_in(each.get("default", ""), contexts) for name, each in action["inputs"].items()}
        inner = {**contexts, "inputs": {**inputs, **given}, "steps": {}}
        for step in action["runs"]["steps"]:
            self._step(step, done, inner, workspace, sha, environment, ROOT)
        return {name: fill_in(each["value"], inner) for name, each in action["outputs"].items()}

    def _script(
        self,
        script: str,
        done: Job,
        contexts: dict[str, Any],
        workspace: Path,
        environment: dict[str, str],
        action: Path,
        *,
        composite: bool,
    ) -> dict[str, str]:
        temp = self.home / "temp"
        path = temp / f"step-{os.urandom(4).hex()}.sh"
        path.write_text(fill_in(script, contexts), encoding="utf-8")
        output = temp / f"{path.stem}-output"
        output.touch()
        github = contexts["github"]
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if composite else ["bash", "-e"]
        known = {
            "PATH": f"{self.home / 'tools'}:{os.environ['PATH']}",
            "PYTHONPATH": f"{os.environ.get('PYTHONPATH', '')}:{ROOT / 'tests'}".removeprefix(":"),
            "HOME": str(self.home),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(temp / "summary.md"),
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_RUN_ID": github.get("run_id", "1"),
            "GITHUB_RUN_ATTEMPT": github.get("run_attempt", "1"),
            "RUNNER_TEMP": str(temp),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "GH_ASKED": str(self.home / "asked.txt"),
        }
        with (temp / "log.txt").open("a+b") as log:
            start = log.seek(0, os.SEEK_END)
            self._process = subprocess.Popen(
                [*shell, str(path)],
                cwd=workspace,
                env={**known, **self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            if self._killed.is_set():
                self.kill()
            code = self._process.wait(timeout=120)
            log.seek(start)
            done.log += log.read().decode(errors="replace")
        if code:
            raise _Failed(code)
        return _outputs(output.read_text(encoding="utf-8"))


class _Failed(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(needs: Any) -> list[str]:
    return [needs] if isinstance(needs, str) else list(needs or ())


def write_program(path: Path, text: str) -> None:
    """Write an executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _outputs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, many, mark = line.partition("<<")
        if not many:
            name, _, found[name] = line.partition("=")
            continue
        found[name] = "\n".join(itertools.takewhile(mark.__ne__, lines))
    return found


def family(pid: int) -> list[int]:
    """A process and all that it started, children of a session of their own too."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            fields = re.sub(r"\(.*\)", "", stat.read_text(errors="replace")).split()
            parents.setdefault(int(fields[2]), []).append(int(fields[0]))
    found, todo = [], [pid]
    while todo:
        each = todo.pop()
        found.append(each)
        todo += parents.get(each, [])
    return found


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise AssertionError(f"git {' '.join(arguments)}: {done.stderr}")
    return done.stdout
