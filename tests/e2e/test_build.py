"""``sharekit build`` on the example blog: what it makes, and what it leaves alone."""

from __future__ import annotations

import email
import email.policy
import json
from typing import TYPE_CHECKING

import feedparser
import pytest

from commands import git, page

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit

CHANNELS = ["x", "mastodon", "bluesky", "linkedin", "facebook"]


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file that a build makes: when it was last written, and its bytes."""
    made = [path for name in ("public", "issues", "shares") for path in (folder / name).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in made}


def headings(draft: Path) -> list[str]:
    return [line.removeprefix("## ") for line in draft.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]


def test_a_build_makes_feed_issue_and_drafts_and_touches_nothing_else(blog: Path, sharekit: Sharekit) -> None:
    done = sharekit("build", cwd=blog)

    assert done.returncode == 0, done.stderr
    assert git("status", "--porcelain", cwd=blog).split() == ["??", "issues/", "??", "public/", "??", "shares/"]
    feed = feedparser.parse((blog / "public" / "index.xml").read_bytes())
    assert not feed.bozo
    assert feed.feed.language == "fr-FR"
    assert len(feed.entries) == 6
    assert all("brouillon" not in entry.title and "cabane" not in entry.title for entry in feed.entries)
    drafts = sorted((blog / "shares").glob("*.md"))
    # The six that are published, and the one that is still to come.
    assert len(drafts) == 7
    assert all(headings(draft) == CHANNELS for draft in drafts)


def test_the_issue_is_one_that_mail_clients_can_show(blog: Path, sharekit: Sharekit) -> None:
    sharekit("build", "--only", "issue", cwd=blog)

    [file] = (blog / "issues").glob("*.html")
    document = page(file)
    images = document.findall(".//img")
    assert images
    assert not document.findall(".//link")
    assert all(image.get("alt") is not None and (image.get("width") or "").isdigit() for image in images)
    addresses = [address for _, name, address, _ in document.iterlinks() if name in ("href", "src")]
    assert not [address for address in addresses if not address.startswith(("https://", "mailto:"))]
    words = document.text_content()
    assert "partie 2 sur 3" in words
    assert "12 avril 2026" in words


def test_the_mail_carries_the_text_and_the_page(blog: Path, sharekit: Sharekit) -> None:
    sharekit("build", "--only", "issue", cwd=blog)

    [file] = (blog / "issues").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    plain = message.get_body(("plain",))
    assert plain is not None
    # Several articles are cards: what they begin with, and where they go on.
    assert "https://atelier.example/2026/04/station-meteo-les-capteurs/" in plain.get_content()


def test_a_second_build_writes_nothing(blog: Path, sharekit: Sharekit) -> None:
    sharekit("build", cwd=blog)
    before = state(blog)

    done = sharekit("build", cwd=blog)

    assert done.returncode == 0
    assert state(blog) == before
    assert " new" not in done.stdout


def test_what_a_person_edited_stands_and_is_told(blog: Path, sharekit: Sharekit) -> None:
    sharekit("build", cwd=blog)
    draft = next((blog / "shares").glob("*rabot*.md"))
    edited = draft.read_text(encoding="utf-8").replace("Deux pierres", "Trois pierres", 1)
    draft.write_text(edited, encoding="utf-8")

    done = sharekit("build", cwd=blog)

    assert draft.read_text(encoding="utf-8") == edited
    [line] = [line for line in done.stdout.splitlines() if draft.name in line]
    assert "edited by you, left alone" in line


def test_only_names_what_is_made(blog: Path, sharekit: Sharekit) -> None:
    done = sharekit("build", "--only", "feed", "--output", "elsewhere", "--format", "json", cwd=blog)

    assert {each["kind"] for each in json.loads(done.stdout)["made"]} == {"feed"}
    assert git("status", "--porcelain", cwd=blog).split() == ["??", "elsewhere/"]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ('[shares]\nenabled = false\n[channels.x]\nkind = "files"\n', "[shares] enabled = false"),
        ('[shares]\nslots = {}\n[channels.x]\nkind = "files"\n', "[shares] slots is empty"),
        ("", "no channel is configured; add one to sharekit.toml, such as [channels.mastodon]"),
    ],
)
def test_a_blog_without_shares_is_told_why_in_one_line(blog: Path, sharekit: Sharekit, config: str, reason: str) -> None:
    (blog / "sharekit.toml").write_text(config, encoding="utf-8")
    done = sharekit("build", cwd=blog)
    assert done.returncode == 0, done.stderr
    assert f"Shares  none: {reason}" in done.stdout.splitlines()
    assert not (blog / "shares").exists()
    assert "Shares" not in sharekit("build", "--only", "feed", cwd=blog).stdout


def test_the_series_are_known_with_their_evidence(blog: Path, sharekit: Sharekit) -> None:
    known = json.loads(sharekit("series", "--format", "json", cwd=blog).stdout)["series"]

    assert [(each["name"], each["evidence"], len(each["members"])) for each in known] == [
        ("Le levain", "front matter", 2),
        ("Station météo maison", "body list", 3),
    ]
    assert [member["position"] for member in known[1]["members"]] == [1, 2, 3]


def test_the_posts_are_listed_with_what_is_promised(blog: Path, sharekit: Sharekit) -> None:
    answer = json.loads(sharekit("posts", "--format", "json", cwd=blog).stdout)

    assert set(answer) == {"site", "posts", "upcoming", "skipped"}
    part = next(post for post in answer["posts"] if post["id"] == "2026/04/station-meteo-les-capteurs")
    assert set(part) == {
        "id", "url", "title", "published", "updated", "language", "authors", "tags", "image", "source", "series",
    }  # fmt: skip
    assert part["series"] == [{"name": "Station météo maison", "position": 2, "total": 3}]


def test_a_person_s_clock_decides_what_is_published(blog: Path, sharekit: Sharekit) -> None:
    early = json.loads(sharekit("posts", "--format", "json", "--now", "2026-04-10", cwd=blog).stdout)

    assert len(early["posts"]) == 4


def test_a_plan_shows_the_text_of_every_share_and_writes_nothing(blog: Path, sharekit: Sharekit) -> None:
    sharekit("build", cwd=blog)
    before = state(blog)

    done = sharekit("plan", "--format", "json", cwd=blog)

    assert done.returncode == 0, done.stderr
    assert "share/2026/03/affuter-un-rabot/x/launch" in done.stdout
    assert state(blog) == before
