"""A build that nothing has changed for is told from memory; whatever changes is noticed, with Hugo itself."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from sharekit.sources.hugo.binary import find_hugo

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from commands import Sharekit

ONLY = ("build", "--only", "feed", "--only", "shares", "--now")
NOW = "2026-11-23T12:00:00Z"
POST = "content/post/affuter-un-rabot.md"


def edit(path: Path, old: str, new: str) -> None:
    """Change a file so that neither its size nor the time of its contents shows it."""
    assert len(old.encode()) == len(new.encode())
    before = path.stat()
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def calling(blog: Path) -> Path:
    """A Hugo that notes each of its runs in a file beside it, taken as the blog's own."""
    program = blog.parent / "programs" / "hugo"
    write(program, f'#!/bin/sh\necho run >> "{program}.runs"\nexec "{find_hugo().program}" "$@"\n')
    program.chmod(0o755)
    with (blog / "sharekit.toml").open("a", encoding="utf-8") as file:
        file.write(f'[source]\nhugo = "{program}"\n')
    return program


def made(blog: Path) -> dict[str, bytes]:
    files = [path for name in ("public", "shares") for path in (blog / name).rglob("*") if path.is_file()]
    return {path.relative_to(blog).as_posix(): path.read_bytes() for path in files}


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


def test_what_is_told_from_memory_is_what_a_build_says_and_starts_no_hugo(blog: Path, sharekit: Sharekit) -> None:
    program = calling(blog)
    assert "new" in sharekit("build", cwd=blog).stdout
    runs = program.with_name("hugo.runs").read_text()

    told = said(sharekit("build", cwd=blog))

    assert program.with_name("hugo.runs").read_text() == runs
    assert "new" not in told[1]
    shutil.rmtree(blog / ".sharekit")
    assert said(sharekit("build", cwd=blog)) == told
    assert program.with_name("hugo.runs").read_text() != runs


def test_every_change_is_noticed(blog: Path, sharekit: Sharekit) -> None:
    draft = next((blog / "content").rglob("affuter*"))
    future = draft.read_text(encoding="utf-8").replace("date: 2026-03", "date: 2026-12", 1)
    steps: dict[str, tuple[Callable[[], object], str, dict[str, str]]] = {
        "nothing": (lambda: None, NOW, {}),
        "a word of a post": (lambda: edit(blog / POST, "pierres", "prismes"), NOW, {}),
        "a template": (lambda: write(blog / "sharekit/share/x.txt", "{{ post.url }}"), NOW, {}),
        "the site's title, from the environment": (lambda: None, NOW, {"HUGO_TITLE": "Un autre carnet"}),
        "its own title again": (lambda: None, NOW, {}),
        "a post for later": (lambda: write(draft.parent / "plus-tard.md", future), NOW, {}),
        "later": (lambda: None, "2026-12-31T12:00:00Z", {}),
        "the clock set back": (lambda: None, NOW, {}),
        "a feed": (lambda: (blog / "public/index.xml").unlink(), NOW, {}),
        "a draft": (lambda: edit(next((blog / "shares").glob("*rabot*.md")), "rabot", "ROBOT"), NOW, {}),
        "another hugo": (lambda: calling(blog), NOW, {}),
        "the memory": (lambda: shutil.rmtree(blog / ".sharekit"), NOW, {}),
    }
    sharekit(*ONLY, NOW, cwd=blog)
    for number, (what, (change, now, environment)) in enumerate(steps.items()):
        change()
        copy = shutil.copytree(blog, blog.parent / f"copy-{number}", ignore=shutil.ignore_patterns(".sharekit"))
        with_memory = sharekit(*ONLY, now, cwd=blog, **environment)
        without = sharekit(*ONLY, now, cwd=copy, **environment)
        assert said(with_memory) == said(without), what
        assert made(blog) == made(copy), what
