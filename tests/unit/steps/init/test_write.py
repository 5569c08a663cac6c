from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sharekit.config import Config
from sharekit.configuration import read_config
from sharekit.model import Site
from sharekit.steps.init.answers import PLACES, Answers, Origin, Repository
from sharekit.steps.init.write import Proposed, excluded, propose, write

ANSWERS = Answers(
    site=Site(title="Carnet", url="https://blog.example/"),
    repository=Repository(root=Path("unknown")),
    timezone="Europe/Paris",
    since=datetime.fromisoformat("2026-11-24T09:00:00+01:00"),
    channels={"mastodon": {"instance": "https://mastodon.example"}, "x": {}},
    mailer="mailchimp",
    origin=Origin(
        url="https://github.com/someone/sharekit", ref="0123456789abcdef0123456789abcdef01234567", version="1.2.3"
    ),
    credentials={"SHAREKIT_MASTODON_TOKEN": "write:statuses"},
)
ODD = replace(
    ANSWERS,
    site=Site(title="Évil \"'\\ ${{ secrets.X }} $(id)\n[Service]\nExecStart=/bin/false", url="https://blog.example/"),
    repository=Repository(root=Path("unknown"), branch="x'\"$(id)"),
    channels={"mastodon": {"instance": 'https://m.example"\n[deliver]\nmax_per_run = 1'}},
)


def proposed_in(root: Path, answers: Answers) -> list[Proposed]:
    return propose(replace(answers, repository=replace(answers.repository, root=root)))


def test_the_configuration_says_what_was_answered(tmp_path: Path) -> None:
    write(tmp_path, proposed_in(tmp_path, ANSWERS))
    config = read_config(tmp_path / "sharekit.toml")
    assert (config.since, config.timezone) == ("2026-11-24T09:00:00+01:00", "Europe/Paris")
    assert config.issue.mailer == "mailchimp"
    assert config.channels == {"mastodon": {"instance": "https://mastodon.example"}, "x": {}}


def test_the_feed_that_is_there_is_taken_over(tmp_path: Path) -> None:
    write(tmp_path, proposed_in(tmp_path, replace(ANSWERS, feed={"formats": ["atom"], "name": "feed"})))
    feed = read_config(tmp_path / "sharekit.toml").feed
    assert (feed.formats, feed.name) == (("atom",), "feed")


def test_without_a_network_the_configuration_is_whole_too(tmp_path: Path) -> None:
    plain = replace(ANSWERS, channels={}, mailer="files", origin=None, given_url=True)
    write(tmp_path, proposed_in(tmp_path, replace(plain, places=PLACES)))
    config = read_config(tmp_path / "sharekit.toml")
    assert config.channels == {}
    assert config.mailers == {}
    assert config.site.url == "https://blog.example/"
    assert not (tmp_path / ".github").exists(), "a workflow that knows no sharekit is not written"
    assert (tmp_path / "deploy" / "sharekit.timer").is_file()


@pytest.mark.parametrize("place", ["github", "gitlab", "forgejo"])
@pytest.mark.parametrize("answers", [ANSWERS, ODD], ids=["plain", "odd"])
def test_the_workflows_are_yaml_whatever_the_answers(tmp_path: Path, place: Any, answers: Answers) -> None:
    made = proposed_in(tmp_path, replace(answers, places=(place,)))[-1]
    parsed = yaml.safe_load(made.content)
    if place != "gitlab":
        assert parsed[True]["push"]["branches"] == [answers.repository.branch]
        assert parsed["permissions"] == {}
        assert answers.repository.branch not in [
            step.get("run", "") for job in parsed["jobs"].values() for step in job["steps"]
        ]


@pytest.mark.parametrize("place", ["gitlab", "forgejo"])
def test_what_runs_is_the_commit_that_was_named(tmp_path: Path, place: Any) -> None:
    made = proposed_in(tmp_path, replace(ANSWERS, places=(place,)))[-1]
    assert f'SHAREKIT_COMMIT: "{"0123456789abcdef" * 2}01234567"' in made.content
    assert 'fetch --quiet --depth 1 "$SHAREKIT_SOURCE" "$SHAREKIT_COMMIT"' in made.content


def test_forgejo_installs_the_driver_of_a_database_whose_address_is_a_secret(tmp_path: Path) -> None:
    secrets = {"SHAREKIT_SUBSCRIBERS_URL": "a database", "SHAREKIT_SMTP_PASSWORD": "sending mail"}
    made = proposed_in(tmp_path, replace(ANSWERS, places=("forgejo",), credentials=secrets))[-1]
    steps = {step["name"]: step for step in yaml.safe_load(made.content)["jobs"]["publish"]["steps"]}
    assert set(steps["Install"]["env"]) == {"SHAREKIT_SUBSCRIBERS_URL"}
    assert set(steps["Deliver"]["env"]) == {"JOB_TOKEN", *secrets}


