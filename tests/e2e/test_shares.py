"""Drafts, links, lengths and the calendar, as a person meets them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import icalendar
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit

NOW = "2026-11-24T09:30:00+01:00"
CONFIGURATION = """
since = 2026-11-20
timezone = "Europe/Paris"
[ledger]
url = "sqlite:///l.sqlite"
[shares]
windows = "Thu 08:30"
[channels.x]
kind = "files"
[channels.mastodon]
kind = "files"
"""
ARTICLE = """---
id: 2026/11/jour-1
title: "Jour 1"
date: 2026-11-24T08:00:00+01:00
---
Des mots.
"""
DRAFT = """---
post: 2026/11/jour-1
title: "Jour 1"
url: "https://blog.example.org/2026/11/jour-1/"
published: "2026-11-24T08:00:00+01:00"
language: fr
series: "Trois jours (1/3)"
status: draft
drafted: {}
---
## x
Jour 1 https://blog.example.org/2026/11/jour-1/
"""


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    folder = tmp_path / "drafts"
    (folder / "shares").mkdir(parents=True)
    (folder / "sharekit.toml").write_text(CONFIGURATION)
    (folder / "shares" / "jour-1.md").write_text(DRAFT)
    (folder / "jour-1.md").write_text(ARTICLE)
    return folder


def test_lengths_as_a_filter() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sharekit", "measure", "--channel", "x"],
        input='["Bonjour", "https://blog.example.org/", "🎉"]',
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == [7, 23, 2]


@pytest.mark.parametrize("given", ["", "{}", '["a", 1]', "["])
def test_what_is_no_list_of_texts(given: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sharekit", "measure", "--channel", "x"],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "JSON" in done.stderr


def test_the_plan_says_when_and_what_it_costs_and_makes_a_calendar(sharekit: Sharekit, drafts: Path) -> None:
    done = sharekit("plan", "--now", NOW, "--ics", "plan.ics", cwd=drafts)
    assert "Jour 1 (1/3)" in done.stdout
    assert "Thu 26 Nov 2026 08:30  $0.20" in done.stdout
    first = (drafts / "plan.ics").read_bytes()
    events = icalendar.Calendar.from_ical(first).walk("VEVENT")
    assert [str(event["uid"]) for event in events] == ["share/2026/11/jour-1/x/launch@sharekit"]
    assert events[0].decoded("dtstart").isoformat() == "2026-11-26T07:30:00+00:00"
    sharekit("plan", "--now", NOW, "--ics", "plan.ics", cwd=drafts)
    assert (drafts / "plan.ics").read_bytes() == first


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("drafted: {}", "drafted: {}\nat: 2026-11-25 18:00"), "Wed 25 Nov 2026 18:00"),
        (("## x\n", "## x\n" + "é" * 300), "330 of 280"),
        (("status: draft", "status: hold"), "status: hold"),
    ],
)
def test_what_a_person_changes_in_a_draft(sharekit: Sharekit, drafts: Path, change: tuple[str, str], says: str) -> None:
    (drafts / "shares" / "jour-1.md").write_text(DRAFT.replace(*change))
    assert says in sharekit("plan", "--now", NOW, cwd=drafts).stdout


def test_two_drafts_for_one_post(sharekit: Sharekit, drafts: Path) -> None:
    (drafts / "shares" / "again.md").write_text(DRAFT)
    done = sharekit("plan", "--now", NOW, cwd=drafts)
    assert done.returncode == 3
    assert "second draft" in done.stderr
    assert "shares/again.md" in done.stderr


def test_drafts_are_listed_with_their_lengths(sharekit: Sharekit, drafts: Path) -> None:
    done = sharekit("shares", "list", cwd=drafts)
    assert "30 of 280" in done.stdout
    assert "edited by you" in done.stdout


def test_an_edit_stands_until_its_difference_was_seen_and_taken(sharekit: Sharekit, blog: Path) -> None:
    sharekit("build", "--only", "shares", "--all", cwd=blog)
    path = min((blog / "shares").glob("*.md"))
    drafted = path.read_text()
    heading = "## bluesky\n"
    path.write_text(drafted.replace(heading, heading + "Mes mots à moi.\n"))
    sharekit("build", "--only", "shares", "--all", cwd=blog)
    assert "Mes mots à moi." in path.read_text()
    shown = sharekit("shares", "refresh", cwd=blog)
    assert "-Mes mots à moi." in shown.stdout
    assert "Mes mots à moi." in path.read_text()
    taken = sharekit("shares", "refresh", "--write", cwd=blog)
    assert taken.returncode == 0
    assert path.read_text() == drafted


def test_links_for_a_theme(sharekit: Sharekit, blog: Path) -> None:
    done = sharekit("links", "--format", "html", cwd=blog)
    assert done.stdout.startswith('<ul class="share-links"')
    assert done.stdout.count("<li>") == 9
    assert sharekit("links", "--service", "myspace", cwd=blog).returncode == 2
