"""Zola: pages under ``content``, sections in ``_index.md``. https://www.getzola.org/documentation/content/page/"""

from __future__ import annotations

import contextlib
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sharekit.sources import front, params
from sharekit.sources.front import Unreadable
from sharekit.sources.generators import ZOLA, is_zola_site
from sharekit.sources.markdown.rules import MarkdownFile, Names, Rules, at, text_of, truthy
from sharekit.sources.params import DateError, moment, slugify, title_of_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path, PurePosixPath

# A page that is given its whole address, as a blog that was moved to Zola gives it: 2014/12/12/the-slug.
DATED_PATH = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})/")
SERIES = re.compile(r"series|série|serie", re.IGNORECASE)


class Zola(Rules):
    """The rules of Zola 0.19 and newer. A page with a date is a post."""

    name = "Zola"
    configs = ZOLA
    names = Names(("title",), ("base_url",), ("default_language",), ("description",), ("author",))
    outputs = ("public",)
    output_key = "output_dir"
    address = "base_url in the configuration"
    aliases_key = "aliases"
    endings = (".md",)
    language_setting = "languages"
    # RFC 3339 or a bare date, then a separator and the slug.
    dated = re.compile(r"(\d{4}-\d{2}-\d{2}(?:T\d{2}:?\d{2}:?\d{2}(?:Z|[+-]\d{2}:?\d{2}))?)[_\- ]+(.+)")

    @classmethod
    def is_here(cls, root: Path) -> bool:
        return is_zola_site(root)

    @cached_property
    def content(self) -> Path:
        return self.root / "content"

    def files(self) -> Iterator[Path]:
        return (path for path in self.below(self.content) if not path.name.startswith("_index."))

    def is_published(self, document: MarkdownFile) -> bool:
        folders = self.inside(document).parents
        hidden = document.table.get("render") is False or any(
            truthy(self.sections.get(str(each), {}).get("draft")) for each in folders
        )
        return super().is_published(document) and not hidden

    def date(self, document: MarkdownFile) -> datetime | None:
        found = super().date(document)
        given = DATED_PATH.search(text_of(document.table, "path"))
        with contextlib.suppress(DateError):
            return found or (moment("-".join(given.groups())) if given else None)
        return None

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        given = text_of(document.table, "path")
        if given:
            # Taken as it stands, for a translation too.
            return f"/{given.strip('/')}/"
        language = self.language_of(document)
        prefix = "" if language == self.language else f"/{language}"
        name = (
            self.name_of(document) if truthy(at(self.settings, "slugify", "paths_keep_dates")) else self.bare_name(document)
        )
        slug = self._slug(text_of(document.table, "slug") or name)
        # Folders stand in the address as they are called (components/content/src/page.rs).
        return f"{prefix}/{(self._folder(document) / slug).as_posix().strip('/')}/"

    def params(self, document: MarkdownFile) -> Mapping[str, Any]:
        extra, taxonomies = document.table.get("extra"), document.table.get("taxonomies")
        made = {**document.table, **params.lowered(extra if isinstance(extra, dict) else {})}
        for name, terms in (taxonomies if isinstance(taxonomies, dict) else {}).items():
            made.setdefault(str(name).lower(), terms)
        made.setdefault("tags", made.get("keywords"))
        folder = self._folder(document)
        section = self.sections.get(str(folder), {})
        if "series" not in made and _is_series(folder, section):
            made["series"] = text_of(section, "title") or title_of_file(folder.name)
            # Zola sorts a section by what it says; a weight means nothing where it sorts by date.
            if section.get("sort_by") != "weight":
                made.pop("weight", None)
        return made

    def _folder(self, document: MarkdownFile) -> PurePosixPath:
        parent = self.inside(document).parent
        return parent.parent if self.split_language(document)[0] == "index" else parent

    def _slug(self, text: str) -> str:
        mode = at(self.settings, "slugify", "paths") or "on"
        # components/utils/src/slugs.rs
        return slugify(text) if mode == "on" else re.sub(r"[ .]+\Z|[<>:\"/\\|?*]", "", text) if mode == "safe" else text

    @cached_property
    def sections(self) -> dict[str, dict[str, Any]]:
        """What each section says in its ``_index.md``, by its folder."""
        found = {}
        for path in self.content.rglob("_index.md"):
            with contextlib.suppress(OSError, Unreadable):
                table = front.split(front.decode(path.read_bytes())).table
                found[path.parent.relative_to(self.content).as_posix()] = params.lowered(table)
        return found


def _is_series(folder: PurePosixPath, section: dict[str, Any]) -> bool:
    """A section is a series when it says so, or when it lies in a folder of series."""
    extra = section.get("extra")
    says = isinstance(extra, dict) and any(truthy(params.lowered(extra).get(key)) for key in ("series", "is_series"))
    return says or SERIES.fullmatch(folder.parent.name) is not None or "series-episode" in text_of(section, "page_template")
