"""What is told from memory is what a build would say: any change of what it reads or wrote is noticed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharekit.config import Config, read_config
from sharekit.errors import SourceError
from sharekit.model import Post, Reading, Site
from sharekit.ports import Inputs
from sharekit.steps.blog import folders, read_blog
from sharekit.steps.build import STEPS, build
from sharekit.steps.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sharekit.steps.build import Build, Step
    from sharekit.steps.made import Account

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOON = NOW + timedelta(days=1)


@dataclass
class Lines:
    """A blog of one file a post: its date, its title, its words. It knows what it depends on, and counts its readings."""

    root: Path
    words: tuple[str, ...] = ("generator 1",)
    holds: tuple[datetime, datetime] | None = (NOW - timedelta(days=2), NOW + timedelta(days=300))
    readings: list[int] = field(default_factory=list)

    def inputs(self) -> Inputs:
        return Inputs(folders=(self.root,), words=self.words)

    def read(self, meanwhile: Callable[[], object] = lambda: None) -> Reading:
        meanwhile()
        self.readings.append(1)
        return Reading(
            site=Site(title="Carnet", url="https://carnet.example/", generator=self.words[0]),
            posts=tuple(sorted(self._posts(), key=lambda post: post.published)),
            holds=self.holds,
        )

    def _posts(self) -> Iterator[Post]:
        for path in sorted((self.root / "content").glob("*.txt")):
            day, title, words = path.read_text(encoding="utf-8").split("\n", 2)
            html = f"<p>{words}</p>"
            url = f"https://carnet.example/{path.stem}/"
            yield Post(
                id=path.stem,
                url=url,
                title=title,
                published=datetime.fromisoformat(day),
                body=partial(str, html),
                source=f"content/{path.name}",
                tells_of_series=False,
            )


class NotTraced:
    """A source that cannot say what it depends on."""

    def __init__(self, source: Lines) -> None:
        self.source = source

    def read(self) -> Reading:
        return self.source.read()


def blog(root: Path) -> Path:
    (root / "content").mkdir(parents=True)
    for number, day in enumerate(("2026-10-01T08:00:00+00:00", "2026-11-02T08:00:00+00:00", SOON.isoformat()), start=1):
        (root / "content" / f"post-{number}.txt").write_text(f"{day}\nBillet {number}\nDes mots.", encoding="utf-8")
    (root / "sharekit.toml").write_text('[feed]\nformats = ["rss"]\n', encoding="utf-8")
    (root / "sharekit" / "share").mkdir(parents=True)
    (root / "sharekit" / "share" / "mastodon.txt").write_text("{{ post.title }} {{ post.url }}", encoding="utf-8")
    settle(root)
    return root


def settle(root: Path) -> None:
    """Let what was written be older than a tick of the file system's clock: a person takes longer to start a command."""
    probe = root.parent / "probe"
    newest = max(path.stat().st_ctime_ns for path in root.rglob("*"))
    while not probe.exists() or probe.stat().st_ctime_ns < newest + 25_000_000:
        probe.write_bytes(b"x")


def run(
    root: Path, source: Lines | NotTraced | None = None, *, now: datetime = NOW, steps: tuple[Step, ...] = ("feed", "shares")
) -> Account:
    config = read_config(root / "sharekit.toml") if (root / "sharekit.toml").is_file() else Config()
    where = folders(root, config)
    reader = source or Lines(root)

    def make() -> Build:
        return build(read_blog(reader, config, where), steps=steps, channels=("mastodon",), now=now)

    return Memory(reader, where, steps).account(now, make)


def changes(account: Account) -> set[str]:
    return {each.change for each in account.made}


def outputs(root: Path) -> dict[str, bytes]:
    made = [path for name in ("public", "shares", "issues") for path in (root / name).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in made}


def test_the_second_of_two_builds_reads_nothing_and_says_what_a_build_would_say(tmp_path: Path) -> None:
    root, source = blog(tmp_path / "blog"), Lines(tmp_path / "blog")
    assert changes(run(root, source, steps=STEPS)) == {"new"}
    told = run(root, source, steps=STEPS)
    assert len(source.readings) == 1
    shutil.rmtree(root / ".sharekit")
    assert told == run(root, source, steps=STEPS)
    assert len(source.readings) == 2
    assert changes(told) == {"unchanged"}
    assert told.findings


def test_a_draft_that_a_person_edited_stays_told_as_edited(tmp_path: Path) -> None:
    root = blog(tmp_path / "blog")
    run(root)
    draft = next((root / "shares").glob("*.md"))
    draft.write_text(draft.read_text(encoding="utf-8").replace("Billet", "Mon billet"), encoding="utf-8")
    settle(root)
    source = Lines(root)
    first, second = run(root, source), run(root, source)
    assert first == second
    assert "edited" in changes(second)
    assert len(source.readings) == 1


