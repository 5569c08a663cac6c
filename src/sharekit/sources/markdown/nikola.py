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
from sharekit.sources.markdown.render import MARKUP
from sharekit.sources.markdown.rules import MarkdownFile, Names, Rules, text_of
from sharekit.sources.slugs import simple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

SETTING = re.compile(r"^\s*(?:BLOG_TITLE|POSTS)\s*=", re.MULTILINE)
HIDDEN = {"draft", "private", "mathjax-draft"}


class Nikola(Rules):
    """The rules of Nikola 8. Its settings are read, not run."""

    name = "Nikola"
    configs = ("conf.py",)
    names = Names(("blog_title",), ("site_url",), ("default_lang",), ("blog_description",), ("blog_author",))
    outputs = ("output",)
    address = "SITE_URL in conf.py"
    endings = (".rst", ".md", ".markdown", ".mdown", ".html", ".htm", ".txt")
    language_setting = "translations"
    needs_date = True
    read_date = staticmethod(loose_moment)

    @classmethod
    def is_here(cls, root: Path) -> bool:
        return super().is_here(root) and SETTING.search(decode((root / "conf.py").read_bytes())[0]) is not None

    @cached_property
    def settings(self) -> dict[str, Any]:
        return python_settings(self.root, self.configs)

    @cached_property
    def places(self) -> list[tuple[str, str, str]]:
        """The globs of POSTS, the folder that each begins in, and the folder of its posts in the site."""
        given = self.settings.get("posts")
        usual = [[f"posts/*.{ending}", "posts"] for ending in ("rst", "md", "txt", "html")]
        rows = given if isinstance(given, list) and given else usual
        pairs = [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) > 1]
        return [(pattern, pattern.split("*")[0].rstrip("/"), folder) for pattern, folder in pairs]

    def files(self) -> Iterator[Path]:
        for folder in dict.fromkeys(base for _, base, _ in self.places):
            for path in self.below(self.folder(folder)):
                if self._place(path):
                    yield path

    def _place(self, path: Path) -> tuple[str, str] | None:
        """The folder of the glob that a file is of, and the folder of its posts in the site."""
        source = path.relative_to(self.root).as_posix()
        return next(((base, folder) for pattern, base, folder in self.places if fnmatch.fnmatch(source, pattern)), None)

    def document(self, path: Path, source: str, text: str) -> MarkdownFile:
        table, body = metadata(text)
        beside = path.with_suffix(".meta")
        if beside.is_file():
            table, body = {**metadata(decode(beside.read_bytes())[0])[0], **table}, body if table else text
        if isinstance(table.get("tags"), str):
            table["tags"] = table["tags"].split(",")
        markup = MARKUP.get(path.suffix.lower(), "rst" if path.suffix == ".txt" else "markdown")
        return MarkdownFile(path=path, source=source, table=table, body=body, text=text, markup=markup)

    def is_published(self, document: MarkdownFile) -> bool:
        tags = params.labels(document.table.get("tags"))
        return HIDDEN.isdisjoint([text_of(document.table, "status").lower(), *(tag.lower() for tag in tags)])

    def language_of(self, document: MarkdownFile) -> str:
        return self.split_language(document)[1]

    def params(self, document: MarkdownFile) -> Mapping[str, Any]:
        return {**document.table, "categories": params.labels(document.table.get("category"))}

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        stem, language = self.split_language(document)
        base, folder = self._place(document.path) or ("", "")
        prefix = "" if language == self.language else f"/{language}"
        below = document.path.relative_to(self.folder(base)).parent.as_posix().strip(".")
        slug = text_of(document.table, "slug") or simple(stem)
        ending = ".html" if self.settings.get("pretty_urls") is False else "/"
        return re.sub(r"/{2,}", "/", f"{prefix}/{folder}/{below}/{slug}{ending}")
