"""Jekyll: files of ``_posts`` named ``YYYY-MM-DD-slug``. https://jekyllrb.com/docs/posts/ and …/permalinks/"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sharekit.sources import params
from sharekit.sources.dates import loose_moment
from sharekit.sources.front import decode
from sharekit.sources.markdown.rules import (
    DATE_KEYS,
    UPDATED_KEYS,
    MarkdownEntry,
    MarkdownFile,
    Names,
    Rules,
    falsy,
    text_of,
    truthy,
)
from sharekit.sources.slugs import jekyll as slugify
from sharekit.sources.slugs import jekyll_pretty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

FILE_NAME = re.compile(r"(\d{2,4}-\d{1,2}-\d{1,2})-(.+)")
# A timestamp of YAML without a zone, which Ruby reads as UTC whatever the site's zone is; a text it reads in that zone.
TIMESTAMP = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?")
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}


class Jekyll(Rules):
    """The rules of Jekyll 4."""

    name = "Jekyll"
    configs = ("_config.yml", "_config.yaml", "_config.toml")
    names = Names(("title", "name"), ("url",), ("lang", "locale"), ("description", "tagline"), ("author",))
    outputs = ("_site",)
    address = "url in _config.yml"
    endings = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".html")
    read_date = staticmethod(loose_moment)

    @classmethod
    def is_here(cls, root: Path) -> bool:
        return super().is_here(root) and any(
            next(root.glob(pattern), None) for pattern in ("_posts", "*/_posts", "*/*/_posts")
        )

    def url(self) -> str:
        host = super().url() or self._domain
        return f"{host.rstrip('/')}/{text_of(self.settings, 'baseurl').strip('/')}" if host else ""

    @property
    def _domain(self) -> str:
        """The address that the file CNAME gives the site on GitHub Pages, where Jekyll is given it as ``site.url``."""
        path = self.root / "CNAME"
        domain = decode(path.read_bytes())[0].strip() if path.is_file() else ""
        return f"https://{domain}" if DOMAIN.fullmatch(domain) else ""

    @cached_property
    def source(self) -> Path:
        """The folder of the sources; one that a build step makes first stands nowhere yet, and the posts are looked for."""
        configured = self.folder(text_of(self.settings, "source"))
        if configured.is_dir():
            return configured
        return next((path.parent for path in sorted(self.root.glob("*/_posts"))), self.root)

    def files(self) -> Iterator[Path]:
        source = self.source
        excluded = {str(name).strip("/") for name in self.settings.get("exclude") or [] if isinstance(name, str)}
        for path in self.below(source):
            inside = path.relative_to(source)
            if "_posts" in inside.parts[:-1] and FILE_NAME.match(path.stem) and not excluded & set(map(str, inside.parents)):
                yield path

    def document(self, path: Path, source: str, text: str) -> MarkdownFile:
        made = super().document(path, source, text)
        table = dict(made.table)
        for key in (*DATE_KEYS, *UPDATED_KEYS):
            given = table.get(key)
            if isinstance(given, str) and TIMESTAMP.fullmatch(given) and _is_bare(text, key):
                table[key] = f"{given} UTC"
        return replace(made, table=table)

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        table = {**self._defaults(document), **document.table}
        if falsy(table.get("published")) or truthy(table.get("draft")):
            return None
        named = FILE_NAME.match(document.path.stem)
        if named is None:
            return None
        published = self.date(document, "date") or self.date_in_name(named[1] if len(named[1]) > 8 else f"20{named[1]}")
        slug = text_of(table, "slug") or named[2].rstrip(".")
        categories = self._categories(document, table)
        title = text_of(table, "title") or " ".join(word.capitalize() for word in slug.split("-"))
        return MarkdownEntry(
            title=title,
            path=self._path(table, published, slug, categories),
            published=published,
            updated=self.updated(document),
            language=self.spoken(table),
            params={**table, "categories": categories, "tags": _words(table.get("tags") or table.get("tag"))},
            body=document.body,
            aliases=tuple(map(str, params.labels(table.get("redirect_from")))),
        )

    def _defaults(self, document: MarkdownFile) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for rule in self.settings.get("defaults") or []:
            if not isinstance(rule, dict):
                continue
            scope = params.lowered(rule.get("scope") or {}) if isinstance(rule.get("scope") or {}, dict) else {}
            path = str(scope.get("path") or "").strip("/")
            fits = not path or document.source == path or document.source.startswith(f"{path}/")
            if fits and scope.get("type", "posts") in ("posts", "", None) and isinstance(rule.get("values"), dict):
                made.update(params.lowered(rule["values"]))
        return made

    def _categories(self, document: MarkdownFile, table: dict[str, Any]) -> list[str]:
        above = PurePosixPath(document.path.relative_to(self.source).as_posix()).parts
        folders = above[: above.index("_posts")]
        given = _words(table.get("categories")) or _words(table.get("category"), whole=True)
        return list(dict.fromkeys([*folders, *given]))

    @cached_property
    def _permalink(self) -> str:
        """The pattern that the collection of the posts has of its own."""
        collections = self.settings.get("collections")
        posts = collections.get("posts") if isinstance(collections, dict) else None
        return text_of(params.lowered(posts), "permalink") if isinstance(posts, dict) else ""

    def _path(self, table: dict[str, Any], published: datetime, slug: str, categories: list[str]) -> str:
        pattern = text_of(table, "permalink") or self._permalink or text_of(self.settings, "permalink") or "date"
        pattern = STYLES.get(pattern, pattern)
        day = published.astimezone(self.zone)
        week = day.isocalendar()
        values = {
            "year": f"{day.year:04}", "short_year": f"{day:%y}", "month": f"{day.month:02}", "i_month": str(day.month),
            "short_month": f"{day:%b}", "long_month": f"{day:%B}", "day": f"{day.day:02}", "i_day": str(day.day),
            "y_day": f"{day:%j}", "week": f"{week.week:02}", "w_year": str(week.year), "short_day": f"{day:%a}",
            "long_day": f"{day:%A}", "w_day": str(week.weekday), "hour": f"{day:%H}", "minute": f"{day:%M}",
            "second": f"{day:%S}", "title": jekyll_pretty(slug), "slug": slugify(slug), "output_ext": ".html",
            "name": slugify(slug),
            "categories": "/".join(dict.fromkeys(each.lower() for each in categories)), "collection": "posts",
            "slugified_categories": "/".join(dict.fromkeys(map(slugify, categories))),
        }  # fmt: skip
        names = "|".join(sorted(values, key=len, reverse=True))
        path = re.sub(rf":({names})", lambda found: values[found[1]], pattern)
        return quote(re.sub(r"/{2,}", "/", path), safe="/%:@!$&'()*+,;=~-._")


def _is_bare(text: str, key: str) -> bool:
    return re.search(rf"^{re.escape(key)}[ \t]*:[ \t]*\d", text, re.IGNORECASE | re.MULTILINE) is not None


def _words(value: Any, *, whole: bool = False) -> list[str]:
    # A list is a list; a text is words, but the singular `category` is one name.
    if isinstance(value, str):
        return [value.strip()] if whole else value.split()
    return [str(each).strip() for each in value if each not in (None, "")] if isinstance(value, list) else []