def edit(path: Path, old: str, new: str) -> None:
    """Change a file so that neither its size nor the time of its contents shows it, as a careless copy does."""
    before = path.stat()
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a post": lambda root: edit(root / "content/post-1.txt", "Des mots", "Les mots"),
    "a title": lambda root: edit(root / "content/post-2.txt", "Billet", "Bullet"),
    "a post more": lambda root: shutil.copy(root / "content/post-1.txt", root / "content/post-9.txt"),
    "a post less": lambda root: (root / "content/post-1.txt").unlink(),
    "a name": lambda root: (root / "content/post-1.txt").rename(root / "content/post-7.txt"),
    "the configuration": lambda root: edit(root / "sharekit.toml", "rss", "atom"),
    "no configuration": lambda root: (root / "sharekit.toml").unlink(),
    "a template": lambda root: (root / "sharekit/share/mastodon.txt").write_text("{{ post.url }} {{ post.title }}"),
    "no template": lambda root: (root / "sharekit/share/mastodon.txt").unlink(),
    "a feed": lambda root: edit(root / "public/index.xml", "Carnet", "Cornet"),
    "no feed": lambda root: (root / "public/index.xml").unlink(),
    "no output": lambda root: shutil.rmtree(root / "public"),
    "a draft": lambda root: edit(next((root / "shares").glob("*.md")), "Billet", "Bullet"),
    "a draft's status": lambda root: edit(next((root / "shares").glob("*.md")), "status: draft", "status: hold"),
    "no draft": lambda root: next((root / "shares").glob("*.md")).unlink(),
    "a draft of a person's own": lambda root: (root / "shares" / "mine.md").write_text(
        "---\npost: none\n---\n## mastodon\nx\n"
    ),
    "no memory": lambda root: shutil.rmtree(root / ".sharekit"),
    "a spoilt memory": lambda root: [path.write_bytes(b"{") for path in (root / ".sharekit/cache").iterdir()],
    "nothing": lambda _root: None,
}


def same_as_without(root: Path, copy: Path, now: datetime = NOW) -> bool:
    """Whether a build with its memory says and leaves what one without any does."""
    shutil.copytree(root, copy)
    shutil.rmtree(copy / ".sharekit", ignore_errors=True)
    return run(root, now=now) == run(copy, now=now) and outputs(root) == outputs(copy)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed(name: str, tmp_path: Path) -> None:
    root = blog(tmp_path / "blog")
    run(root)
    assert changes(run(root)) == {"unchanged"}
    CHANGES[name](root)
    assert same_as_without(root, tmp_path / "copy")
    assert same_as_without(root, tmp_path / "again")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=3), later=st.booleans())
def test_any_few_changes_are_noticed(names: list[str], later: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("blogs")
    root = blog(folder / "blog")
    run(root)
    for number, name in enumerate(names):
        try:
            CHANGES[name](root)
        except (OSError, StopIteration, AssertionError):
            # What it would change is not there any more.
            continue
        now = SOON + timedelta(hours=1) if later else NOW
        assert same_as_without(root, folder / f"copy-{number}", now)
    shutil.rmtree(folder)


def test_a_post_that_comes_due_is_noticed_and_so_is_a_clock_set_back(tmp_path: Path) -> None:
    root, source = blog(tmp_path / "blog"), Lines(tmp_path / "blog")
    entries = []
    for now in (NOW, SOON, SOON + timedelta(days=30), NOW):
        settle(root)
        entries.append(run(root, source, now=now).made[0].what)
    assert entries == ["2 entries", "3 entries", "3 entries", "2 entries"]
    assert len(source.readings) == 3


def test_nothing_is_told_outside_of_the_time_in_which_the_reading_holds(tmp_path: Path) -> None:
    root = blog(tmp_path / "blog")
    source = Lines(root, holds=(NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)))
    for minutes in (0, 4, 5, -6):
        run(root, source, now=NOW + timedelta(minutes=minutes))
    assert len(source.readings) == 3


def test_another_generator_or_another_command_is_not_told_from_memory(tmp_path: Path) -> None:
    root = blog(tmp_path / "blog")
    run(root)
    assert run(root, Lines(root, words=("generator 2",))).generator == "generator 2"
    assert {each.kind for each in run(root, steps=("shares",)).made} == {"share"}


def test_what_cannot_be_known_is_built_each_time(tmp_path: Path) -> None:
    root, source = blog(tmp_path / "blog"), Lines(tmp_path / "blog", holds=None)
    for reader in (source, source, NotTraced(source), NotTraced(source)):
        run(root, reader)
    assert len(source.readings) == 4


def test_a_blog_that_changes_while_it_is_built_is_built_again(tmp_path: Path) -> None:
    root = blog(tmp_path / "blog")

    class Busy(Lines):
        def read(self, meanwhile: Callable[[], object] = lambda: None) -> Reading:
            reading = super().read(meanwhile)
            if len(self.readings) == 1:
                edit(self.root / "content/post-1.txt", "Billet", "Bullet")
            return reading

    source = Busy(root)
    run(root, source)
    assert "changed" in changes(run(root, source))


def test_feeds_among_the_files_that_the_source_reads_are_read_before_anything_is_told(tmp_path: Path) -> None:
    root, source = blog(tmp_path / "blog"), Lines(tmp_path / "blog")
    (root / "sharekit.toml").write_text('output = "content"\n[feed]\nformats = ["rss"]\n', encoding="utf-8")
    for _ in range(3):
        settle(root)
        run(root, source)
    assert len(source.readings) == 2


def test_a_build_that_fails_is_not_remembered(tmp_path: Path) -> None:
    root = blog(tmp_path / "blog")

    class Broken(Lines):
        def read(self, meanwhile: Callable[[], object] = lambda: None) -> Reading:
            raise SourceError("cannot be read")

    for _ in range(2):
        with pytest.raises(SourceError):
            run(root, Broken(root))
    assert changes(run(root)) == {"new"}
