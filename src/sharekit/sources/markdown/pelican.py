"""Pelican: ``Key: value`` metadata, reStructuredText fields, HTML ``<meta>``. https://docs.getpelican.com/en/latest/content.html"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sharekit.sources import params
from sharekit.sources.dates import loose_moment
from sharekit.sources.front import Unreadable
from sharekit.sources.markdown.config import python_settings
from sharekit.sources.markdown.metadata import pelican as metadata
from sharekit.sources.markdown.render import MARKUP
from sharekit.sources.markdown.rules import MarkdownFile, Names, Rules, text_of
from sharekit.sources.slugs import pelican as slugify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


class Pelican(Rules):
    """The rules of Pelican 4. Its settings are read, not run; those of ``publishconf.py`` stand over the others."""

    name = "Pelican"
    configs = ("pelicanconf.py", "publishconf.py")
    names = Names(("sitename",), ("siteurl",), ("default_lang",), ("sitesubtitle",), ("author",))
    outputs = ("output", "output-publish")
    address = "SITEURL in publishconf.py"
    endings = (".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm")
    aliases_key = "alias"
    needs_date = True
    read_date = staticmethod(loose_moment)

    @cached_property
    def settings(self) -> dict[str, Any]:
        return python_settings(self.root, self.configs)

    @property
    def content(self) -> Path:
        return self.folder(self.settings.get("path") or ("content" if (self.root / "content").is_dir() else "."))

    def url(self) -> str:
        return re.sub("^//", "https://", super().url())

    def files(self) -> Iterator[Path]:
        readers = self.settings.get("readers")
        off = {f".{ending}" for ending, reader in readers.items() if reader is None} if isinstance(readers, dict) else set()
        excluded = {
            *self._folders("page_paths", ["pages"]),
            *self._folders("article_excludes", []),
            *filter(None, self._folders("static_paths", ["images"])),
        }
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
        own, body = metadata(text, markup)
        table = {**self._around(path), **own}
        for name in ("tags", "keywords", "authors", "alias"):
            if isinstance(table.get(name), str):
                separator = ";" if ";" in table[name] else ","
                table[name] = [each.strip() for each in table[name].split(separator) if each.strip()]
        table["categories"] = [str(table["category"])]
        return MarkdownFile(path=path, source=source, table=table, body=body, text=text, markup=markup)

    def _around(self, path: Path) -> dict[str, Any]:
        """What the place of a file and the settings say of it."""
        inside = path.relative_to(self.content)
        folder = inside.parent.name if self.settings.get("use_folder_as_category", True) else ""
        table = {"category": folder or self.settings.get("default_category") or "misc"}
        table |= params.lowered(self.settings.get("default_metadata") or {})
        for pattern, text in (
            (self.settings.get("filename_metadata", r"(?P<date>\d{4}-\d{2}-\d{2}).*"), inside.stem),
            (self.settings.get("path_metadata", ""), inside.as_posix()),
        ):
            try:
                found = re.match(str(pattern), text)
            except re.error:
                continue
            table |= {key: value for key, value in found.groupdict().items() if value} if found else {}
        extra = self.settings.get("extra_path_metadata")
        return table | (params.lowered(extra.get(inside.as_posix())) if isinstance(extra, dict) else {})

    def is_published(self, document: MarkdownFile) -> bool:
        return text_of(document.table, "status").lower() not in ("draft", "hidden", "skip")

    def title(self, document: MarkdownFile) -> str:
        raise Unreadable("it has no title")

    def language_of(self, document: MarkdownFile) -> str:
        return text_of(document.table, "lang") or self.language

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        table = document.table
        if table.get("url"):
            return str(table["url"])
        by_name = self.settings.get("slugify_source") == "basename"
        language = self.language_of(document)
        setting, usual = (
            ("ARTICLE_URL", "{slug}.html") if language == self.language else ("ARTICLE_LANG_URL", "{slug}-{lang}.html")
        )
        pattern = str(self.settings.get(setting.lower()) or usual)
        authors = params.authors(dict(table), {})
        facts = {
            **{key: value for key, value in table.items() if isinstance(value, str)},
            "slug": text_of(table, "slug") or slugify(document.path.stem if by_name else title),
            "lang": language,
            "date": published,
            "author": slugify(authors[0].name if authors else str(self.settings.get("author") or "")),
            "category": slugify(str(table["category"])),
            "filename": PurePosixPath(document.source).name,
            "path": document.path.relative_to(self.content).with_suffix("").as_posix(),
        }
        try:
            return "/" + pattern.format_map(facts).lstrip("/")
        except (KeyError, ValueError, AttributeError, IndexError) as error:
            raise Unreadable(f"{setting} = {pattern!r} cannot be filled in for it: {error}") from error


def _is_in(name: str, folders: Any) -> bool:
    return any(not folder or name == folder or name.startswith(f"{folder}/") for folder in folders)
