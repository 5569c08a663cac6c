"""``plan``, ``deliver`` and ``ledger`` as a person runs them, in a repository with a bare remote."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from commands import Sharekit
from forked import launcher
from repositories import git, hosting
from sharekit.ledgers.git import GitLedger

if TYPE_CHECKING:
    from pathlib import Path

    from repositories import Hosting

__all__ = ["hosting"]

DRAFT = """---
post: 2026/03/0{day}/day-{day}
title: "Day {day}"
url: "https://blog.example/2026/03/0{day}/day-{day}/"
published: "2026-03-0{day}T08:30:00+01:00"
series: Three days
part: {day}/4
status: approved
---
## mastodon
Day {day}, in words https://blog.example/2026/03/0{day}/day-{day}/
## x
Day {day} https://blog.example/2026/03/0{day}/day-{day}/
"""
ARTICLE = """---
id: 2026/03/0{day}/day-{day}
title: "Day {day}"
date: 2026-03-0{day}T08:30:00+01:00
---
Words.
"""
CONFIG = """timezone = "Europe/Paris"
[source]
kind = "markdown"
[site]
url = "https://blog.example/"
[deliver]
check_page = false
[shares]
slots = { launch = "0d", reminder = "7d" }
spacing = "0m"
"""
FILES = '[channels.mastodon]\nkind = "files"\n[channels.x]\nkind = "files"\n'
FILES = '[channels.x]\nkind = "files"\n[channels.mastodon]\nkind = "files"\n'
SEEDED = "2026-03-01T12:00:00+01:00"
MORNING = "2026-03-03T09:00:00+01:00"


@pytest.fixture
def blog(hosting: Hosting) -> Path:
    folder = hosting.clone("blog")
    (folder / "sharekit.toml").write_text(CONFIG + FILES)
    for name, text in {"shares": DRAFT, "content": ARTICLE}.items():
        (folder / name).mkdir()
        for day in (1, 2, 3, 4):
            (folder / name / f"day-{day}.md").write_text(text.format(day=day))
    return folder


def sharekit(blog: Path, *arguments: str, code: int = 0, **environment: str) -> str:
    done = launcher().run(arguments, cwd=blog, environment={**os.environ, **environment})
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def acts(blog: Path, *arguments: str, code: int = 0) -> dict[str, str]:
    reported = sharekit(blog, "deliver", "--format", "json", *arguments, code=code)
    return {act["key"]: act["state"] for act in json.loads(reported)["acts"]}


def key(day: int, channel: str, slot: str = "launch") -> str:
    return f"share/2026/03/0{day}/day-{day}/{channel}/{slot}"


DUE = [key(2, "mastodon"), key(2, "x"), key(3, "mastodon"), key(3, "x")]


def test_first_contact_does_nothing_and_says_how_to_begin(blog: Path) -> None:
    said = sharekit(blog, "deliver", "--now", MORNING)
    assert "sharekit ledger seed" in said
    assert "since = " in said
    assert not (blog / "outbox").exists()
    assert git(blog, "ls-remote", "origin", "refs/heads/sharekit-ledger") == ""


def test_what_is_due_goes_out_once(blog: Path) -> None:
    sharekit(blog, "ledger", "seed", "--now", SEEDED)
    assert acts(blog, "--now", MORNING) == dict.fromkeys(DUE, "delivered")
    again = json.loads(sharekit(blog, "deliver", "--format", "json", "--now", MORNING))
    assert (again["acts"], again["held"], again["left"]) == ([], [], 0)
    said = sharekit(blog, "deliver", "--now", MORNING)
    assert "Nothing was due. Next: Wed 04 Mar 08:30." in said
    written = json.loads((blog / f"outbox/{key(3, 'x')}.json").read_text())
    assert written["text"] == "Day 3 https://blog.example/2026/03/03/day-3/"


def test_the_branch_tells_a_person_what_went_out(blog: Path, hosting: Hosting) -> None:
    sharekit(blog, "ledger", "seed", "--now", SEEDED)
    sharekit(blog, "deliver", "--now", MORNING, "--only", "x")
    log = git(hosting.bare, "log", "--reverse", "--format=%s", "sharekit-ledger").splitlines()
    assert log[2:] == [f"{state} {key(day, 'x')}" for day in (2, 3) for state in ("claimed", "delivered")]
    record = json.loads(git(hosting.bare, "show", f"sharekit-ledger:{key(3, 'x')}.json"))
    assert record["state"] == "delivered"
    assert record["claimed"]["nonce"]
    assert record["settled"]["url"] == f"outbox/{key(3, 'x')}.json"


def test_the_plan_says_where_everything_stands(blog: Path) -> None:
    sharekit(blog, "ledger", "seed", "--now", SEEDED)
    plan = json.loads(sharekit(blog, "plan", "--now", MORNING, "--format", "json"))
    stands = {state: [act["key"] for act in found] for state, found in plan.items() if isinstance(found, list)}
    # A part is due when the one before it is out.
    assert stands["due"] == DUE[:2]
    assert stands["scheduled"] == [*DUE[2:], key(4, "mastodon"), key(4, "x")]
    assert stands["skipped"] == [key(1, "mastodon"), key(1, "x")]


def test_what_is_late_is_held_with_its_command_and_makes_one_run_fail(blog: Path) -> None:
    sharekit(blog, "ledger", "seed", "--now", SEEDED)
    late = "2026-03-10T09:00:00+01:00"
    said = sharekit(blog, "deliver", "--now", late, "--only", "mastodon", code=1)
    assert f"sharekit shares send '{key(2, 'x')}'" in said
    assert "2 delivered, 2 late" in said
    again = sharekit(blog, "deliver", "--now", late, "--only", "mastodon")
    assert "Nothing was due." in again
    held = json.loads(sharekit(blog, "plan", "--now", late, "--format", "json"))["held"]
    assert [act["key"] for act in held] == [key(2, "mastodon"), key(2, "x")]
    assert all("more than 7 days ago" in act["reason"] for act in held)


def test_a_rehearsal_changes_nothing(blog: Path, hosting: Hosting) -> None:
    sharekit(blog, "ledger", "seed", "--now", SEEDED)
    before = git(hosting.bare, "rev-parse", "sharekit-ledger")
    assert "Day 2, in words" in sharekit(blog, "deliver", "--dry-run", "--now", MORNING)
    assert git(hosting.bare, "rev-parse", "sharekit-ledger") == before
    assert not (blog / "outbox").exists()


def test_a_key_of_which_nobody_knows_is_told_until_a_person_settles_it(blog: Path) -> None:
    sharekit(blog, "ledger", "seed", "--now", SEEDED)
    # A run that died: its claim is open, and what it was to send has no draft any more.
    claim = GitLedger(blog).claim("share/gone/x/launch", at=datetime(2026, 3, 1, 12, tzinfo=UTC), run="by hand")
    assert claim.state == "claimed"
    said = sharekit(blog, "deliver", "--now", MORNING, code=5)
    assert "4 delivered" in said
    assert "The draft is gone" in sharekit(blog, "plan", "--now", MORNING)
    reported = sharekit(blog, "ledger", "settle", claim.key, "--delivered", "https://x.example/1", "--now", MORNING)
    assert reported == "share/gone/x/launch is delivered.\n"
    mistyped = sharekit(blog, "ledger", "settle", "share/gone/x/lunch", "--delivered", "https://x.example/1", code=2)
    assert "share/gone/x/lunch is the key of no draft, and was never claimed" in mistyped
    sharekit(blog, "deliver", "--now", MORNING)
    exported = sharekit(blog, "ledger", "export")
    assert "share/gone/x/launch,delivered," in exported
    assert ",https://x.example/1," in exported
    assert sharekit(blog, "ledger", "verify", "--now", MORNING) == "6 delivered\n"
    assert json.loads(sharekit(blog, "ledger", "verify", "--format", "json")) == {"delivered": 6}
    assert "told/" not in sharekit(blog, "ledger", "list")
    assert sharekit(blog, "ledger", "list", "share/nosuch") == "No entry is like that.\n"
    assert "https://x.example/1" in sharekit(blog, "ledger", "show", claim.key)
    assert len(json.loads(sharekit(blog, "ledger", "list", "share/2026", "--format", "json"))) == 4


def test_a_missing_credential_holds_its_channel_alone(blog: Path, tmp_path: Path) -> None:
    channels = '[channels.x]\nkind = "files"\n[channels.mastodon]\ninstance = "https://m.example"\n'
    (blog / "sharekit.toml").write_text(CONFIG + channels)
    sharekit(blog, "ledger", "seed", "--now", SEEDED)
    assert "--now would send to mastodon" in sharekit(blog, "deliver", "--now", MORNING, code=2)
    done = Sharekit(tmp_path)("deliver", cwd=blog, at=MORNING)
    assert done.returncode == 1
    assert "SHAREKIT_MASTODON_TOKEN" in done.stdout
    assert "2 delivered, 2 waiting, 1 held: sharekit plan" in done.stdout
