"""Nikola: ``POSTS`` of ``conf.py``, metadata in comments. https://getnikola.com/handbook.html"""

from __future__ import annotations

import fnmatch
import re
from datetime import UTC, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sharekit.model import Author, Site
from sharekit.sources import params
from sharekit.sources.dates import loose_moment, zone_of
from sharekit.sources.front import decode
from sharekit.sources.markdown.config import python_settings
from sharekit.sources.markdown.entry import Document, Entry, Unreadable
from sharekit.sources.markdown.metadata import nikola as metadata
from sharekit.sources.markdown.rules import MARKUP, Rules, text_of
from sharekit.sources.slugs import from_file_name, simple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HIDDEN = ("draft", "private", "mathjax-draft")


def is_here(root: Path) -> bool:
    """Whether the folder is a Nikola site."""
    path = root / "conf.py"
    return (
        path.is_file() and re.search(r"^\s*(?:BLOG_TITLE|POSTS)\s*=", decode(path.read_bytes())[0], re.MULTILINE) is not None
    )


class Nikola(Rules):
    """The rules of Nikola 8. Its settings are read, not run."""

    name = "Nikola"
    outputs = ("output",)
    address = "SITE_URL in conf.py"
    endings = (".rst", ".md", ".markdown", ".mdown", ".html", ".htm", ".txt")
    read_date = staticmethod(loose_moment)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The settings that are plain values."""
        return python_settings(self.root, ("conf.py",))

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.settings.get("TIMEZONE"), UTC)

    @property
    def language(self) -> str:
        """The default language."""
        return str(self.settings.get("DEFAULT_LANG") or "en")

    def site(self) -> Site:
        author = str(self.settings.get("BLOG_AUTHOR") or "")
        url = str(self.settings.get("SITE_URL") or "").rstrip("/")
        return Site(
            title=str(self.settings.get("BLOG_TITLE") or ""),
            url=f"{url}/" if url else "",
            language=params.language_tag(self.language),
            description=str(self.settings.get("BLOG_DESCRIPTION") or ""),
            authors=(Author(name=author),) if author else (),
            timezone=str(self.settings.get("TIMEZONE") or "") or None,
        )

    @cached_property
    def places(self) -> list[tuple[str, str]]:
        """The globs of POSTS and the folder of each in the site."""
        given = self.settings.get("POSTS")
        usual = [[f"posts/*.{ending}", "posts"] for ending in ("rst", "md", "txt", "html")]
        rows = given if isinstance(given, list) and given else usual
        return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) > 1]

    def files(self) -> Iterator[Path]:
        folders = dict.fromkeys(pattern.split("*")[0].rstrip("/") for pattern, _ in self.places)
        for folder in folders:
            yield from self.below(self.root / folder)

    def document(self, path: Path, source: str, text: str) -> Document:
        meta = path.with_suffix(".meta")
        table, body, line = metadata(text)
        if meta.is_file():
            table, body, line = {**metadata(decode(meta.read_bytes())[0])[0], **table}, body if table else text, line
        markup = MARKUP.get(path.suffix.lower(), "rst")
        return Document(path=path, source=source, table=table, body=body, text=text, line=line, markup=markup)

    def entry(self, document: Document) -> Entry | None:
        table = document.table
        folder = self._folder(document.source)
        given = table.get("tags")
        tags = params.labels(given.split(",") if isinstance(given, str) else given)
        status = text_of(table, "status").lower()
        if folder is None or status in HIDDEN or any(tag.lower() in HIDDEN for tag in tags):
            return None
        stem, language = self._language(document.path)
        title = text_of(table, "title")
        published = self.date(document, "date")
        if not title and not table:
            raise Unreadable("it has no metadata: neither in the file nor in a .meta file beside it")
        if published is None:
            raise Unreadable("it has no date")
        slug = text_of(table, "slug") or simple(stem)
        prefix = "" if language == self.language else f"/{language}"
        below = document.path.relative_to(self.root).parent.relative_to(self._base(document.source)).as_posix().strip(".")
        ending = ".html" if self.settings.get("PRETTY_URLS") is False else "/"
        return Entry(
            title=title or from_file_name(stem),
            path=re.sub(r"/{2,}", "/", f"{prefix}/{folder}/{below}/{slug}{ending}"),
            published=published,
            updated=self.updated(document),
            language=params.language_tag(language),
            params={**table, "tags": [tag for tag in tags if tag], "categories": params.labels(table.get("category"))},
            body=document.body,
        )

    def _folder(self, source: str) -> str | None:
        base = self._base(source)
        return next((folder for pattern, folder in self.places if pattern.split("*")[0].rstrip("/") == base), None)

    def _base(self, source: str) -> str:
        bases = [pattern for pattern, _ in self.places if fnmatch.fnmatch(source, pattern)]
        return bases[0].split("*")[0].rstrip("/") if bases else ""

    def _language(self, path: Path) -> tuple[str, str]:
        stem, _, code = path.stem.rpartition(".")
        translations = self.settings.get("TRANSLATIONS")
        if stem and isinstance(translations, dict) and code in translations:
            return stem, code
        return path.stem, self.language
