from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import comrak
import lxml.html
import pytest
import yaml

from commands import git
from rehearsal.expressions import evaluate, fill_in
from rehearsal.runner import Job, Runner, family
from rehearsal.story import PUSH, SECRETS

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.conftest import Scene

DELIVER = {"event_name": "schedule", "event": {"schedule": ""}}
# The moment of the first part's launch.
LAUNCH = "2042-03-03T09:00:00+01:00"


def _commands(log: str) -> list[str]:
    """The workflow commands in a log that the runner would obey: none between stop-commands and its token."""
    obeyed, stopped = [], ""
    for line in log.splitlines():
        found = re.match(r"\s*::([\w-]+)(?: [^:]*)?::(.*)", line)
        if stopped:
            stopped = "" if line.strip() == f"::{stopped}::" else stopped
        elif found:
            obeyed.append(found[1])
            stopped = found[2].strip() if found[1] == "stop-commands" else ""
    assert not stopped, "commands stay stopped after the step"
    return obeyed


def _jobs(scene: Scene, event: str) -> list[tuple[Path, dict[str, Job]]]:
    return [(each["home"], each["jobs"]) for each in scene.story.jobs if each["event"] == event]


@pytest.mark.slow
def test_a_push_makes_a_branch_of_drafts_and_asks_for_its_pull_request(scene: Scene) -> None:
    for home, jobs in _jobs(scene, "push"):
        assert list(jobs) == ["draft"]
        assert jobs["draft"].code == 0, jobs["draft"].log
        asked = (home / "asked.txt").read_text()
        assert "pr create --head sharekit/drafts --base main" in asked
        assert "issues/7/comments" in asked, "a token of a job starts no workflow on the pull request: the plan is said here"
        assert "<!-- sharekit plan -->\n### sharekit plan: " in asked


@pytest.mark.slow
def test_what_a_person_wrote_in_the_pull_request_is_on_main_after_three_rounds(scene: Scene, tmp_path: Path) -> None:
    git("clone", "-q", str(scene.story.origin), str(tmp_path / "blog"), cwd=tmp_path)
    for number in (1, 2, 3):
        draft = next((tmp_path / "blog" / "shares").glob(f"*partie-{number}.md")).read_text()
        assert f"Relu {number} : " in draft


@pytest.mark.slow
def test_a_pull_request_is_checked_without_a_secret_and_its_titles_have_no_effect(scene: Scene) -> None:
    for home, jobs in _jobs(scene, "pull_request"):
        assert list(jobs) == ["check", "comment"]
        assert jobs["check"].code == 0, jobs["check"].log
        assert jobs["comment"].code == 0, jobs["comment"].log
        assert not list(home.rglob("owned")), "$(touch owned) in a title was run"
        assert set(_commands(jobs["check"].log)) <= {"stop-commands", "error", "warning", "notice"}
        page = lxml.html.fromstring(comrak.render_markdown((home / "asked.txt").read_text(), render_options=_raw()))
        assert {each.tag for each in page.iter() if isinstance(each.tag, str)} <= {
            *("div", "p", "h3", "h4", "details", "summary", "b", "pre", "html", "body", "span"),
        }
        shown = "".join(map(str, page.itertext()))
        assert "$(touch owned)" in shown
        assert SECRETS["SHAREKIT_MASTODON_TOKEN"] not in shown + jobs["check"].log
    assert "${{ secrets.X }} id" in shown, "a draft holds the words of a title, without its markup"


def _raw() -> Any:
    options = comrak.RenderOptions()
    options.unsafe_ = True
    return options


@pytest.mark.slow
@pytest.mark.parametrize(("schedule", "jobs"), [("daily", ["draft"]), ("hourly", ["deliver"]), ("monthly", ["keep-alive"])])
def test_each_schedule_has_its_job(scene: Scene, schedule: str, jobs: list[str]) -> None:
    text = git("show", "main:.github/workflows/sharekit.yml", cwd=scene.story.origin)
    crons = re.findall(r'cron: "(.*?)" # (?:every hour|every day|once a month)', text)
    cron = dict(zip(("hourly", "daily", "monthly"), crons, strict=True))[schedule]
    contexts = {"github": {"event_name": "schedule", "event": {"schedule": cron}}}
    found = [name for name, job in yaml.safe_load(text)["jobs"].items() if evaluate(str(job["if"]), contexts)]
    assert found == jobs


