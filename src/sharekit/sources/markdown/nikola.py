"""Nikola: ``POSTS`` of ``conf.py``, metadata in comments. https://getnikola.com/handbook.html"""

from __future__ import annotations

import fnmatch
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sharekit.sources import params
from sharekit.sources.dates import loose_moment
from sharekit.sources.front import decode
from sharekit.sources.markdown.config import python_settings
from sharekit.sources.markdown.metadata import nikola as metadata
from sharekit.sources.markdown.rules import MARKUP, MarkdownEntry, MarkdownFile, Names, Rules, Unreadable, text_of
from sharekit.sources.slugs import from_file_name, simple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTING = re.compile(r"^\s*(?:BLOG_TITLE|POSTS)\s*=", re.MULTILINE)
HIDDEN = ("draft", "private", "mathjax-draft")


class Nikola(Rules):
    """The rules of Nikola 8. Its settings are read, not run."""

    name = "Nikola"
    names = Names(("blog_title",), ("site_url",), ("default_lang",), ("blog_description",), ("blog_author",))
    outputs = ("output",)
    address = "SITE_URL in conf.py"
    endings = (".rst", ".md", ".markdown", ".mdown", ".html", ".htm", ".txt")
    read_date = staticmethod(loose_moment)

    @classmethod
    def is_here(cls, root: Path) -> bool:
        path = root / "conf.py"
        return path.is_file() and SETTING.search(decode(path.read_bytes())[0]) is not None

    @cached_property
    def settings(self) -> dict[str, Any]:
        return python_settings(self.root, ("conf.py",))

    @cached_property
    def places(self) -> list[tuple[str, tuple[str, str]]]:
        """The globs of POSTS; for each the folder that it begins in, and the folder of its posts in the site."""
        given = self.settings.get("posts")
        usual = [[f"posts/*.{ending}", "posts"] for ending in ("rst", "md", "txt", "html")]
        rows = given if isinstance(given, list) and given else usual
        pairs = [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) > 1]
        return [(pattern, (pattern.split("*")[0].rstrip("/"), folder)) for pattern, folder in pairs]

    def files(self) -> Iterator[Path]:
        for folder in dict.fromkeys(base for _, (base, _) in self.places):
            yield from self.below(self.folder(folder))

    def document(self, path: Path, source: str, text: str) -> MarkdownFile:
        meta = path.with_suffix(".meta")
        table, body, line = metadata(text)
        if meta.is_file():
            table, body, line = {**metadata(decode(meta.read_bytes())[0])[0], **table}, body if table else text, line
        markup = MARKUP.get(path.suffix.lower(), "rst" if path.suffix == ".txt" else "markdown")
        return MarkdownFile(path=path, source=source, table=table, body=body, text=text, line=line, markup=markup)

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        table = document.table
        place = self._place(document.source)
        given = table.get("tags")
        tags = params.labels(given.split(",") if isinstance(given, str) else given)
        status = text_of(table, "status").lower()
        if place is None or status in HIDDEN or any(tag.lower() in HIDDEN for tag in tags):
            return None
        stem, language = self.split_language(document.path.stem, self.settings.get("translations"))
        title = text_of(table, "title")
        published = self.date(document, "date")
        if not title and not table:
            raise Unreadable("it has no metadata: neither in the file nor in a .meta file beside it")
        if published is None:
            raise Unreadable("it has no date")
        slug = text_of(table, "slug") or simple(stem)
        prefix = "" if language == self.language else f"/{language}"
        below = document.path.relative_to(self.folder(place[0])).parent.as_posix().strip(".")
        ending = ".html" if self.settings.get("pretty_urls") is False else "/"
        return MarkdownEntry(
            title=title or from_file_name(stem),
            path=re.sub(r"/{2,}", "/", f"{prefix}/{place[1]}/{below}/{slug}{ending}"),
            published=published,
            updated=self.updated(document),
            language=params.language_tag(language),
            params={**table, "tags": [tag for tag in tags if tag], "categories": params.labels(table.get("category"))},
            body=document.body,
        )

    def _place(self, source: str) -> tuple[str, str] | None:
        """The folder of the glob that a file is of, and the folder of its posts in the site."""
        return next((place for pattern, place in self.places if fnmatch.fnmatch(source, pattern)), None)
