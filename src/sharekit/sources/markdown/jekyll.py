"""Jekyll: files of ``_posts`` named ``YYYY-MM-DD-slug``. https://jekyllrb.com/docs/posts/ and …/permalinks/"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import regex

from sharekit.sources import params
from sharekit.sources.front import decode
from sharekit.sources.markdown.rules import MarkdownFile, Names, Rules, at, text_of
from sharekit.sources.params import DATE_KEYS, UPDATED_KEYS, loose_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

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
# The parts of a permalink that are a moment, as strftime writes them.
MOMENTS = {
    "year": "%Y", "short_year": "%y", "month": "%m", "short_month": "%b", "long_month": "%B", "day": "%d", "y_day": "%j",
    "week": "%V", "w_year": "%G", "short_day": "%a", "long_day": "%A", "w_day": "%u", "hour": "%H", "minute": "%M",
    "second": "%S",
}  # fmt: skip


class Jekyll(Rules):
    """The rules of Jekyll 4."""

    name = "Jekyll"
    configs = ("_config.yml", "_config.yaml", "_config.toml")
    names = Names(("title", "name"), ("url",), ("lang", "locale"), ("description", "tagline"), ("author",))
    outputs = ("_site",)
    output_key = "destination"
    address = "url in _config.yml"
    endings = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".html")
    aliases_key = "redirect_from"
    dated = re.compile(r"(\d{2,4}-\d{1,2}-\d{1,2})-(.+)")
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
        lines = decode(path.read_bytes()).split() if path.is_file() else []
        domain = re.sub(r"^https?://|/$", "", lines[0]) if lines else ""
        return f"https://{domain}" if DOMAIN.fullmatch(domain) else ""

    @cached_property
    def content(self) -> Path:
        """The folder of the sources; one that a build step makes first stands nowhere yet, and the posts are looked for."""
        configured = self.folder(f"{text_of(self.settings, 'source')}/{text_of(self.settings, 'collections_dir')}")
        if configured.is_dir():
            return configured
        return next((path.parent for path in sorted(self.root.glob("*/_posts"))), self.root)

    def files(self) -> Iterator[Path]:
        excluded = {str(name).strip("/") for name in self.settings.get("exclude") or [] if isinstance(name, str)}
        for path in self.below(self.content):
            inside = path.relative_to(self.content)
            if (
                "_posts" in inside.parts[:-1]
                and self.dated.match(path.stem)
                and not excluded & set(map(str, inside.parents))
            ):
                yield path

    def complete(self, document: MarkdownFile) -> Mapping[str, Any]:
        """https://jekyllrb.com/docs/configuration/front-matter-defaults/"""
        table: dict[str, Any] = {}
        for rule in self.settings.get("defaults") or []:
            if not isinstance(rule, dict) or not isinstance(rule.get("scope") or {}, dict):
                continue
            scope = params.lowered(rule.get("scope"))
            path = str(scope.get("path") or "").strip("/")
            fits = not path or document.source == path or document.source.startswith(f"{path}/")
            if fits and scope.get("type", "posts") in ("posts", "", None) and isinstance(rule.get("values"), dict):
                table.update(params.lowered(rule["values"]))
        table.update(document.table)
        for key in (*DATE_KEYS, *UPDATED_KEYS):
            given = table.get(key)
            bare = rf"^{re.escape(key)}[ \t]*:[ \t]*\d"
            if (
                isinstance(given, str)
                and TIMESTAMP.fullmatch(given)
                and re.search(bare, document.text, re.IGNORECASE | re.MULTILINE)
            ):
                table[key] = f"{given} UTC"
        return table

    def title(self, document: MarkdownFile) -> str:
        return " ".join(word.capitalize() for word in self._slug(document).split("-"))

    def params(self, document: MarkdownFile) -> Mapping[str, Any]:
        tags = _words(document.table.get("tags") or document.table.get("tag"))
        return {**document.table, "categories": self._categories(document), "tags": tags}

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        own = at(self.settings, "collections", "posts")
        tables = (document.table, own if isinstance(own, dict) else {}, self.settings)
        pattern = next(filter(None, (text_of(table, "permalink") for table in tables)), "date")
        slug, categories = self._slug(document), self._categories(document)
        day = published.astimezone(self.zone)
        values = {name: day.strftime(form) for name, form in MOMENTS.items()} | {
            "i_month": str(day.month),
            "i_day": str(day.day),
            "title": pretty(slug),
            "slug": slugify(slug),
            "name": slugify(slug),
            "output_ext": ".html",
            "collection": "posts",
            "categories": "/".join(dict.fromkeys(each.lower() for each in categories)),
            "slugified_categories": "/".join(dict.fromkeys(map(slugify, categories))),
        }
        names = "|".join(sorted(values, key=len, reverse=True))
        path = re.sub(rf":({names})", lambda found: values[found[1]], STYLES.get(pattern, pattern))
        return quote(re.sub(r"/{2,}", "/", path), safe="/%:@!$&'()*+,;=~-._")

    def _slug(self, document: MarkdownFile) -> str:
        return text_of(document.table, "slug") or self.bare_name(document).rstrip(".")

    def _categories(self, document: MarkdownFile) -> list[str]:
        above = self.inside(document).parts
        folders = above[: above.index("_posts")]
        given = _words(document.table.get("categories")) or _words(document.table.get("category"), whole=True)
        return list(dict.fromkeys([*folders, *given]))


def _words(value: Any, *, whole: bool = False) -> list[str]:
    # A list is a list; a text is words, but the singular `category` is one name.
    if isinstance(value, str):
        return [value.strip()] if whole else value.split()
    return [str(each).strip() for each in value if each not in (None, "")] if isinstance(value, list) else []


def slugify(text: str) -> str:
    """``Jekyll::Utils.slugify`` in its default mode: every run of other than letters and digits is a hyphen."""
    # Ruby's [[:alnum:]] has the marks that some scripts write vowels with; \w has not.
    return regex.sub(r"[^\p{L}\p{M}\p{Nd}]+", "-", text.lower()).strip("-")


def pretty(text: str) -> str:
    """``Jekyll::Utils.slugify`` in its mode "pretty" with the case kept: ``:title`` in a permalink."""
    return regex.sub(r"[^\p{L}\p{M}\p{Nd}._~!$&'()+,;=@]+", "-", text).strip("-")
