"""MkDocs, with Material's blog plugin. https://squidfunk.github.io/mkdocs-material/plugins/blog/"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sharekit.content import plain_text
from sharekit.sources import params
from sharekit.sources.front import Unreadable
from sharekit.sources.markdown.rules import LONGEST_NAME, MarkdownFile, Names, Rules, at, table_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from sharekit.model import Site


class MkDocs(Rules):
    """The rules of Material's blog plugin; without it, every dated page is a post."""

    name = "MkDocs"
    # ProperDocs goes on from MkDocs 1.
    configs = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml")
    names = Names(("site_name",), ("site_url",), (), ("site_description",), ("site_author",))
    outputs = ("site",)
    output_key = "site_dir"
    address = "site_url in mkdocs.yml"
    endings = (".md",)
    titles_by_heading = True

    @cached_property
    def language(self) -> str:
        return str(at(self.settings, "theme", "language") or "en")

    def site(self) -> Site:
        return replace(super().site(), licence=plain_text(text_of(self.settings, "copyright")))

    @cached_property
    def blogs(self) -> list[dict[str, Any]]:
        plugins = self.settings.get("plugins") or []
        named: list[tuple[Any, Any]] = list(plugins.items()) if isinstance(plugins, dict) else []
        for each in plugins if isinstance(plugins, list) else []:
            named += each.items() if isinstance(each, dict) else [(each, {})]
        return [
            settings if isinstance(settings, dict) else {}
            for name, settings in named
            if str(name).rpartition("/")[2] == "blog"
        ]

    @cached_property
    def content(self) -> Path:
        return self.folder(text_of(self.settings, "docs_dir") or "docs")

    def files(self) -> Iterator[Path]:
        for folder in [self._posts(blog) for blog in self.blogs] or [self.content]:
            yield from self.below(folder)

    def complete(self, document: MarkdownFile) -> Mapping[str, Any]:
        dates = document.table.get("date")
        if not isinstance(dates, dict):
            return document.table
        return {**document.table, "date": dates.get("created"), "updated": dates.get("updated")}

    def date(self, document: MarkdownFile) -> datetime | None:
        found = super().date(document)
        if found is None and self._blog_of(document) is not None:
            raise Unreadable("it has no date")
        return found

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        blog = self._blog_of(document)
        if blog is None:
            inside = self.inside(document).with_suffix("")
            bare = inside.parent if inside.name in ("index", "README") else inside
            return f"/{bare.as_posix()}/".replace("/./", "/")
        from babel.dates import format_date

        most = int(blog.get("post_url_max_categories") or 1)
        dates = str(blog.get("post_url_date_format") or "yyyy/MM/dd")
        try:
            date = format_date(published, dates, locale="en")
        except ValueError as error:
            raise Unreadable(f"post_url_date_format = {dates!r} cannot be filled in: {error}") from error
        facts = {
            "slug": text_of(document.table, "slug") or slugify(title),
            "date": date,
            "categories": "/".join(map(slugify, params.labels(document.table.get("categories"))[:most])),
            "file": document.path.stem,
        }
        pattern = str(blog.get("post_url_format") or "{date}/{slug}")
        path = re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], ""), pattern).strip("/")
        ending = "/" if self.settings.get("use_directory_urls") is not False else ".html"
        return re.sub(r"/{2,}", "/", f"/{_folder(blog)}/{path}{ending}")

    def params(self, document: MarkdownFile) -> Mapping[str, Any]:
        blog = self._blog_of(document)
        given = params.labels(document.table.get("authors") or document.table.get("author"))
        if blog is None or not given:
            return document.table
        place = str(blog.get("authors_file") or "{blog}/.authors.yml").replace("{blog}", _folder(blog) or ".")
        known = table_of(self.content, [place[:LONGEST_NAME]]).get("authors")
        if not isinstance(known, dict):
            return document.table
        return {**document.table, "authors": [known.get(each, each) for each in given]}

    def _posts(self, blog: dict[str, Any]) -> Path:
        inside = str(blog.get("post_dir") or "{blog}/posts").replace("{blog}", _folder(blog)).strip("/")
        return self.folder(f"{self.content.relative_to(self.root)}/{inside.removeprefix('./')}")

    def _blog_of(self, document: MarkdownFile) -> dict[str, Any] | None:
        return next((each for each in self.blogs if document.path.is_relative_to(self._posts(each))), None)


def _folder(blog: dict[str, Any]) -> str:
    given = str(blog.get("blog_dir", "blog")).strip("/")
    return "" if given == "." else given


def slugify(text: str) -> str:
    """``pymdownx.slugs.slugify(case="lower")``, the default of Material's blog."""
    return params.github_slug(re.sub(r"</?[^>]*>", "", unicodedata.normalize("NFC", text)).strip())
