"""Astro and Eleventy. What they make of a page is code, which is not run.

The built site says where a page is; without one its address is guessed. A post is a dated page in a folder of articles.
https://docs.astro.build/en/guides/content-collections/ and https://www.11ty.dev/docs/data-cascade/
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sharekit.errors import SourceError
from sharekit.sources import params
from sharekit.sources.front import Unreadable, decode
from sharekit.sources.markdown.rules import (
    ARTICLES,
    MarkdownFile,
    Names,
    Rules,
    joined_path,
    table_of,
    text_of,
    truthy,
)
from sharekit.sources.params import DATE_KEYS, LANGUAGE_KEYS, github_slug, slugify
from sharekit.sources.reading import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

PAIR = re.compile(
    r"""(?<![\w.])["']?(?P<key>\w+)["']?\s*[:=]\s*(?:(?:process|import\.meta)\.env[\w.]*\s*(?:\|\||\?\?)\s*)?"""
    r"""(?P<quote>["'`])(?P<value>[^"'`\n]*)(?P=quote)"""
)
SITE_FILES = ("src/consts.ts", "src/config.ts", "src/site.config.ts", "src/consts.js", "src/config.js", "src/data/site.ts")
# A page for each entry: src/pages/blog/[...slug].astro
PARAMETER = re.compile(r"(?:index)?\[(?:\.\.\.)?(?:slug|id|path|post|entry)\]")
# eleventyConfig.setInputDirectory("content"): https://www.11ty.dev/docs/config/#input-directory
DIRECTORY = re.compile(r"""\.set(?P<name>Input|Data|Output)Directory\(\s*["'`](?P<value>[^"'`\n]*)""")
LOCALES = re.compile(r"locales\s*:\s*\[([^\]]*)\]")
DATA_ENDINGS = (".json", ".11tydata.json", ".yaml", ".yml")
SITE_DATA = re.compile(r"(?:site|meta|metadata|siteMetadata|config|blog)\.(?:json|js|cjs|mjs|yaml|yml)", re.IGNORECASE)
NO_PAGES = {"_includes", "_data", "_layouts", "README.md", "CHANGELOG.md", "LICENSE.md"}
EXPRESSION = re.compile(r"\{\{-?\s*(.+?)\s*-?\}\}")


