"""MkDocs, with Material's blog plugin. https://squidfunk.github.io/mkdocs-material/plugins/blog/"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sharekit.sources import params, slugs
from sharekit.sources.dates import DateError, moment
from sharekit.sources.markdown.config import table_of
from sharekit.sources.markdown.rules import (
    LONGEST_NAME,
    MarkdownEntry,
    MarkdownFile,
    Names,
    Rules,
    Unreadable,
    text_of,
    titled,
    truthy,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from sharekit.model import Site

# Babel's date patterns, as the plugin uses them in URLs.
PARTS = re.compile(r"yyyy|yy|MMMM|MMM|MM|M|dd|d")
FORMATS = {"yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "dd": "%d"}


class MkDocs(Rules):
    """The rules of Material's blog plugin; without it, every dated page is a post."""

    name = "MkDocs"
    # ProperDocs goes on from MkDocs 1.
    configs = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml")
    names = Names(("site_name",), ("site_url",), (), ("site_description",), ("site_author",))
    outputs = ("site",)
    address = "site_url in mkdocs.yml"
    endings = (".md",)

    @cached_property
    def language(self) -> str:
        theme = self.settings.get("theme")
        return str((theme.get("language") if isinstance(theme, dict) else None) or "en")

    def site(self) -> Site:
        licence = re.sub(r"<[^>]+>", "", text_of(self.settings, "copyright")).replace("&copy;", "©")
        return replace(super().site(), licence=licence)

    @cached_property
    def blogs(self) -> list[dict[str, Any]]:
        """The settings of each blog plugin."""
        found = []
        plugins = self.settings.get("plugins")
        for each in plugins.items() if isinstance(plugins, dict) else plugins or []:
            pairs: Iterable[tuple[Any, Any]] = (
                [each] if isinstance(each, tuple) else each.items() if isinstance(each, dict) else [(each, {})]
            )
            found += [
                value if isinstance(value, dict) else {} for name, value in pairs if str(name).rpartition("/")[2] == "blog"
            ]
        return found

    @property
    def docs(self) -> Path:
        """The folder of the pages."""
        return self.folder(text_of(self.settings, "docs_dir") or "docs")

    def files(self) -> Iterator[Path]:
        if not self.blogs:
            yield from self.below(self.docs)
        for blog in self.blogs:
            yield from self.below(self.folder(f"{self.docs.relative_to(self.root)}/{self._posts(blog)}"))

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        settings = next((each for each in self.blogs if self._is_in(document, self._posts(each))), None)
        if truthy(document.table.get("draft")):
            return None
        published, updated = self._dates(document)
        if published is None and settings is None:
            return None
        if published is None:
            raise Unreadable("it has no date")
        title, body = titled(document, document.table, slugs.from_file_name(document.path.stem))
        return MarkdownEntry(
            title=title,
            path=self._path(document, settings, title, published),
            published=published,
            updated=updated or self.updated(document),
            language=self.spoken(document.table),
            params={**document.table, **self._authors(document, settings)},
            body=body,
        )

    def _posts(self, settings: dict[str, Any]) -> str:
        blog = self._blog(settings)
        return str(settings.get("post_dir") or "{blog}/posts").replace("{blog}", blog).strip("/").removeprefix("./")

    def _blog(self, settings: dict[str, Any]) -> str:
        given = str(settings.get("blog_dir", "blog")).strip("/")
        return "" if given == "." else given

    def _is_in(self, document: MarkdownFile, folder: str) -> bool:
        return document.path.is_relative_to(self.docs / folder)

    def _dates(self, document: MarkdownFile) -> tuple[datetime | None, datetime | None]:
        given = document.table.get("date")
        if not isinstance(given, dict):
            return self.date(document, "date"), None
        try:
            created, updated = given.get("created"), given.get("updated")
            return (moment(created, self.zone) if created else None), (moment(updated, self.zone) if updated else None)
        except DateError as error:
            raise Unreadable(str(error), 2) from error

    def _path(self, document: MarkdownFile, settings: dict[str, Any] | None, title: str, published: datetime) -> str:
        if settings is None:
            inside = document.path.relative_to(self.docs).with_suffix("")
            bare = inside.parent if inside.name in ("index", "README") else inside
            return f"/{bare.as_posix()}/".replace("/./", "/")
        slug = text_of(document.table, "slug") or slugs.pymdownx(title)
        categories = params.labels(document.table.get("categories"))
        pattern = str(settings.get("post_url_format") or "{date}/{slug}")
        dates = str(settings.get("post_url_date_format") or "yyyy/MM/dd")
        facts = {
            "slug": slug,
            "date": PARTS.sub(lambda part: _written(part[0], published), dates),
            "categories": "/".join(
                slugs.pymdownx(each) for each in categories[: int(settings.get("post_url_max_categories") or 1)]
            ),
            "file": document.path.stem,
        }
        path = re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], ""), pattern)
        ending = "/" if self.settings.get("use_directory_urls") is not False else ".html"
        return re.sub(r"/{2,}", "/", f"/{self._blog(settings)}/{path.strip('/')}{ending}")

    def _authors(self, document: MarkdownFile, settings: dict[str, Any] | None) -> dict[str, Any]:
        given = params.labels(document.table.get("authors") or document.table.get("author"))
        if settings is None or not given:
            return {}
        place = str(settings.get("authors_file") or "{blog}/.authors.yml").replace("{blog}", self._blog(settings) or ".")
        known = table_of(self.docs, [place[:LONGEST_NAME]]).get("authors") or {}
        return {"authors": [known.get(each, each) for each in given]} if isinstance(known, dict) else {}


def _written(part: str, day: datetime) -> str:
    return str(day.month if part == "M" else day.day) if part in ("M", "d") else day.strftime(FORMATS[part])