def test_an_odd_answer_stays_inside_its_quotes(tmp_path: Path) -> None:
    made = {each.path: each.content for each in proposed_in(tmp_path, replace(ODD, places=PLACES))}
    table = tomllib.loads(made["sharekit.toml"])
    assert table["channels"]["mastodon"]["instance"] == ODD.channels["mastodon"]["instance"]
    assert "deliver" not in table
    # cron mails whatever a job prints: a run that needs nobody prints nothing.
    assert made["deploy/sharekit.crontab"].rstrip().endswith('2>&1) || echo "$out"')
    assert made["deploy/sharekit.service"].count("ExecStart=") == 2, "ours, and the title's in its description"
    assert not any(line.startswith("ExecStart=/bin/false") for line in made["deploy/sharekit.service"].splitlines())


def test_what_is_there_is_left_alone_and_shown(tmp_path: Path) -> None:
    (tmp_path / "sharekit.toml").write_text("since = 2020-01-01\n")
    (tmp_path / ".gitignore").write_text("public\nnode_modules")
    proposed = proposed_in(tmp_path, replace(ANSWERS, places=("github",)))
    write(tmp_path, proposed)
    states = {each.path: each.state for each in proposed}
    assert states == {"sharekit.toml": "different", ".gitignore": "added", ".github/workflows/sharekit.yml": "new"}
    assert (tmp_path / "sharekit.toml").read_text() == "since = 2020-01-01\n"
    assert "-since = 2020-01-01" in proposed[0].difference()
    ignored = (tmp_path / ".gitignore").read_text().splitlines()
    assert ignored[:2] == ["public", "node_modules"]
    assert ignored.count("public") == 1
    assert "public/" not in ignored


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("title: x", ["Gemfile", "vendor"]),
        ("title: x\nexclude: [README.md]\n", ["README.md"]),
        ("exclude: []\ntitle: x\n", []),
        ("exclude:\n  # ours\n  - README.md\n  - shares\ntitle: x\n", ["README.md"]),
        ("exclude:\n- README.md\ntitle: x\n", ["README.md"]),
        ("exclude: [\n  README.md,\n  Rakefile\n]\ntitle: x\n", ["README.md", "Rakefile"]),
    ],
)
def test_jekyll_leaves_the_drafts_alone(text: str, has: list[str]) -> None:
    made = excluded(text)
    assert made is not None
    after = yaml.safe_load(made)
    assert {"shares", "issues", "outbox", "sharekit.toml", *has} <= set(after["exclude"])
    assert len(after["exclude"]) == len(set(after["exclude"]))
    assert after["title"] == "x"
    assert set(text.splitlines()) - set(made.splitlines()) <= {"exclude: [README.md]", "exclude: []", "exclude: ["}
    assert excluded(made) == made


@pytest.mark.parametrize("text", ["exclude: README.md\n", "names: &names [a]\nexclude: *names\n", "exclude:\n"])
def test_what_cannot_be_extended_safely_is_left_to_the_person(text: str) -> None:
    assert excluded(text) is None


@pytest.mark.parametrize(("generator", "path"), [("Jekyll", "_config.yml"), ("Eleventy", ".eleventyignore")])
def test_a_generator_that_renders_every_file_is_told_which_are_ours(tmp_path: Path, generator: str, path: str) -> None:
    (tmp_path / "_config.yml").write_text("title: x\n")
    answers = replace(ANSWERS, site=replace(ANSWERS.site, generator=generator))
    proposed = {each.path: each for each in proposed_in(tmp_path, answers)}
    assert proposed[path].state in ("new", "added")
    assert "shares" in proposed[path].content
    write(tmp_path, proposed.values())
    assert {each.state for each in proposed_in(tmp_path, answers)} == {"unchanged"}


def test_a_second_time_nothing_is_left_to_do(tmp_path: Path) -> None:
    write(tmp_path, proposed_in(tmp_path, replace(ANSWERS, places=PLACES)))
    assert {each.state for each in proposed_in(tmp_path, replace(ANSWERS, places=PLACES))} == {"unchanged"}


def test_a_pipeline_of_gitlab_that_is_there_gets_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text("pages: {script: [hugo]}\n")
    assert proposed_in(tmp_path, replace(ANSWERS, places=("gitlab",)))[-1].path == ".gitlab/sharekit.yml"


def test_a_blog_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    answers = replace(ANSWERS, repository=replace(ANSWERS.repository, folder="site"), places=("github",))
    made = {each.path: each for each in proposed_in(tmp_path, answers)}
    assert set(made) == {"site/sharekit.toml", "site/.gitignore", ".github/workflows/sharekit.yml"}
    steps = yaml.safe_load(made[".github/workflows/sharekit.yml"].content)["jobs"]["deliver"]["steps"]
    assert steps[-1]["with"]["folder"] == "site"
    assert steps[-1]["uses"] == "someone/sharekit@0123456789abcdef0123456789abcdef01234567"
    assert "# v1.2.3" in made[".github/workflows/sharekit.yml"].content


def test_the_defaults_of_the_configuration_are_what_the_comments_say() -> None:
    assert (Config().feed.formats, Config().shares.slots, Config().shares.approve) == (("rss",), {"launch": "0d"}, "merge")
