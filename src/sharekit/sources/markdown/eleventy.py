"""Eleventy: pages with data from their folders. https://www.11ty.dev/docs/data-cascade/ and …/permalinks/

The configuration is code and is not run: its input folder and its globs are read from its text. A post is a dated page in
a folder, a collection or a tag of articles.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sharekit.model import Site
from sharekit.sources import params
from sharekit.sources.dates import DateError, moment
from sharekit.sources.front import decode
from sharekit.sources.markdown.config import script_of, script_value
from sharekit.sources.markdown.entry import Document, Entry, Unreadable
from sharekit.sources.markdown.rules import ARTICLES, Rules, first_heading, text_of, truthy
from sharekit.sources.slugs import from_file_name, simple
from sharekit.sources.yaml import YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA_ENDINGS = (".json", ".11tydata.json", ".yaml", ".yml", ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs")
CONFIGS = (".eleventy.js", *(f"eleventy.config.{ending}" for ending in ("js", "mjs", "cjs", "ts")))
SITE_DATA = re.compile(r"(?:site|meta|metadata|siteMetadata|config|blog)\.(?:json|js|cjs|mjs|yaml|yml)", re.IGNORECASE)
DATED = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")
EXPRESSION = re.compile(r"\{\{-?\s*(.+?)\s*-?\}\}")


def is_here(root: Path) -> bool:
    """Whether the folder is an Eleventy site."""
    return _config(root) is not None


def _config(root: Path) -> str | None:
    """The configuration's name: one of the usual ones, else the one that a script of ``package.json`` names."""
    usual = next((name for name in CONFIGS if (root / name).is_file()), None)
    if usual is not None:
        return usual
    named = re.search(r"eleventy\b[^\"\n]*?--config[= ]([\w./-]+)", script_of(root, ("package.json",)))
    return named[1] if named and (root / named[1]).is_file() else None


