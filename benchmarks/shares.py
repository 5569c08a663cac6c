"""1,000 posts × 6 channels: drafting and planning, against parsing and writing the same draft files alone, in one run.

Wait some minutes between two runs: ext4 passes over the inodes of what was deleted a moment ago, one by one, so that each
run makes new files dearer for the next one, tenfold after a few. ``TMPDIR=/dev/shm`` leaves the disk out.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sharekit.config import Config, SharesSettings
from sharekit.model import Part, Post
from sharekit.steps.acts import read_items
from sharekit.steps.blog import folders
from sharekit.steps.plan import plan
from sharekit.shares.draft import draft_texts
from sharekit.shares.files import format_draft, new_draft, parse_draft
from sharekit.registry import outlet
from sharekit.shares.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable

POSTS = 1000
CHANNELS = ("x", "mastodon", "bluesky", "linkedin", "facebook", "threads")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WORDS = (
    "conteneur", "réseau", "été", "station", "série", "boîtier", "capteur", "météo", "jardin", "article", "code", "soudure",
    "écran", "mesure", "données",
)  # fmt: skip
SETTINGS = SharesSettings(windows="daily 08:30,12:30", slots={"launch": "0d"})


def post(number: int) -> Post:
    """A post of the size and shape of a blog's, the same each time."""
    chance = random.Random(number)

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=14)).capitalize() + "."

    body = "".join(f"<h2>{sentence()[:40]}</h2><p>{sentence()} {sentence()}</p>" for _ in range(5))
    return Post(
        id=f"2026/post-{number}",
        url=f"https://blog.example.org/2026/post-{number}/",
        title=f"Article {number} : {' '.join(chance.choices(WORDS, k=5))}",
        published=NOW - timedelta(hours=number),
        body=lambda: body,
        language="fr",
        summary=f"{sentence()} {sentence()}",
        tags=tuple(chance.sample(WORDS, 4)),
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time, which neighbours on the machine do not change."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print seconds and ratios."""
    posts = [post(number) for number in range(POSTS)]
    outlets = [outlet(name, {}) for name in CHANNELS]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "shares").mkdir()
        paths = [root / "shares" / f"{each.id.replace('/', '-')}.md" for each in posts]

        def draft() -> None:
            templates = Templates()
            for number, (each, path) in enumerate(zip(posts, paths, strict=True)):
                parts = (Part(series=f"Série {number // 5}", position=number % 5 + 1, total=5),)
                texts = draft_texts(each, parts=parts, outlets=outlets, settings=SETTINGS, templates=templates)
                path.write_text(format_draft(new_draft(each, parts=parts, texts=texts)))

        def parse_and_write() -> None:
            for path in paths:
                path.write_text(format_draft(parse_draft(path.read_text(), path.name)))

        def planned() -> None:
            config = replace_shares(Config())
            zone = ZoneInfo("Europe/Paris")
            items = read_items(folders(root, config), config, now=NOW, zone=zone)
            made = plan(items, {}, config, now=NOW, since=NOW - timedelta(days=400), zone=zone)
            assert len(made.planned) == POSTS * len(CHANNELS)

        drafting, alone, planning = timed(draft), timed(parse_and_write), timed(planned)
        print(f"{POSTS} posts × {len(CHANNELS)} channels")
        print(f"parse and write again  {alone:6.2f} s   1.00 x")
        print(f"draft                  {drafting:6.2f} s  {drafting / alone:5.2f} x")
        print(f"plan                   {planning:6.2f} s  {planning / alone:5.2f} x")
        print(f"draft and plan         {drafting + planning:6.2f} s  {(drafting + planning) / alone:5.2f} x")
    command_lines()


def replace_shares(config: Config) -> Config:
    """The configuration with the windows of the benchmark."""
    import msgspec

    return msgspec.structs.replace(config, shares=SETTINGS)


def command_lines() -> None:
    """`sharekit plan` with nothing changed, against `sharekit --version`."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "sharekit.toml").write_text('since = 2026-11-01\n[ledger]\nurl = "sqlite:///ledger.sqlite"\n')
        (root / "shares").mkdir()
        texts = draft_texts(post(1), parts=(), outlets=[outlet(each, {}) for each in CHANNELS], settings=SETTINGS)
        (root / "shares" / "one.md").write_text(format_draft(new_draft(replace(post(1)), parts=(), texts=texts)))
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
