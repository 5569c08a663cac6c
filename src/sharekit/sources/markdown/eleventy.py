"""Eleventy: pages with data from their folders. https://www.11ty.dev/docs/data-cascade/ and …/permalinks/

The configuration is code and is not run. The built site says where a page is; without one its address is guessed from its
permalink or its file. A post is a dated page in a folder, a collection or a tag of articles.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sharekit.errors import SourceError
from sharekit.sources import params
from sharekit.sources.addresses import host_of
from sharekit.sources.front import decode
from sharekit.sources.markdown.config import script_of, script_settings, table_of
from sharekit.sources.markdown.rules import (
    ARTICLES,
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
from sharekit.sources.slugs import from_file_name, simple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

DATA_ENDINGS = (".json", ".11tydata.json", ".yaml", ".yml", ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs")
SCRIPTS = (".js", ".cjs", ".mjs")
# What is taken from a script of data: other keys are often those of functions and of tables within.
FROM_SCRIPTS = frozenset({"permalink", "layout", "lang", "series", "tags"})
SITE_DATA = re.compile(r"(?:site|meta|metadata|siteMetadata|config|blog)\.(?:json|js|cjs|mjs|yaml|yml)", re.IGNORECASE)
DATED = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")
EXPRESSION = re.compile(r"\{\{-?\s*(.+?)\s*-?\}\}")
NAMED_CONFIG = re.compile(r"eleventy\b[^\"\n]*?--config[= ]([\w./-]+)")
LISTED_TAGS = re.compile(r"""tags["']?\s*:\s*\[([^\]]*)\]""")
# Dates that Eleventy takes from git, from the file or from a template.
NO_DATE = re.compile(r"git last modified|git created|last modified|created|.*\{\{.*")
CODE_HOSTS = ("github.com", "gitlab.com", "www.npmjs.com")