class Astro(Rules):
    """The rules of Astro 2 and newer."""

    name = "Astro"
    configs = tuple(f"astro.config.{ending}" for ending in ("mjs", "ts", "js", "cjs", "mts"))
    names = Names(
        ("site_title", "title", "sitetitle", "name"),
        ("site", "site_url", "website", "url"),
        ("defaultlocale", "lang", "locale", "language"),
        ("site_description", "description", "desc"),
    )
    outputs = ("dist",)
    output_key = "outdir"
    address = "site in astro.config"
    guesses = "Astro's routes are code"
    renames_pictures = True
    titles_by_heading = True
    date_keys = DATE_KEYS
    endings = (".md", ".mdx", ".markdown")

    @cached_property
    def settings(self) -> dict[str, Any]:
        made, facts = (script_settings(script_of(self.root, names)) for names in (self.configs, SITE_FILES))
        return {**made, **facts, **{key: made[key] for key in ("site", "base") if key in made}}

    def url(self) -> str:
        url = super().url()
        return f"{url.rstrip('/')}/{text_of(self.settings, 'base').strip('/')}" if host_of(url) else ""

    @cached_property
    def languages(self) -> list[str]:
        """The languages of ``i18n``, the default first."""
        listed = LOCALES.search(script_of(self.root, self.configs))
        return list(dict.fromkeys([self.language, *re.findall(r"[\w-]+", listed[1] if listed else "")]))

    @cached_property
    def collections(self) -> list[Path]:
        """The folders of articles; where none is named so, all of content and pages."""
        source = self.root / "src"
        folders = [path for path in sorted(source.rglob("*")) if path.is_dir() and ARTICLES.fullmatch(path.name)]
        outer = [path for path in folders if not any(path.is_relative_to(each) for each in folders if each != path)]
        telling = [path for path in outer if any(self.below(path))]
        return telling or [path for name in ("content", "pages") for path in sorted((source / name).glob("*/"))]

    def files(self) -> Iterator[Path]:
        for folder in self.collections:
            for path in self.below(folder):
                if not any(part.startswith("_") for part in path.relative_to(folder).parts):
                    yield path

    def is_published(self, document: MarkdownFile) -> bool:
        return super().is_published(document) and not truthy(document.table.get("isdraft"))

    def language_of(self, document: MarkdownFile) -> str:
        return text_of(document.table, *LANGUAGE_KEYS) or self._folder_language(document) or self.language

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        language = self._folder_language(document)
        prefix = language if language != self.language else ""
        canonical = text_of(document.table, "canonical", "canonicalurl", "canonical_url")
        if host_of(canonical) and host_of(canonical) == host_of(self.url()):
            first = urlsplit(canonical).path.strip("/").partition("/")[0]
            # A translation often carries the canonical address of its original.
            if prefix == (first if first in self.languages else ""):
                return canonical
        ending = "" if self.settings.get("trailingslash") == "never" else "/"
        pages = self.root / "src" / "pages"
        if document.path.is_relative_to(pages):
            return joined_path(document.path.relative_to(pages).with_suffix("").as_posix().removesuffix("/index") + ending)
        parts = [github_slug(part) for part in self.inside(document).with_suffix("").parts if part != language]
        slug = text_of(document.table, "slug").strip("/") or "/".join(parts).removesuffix("/index")
        # A slug may hold the route already.
        route = self._collection(document).name if self._route is None else self._route
        return joined_path(prefix, route, slug.removeprefix(f"{route}/") + ending)

    def _collection(self, document: MarkdownFile) -> Path:
        return next(folder for folder in self.collections if document.path.is_relative_to(folder))

    def inside(self, document: MarkdownFile) -> PurePosixPath:
        return PurePosixPath(document.path.relative_to(self._collection(document)).as_posix())

    def _folder_language(self, document: MarkdownFile) -> str:
        folders = document.path.relative_to(self.root).parts[:-1]
        return next((part for part in folders if part in self.languages), "")

    @cached_property
    def _route(self) -> str | None:
        """The one route that leads to the entries of the one collection; None where there are more."""
        routes = set()
        pages = self.root / "src" / "pages"
        for page in pages.rglob("*.astro") if len(self.collections) == 1 else ():
            parts = page.relative_to(pages).with_suffix("").parts
            if PARAMETER.fullmatch(parts[-2] if parts[-1] == "index" and len(parts) > 1 else parts[-1]):
                routes.add("/".join(part for part in parts if "[" not in part and part not in ("index", *self.languages)))
        return routes.pop() if len(routes) == 1 else None


