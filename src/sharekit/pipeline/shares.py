"""The shares' stretch of the line: a draft file for each post, kept where a person edited it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sharekit.files import write_if_changed
from sharekit.model import Finding
from sharekit.pipeline.made import Made
from sharekit.shares.draft import draft_texts
from sharekit.shares.files import DraftFile, format_draft, new_draft, parse_draft, refreshed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sharekit.model import Part, Post
    from sharekit.pipeline.blog import Blog


def read_drafts(folder: Path, relative_to: Path) -> list[DraftFile]:
    """The share drafts of the blog, in order of name. Raises DraftError for one that cannot be understood."""
    return [
        parse_draft(path.read_text(encoding="utf-8-sig"), path.relative_to(relative_to).as_posix())
        for path in sorted(folder.glob("*.md"))
    ]


def write_shares(
    blog: Blog, posts: Sequence[Post], parts: Mapping[str, tuple[Part, ...]], channels: Sequence[str]
) -> tuple[list[Made], list[Finding]]:
    """Draft what is new, refresh what nobody touched, and tell where an edited section differs."""
    known = {draft.post: draft for draft in read_drafts(blog.folders.shares, blog.folders.root)}
    names = file_names(posts)
    settings = blog.config.shares
    overrides = [blog.folders.templates] if blog.folders.templates.is_dir() else []
    made: list[Made] = []
    findings: list[Finding] = []
    for post in posts:
        places = parts.get(post.id, ())
        texts = draft_texts(post, parts=places, channels=channels, settings=settings, overrides=overrides)
        fresh = new_draft(post, parts=places, texts=texts)
        draft, differing = refreshed(known[post.id], fresh) if post.id in known else (fresh, [])
        path = blog.folders.root / draft.path if draft.path else blog.folders.shares / names[post.id]
        changed = post.id not in known or draft != known[post.id]
        change = write_if_changed(path, format_draft(draft)) if changed else "unchanged"
        relative = blog.folders.relative(path)
        what = f"{_counted(len(channels), 'channel')} × {_counted(len(settings.slots), 'slot')}"
        made.append(Made(kind="share", path=relative, what=what, change="edited" if differing else change))
        findings += [
            Finding(
                level="info",
                rule="draft-edited",
                message=f"section {name} was edited by you and left alone; sharekit would draft it otherwise.",
                path=relative,
                line=draft.lines.get(name),
            )
            for name in differing
        ]
    return made, findings


def file_names(posts: Sequence[Post]) -> dict[str, str]:
    """A file name for each post: its date and the last part of its address, or its whole path where two would share one."""
    stems: dict[str, list[Post]] = {}
    for post in posts:
        stems.setdefault(_stem(post), []).append(post)
    return {
        post.id: f"{stem if len(same) == 1 else post.id.replace('/', '-')}.md"
        for stem, same in stems.items()
        for post in same
    }


def _stem(post: Post) -> str:
    file = PurePosixPath(post.source)
    stem = file.parent.name if file.stem in ("index", "_index") else file.stem
    day = f"{post.published:%Y-%m-%d}-"
    return stem if stem[:4].isdigit() else day + stem


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
