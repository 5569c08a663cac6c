"""``sharekit init`` as a newcomer runs it, and what follows from it without an edit."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from commands import Sharekit, git, under_git
from sharekit.configuration import read_config
from sharekit.sources.hugo.program import find_hugo

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = ["--sharekit", "https://github.com/example/sharekit@0123456789abcdef0123456789abcdef01234567"]
NOW = ["--now", "2026-11-24T09:00:00+00:00"]


@pytest.fixture
def run(tmp_path: Path) -> Sharekit:
    (tmp_path / "home").mkdir()
    return Sharekit(tmp_path / "home")


@pytest.fixture
def blog(project: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "blog"
    made = shutil.ignore_patterns("public", "issues", "shares", "sharekit.toml")
    shutil.copytree(project / "examples" / "blog", folder, ignore=made)
    under_git(folder)
    git("remote", "add", "origin", "git@github.com:someone/blog.git", cwd=folder)
    return folder


def test_a_mailer_that_sends_needs_to_know_from_whom(run: Sharekit, blog: Path) -> None:
    given = ("--mailer", "mailchimp", "--set", "mailchimp.list=a1b2c3d4e5")
    mailed = run("init", "--no-input", *ORIGIN, *given, *NOW, cwd=blog)
    assert mailed.returncode == 0, mailed.stderr
    assert "1. sharekit preview --open" in mailed.stdout
    assert '[issue] from = "NAME <ADDRESS>"' in mailed.stdout


@pytest.mark.slow
def test_from_a_blog_to_a_planned_share_without_an_edit(run: Sharekit, blog: Path) -> None:
    made = run("init", "--no-input", "--channel", "x", *ORIGIN, *NOW, cwd=blog)
    assert made.returncode == 0, made.stderr
    assert "Hugo 0." in made.stdout
    assert '"Carnet d\'atelier" (fr-FR), https://atelier.example/, ' in made.stdout
    assert "Zone    Europe/Paris" in made.stdout
    assert "SHAREKIT_X_API_KEY" in made.stdout
    assert "6 older posts count as already out; the newest is" in made.stdout
    config = read_config(blog / "sharekit.toml")
    assert config.since == "2026-11-24T10:00:00+01:00"
    samples = sorted(path.relative_to(blog).as_posix() for path in blog.glob("*/samples/*.md"))
    assert len(samples) == 2, "one share and one issue of the newest article"
    assert all(path in made.stdout for path in samples)
    assert "samples" not in git("status", "--short", "-uall", cwd=blog)
    assert (blog / ".github/workflows/sharekit.yml").is_file()
    assert run("build", *NOW, cwd=blog).returncode == 0
    assert all(path.name > "2026-11-24" for path in (blog / "shares").glob("*.md")), "nothing old is drafted"
    (blog / "content/post/neuf.md").write_text("---\ntitle: Neuf\ndate: 2026-11-25T08:00:00+01:00\n---\nVoilà.\n")
    later = ["--now", "2026-11-25T09:00:00+01:00"]
    assert run("build", *later, cwd=blog).returncode == 0
    git("remote", "remove", "origin", cwd=blog)
    git("add", "-A", cwd=blog)
    git("commit", "-q", "-m", "drafts", cwd=blog)
    planned = run("plan", *later, cwd=blog)
    assert planned.returncode == 0, planned.stderr
    assert "samples" not in planned.stdout
    assert re.search(r"Due now\n +share +x +Neuf +launch +.*since Wed 25 Nov 2026 08:00", planned.stdout)


@pytest.mark.slow
def test_readers_of_the_feed_that_hugo_made_see_nothing_twice(run: Sharekit, blog: Path, tmp_path: Path) -> None:
    assert (
        find_hugo().run(["--source", str(blog), "--destination", str(tmp_path / "before"), "--clock", NOW[1]]).returncode
        == 0
    )
    assert run("init", "--no-input", *ORIGIN, *NOW, cwd=blog).returncode == 0
    assert run("build", *NOW, cwd=blog).returncode == 0
    before, after = (guids(folder / "index.xml") for folder in (tmp_path / "before", blog / "public"))
    assert after
    assert after <= before, "an entry has another id than in the feed that its readers know"


def test_a_blog_without_a_post_begins_with_ids_that_outlive_a_move(run: Sharekit, blog: Path) -> None:
    shutil.rmtree(blog / "content")
    assert run("init", "--no-input", *ORIGIN, *NOW, cwd=blog).returncode == 0
    assert read_config(blog / "sharekit.toml").feed.guid == "id"


def guids(feed: Path) -> set[str]:
    return {str(each.text) for each in etree.parse(feed).iter("guid")}


@pytest.mark.slow
def test_the_second_time_nothing_is_written_and_the_difference_is_shown(run: Sharekit, blog: Path) -> None:
    first = ["init", "--no-input", "--ci", "github", *ORIGIN]
    assert run(*first, *NOW, cwd=blog).returncode == 0
    settings = blog / "sharekit.toml"
    settings.write_text(settings.read_text().replace('approve = "merge"', 'approve = "explicit"'))
    workflow = blog / ".github/workflows/sharekit.yml"
    workflow.write_text("# mine\n")
    # The cache is no file of the blog's: it may be deleted, and written, at any time.
    ours = (blog / ".git", blog / ".sharekit")
    kept = {path: path.read_bytes() for path in blog.rglob("*") if path.is_file() and not set(ours) & set(path.parents)}
    again = run(*first, "--now", "2027-01-01", "--format", "json", cwd=blog)
    assert again.returncode == 0, again.stderr
    reported = json.loads(again.stdout)
    states = {each["path"]: each["state"] for each in reported["files"]}
    assert states == {
        "sharekit.toml": "different",
        ".gitignore": "unchanged",
        ".github/workflows/sharekit.yml": "different",
    }
    assert reported["since"] == "2026-11-24T10:00:00+01:00", "since stays where it was"
    assert any(line.startswith("-approve") for line in reported["files"][0]["difference"])
    assert {path: path.read_bytes() for path in kept} == kept


@pytest.mark.slow
def test_a_folder_without_git_and_without_a_forge(run: Sharekit, blog: Path) -> None:
    shutil.rmtree(blog / ".git")
    made = run("init", "--no-input", "--ci", "server", *NOW, cwd=blog)
    assert made.returncode == 0, made.stderr
    assert "git init" in made.stdout
    assert (blog / "deploy/sharekit.timer").is_file()


def test_a_wrong_answer_on_the_terminal_is_asked_again(run: Sharekit, blog: Path) -> None:
    typed = "Mastodn\nTwitter, Mastodon\nnowhere at all\nsocial.example\npigeon\nfiles\n"
    made = run("init", "--ci", "none", *NOW, cwd=blog, typed=typed)
    assert made.returncode == 0, made.stderr
    assert 'Did you mean "mastodon"?' in made.stderr
    assert 'the mailer "pigeon" is not known' in made.stderr
    config = read_config(blog / "sharekit.toml")
    assert (config.timezone, config.issue.mailer) == ("Europe/Paris", "files")
    assert config.channels == {"x": {}, "mastodon": {"instance": "social.example"}}


def test_what_was_left_for_later_is_named_where_it_goes(run: Sharekit, blog: Path) -> None:
    made = run("init", "--ci", "none", *NOW, cwd=blog, typed="Mastodon\n\nlater\n")
    assert made.returncode == 0, made.stderr
    assert 'Complete [channels.mastodon] in sharekit.toml: instance = "https://mastodon.example"' in made.stdout
    assert '# instance = "https://mastodon.example"' in (blog / "sharekit.toml").read_text()
    assert read_config(blog / "sharekit.toml").channels == {"mastodon": {}}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--channel", "twiter"], 'the channel "twiter" is not known'),
        (["--channel", "mastodon"], "the channel mastodon needs its instance"),
        (["--set", "x.handle=@me"], 'there is no channel or mailer "x"'),
        (["--timezone", "Europe/Pariss"], 'there is no time zone "Europe/Pariss"'),
        (["--mailer", "pigeon"], 'the mailer "pigeon" is not known'),
        (["--sharekit", "github.com/a/b"], "does not say where sharekit comes from"),
        (["--sharekit", "https://codeberg.org/a/b@v1", "--ci", "github"], "an action that is on github.com"),
    ],
)
def test_a_flag_that_cannot_be_writes_nothing_and_says_why(
    run: Sharekit, blog: Path, arguments: list[str], said: str
) -> None:
    made = run("init", "--no-input", *arguments, *NOW, cwd=blog)
    assert made.returncode == 2
    assert said in made.stderr
    assert "       " in made.stderr, "a hint"
    assert not (blog / "sharekit.toml").exists()


def test_a_folder_without_a_blog(run: Sharekit, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    made = run("init", "--no-input", cwd=tmp_path / "empty")
    assert made.returncode == 3
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize(("kept", "ignored"), [(False, True), (True, False)])
def test_feeds_go_where_the_generator_builds_and_a_site_kept_in_git_is_not_ignored(
    run: Sharekit, tmp_path: Path, kept: bool, ignored: bool
) -> None:
    folder = tmp_path / "jekyll"
    (folder / "_posts").mkdir(parents=True)
    (folder / "_site").mkdir()
    (folder / "_config.yml").write_text("title: Slow bread\nurl: https://bread.example\n")
    (folder / "_posts" / "2026-11-02-rye.md").write_text("---\ntitle: Rye\n---\nRye wants time.\n")
    if kept:
        (folder / "_site" / "index.html").write_text("<p>Slow bread</p>")
    under_git(folder)
    made = run("init", "--no-input", "--ci", "none", "--timezone", "UTC", *NOW, cwd=folder)
    assert made.returncode == 0, made.stderr
    assert read_config(folder / "sharekit.toml").output == "_site"
    lines = (folder / ".gitignore").read_text().splitlines()
    assert ("_site/" in lines) is ignored
    assert "public/" not in lines