@pytest.mark.slow
def test_a_fork_gets_the_check_and_no_comment(scene: Scene) -> None:
    text = git("show", "main:.github/workflows/sharekit.yml", cwd=scene.story.origin)
    head = {"repo": {"full_name": "stranger/blog"}}
    event = {"event_name": "pull_request", "event": {"pull_request": {"number": 9, "head": head}}}
    contexts = {"github": {"repository": "someone/blog", **event}}
    found = [name for name, job in yaml.safe_load(text)["jobs"].items() if evaluate(str(job["if"]), contexts)]
    assert found == ["check"]


@pytest.mark.slow
def test_a_push_without_news_pushes_nothing(scene: Scene, tmp_path: Path) -> None:
    origin = _own(scene, tmp_path)
    before = git("rev-parse", "sharekit/drafts", cwd=origin)
    runner = Runner(home=tmp_path / "run", origin=origin, now="2042-03-25T09:00:00+01:00")
    jobs = runner.run(PUSH, sha=scene.story.stages[-1].sha)
    assert jobs["draft"].code == 0, jobs["draft"].log
    after = git("rev-parse", "sharekit/drafts", cwd=origin)
    assert git("diff", "--stat", before.strip(), after.strip(), cwd=origin) == ""
    assert not (tmp_path / "run" / "asked.txt").exists()


@pytest.mark.slow
def test_a_remote_that_refuses_the_ledger_lets_nothing_out(scene: Scene, tmp_path: Path) -> None:
    origin = _own(scene, tmp_path)
    hook = origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'error: GH013: Repository rule violations found' >&2\n"
                    "echo '- Commits must have verified signatures.' >&2\nexit 1\n")  # fmt: skip
    hook.chmod(0o755)
    before = len(scene.mastodon.posts) + len(scene.linkedin.posts)
    runner = Runner(home=tmp_path / "run", origin=origin, secrets=SECRETS, now=LAUNCH)
    job = runner.run(DELIVER, sha=scene.story.stages[0].sha)["deliver"]
    assert job.code == 4, job.log
    assert "requires signed commits" in job.log
    assert len(scene.mastodon.posts) + len(scene.linkedin.posts) == before


@pytest.mark.slow
def test_a_delivery_tells_its_outputs_and_keeps_its_secrets(scene: Scene, tmp_path: Path) -> None:
    origin = _own(scene, tmp_path)
    git("update-ref", "refs/heads/main", scene.story.stages[0].sha, cwd=origin)
    runner = Runner(home=tmp_path / "run", origin=origin, secrets=SECRETS, now=LAUNCH)
    job = runner.run(DELIVER, sha=scene.story.stages[0].sha)["deliver"]
    assert job.code == 0, job.log
    summary = (tmp_path / "run" / "temp" / "summary.md").read_text()
    assert summary.rstrip().endswith("2 delivered, 1 held: sharekit plan")
    kept = "".join(path.read_text(errors="replace") for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert SECRETS["SHAREKIT_MASTODON_TOKEN"] not in kept


def _own(scene: Scene, tmp_path: Path) -> Path:
    """The story's origin, to break."""
    origin = tmp_path / "origin.git"
    shutil.copytree(scene.story.origin, origin)
    return origin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.event_name == 'push'", True),
        ("github.event_name == 'pull_request' || !github.missing", True),
        ("github.event_name != 'push' && github.event_name", False),
        ("(github.title == 'it''s') || false_", "error"),
        ("hashFiles", "error"),
    ],
)
def test_the_runner_evaluates_what_it_knows_and_refuses_the_rest(text: str, expected: Any) -> None:
    contexts = {"github": {"event_name": "push", "title": "its"}}
    if expected == "error":
        with pytest.raises(ValueError, match="unknown context"):
            evaluate(text, contexts)
    else:
        assert bool(evaluate(text, contexts)) is expected


def test_what_a_value_holds_is_not_evaluated_again() -> None:
    assert fill_in("a ${{ github.title }} b", {"github": {"title": "${{ secrets.X }}"}}) == "a ${{ secrets.X }} b"


def test_the_runner_kills_what_a_step_started(tmp_path: Path) -> None:

    process = subprocess.Popen(["bash", "-c", "setsid sleep 30 & wait"])
    try:
        for _ in range(100):
            if len(family(process.pid)) == 2:
                break
            subprocess.run(["sleep", "0.02"], check=True)
        assert len(family(process.pid)) == 2
    finally:
        for pid in family(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()
