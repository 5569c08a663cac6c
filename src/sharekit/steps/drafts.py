"""The share drafts as they lie in the blog's folder, and the slots that they may name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sharekit.errors import DraftError
from sharekit.shares.files import DraftFile, parse_draft
from sharekit.shares.sections import CLOSING

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.config import Config


def read_drafts(folder: Path, relative_to: Path) -> list[DraftFile]:
    """The share drafts of the blog, in order of name.

    Raises DraftError for one that cannot be understood, and for two of one post.
    """
    found: dict[str, DraftFile] = {}
    inside = folder.relative_to(relative_to).as_posix()
    for name in sorted(os.listdir(folder) if folder.is_dir() else []):
        if not name.endswith(".md"):
            continue
        draft = parse_draft((folder / name).read_text(encoding="utf-8"), f"{inside}/{name}")
        if draft.post in found:
            raise DraftError(
                f'this is a second draft for the post "{draft.post}"; the first is {found[draft.post].path}',
                path=draft.path,
                hint="Move the sections that you want into one of them, and remove the other.",
            )
        found[draft.post] = draft
    return list(found.values())


def slots_of(config: Config) -> dict[str, str]:
    """The configured slots, and that of the closing share, a day after the last part unless told otherwise."""
    slots = dict(config.shares.slots)
    if config.shares.closing:
        slots.setdefault(CLOSING, "1d")
    return slots