class Eleventy(Rules):
    """The rules of Eleventy 1 and newer."""

    name = "Eleventy"
    outputs = ("_site", "dist", "public", "build")
    endings = (".md", ".markdown")

    @cached_property
    def script(self) -> str:
        """The configuration, as it is written."""
        return script_of(self.root, (_config(self.root) or "",))

    @cached_property
    def input(self) -> Path:
        """The folder of the pages."""
        name = script_value(self.script, "input")
        return self.root / name if name else self.root

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The site's own data: the first of the usual files that holds an address."""
        found: dict[str, Any] = {}
        data = self.input / (script_value(self.script, "data") or "_data")
        for path in sorted(data.glob("*")) if data.is_dir() else []:
            if SITE_DATA.fullmatch(path.name):
                text, _ = decode(path.read_bytes())
                table = _data(path, text)
                for key in ("title", "url", "description", "language", "lang", "author", "siteUrl", "baseUrl", "name"):
                    value = table.get(key) if table else script_value(text, key)
                    if value:
                        found.setdefault(key.lower(), value)
        return found

    def site(self) -> Site:
        url = text_of(self.facts, "url", "siteurl", "baseurl") or script_value(self.script, "base", "siteUrl", "url")
        if not urlsplit(url).netloc:
            package = _data(self.root / "package.json", script_of(self.root, ("package.json",))) or {}
            url = str(package.get("homepage") or "")
            url = "" if urlsplit(url).netloc in ("github.com", "gitlab.com", "www.npmjs.com") else url
        prefix = script_value(self.script, "pathPrefix").strip("/")
        author = self.facts.get("author")
        whole = f"{url.rstrip('/')}/{prefix}" if urlsplit(url).netloc else ""
        return Site(
            title=text_of(self.facts, "title", "name") or urlsplit(url).netloc,
            url=whole.rstrip("/") + "/" if whole else "",
            language=params.language_tag(text_of(self.facts, "language", "lang") or "en"),
            description=text_of(self.facts, "description"),
            authors=params.authors({"author": author} if author else {}, {}),
        )

    def files(self) -> Iterator[Path]:
        output = script_value(self.script, "output") or "_site"
        skip = frozenset({"_includes", "_data", "_layouts", output.strip("./")})
        for path in self.below(self.input, skip=skip):
            if path.name not in ("README.md", "CHANGELOG.md", "LICENSE.md"):
                yield path

    def entry(self, document: Document) -> Entry | None:
        inside = PurePosixPath(document.path.relative_to(self.input).as_posix())
        table = self._cascade(document, inside)
        if (
            truthy(table.get("draft"))
            or truthy(table.get("eleventyexcludefromcollections"))
            or table.get("permalink") is False
        ):
            return None
        tags = params.labels(table.get("tags"))
        if not self._is_article(inside, tags):
            return None
        published = self._date(document, table, inside)
        if published is None:
            if any(ARTICLES.fullmatch(tag) for tag in tags):
                raise Unreadable("it has no date, and Eleventy takes the file's own, which no two checkouts share")
            return None
        heading, rest = first_heading(document.body)
        title = text_of(table, "title") or heading or from_file_name(inside.stem)
        return Entry(
            title=title,
            path=self._path(table, inside, title),
            published=published,
            updated=self.updated(document),
            language=params.language_tag(text_of(table, "lang", "language", "locale") or self.site().language),
            params={**table, "tags": [tag for tag in tags if not ARTICLES.fullmatch(tag) and tag != "all"]},
            body=rest if heading == title else document.body,
        )

    def _is_article(self, inside: PurePosixPath, tags: tuple[str, ...]) -> bool:
        if any(ARTICLES.fullmatch(part) for part in (*inside.parts[:-1], *tags)):
            return True
        return not self._tells

    @cached_property
    def _tells(self) -> bool:
        # Whether any folder or tag of the site is one of articles; without one, every dated page is a post.
        folders = {part for path in self.files() for part in path.relative_to(self.input).parts[:-1]}
        tags = re.findall(
            r"""tags["']?\s*[:=]\s*\[?\s*["']?([\w-]+)""", " ".join(map(_text, self.input.rglob("*.11tydata.*")))
        )
        return any(ARTICLES.fullmatch(each) for each in (*folders, *tags))

    def _cascade(self, document: Document, inside: PurePosixPath) -> dict[str, Any]:
        """The data of the folders, of the page's own data file and of its front matter, the nearest last.

        Eleventy merges tables deeply and joins lists, unless ``setDataDeepMerge(false)`` says otherwise.
        """
        layers = [self._folder_data(self.input / folder) for folder in reversed(inside.parents)]
        layers += [self._data_beside((self.input / inside).with_suffix("")), dict(document.table)]
        deep = not re.search(r"setDataDeepMerge\(\s*false", self.script)
        made: dict[str, Any] = {}
        for layer in layers:
            made = _merged(made, layer) if deep else {**made, **layer}
        tags = [tag for layer in layers for tag in params.labels(layer.get("tags"))]
        return {**made, "tags": list(dict.fromkeys(tags))}

    def _folder_data(self, folder: Path) -> dict[str, Any]:
        if folder not in self._folders:
            self._folders[folder] = self._data_beside(folder / folder.name)
        return self._folders[folder]

    def _data_beside(self, stem: Path) -> dict[str, Any]:
        """The data of the files that are named as a folder or a page is, with an ending of their own."""
        made: dict[str, Any] = {}
        for ending in DATA_ENDINGS:
            path = stem.with_name(stem.name + ending)
            if path.is_file():
                made.update(params.lowered(_data(path, _text(path)) or _script_data(_text(path))))
        return made

    @cached_property
    def _folders(self) -> dict[Path, dict[str, Any]]:
        return {}

    def _date(self, document: Document, table: Mapping[str, Any], inside: PurePosixPath) -> Any:
        given = text_of(table, "date").lower()
        if given and not re.fullmatch(r"git last modified|git created|last modified|created|.*\{\{.*", given):
            return self.date(replace(document, table=table), "date")
        named = DATED.match(inside.stem) or DATED.match(inside.parent.name if inside.stem == "index" else "")
        try:
            return moment(named[1], self.zone) if named else None
        except DateError as error:
            raise Unreadable(f"its file name: {error}") from error

    def _path(self, table: Mapping[str, Any], inside: PurePosixPath, title: str) -> str:
        named = DATED.match(inside.stem)
        stem = named[2] if named else inside.stem
        slug = inside.parent.name if stem == "index" else stem
        pattern = text_of(table, "permalink")
        folder = inside.parent.as_posix().strip(".")
        if not pattern:
            # A page that is named as its folder is stands for it.
            bare = folder if inside.stem in ("index", inside.parent.name) else f"{folder}/{inside.stem}"
            return quote(re.sub(r"/{2,}", "/", f"/{bare}/"), safe="/%~-._")
        facts = {**table, "title": title, "page.fileslug": slug, "page.filepathstem": f"{folder}/{stem}"}
        path = EXPRESSION.sub(lambda found: _filled(found[1], facts), pattern)
        return quote(re.sub(r"/{2,}", "/", f"/{path}").removesuffix("index.html"), safe="/%~-._")


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


def _text(path: Path) -> str:
    return decode(path.read_bytes())[0] if path.is_file() else ""


def _data(path: Path, text: str) -> dict[str, Any] | None:
    try:
        value = (
            json.loads(text)
            if path.suffix == ".json"
            else read_yaml(text).value
            if path.suffix in (".yaml", ".yml")
            else None
        )
    except (ValueError, YamlError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _script_data(text: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        key: value for key in ("permalink", "layout", "lang", "series") if (value := script_value(text, key))
    }
    listed = re.search(r"""tags["']?\s*:\s*(?:\[([^\]]*)\]|["'`]([^"'`]+)["'`])""", text)
    if listed:
        made["tags"] = re.findall(r"""["'`]([^"'`]+)["'`]""", listed[1]) if listed[1] is not None else [listed[2]]
    return made
