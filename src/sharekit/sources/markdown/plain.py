"""A folder of Markdown whose generator is not known: every dated file is a post."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from sharekit.model import Site
from sharekit.sources.markdown.rules import DATE_KEYS, DRAFTS, MarkdownFile, Rules, falsy, joined_path, text_of
from sharekit.sources.slugs import from_file_name

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:---|\+\+\+|;;;|\{\s*\")")


class Plain(Rules):
    """Front matter and file names, by the habits that most generators share."""

    name = "Markdown"
    outputs = ("public", "_site", "dist", "site", "output", "build")
    aliases_key = "aliases"
    endings = (".md", ".markdown", ".mdx")
    guesses = "the generator is not known"
    titles_by_heading = True
    date_keys = DATE_KEYS
    dated = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_ ]+(.+)")

    @classmethod
    def is_here(cls, root: Path) -> bool:
        """Whether a Markdown file with front matter lies in the folder or where posts usually are."""
        for folder in (root, *(root / name for name in ("content", "posts", "_posts", "blog", "src", "docs"))):
            for path in sorted(folder.glob("*.md"))[:50] + sorted(folder.glob("*/*.md"))[:50]:
                if path.relative_to(root).parts[0] in DRAFTS:
                    continue
                # A link that leads nowhere, a folder of that name: the reading says so.
                with contextlib.suppress(OSError), path.open("rb") as file:
                    if START.match(file.read(64)):
                        return True
        return False

    def site(self) -> Site:
        return Site(title=from_file_name(self.root.resolve().name), url="")

    def is_published(self, document: MarkdownFile) -> bool:
        return super().is_published(document) and not falsy(document.table.get("published"))

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        given = text_of(document.table, "permalink", "url")
        if "://" in given:
            return given
        inside = document.path.relative_to(self.root)
        folder = inside.parent.parent if inside.stem == "index" else inside.parent
        slug = text_of(document.table, "slug") or self.bare_name(document)
        return joined_path(given or f"{folder.as_posix().strip('.')}/{slug}/")
