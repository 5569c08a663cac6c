"""Zola: pages under ``content``, sections in ``_index.md``. https://www.getzola.org/documentation/content/page/"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sharekit.sources import front, params
from sharekit.sources.dates import DateError, moment
from sharekit.sources.markdown.rules import MarkdownEntry, MarkdownFile, Names, Rules, text_of, truthy
from sharekit.sources.slugs import from_file_name
from sharekit.sources.slugs import simple as slugify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

BASE_URL = re.compile(rb"^\s*base_url\s*=", re.MULTILINE)
# RFC 3339 or a bare date, then a separator and the slug.
DATED = re.compile(r"(\d{4}-\d{2}-\d{2}(?:T\d{2}:?\d{2}:?\d{2}(?:Z|[+-]\d{2}:?\d{2}))?)[_\- ]+(.+)")
# A page that is given its whole address, as a blog that was moved to Zola gives it: 2014/12/12/the-slug.
DATED_PATH = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})/")
SERIES = re.compile(r"series|série|serie", re.IGNORECASE)


class Zola(Rules):
    """The rules of Zola 0.19 and newer. A page with a date is a post."""

    name = "Zola"
    configs = ("zola.toml", "config.toml")
    names = Names(("title",), ("base_url",), ("default_language",), ("description",), ("author",))
    outputs = ("public",)
    address = "base_url in the configuration"
    endings = (".md",)

    @classmethod
    def is_here(cls, root: Path) -> bool:
        """Its configuration calls the address ``base_url``, Hugo's ``baseURL``."""
        files = (root / name for name in cls.configs) if (root / "content").is_dir() else ()
        return any(path.is_file() and BASE_URL.search(path.read_bytes()) for path in files)

    def files(self) -> Iterator[Path]:
        for path in self.below(self.root / "content"):
            if not path.name.startswith("_index."):
                yield path

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        table = document.table
        inside = PurePosixPath(document.path.relative_to(self.root / "content").as_posix())
        stem, language = self.split_language(inside.stem, self.settings.get("languages"))
        is_bundle = stem == "index" and bool(inside.parent.name)
        name = inside.parent.name if is_bundle else stem
        folder = inside.parent.parent if is_bundle else inside.parent
        named = DATED.match(name)
        if truthy(table.get("draft")) or table.get("render") is False or self._hidden(inside):
            return None
        published = (
            self.date(document, "date")
            or (self.date_in_name(named[1]) if named else None)
            or self._from_path(text_of(table, "path"))
        )
        if published is None:
            return None
        slug = text_of(table, "slug") or self._slug(
            named[2] if named and not truthy(self._slugs("paths_keep_dates")) else name
        )
        # Zola takes `path` as it stands, for a translation too.
        given = text_of(table, "path")
        prefix = "" if given or language == self.language else f"/{language}"
        path = "/".join([*(self._slug(part) for part in folder.parts), slug])
        return MarkdownEntry(
            title=text_of(table, "title") or from_file_name(named[2] if named else name),
            path=f"{prefix}/{(given or path).strip('/')}/",
            published=published,
            updated=self.updated(document),
            language=params.language_tag(language),
            params=self._params(table, folder),
            body=document.body,
            aliases=params.labels(table.get("aliases")),
        )

    def _from_path(self, path: str) -> datetime | None:
        found = DATED_PATH.search(path)
        try:
            return moment("-".join(found.groups())) if found else None
        except DateError:
            return None

    def _slugs(self, key: str) -> Any:
        table = self.settings.get("slugify")
        return table.get(key) if isinstance(table, dict) else None

    def _slug(self, text: str) -> str:
        mode = self._slugs("paths") or "on"
        return slugify(text) if mode == "on" else re.sub(r"[\s<>:\"/|?*#()\[\]\\]+", "_", text) if mode == "safe" else text

    def _hidden(self, inside: PurePosixPath) -> bool:
        return any(truthy(self._section(folder).get("draft")) for folder in inside.parents)

    def _params(self, table: Any, folder: PurePosixPath) -> dict[str, Any]:
        taxonomies = table.get("taxonomies")
        extra = table.get("extra")
        made = {**table, **params.lowered(extra if isinstance(extra, dict) else {})}
        for name, terms in (taxonomies if isinstance(taxonomies, dict) else {}).items():
            made.setdefault(str(name).lower(), terms)
        made.setdefault("tags", made.get("keywords"))
        section = self._section(folder)
        if "series" not in made and _is_series(folder, section):
            made["series"] = text_of(section, "title") or from_file_name(folder.name)
            # Zola sorts a section by what it says; a weight means nothing where it sorts by date.
            if section.get("sort_by") != "weight":
                made.pop("weight", None)
        return made

    def _section(self, folder: PurePosixPath) -> dict[str, Any]:
        known = self._sections
        if folder not in known:
            path = self.root / "content" / folder / "_index.md"
            try:
                known[folder] = params.lowered(front.split(front.decode(path.read_bytes())[0]).table)
            except (OSError, front.FrontMatterError):
                known[folder] = {}
        return known[folder]

    @cached_property
    def _sections(self) -> dict[PurePosixPath, dict[str, Any]]:
        return {}


def _is_series(folder: PurePosixPath, section: dict[str, Any]) -> bool:
    """A section is a series when it says so, or when it lies in a folder of series."""
    extra = section.get("extra")
    says = isinstance(extra, dict) and any(truthy(params.lowered(extra).get(key)) for key in ("series", "is_series"))
    return says or SERIES.fullmatch(folder.parent.name) is not None or "series-episode" in text_of(section, "page_template")
