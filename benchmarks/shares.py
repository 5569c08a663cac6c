"""1,000 posts × 6 channels: building the drafts and planning them, against parsing and writing the same files, in one run.

Wait some minutes between two runs: ext4 passes over the inodes of what was deleted a moment ago, one by one, so that each
run makes new files dearer for the next one, tenfold after a few. ``TMPDIR=/dev/shm`` leaves the disk out.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.drafts import format_share_draft, parse_share_draft
from sharekit.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

POSTS = 1000
CHANNELS = ("x", "mastodon", "bluesky", "linkedin", "facebook", "threads")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WORDS = (
    "conteneur", "réseau", "été", "station", "série", "boîtier", "capteur", "météo", "jardin", "article", "code", "soudure",
    "écran", "mesure", "données",
)  # fmt: skip
CONFIG = """since = 2026-01-01
[site]
title = "Notes"
url = "https://blog.example.org/"
language = "fr"
[source]
kind = "markdown"
[ledger]
url = "sqlite:///ledger.sqlite"
[shares]
windows = "daily 08:30,12:30"
slots = { launch = "0d" }
"""


def article(number: int) -> str:
    """A post of the size and shape of a blog's, the same each time."""
    chance = random.Random(number)

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=14)).capitalize() + "."

    title = f"Article {number} : {' '.join(chance.choices(WORDS, k=5))}"
    front = f"title: '{title}'\ndate: {NOW - timedelta(hours=number)}\ntags: [{', '.join(chance.sample(WORDS, 4))}]"
    front += f"\nsummary: {sentence()} {sentence()}\nseries: Série {number // 5}"
    body = "\n\n".join(f"## {sentence()[:40]}\n\n{sentence()} {sentence()}" for _ in range(5))
    return f"---\n{front}\n---\n{body}\n"


def write_blog(root: Path, posts: int) -> None:
    """A blog of Markdown files with a channel that writes files for each network."""
    channels = "".join(f'[channels.{name}]\nkind = "files"\n' for name in CHANNELS)
    (root / "sharekit.toml").write_text(CONFIG + channels, encoding="utf-8")
    (root / "content").mkdir()
    for number in range(posts):
        (root / "content" / f"post-{number}.md").write_text(article(number), encoding="utf-8")


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time, which neighbours on the machine do not change."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_blog(root, POSTS)
        warm_up()
        session = Session(root, now=NOW)
        reading = timed(lambda: session.blog)
        drafting = timed(lambda: session.build(only=["shares"]))
        paths = sorted((root / "shares").glob("*.md"))
        assert len(paths) == POSTS

        def parse_and_write() -> None:
            for path in paths:
                path.write_text(format_share_draft(parse_share_draft(path.read_text(), path.name)))

        again = Session(root, now=NOW, environment={})
        assert len(again.blog.posts) == POSTS

        def planned() -> None:
            assert len(again.plan().acts) == POSTS * len(CHANNELS)

        alone, planning = timed(parse_and_write), timed(planned)
        print(f"{POSTS} posts × {len(CHANNELS)} channels")
        print(f"parse and write again  {alone:6.2f} s   1.00 x")
        for what, seconds in (("read the blog", reading), ("draft", drafting), ("read drafts and plan", planning)):
            print(f"{what:<22} {seconds:6.2f} s  {seconds / alone:5.2f} x")
    command_lines()


def warm_up() -> None:
    """Draft and plan one post, so that no figure holds the time of imports."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_blog(root, 1)
        session = Session(root, now=NOW)
        session.build(only=["shares"])
        assert session.plan().acts


def command_lines() -> None:
    """`sharekit plan` with nothing changed, against `sharekit --version`."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_blog(root, 1)
        Session(root, now=NOW).build(only=["shares"])
        took = {}
        for command in ("--version", "plan"):
            run = [sys.executable, "-m", "sharekit", command]
            took[command] = min(timed_process(run, root) for _ in range(7))
        print(f"sharekit plan {took['plan'] * 1000:6.0f} ms, {took['plan'] / took['--version']:5.2f} x sharekit --version")


def timed_process(command: list[str], folder: Path) -> float:
    """Seconds of a whole process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