class Eleventy(Rules):
    """The rules of Eleventy 1 and newer."""

    name = "Eleventy"
    configs = (".eleventy.js", *(f"eleventy.config.{ending}" for ending in ("js", "mjs", "cjs", "ts")))
    names = Names(("title", "name"), ("url", "siteurl", "baseurl"), ("language", "lang"), ("description",), ("author",))
    outputs = ("_site", "dist", "public", "build")
    guesses = "what Eleventy makes of a page is code"
    dated = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")
    titles_by_heading = True

    @classmethod
    def is_here(cls, root: Path) -> bool:
        return super().is_here(root) or '"@11ty/eleventy"' in script_of(root, ("package.json",))

    @cached_property
    def folders(self) -> dict[str, str]:
        script = script_of(self.root, self.configs)
        set_in_code = {found["name"].lower(): found["value"] for found in DIRECTORY.finditer(script)}
        return {**script_settings(script), **set_in_code}

    def output(self) -> str:
        return text_of(self.folders, "output")

    @cached_property
    def content(self) -> Path:
        return self.folder(self.folders.get("input", ""))

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The site's own data, from the usual files."""
        data = self.folder(f"{self.folders.get('input', '')}/{self.folders.get('data') or '_data'}")
        made: dict[str, Any] = {}
        for path in sorted(data.glob("*"), reverse=True) if data.is_dir() else []:
            if SITE_DATA.fullmatch(path.name):
                made.update({key: value for key, value in _data(path).items() if value})
        return made

    def url(self) -> str:
        url = super().url() or text_of(self.folders, "base", "siteurl", "url")
        return f"{url.rstrip('/')}/{self.folders.get('pathprefix', '').strip('/')}" if host_of(url) else ""

    def files(self) -> Iterator[Path]:
        for path in self.below(self.content):
            if NO_PAGES.isdisjoint(path.relative_to(self.content).parts):
                yield path

    def complete(self, document: MarkdownFile) -> Mapping[str, Any]:
        """The data of the folders, of the page's own data file and of its front matter, the nearest last.

        Eleventy merges tables deeply and joins lists. https://www.11ty.dev/docs/data-deep-merge/
        """
        folders = [self.content / folder for folder in reversed(self.inside(document).parents)]
        layers = [_data_beside(folder / folder.name) for folder in folders]
        layers += [_data_beside(document.path.with_suffix("")), dict(document.table)]
        made: dict[str, Any] = {}
        for layer in layers:
            made = _merged(made, layer)
        tags = [tag for layer in layers for tag in params.labels(layer.get("tags"))]
        return {**made, "tags": list(dict.fromkeys(tags))}

    @cached_property
    def _has_articles(self) -> bool:
        # Without any folder of articles, every dated page is a post.
        return any(ARTICLES.fullmatch(part) for path in self.files() for part in path.relative_to(self.content).parts[:-1])

    def is_published(self, document: MarkdownFile) -> bool:
        names = (*self.inside(document).parts[:-1], *document.table["tags"])
        is_article = not self._has_articles or any(ARTICLES.fullmatch(name) for name in names)
        hidden = truthy(document.table.get("eleventyexcludefromcollections")) or document.table.get("permalink") is False
        return super().is_published(document) and is_article and not hidden

    def date(self, document: MarkdownFile) -> datetime | None:
        given = text_of(document.table, "date")
        # "git Last Modified", "Created" and templates are no dates of an article.
        if re.search(r"\d", given) and "{{" not in given:
            return super().date(document)
        if not self.dated.match(self.name_of(document)) and any(map(ARTICLES.fullmatch, document.table["tags"])):
            raise Unreadable("it has no date, and Eleventy takes the file's own, which no two checkouts share")
        return None

    def params(self, document: MarkdownFile) -> Mapping[str, Any]:
        tags = [tag for tag in document.table["tags"] if not ARTICLES.fullmatch(tag) and tag != "all"]
        return {**document.table, "tags": tags}

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        inside = self.inside(document)
        stem = self.dated.sub(r"\2", inside.stem, count=1)
        folder = inside.parent.as_posix().strip(".")
        # A page that is named as its folder is stands for it.
        path = folder if inside.stem in ("index", inside.parent.name) else f"{folder}/{inside.stem}"
        slug = inside.parent.name if stem == "index" else stem
        facts = {**document.table, "title": title, "page.fileslug": slug, "page.filepathstem": f"{folder}/{stem}"}
        pattern = text_of(document.table, "permalink") or f"{path}/"
        return joined_path(EXPRESSION.sub(lambda found: _filled(found[1], facts), pattern).removesuffix("index.html"))


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """One table over another; ``override:NAME`` replaces what lists and tables would be merged into."""
    made = dict(under)
    for key, value in over.items():
        before = made.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            made[key] = _merged(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            made[key] = [*before, *value]
        else:
            made[key.removeprefix("override:")] = value
    return made


def _filled(expression: str, facts: Mapping[str, Any]) -> str:
    name, *filters = (part.strip() for part in expression.split("|"))
    value = str(facts.get(name.lower(), "")) if not name.startswith(("'", '"')) else name.strip("'\"")
    return slugify(value) if any(each.startswith("slug") for each in filters) else value


def _data_beside(stem: Path) -> dict[str, Any]:
    """The data of the files that are named as a folder or a page is, with an ending of their own."""
    return {key: value for ending in DATA_ENDINGS for key, value in _data(stem.with_name(stem.name + ending)).items()}


def _data(path: Path) -> dict[str, Any]:
    """What a data file gives; of a script the keys whose values are plain texts."""
    if path.suffix not in (".json", ".yaml", ".yml"):
        return dict(script_settings(decode(path.read_bytes())))
    try:
        return table_of(path.parent, (path.name,))
    except SourceError:
        return {}


def script_settings(text: str) -> dict[str, str]:
    """The texts that a JavaScript configuration gives its keys, as in ``site: "https://…"``, by lower-case key; the first of
    each counts. What the environment may give stands before it: ``process.env.URL || "https://…"``."""
    made: dict[str, str] = {}
    for found in PAIR.finditer(re.sub(r"(?<![:\"'`])//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)):
        made.setdefault(found["key"].lower(), found["value"])
    return made


def script_of(root: Path, names: Sequence[str]) -> str:
    """The text of the first of these files; empty when there is none."""
    return next((decode((root / name).read_bytes()) for name in names if (root / name).is_file()), "")
