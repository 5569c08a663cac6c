"""What a person sees who opens a feed in a browser: Chromium, with no script and no XSLT."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from listening import answering

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from commands import Sharekit

HINT = "copiez l’adresse de cette page dans un lecteur de flux"
# What stands on the page: the boxes that are drawn, with the words that the stylesheet adds.
SEEN = """() => [...document.querySelectorAll('*')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 0)
    .map(e => ({
        name: e.localName,
        words: [...e.childNodes].filter(n => n.nodeType === 3 || n.nodeType === 4).map(n => n.data).join('').trim(),
        added: getComputedStyle(e, '::before').content,
    }))"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with answering(partial(Quiet, directory=str(folder))) as url:
        yield url


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_page(viewport={"width": 900, "height": 900}) as page:
        yield page


def test_a_feed_in_a_browser_shows_titles_dates_and_how_to_subscribe(
    blog: Path, sharekit: Sharekit, page: Page, tmp_path: Path
) -> None:
    (blog / "sharekit.toml").write_text('[feed]\nformats = ["rss", "atom"]\nseries = true\n', encoding="utf-8")
    assert sharekit("build", "--only", "feed", "--quiet", cwd=blog).returncode == 0
    dates = {
        "index.xml": ("pubDate", "Sun, 19 Apr 2026 18:30:00 +0200"),
        "atom.xml": ("published", "2026-04-19T18:30:00+02:00"),
    }
    with serving(blog / "public") as base:
        for path in ("index.xml", "atom.xml", "series/station-meteo-maison/index.xml"):
            page.goto(f"{base}/{path}")
            seen = page.evaluate(SEEN)
            words = [(each["name"], each["words"]) for each in seen]
            assert HINT in seen[0]["added"]
            assert [each for each in seen if each["name"] == "link" and "Le blog" in each["added"]]
            assert ("title", "Une station météo maison, 3 : le tableau de bord") in words
            assert dates[path.rpartition("/")[2]] in words
            assert not [each for each in seen if each["name"] in ("encoded", "content", "guid", "id", "creator")]
            assert "xslt" not in page.content().lower()
            assert page.screenshot(path=tmp_path / "seen.png")
