"""Pelican: ``Key: value`` metadata, reStructuredText fields, HTML ``<meta>``. https://docs.getpelican.com/en/latest/content.html"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sharekit.sources import params
from sharekit.sources.dates import loose_moment, zone_of
from sharekit.sources.markdown.config import python_settings
from sharekit.sources.markdown.metadata import metadata
from sharekit.sources.markdown.rules import MARKUP, MarkdownEntry, MarkdownFile, Names, Rules, Unreadable, text_of
from sharekit.sources.slugs import pelican as slugify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

LISTS = ("tags", "keywords", "authors")


class Pelican(Rules):
    """The rules of Pelican 4. Its settings are read, not run; those of ``publishconf.py`` stand over the others."""

    name = "Pelican"
    names = Names(("sitename",), ("siteurl",), ("default_lang",), ("sitesubtitle",), ("author",))
    outputs = ("output", "output-publish")
    address = "SITEURL in publishconf.py"
    endings = (".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm")
    read_date = staticmethod(loose_moment)

    @classmethod
    def is_here(cls, root: Path) -> bool:
        return (root / "pelicanconf.py").is_file()

    @cached_property
    def settings(self) -> dict[str, Any]:
        return python_settings(self.root, ("pelicanconf.py", "publishconf.py"))

    @property
    def content(self) -> Path:
        """The folder of PATH."""
        return self.folder(self.settings.get("path") or ("content" if (self.root / "content").is_dir() else "."))

    def url(self) -> str:
        return re.sub("^//", "https://", super().url())

    def files(self) -> Iterator[Path]:
        readers = self.settings.get("readers") or {}
        off = {f".{ending}" for ending, reader in readers.items() if reader is None} if isinstance(readers, dict) else set()
        pages = self._folders("page_paths", ["pages"])
        static = self._folders("static_paths", ["images"])
        excluded = {*pages, *self._folders("article_excludes", []), *(name for name in static if name)}
        inside = self._folders("article_paths", [""])
        for path in self.below(self.content):
            name = path.relative_to(self.content).as_posix()
            if path.suffix.lower() not in off and _is_in(name, inside) and not _is_in(name, excluded):
                yield path

    def _folders(self, setting: str, default: list[str]) -> list[str]:
        value = self.settings.get(setting, default)
        return [str(each).strip("/") for each in value] if isinstance(value, list) else default

    def document(self, path: Path, source: str, text: str) -> MarkdownFile:
        markup = MARKUP.get(path.suffix.lower(), "markdown")
        table, body, line = metadata(text, markup)
        return MarkdownFile(path=path, source=source, table=table, body=body, text=text, line=line, markup=markup)

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        table = self._complete(document)
        status = text_of(table, "status").lower() or "published"
        if status in ("draft", "hidden", "skip"):
            return None
        title = text_of(table, "title")
        if not title:
            raise Unreadable("it has no title")
        published = self._date(document, table)
        language = text_of(table, "lang") or self.language
        return MarkdownEntry(
            title=title,
            path=self._path(table, title, published, language, document),
            published=published,
            updated=self.updated(document),
            language=params.language_tag(language),
            params=table,
            body=document.body,
            aliases=params.labels([each for each in text_of(table, "alias").split(",") if each.strip()]),
        )

    def _complete(self, document: MarkdownFile) -> dict[str, Any]:
        inside = document.path.relative_to(self.content)
        table: dict[str, Any] = {}
        folder = inside.parent.name if self.settings.get("use_folder_as_category", True) else ""
        table["category"] = folder or self.settings.get("default_category") or "misc"
        table.update(params.lowered(self.settings.get("default_metadata") or {}))
        patterns = (
            (self.settings.get("filename_metadata", r"(?P<date>\d{4}-\d{2}-\d{2}).*"), inside.stem),
            (self.settings.get("path_metadata", ""), inside.as_posix()),
        )
        for pattern, text in patterns:
            table.update(_named(str(pattern), text))
        extra = self.settings.get("extra_path_metadata")
        table.update(params.lowered((extra or {}).get(inside.as_posix()) or {}) if isinstance(extra, dict) else {})
        table.update(document.table)
        for name in LISTS:
            if isinstance(table.get(name), str):
                separator = ";" if ";" in table[name] else ","
                table[name] = [each.strip() for each in table[name].split(separator) if each.strip()]
        return {**table, "categories": [str(table["category"])]}

    def _date(self, document: MarkdownFile, table: dict[str, Any]) -> datetime:
        zone = zone_of(table.get("timezone"), self.zone)
        found = self.date(document, "date", zone=zone)
        if found is None and table.get("date"):
            found = self.date_in_name(str(table["date"]))
        if found is None:
            raise Unreadable("it has no date")
        return found

    def _path(self, table: dict[str, Any], title: str, published: datetime, language: str, document: MarkdownFile) -> str:
        if table.get("url"):
            return str(table["url"])
        by_name = self.settings.get("slugify_source") == "basename"
        slug = text_of(table, "slug") or slugify(document.path.stem if by_name else title)
        setting, usual = (
            ("ARTICLE_URL", "{slug}.html") if language == self.language else ("ARTICLE_LANG_URL", "{slug}-{lang}.html")
        )
        pattern = str(self.settings.get(setting.lower()) or usual)
        authors = params.authors(table, {})
        author = authors[0].name if authors else str(self.settings.get("author") or "")
        facts = {
            **{key: value for key, value in table.items() if isinstance(value, str)},
            "slug": slug, "lang": language, "date": published, "author": slugify(author),
            "category": slugify(str(table["category"])), "filename": PurePosixPath(document.source).name,
            "path": document.path.relative_to(self.content).with_suffix("").as_posix(),
        }  # fmt: skip
        try:
            path = pattern.format_map(facts)
        except (KeyError, ValueError, AttributeError, IndexError) as error:
            raise Unreadable(f"{setting} = {pattern!r} cannot be filled in for it: {error}") from error
        return "/" + path.lstrip("/")


def _named(pattern: str, text: str) -> dict[str, Any]:
    try:
        found = re.match(pattern, text) if pattern else None
    except re.error:
        return {}
    return {key: value for key, value in found.groupdict().items() if value} if found else {}


def _is_in(name: str, folders: Any) -> bool:
    return any(not folder or name == folder or name.startswith(f"{folder}/") for folder in folders)
