"""The blog that sharekit was asked for: French, Hugo, a theme that is not here, a series only written in the text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import feedparser

from commands import git, page

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit


def test_the_series_is_read_from_the_list_in_the_text(zwindler: Path, sharekit: Sharekit) -> None:
    [series] = json.loads(sharekit("series", "--format", "json", cwd=zwindler).stdout)["series"]

    assert series["evidence"] == "body list"
    days = [
        next(day for day in ("Mercredi", "Jeudi", "Vendredi") if day.lower() in each["id"]) for each in series["members"]
    ]
    assert days == ["Mercredi", "Jeudi", "Vendredi"]


def test_feed_issue_and_drafts(zwindler: Path, sharekit: Sharekit) -> None:
    done = sharekit("build", cwd=zwindler)

    assert done.returncode == 0, done.stderr
    feed = feedparser.parse((zwindler / "public" / "index.xml").read_bytes())
    assert not feed.bozo
    assert [len(entry.content[0].value) > 5_000 for entry in feed.entries] == [True] * 3
    [issue] = (zwindler / "issues").glob("*.html")
    document = page(issue)
    assert document.get("lang") == "fr-FR"
    assert not document.findall(".//link")
    assert all(image.get("alt") is not None and image.get("width") for image in document.findall(".//img"))
    addresses = [address for _, name, address, _ in document.iterlinks() if name in ("href", "src")]
    assert not [address for address in addresses if not address.startswith(("http://", "https://", "mailto:"))]
    drafts = sorted((zwindler / "shares").glob("*.md"))
    assert [draft.read_text(encoding="utf-8").count("\n## ") for draft in drafts] == [5, 5, 5]
    assert git("diff", "--stat", cwd=zwindler) == ""
