"""Reads every blog of a folder of corpora and holds it against its truth: ``python benchmarks/corpora.py [DIR]``.

DIR holds ``NAME.tar.gz`` archives or unpacked folders, and ``truth/NAME.json``, by default ``$SHAREKIT_SHARED/corpus``.
The table shows posts and series that agree; ``--details`` says which do not. Exit 1 when a truth is not met.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tarfile
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sharekit.config import Config
from sharekit.registry import open_source
from sharekit.series import find_series
from sharekit.sources.params import DateError, moment

if TYPE_CHECKING:
    from sharekit.model import Reading, Series

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    shared = Path(os.environ.get("SHAREKIT_SHARED", ROOT.parent / "shared"))
    arguments.add_argument("folder", type=Path, nargs="?", default=shared / "corpus")
    arguments.add_argument("--details", action="store_true", help="name what differs")
    arguments.add_argument("--only", default="", help="one blog")
    given = arguments.parse_args()
    if not given.folder.is_dir():
        print(f"skipped: {given.folder} is no folder of corpora")
        return 0
    wrong = 0
    print(f"{'blog':<15}{'source':<10}{'posts':>12}{'titles':>9}{'dates':>9}{'series':>9}{'skipped':>9}{'seconds':>9}")
    with tempfile.TemporaryDirectory() as scratch:
        for name, root in blogs(given.folder, Path(scratch)):
            if given.only in ("", name):
                wrong += compare(name, root, given.folder / "truth" / f"{name}.json", details=given.details)
    return 1 if wrong else 0


def blogs(folder: Path, scratch: Path) -> list[tuple[str, Path]]:
    """Each blog's name and folder; archives are unpacked."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".tar.gz"):
            name = path.name.removesuffix(".tar.gz")
            with tarfile.open(path) as archive:
                archive.extractall(scratch / name, filter="data")
            found.append((name, scratch / name))
        elif path.is_dir() and path.name != "truth":
            found.append((path.name, path))
    return found


def compare(name: str, root: Path, truth_file: Path, *, details: bool) -> int:
    """Print a blog's row; how much of its truth was missed."""
    truth = json.loads(truth_file.read_text()) if truth_file.is_file() else None
    asof = f"{truth['asof']}T12:00:00+00:00" if truth else "2026-11-23T12:00:00+00:00"
    started = time.perf_counter()
    config = Config()
    reading = open_source(root, config, now=datetime.fromisoformat(asof)).read()
    series, _ = find_series(reading.posts)
    seconds = time.perf_counter() - started
    if truth is None:
        declared = [each for each in series if each.evidence == "front matter"]
        cells = [f"{len(reading.posts)}", "-", "-", f"{len(declared)}+{len(series) - len(declared)}"]
        row(name, reading, cells, seconds)
        for each in series if details else []:
            print(f"    {each.evidence}: {each.name} ({len(each.members)}): {[post.title for post in each.members]}")
        return 0
    missed: list[str] = []
    by_path = {_path(post.url): post for post in reading.posts}
    by_source = {(post.language[:2], post.source): post for post in reading.posts}
    wanted = {}
    for post in truth["posts"]:
        path = _path(post["path"])
        if path not in by_path and "NOT" in " ".join([truth["generator"], *truth["notes"]]).upper():
            # The truth of a generator that was not run guesses addresses; the post is the same file.
            same = [
                each
                for (lang, source), each in by_source.items()
                if source.endswith(f"/{post['source']}") and lang == post["lang"][:2]
            ]
            if same:
                missed.append(f"address {path}: {same[0].url} (this truth was not built)")
                path = _path(same[0].url)
        wanted[path] = post
    missed += [f"missing {path}" for path in sorted(wanted.keys() - by_path.keys())]
    missed += [f"too many {path}" for path in sorted(by_path.keys() - wanted.keys())]
    both = wanted.keys() & by_path.keys()
    titles = [path for path in both if _words(by_path[path].title) == _words(wanted[path]["title"])]
    dates = [path for path in both if _same_moment(by_path[path].published, wanted[path])]
    missed += [f"title {path}: {by_path[path].title!r} is {wanted[path]['title']!r}" for path in sorted(both - set(titles))]
    missed += [f"date {path}: {by_path[path].published} is {wanted[path]['date']}" for path in sorted(both - set(dates))]
    right, more = compare_series(truth["series"], series)
    missed += more
    total = len(wanted)
    cells = [f"{len(both)}/{total}", f"{len(titles)}/{total}", f"{len(dates)}/{total}", f"{right}/{len(truth['series'])}"]
    row(name, reading, cells, seconds)
    for line in missed if details else []:
        print(f"    {line}")
    return sum(not line.startswith("address ") for line in missed)


def compare_series(wanted: list[dict[str, Any]], series: tuple[Series, ...]) -> tuple[int, list[str]]:
    """How many series have the members of the truth in its order, and what differs."""
    found = {(each.language[:2], each.name.casefold()): each for each in series}
    # A series whose term has a page is called as that page is, and known by its members.
    by_members = {(each.language[:2], tuple(_path(post.url) for post in each.members)): each for each in series}
    right, missed = 0, []
    for each in wanted:
        language, paths = each["lang"][:2], [_path(member["path"]) for member in each["members"]]
        names = (each["key"].casefold(), each["name"].casefold())
        made = by_members.get((language, tuple(paths))) or next(
            (found[language, name] for name in names if (language, name) in found), None
        )
        if made and [_path(post.url) for post in made.members] == paths:
            right += 1
        else:
            missed.append(
                f"series {each['name']}: {[_path(post.url) for post in made.members] if made else None} is {paths}"
            )
    return right, missed


def row(name: str, reading: Reading, cells: list[str], seconds: float) -> None:
    """One line of the table."""
    generator = reading.site.generator.split()[0]
    print(
        f"{name:<15}{generator:<10}{cells[0]:>12}{cells[1]:>9}{cells[2]:>9}{cells[3]:>9}{len(reading.skipped):>9}{seconds:>9.2f}"
    )


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/") or "/"


def _words(title: str) -> str:
    return " ".join(title.replace("\u00a0", " ").split())


def _same_moment(published: datetime, wanted: dict[str, Any]) -> bool:
    for key in ("publish_date", "date"):
        try:
            made = moment(wanted[key], published.tzinfo or UTC)
        except (KeyError, DateError):
            continue
        if made == published or (made.date() == published.date() and len(str(wanted[key])) == 10):
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
