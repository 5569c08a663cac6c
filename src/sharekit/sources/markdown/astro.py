"""Astro: entries of content collections. https://docs.astro.build/en/guides/content-collections/

What a site does with its collections is written in its own code, which is not run: the addresses come from the routes in
``src/pages``, from an entry's ``canonical``, else from the collection's name.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from sharekit.model import Site
from sharekit.sources import params
from sharekit.sources.front import decode
from sharekit.sources.markdown.config import script_of, script_value
from sharekit.sources.markdown.entry import Document, Entry
from sharekit.sources.markdown.globs import fits
from sharekit.sources.markdown.rules import ARTICLES, DATE_KEYS, Rules, falsy, first_heading, text_of, truthy
from sharekit.sources.slugs import from_file_name, github

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGS = tuple(f"astro.config.{ending}" for ending in ("mjs", "ts", "js", "cjs", "mts"))
COLLECTIONS = tuple(
    f"src/{name}.{ending}" for name in ("content.config", "content/config") for ending in ("ts", "mjs", "js", "mts")
)
SITE_FILES = ("src/consts.ts", "src/config.ts", "src/site.config.ts", "src/consts.js", "src/config.js", "src/data/site.ts")
DEFINED = re.compile(r"(\w+)\s*[:=]\s*defineCollection\(")
EXPORTED = re.compile(r"export\s+const\s+collections\b[^{]*\{(.*)\}", re.DOTALL)
BASE = re.compile(r"""\bbase:\s*["'`]([^"'`]+)["'`]""")
PATTERN = re.compile(r"""\bpattern:\s*(\[?\s*(?:["'`][^"'`]+["'`]\s*,?\s*)+)""")
ASKED = r"""(?:getCollection\(|CollectionEntry<)\s*["'`](\w+)["'`]"""


def is_here(root: Path) -> bool:
    """Whether the folder is an Astro site."""
    return any((root / name).is_file() for name in CONFIGS)


class Astro(Rules):
    """The rules of Astro 2 and newer."""

    name = "Astro"
    outputs = ("dist",)
    address = "site in astro.config"
    guesses = "Astro's routes are code"
    renames_pictures = True
    endings = (".md", ".mdx", ".markdown")

    @cached_property
    def script(self) -> str:
        """The configuration, as it is written."""
        return script_of(self.root, CONFIGS)

    def site(self) -> Site:
        facts = "\n".join(script_of(self.root, (name,)) for name in SITE_FILES)
        url = script_value(self.script, "site") or script_value(facts, "SITE_URL", "website", "site", "url")
        base = script_value(self.script, "base").strip("/")
        whole = f"{url.rstrip('/')}/{base}" if urlsplit(url).netloc else ""
        return Site(
            title=script_value(facts, "SITE_TITLE", "title", "siteTitle", "name") or urlsplit(url).netloc,
            url=whole.rstrip("/") + "/" if whole else "",
            language=params.language_tag(self.languages[0]),
            description=script_value(facts, "SITE_DESCRIPTION", "description", "desc"),
        )

    @cached_property
    def languages(self) -> list[str]:
        """The languages of ``i18n``, the default first."""
        default = script_value(self.script, "defaultLocale")
        facts = script_of(self.root, SITE_FILES)
        listed = re.search(r"locales\s*:\s*\[([^\]]*)\]", self.script)
        names = re.findall(r"""["'`]([A-Za-z]{2}(?:[-_]\w+)?)["'`]""", listed[1]) if listed else []
        return list(dict.fromkeys([default or script_value(facts, "lang", "LOCALE", "language") or "en", *names]))

    @cached_property
    def collections(self) -> dict[str, Path]:
        """The collections of articles: their names and folders; all of them where no name tells."""
        content = self.root / "src" / "content"
        found = {
            folder.name: folder for folder in sorted(content.glob("*")) if folder.is_dir() and folder.name[0] not in "._"
        }
        found.update({name: folder for name, (folder, _) in self._loaded.items()})
        pages = self.root / "src" / "pages"
        found.update(
            {folder.name: folder for folder in sorted(pages.glob("*")) if folder.is_dir() and folder.name not in found}
        )
        telling = {name: folder for name, folder in found.items() if ARTICLES.fullmatch(name)}
        # A collection that is named so says what the articles are; a folder is only called so.
        return {name: folder for name, folder in telling.items() if name in self._loaded} or telling or found

    @cached_property
    def _loaded(self) -> dict[str, tuple[Path, list[str]]]:
        """What the content's own configuration loads by globs: the folder and the globs of each collection."""
        text = re.sub(r"(?<![:\"'`*])//[^\n]*", "", script_of(self.root, COLLECTIONS))
        exported = EXPORTED.search(text)
        names = dict(re.findall(r"(\w+)\s*:\s*(\w+)", exported[1])) if exported else {}
        called = {variable: name for name, variable in names.items()}
        found: dict[str, tuple[Path, list[str]]] = {}
        for start in DEFINED.finditer(text):
            name = str(start[1])
            following = DEFINED.search(text, start.end())
            block = text[start.end() : following.start() if following else len(text)]
            base, pattern = BASE.search(block), PATTERN.search(block)
            if "glob(" in block and base:
                folder = (self.root / base[1]).resolve()
                globs = re.findall(r"""["'`]([^"'`]+)["'`]""", pattern[1]) if pattern else []
                if folder.is_relative_to(self.root.resolve()):
                    found[called.get(name, name)] = (folder, globs)
        return found

    def files(self) -> Iterator[Path]:
        seen: set[Path] = set()
        for name, folder in self.collections.items():
            globs = self._loaded[name][1] if name in self._loaded else []
            for path in self.below(folder):
                inside = path.relative_to(folder)
                hidden = not globs and any(part.startswith("_") for part in inside.parts)
                if path not in seen and not hidden and fits(inside.as_posix(), globs):
                    seen.add(path)
                    yield path

    def entry(self, document: Document) -> Entry | None:
        table = document.table
        if truthy(table.get("draft")) or truthy(table.get("isdraft")) or falsy(table.get("published")):
            return None
        published = self.date(document, *("publishdate" if key == "publish_date" else key for key in DATE_KEYS))
        if published is None:
            return None
        heading, rest = first_heading(document.body)
        title = text_of(table, "title") or heading or from_file_name(document.path.stem)
        collection, folder = self._collection(document.path)
        inside = PurePosixPath(document.path.relative_to(folder).as_posix())
        language = next((part for part in inside.parts[:-1] if part in self.languages), "")
        given = text_of(table, "lang", "language", "locale")
        return Entry(
            title=title,
            path=self._path(document, collection, inside, language),
            published=published,
            updated=self.updated(document),
            language=params.language_tag(given or language or self.languages[0]),
            params=table,
            body=rest if heading == title else document.body,
        )

    def _collection(self, path: Path) -> tuple[str, Path]:
        holding = [(name, folder) for name, folder in self.collections.items() if path.is_relative_to(folder)]
        return max(holding, key=lambda each: len(each[1].parts))

    def _path(self, document: Document, collection: str, inside: PurePosixPath, language: str) -> str:
        default = language in ("", self.languages[0]) and not re.search(r"prefixDefaultLocale\s*:\s*true", self.script)
        prefix = "" if default else f"/{language}"
        canonical = text_of(document.table, "canonical", "canonicalurl", "canonical_url")
        if canonical and self._is_own(canonical, prefix):
            return canonical
        parts = [part for part in inside.with_suffix("").parts if part != language]
        if parts[-1] == "index" and len(parts) > 1:
            parts.pop()
        if document.path.is_relative_to(self.root / "src" / "pages"):
            slug = "/".join(parts)
        else:
            slug = text_of(document.table, "slug").strip("/") or "/".join(github(part) for part in parts)
        ending = "" if script_value(self.script, "trailingSlash") == "never" else "/"
        # A slug may hold the route already.
        route = self._route(collection)
        path = f"{prefix}/{route}/{slug.removeprefix(f'{route}/')}{ending}"
        return quote(re.sub(r"/{2,}", "/", path), safe="/%~-._")

    def _is_own(self, canonical: str, prefix: str) -> bool:
        # A translation often carries the canonical address of its original.
        parts = urlsplit(canonical)
        first = parts.path.strip("/").partition("/")[0]
        language = first if first in self.languages else ""
        return parts.netloc == urlsplit(self.site().url).netloc and language == prefix.strip("/")

    def _route(self, collection: str) -> str:
        return self._routes.get(collection, collection)

    @cached_property
    def _routes(self) -> dict[str, str]:
        # The page that asks for a collection and has a parameter in its name is where the entries are shown.
        found: dict[str, str] = {}
        pages = self.root / "src" / "pages"
        for page in sorted(pages.rglob("*.astro")):
            route = page.relative_to(pages).with_suffix("")
            if not re.fullmatch(
                r"(?:index)?\[(?:\.\.\.)?(?:slug|id|path|post|entry)\](?:/index)?", "/".join(route.parts[-1:])
            ) and (route.name != "index" or not re.match(r"\[(?:\.\.\.)?(?:slug|id)\]", route.parent.name)):
                continue
            folders = [
                part for part in (route.parent if route.name != "index" else route.parent.parent).parts if part[0] != "["
            ]
            for name in re.findall(ASKED, decode(page.read_bytes())[0]):
                found.setdefault(name, "/".join(part for part in folders if part not in self.languages))
        return found