class Eleventy(Rules):
    """The rules of Eleventy 1 and newer."""

    name = "Eleventy"
    configs = (".eleventy.js", *(f"eleventy.config.{ending}" for ending in ("js", "mjs", "cjs", "ts")))
    names = Names(("title", "name"), ("url", "siteurl", "baseurl"), ("language", "lang"), ("description",), ("author",))
    outputs = ("_site", "dist", "public", "build")
    guesses = "what Eleventy makes of a page is code"

    @classmethod
    def is_here(cls, root: Path) -> bool:
        return super().is_here(root) or bool(_named(root))

    @cached_property
    def script(self) -> str:
        """The configuration, as it is written."""
        return script_of(self.root, (*self.configs, *_named(self.root)))

    @cached_property
    def folders(self) -> dict[str, str]:
        """What the configuration says of folders and paths."""
        return script_settings(self.script)

    @cached_property
    def input(self) -> Path:
        """The folder of the pages."""
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
        if not host_of(url):
            url = text_of(_data(self.root / "package.json"), "homepage")
        prefix = self.folders.get("pathprefix", "").strip("/")
        return f"{url.rstrip('/')}/{prefix}" if host_of(url) not in ("", *CODE_HOSTS) else ""

    def files(self) -> Iterator[Path]:
        output = self.folders.get("output") or "_site"
        skip = frozenset({"_includes", "_data", "_layouts", output.strip("./")})
        for path in self.below(self.input, skip=skip):
            if path.name not in ("README.md", "CHANGELOG.md", "LICENSE.md"):
                yield path

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        inside = PurePosixPath(document.path.relative_to(self.input).as_posix())
        table = self._cascade(document, inside)
        hidden = truthy(table.get("draft")) or truthy(table.get("eleventyexcludefromcollections"))
        tags = params.labels(table.get("tags"))
        in_articles = any(ARTICLES.fullmatch(part) for part in (*inside.parts[:-1], *tags))
        if hidden or table.get("permalink") is False or (self._tells and not in_articles):
            return None
        published = self._date(document, table, inside)
        if published is None:
            if any(ARTICLES.fullmatch(tag) for tag in tags):
                raise Unreadable("it has no date, and Eleventy takes the file's own, which no two checkouts share")
            return None
        title, body = titled(document, table, from_file_name(inside.stem))
        return MarkdownEntry(
            title=title,
            path=self._path(table, inside, title),
            published=published,
            updated=self.updated(document),
            language=self.spoken(table),
            params={**table, "tags": [tag for tag in tags if not ARTICLES.fullmatch(tag) and tag != "all"]},
            body=body,
        )

    @cached_property
    def _tells(self) -> bool:
        # Whether any folder or tag of the site is one of articles; without one, every dated page is a post.
        folders = {part for path in self.files() for part in path.relative_to(self.input).parts[:-1]}
        tags = (tag for path in self.input.rglob("*.11tydata.*") for tag in params.labels(_data(path).get("tags")))
        return any(ARTICLES.fullmatch(each) for each in (*folders, *tags))

    def _cascade(self, document: MarkdownFile, inside: PurePosixPath) -> dict[str, Any]:
        """The data of the folders, of the page's own data file and of its front matter, the nearest last.

        Eleventy merges tables deeply and joins lists, unless ``setDataDeepMerge(false)`` says otherwise.
        """
        layers = [self._folder_data(self.input / folder) for folder in reversed(inside.parents)]
        layers += [_data_beside((self.input / inside).with_suffix("")), dict(document.table)]
        deep = not re.search(r"setDataDeepMerge\(\s*false", self.script)
        made: dict[str, Any] = {}
        for layer in layers:
            made = _merged(made, layer) if deep else {**made, **layer}
        tags = [tag for layer in layers for tag in params.labels(layer.get("tags"))]
        return {**made, "tags": list(dict.fromkeys(tags))}

    def _folder_data(self, folder: Path) -> dict[str, Any]:
        if folder not in self._known:
            self._known[folder] = _data_beside(folder / folder.name)
        return self._known[folder]

    @cached_property
    def _known(self) -> dict[Path, dict[str, Any]]:
        return {}

    def _date(self, document: MarkdownFile, table: Mapping[str, Any], inside: PurePosixPath) -> datetime | None:
        given = text_of(table, "date").lower()
        if given and not NO_DATE.fullmatch(given):
            return self.date(replace(document, table=table), "date")
        named = DATED.match(inside.parent.name if inside.stem == "index" else inside.stem)
        return self.date_in_name(named[1]) if named else None

    def _path(self, table: Mapping[str, Any], inside: PurePosixPath, title: str) -> str:
        named = DATED.match(inside.stem)
        stem = named[2] if named else inside.stem
        folder = inside.parent.as_posix().strip(".")
        # A page that is named as its folder is stands for it.
        path = folder if inside.stem in ("index", inside.parent.name) else f"{folder}/{inside.stem}"
        pattern = text_of(table, "permalink") or f"{path}/"
        slug = inside.parent.name if stem == "index" else stem
        facts = {**table, "title": title, "page.fileslug": slug, "page.filepathstem": f"{folder}/{stem}"}
        path = EXPRESSION.sub(lambda found: _filled(found[1], facts), pattern)
        return quote(re.sub(r"/{2,}", "/", f"/{path}").removesuffix("index.html"), safe="/%~-._")


def _named(root: Path) -> list[str]:
    """The configuration that a script of ``package.json`` names."""
    named = NAMED_CONFIG.search(script_of(root, ("package.json",)))
    name = named[1][:LONGEST_NAME] if named else ""
    return [name] if name and (root / name).is_file() else []


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """https://www.11ty.dev/docs/data-deep-merge/: ``override:NAME`` replaces instead."""
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
    return simple(value) if any(each.startswith(("slug", "slugify")) for each in filters) else value


def _data_beside(stem: Path) -> dict[str, Any]:
    """The data of the files that are named as a folder or a page is, with an ending of their own."""
    made: dict[str, Any] = {}
    for ending in DATA_ENDINGS:
        path = stem.with_name(stem.name + ending)
        found = _data(path)
        made.update({key: found[key] for key in found if path.suffix not in SCRIPTS or key in FROM_SCRIPTS})
    return made


def _data(path: Path) -> dict[str, Any]:
    """What a data file gives; of a script the keys whose values are plain texts, and its tags."""
    if path.suffix not in SCRIPTS:
        try:
            return table_of(path.parent, (path.name,))
        except SourceError:
            return {}
    text = decode(path.read_bytes())[0] if path.is_file() else ""
    listed = LISTED_TAGS.search(text)
    tags = {"tags": re.findall(r"""["'`]([^"'`]+)["'`]""", listed[1])} if listed else {}
    return {**script_settings(text), **tags}
