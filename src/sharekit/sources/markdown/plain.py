"""A folder of Markdown whose generator is not known: every dated file is a post."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from sharekit.model import Site
from sharekit.sources import params
from sharekit.sources.markdown.rules import DRAFTS, MarkdownEntry, MarkdownFile, Rules, falsy, text_of, titled, truthy
from sharekit.sources.slugs import from_file_name

if TYPE_CHECKING:
    from pathlib import Path

START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:---|\+\+\+|;;;|\{\s*\")")
DATED = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_ ]+(.+)")


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError:
        # A link that leads nowhere, a folder of that name: the reading says so.
        return b""


class Plain(Rules):
    """Front matter and file names, by the habits that most generators share."""

    name = "Markdown"
    outputs = ("public", "_site", "dist", "site", "output", "build")
    endings = (".md", ".markdown", ".mdx")
    guesses = "the generator is not known"

    @classmethod
    def is_here(cls, root: Path) -> bool:
        """Whether a Markdown file with front matter lies in the folder or where posts usually are."""
        folders = (root, *(root / name for name in ("content", "posts", "_posts", "blog", "src", "docs")))
        files = (
            path for folder in folders for path in sorted(folder.glob("*.md"))[:50] + sorted(folder.glob("*/*.md"))[:50]
        )
        return any(START.match(_start_of(path)) for path in files if path.relative_to(root).parts[0] not in DRAFTS)

    def site(self) -> Site:
        return Site(title=from_file_name(self.root.resolve().name), url="")

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        table = document.table
        if truthy(table.get("draft")) or falsy(table.get("published")):
            return None
        inside = PurePosixPath(document.source)
        name = inside.parent.name if inside.stem == "index" and inside.parent.name else inside.stem
        named = DATED.match(name)
        published = self.date(document) or (self.date_in_name(named[1]) if named else None)
        if published is None:
            return None
        title, body = titled(document, table, from_file_name(named[2] if named else name))
        given = text_of(table, "permalink", "url")
        parent = inside.parent.parent if inside.stem == "index" else inside.parent
        slug = text_of(table, "slug") or (named[2] if named else name)
        path = given or f"/{parent.as_posix().strip('.')}/{slug}/"
        return MarkdownEntry(
            title=title,
            path=path if "://" in path else quote(re.sub(r"/{2,}", "/", f"/{path}"), safe="/%~-._"),
            published=published,
            updated=self.updated(document),
            language=self.spoken(table),
            params=table,
            body=body,
            aliases=params.labels(table.get("aliases")),
        )
