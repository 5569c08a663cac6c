"""Astro: entries of content collections. https://docs.astro.build/en/guides/content-collections/

What a site does with its collections is code, which is not run. The built site says where an entry is; without one its
address is guessed from an entry's ``canonical``, the routes in ``src/pages`` and the collection's name.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sharekit.sources.addresses import host_of
from sharekit.sources.front import decode
from sharekit.sources.markdown.config import script_of, script_settings
from sharekit.sources.markdown.rules import (
    ARTICLES,
    MarkdownEntry,
    MarkdownFile,
    Names,
    Rules,
    falsy,
    text_of,
    titled,
    truthy,
)
from sharekit.sources.slugs import from_file_name, github

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLLECTIONS = tuple(
    f"src/{name}.{ending}" for name in ("content.config", "content/config") for ending in ("ts", "mjs", "js", "mts")
)
SITE_FILES = ("src/consts.ts", "src/config.ts", "src/site.config.ts", "src/consts.js", "src/config.js", "src/data/site.ts")
DEFINED = re.compile(r"(\w+)\s*[:=]\s*defineCollection\(")
EXPORTED = re.compile(r"export\s+const\s+collections\b[^{]*\{(.*)\}", re.DOTALL)
BASE = re.compile(r"""\bbase:\s*["'`]([^"'`]+)["'`]""")
PATTERN = re.compile(r"""\bpattern:\s*(\[?\s*(?:["'`][^"'`]+["'`]\s*,?\s*)+)""")
QUOTED = re.compile(r"""["'`]([^"'`]+)["'`]""")
# A page for each entry, and the collection that it asks for.
PARAMETER = re.compile(r"(?:index)?\[(?:\.\.\.)?(?:slug|id|path|post|entry)\]")
ASKED = re.compile(r"""(?:getCollection\(|CollectionEntry<)\s*["'`](\w+)["'`]""")
# The pieces of a loader's globs, and what each means.
PIECES = re.compile(r"\*\*/|\*\*|\*|\?|\[[!^]?[\w.-]+\]|[{},]|[^*?\[{},]+|.", re.DOTALL)
MEANINGS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}
LONGEST_GLOB = 300


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
    address = "site in astro.config"
    guesses = "Astro's routes are code"
    renames_pictures = True
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
        listed = re.search(r"locales\s*:\s*\[([^\]]*)\]", script_of(self.root, self.configs))
        return list(dict.fromkeys([self.language, *(QUOTED.findall(listed[1]) if listed else [])]))

    @cached_property
    def collections(self) -> dict[str, Path]:
        """The collections of articles: their names and folders; all of them where no name tells."""
        places = (self.root / "src" / "pages", self.root / "src" / "content")
        folders = [
            path for place in places for path in sorted(place.glob("*")) if path.is_dir() and path.name[0] not in "._"
        ]
        found = {**{path.name: path for path in folders}, **{name: folder for name, (folder, _) in self._loaded.items()}}
        telling = {name: folder for name, folder in found.items() if ARTICLES.fullmatch(name)}
        # A collection that is named so says what the articles are; a folder is only called so.
        return {name: folder for name, folder in telling.items() if name in self._loaded} or telling or found

    @cached_property
    def _loaded(self) -> dict[str, tuple[Path, list[str]]]:
        """What the content's own configuration loads by globs: the folder and the globs of each collection."""
        text = re.sub(r"(?<![:\"'`*])//[^\n]*", "", script_of(self.root, COLLECTIONS))
        exported = EXPORTED.search(text)
        called = {variable: name for name, variable in re.findall(r"(\w+)\s*:\s*(\w+)", exported[1])} if exported else {}
        starts = list(DEFINED.finditer(text))
        found: dict[str, tuple[Path, list[str]]] = {}
        for start, end in zip(starts, [*(each.start() for each in starts[1:]), len(text)], strict=False):
            block = text[start.end() : end]
            base, pattern = BASE.search(block), PATTERN.search(block)
            folder = self.folder(base[1]).resolve() if base and "glob(" in block else None
            if folder is not None and folder.is_relative_to(self.root.resolve()):
                found[called.get(str(start[1]), str(start[1]))] = folder, QUOTED.findall(pattern[1]) if pattern else []
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

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        table = document.table
        published = self.date(document)
        if truthy(table.get("draft")) or truthy(table.get("isdraft")) or falsy(table.get("published")) or published is None:
            return None
        title, body = titled(document, table, from_file_name(document.path.stem))
        holding = [(name, folder) for name, folder in self.collections.items() if document.path.is_relative_to(folder)]
        collection, folder = max(holding, key=lambda each: len(each[1].parts))
        inside = PurePosixPath(document.path.relative_to(folder).as_posix())
        language = next((part for part in inside.parts[:-1] if part in self.languages), "")
        return MarkdownEntry(
            title=title,
            path=self._path(document, collection, inside, language),
            published=published,
            updated=self.updated(document),
            language=self.spoken(table, language),
            params=table,
            body=body,
        )

    def _path(self, document: MarkdownFile, collection: str, inside: PurePosixPath, language: str) -> str:
        scripts = script_of(self.root, self.configs)
        default = language in ("", self.languages[0]) and not re.search(r"prefixDefaultLocale\s*:\s*true", scripts)
        prefix = "" if default else f"/{language}"
        canonical = text_of(document.table, "canonical", "canonicalurl", "canonical_url")
        if canonical and self._is_own(canonical, prefix):
            return canonical
        parts = [part for part in inside.with_suffix("").parts if part != language]
        if parts[-1] == "index" and len(parts) > 1:
            parts.pop()
        is_page = document.path.is_relative_to(self.root / "src" / "pages")
        given = "" if is_page else text_of(document.table, "slug").strip("/")
        slug = given or "/".join(part if is_page else github(part) for part in parts)
        ending = "" if self.settings.get("trailingslash") == "never" else "/"
        # A slug may hold the route already.
        route = self._routes.get(collection, collection)
        path = f"{prefix}/{route}/{slug.removeprefix(f'{route}/')}{ending}"
        return quote(re.sub(r"/{2,}", "/", path), safe="/%~-._")

    def _is_own(self, canonical: str, prefix: str) -> bool:
        # A translation often carries the canonical address of its original.
        if host_of(canonical) != host_of(self.url()):
            return False
        first = urlsplit(canonical).path.strip("/").partition("/")[0]
        language = first if first in self.languages else ""
        return language == prefix.strip("/")

    @cached_property
    def _routes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        pages = self.root / "src" / "pages"
        for page in sorted(pages.rglob("*.astro")):
            parts = page.relative_to(pages).with_suffix("").parts
            if PARAMETER.fullmatch(parts[-2] if parts[-1] == "index" and len(parts) > 1 else parts[-1]):
                route = "/".join(part for part in parts if "[" not in part and part not in ("index", *self.languages))
                for name in ASKED.findall(decode(page.read_bytes())[0]):
                    found.setdefault(name, route)
        return found


def fits(path: str, globs: Sequence[str]) -> bool:
    """Whether a path is meant: by one of the globs, and by none that a ``!`` stands before. No glob means every path."""
    wanted = [each for each in globs if not each.startswith("!")]
    unwanted = (each[1:] for each in globs if each.startswith("!"))
    return (not wanted or any(_pattern(each).fullmatch(path) for each in wanted)) and not any(
        _pattern(each).fullmatch(path) for each in unwanted
    )


@lru_cache(maxsize=200)
def _pattern(glob: str) -> re.Pattern[str]:
    glob = glob.removeprefix("./")[:LONGEST_GLOB]

    def meaning(piece: str) -> str:
        if re.fullmatch(r"\[.+\]", piece):
            return re.sub(r"^\[[!^]", "[^/", piece)
        return MEANINGS.get(piece) or re.escape(piece)

    try:
        return re.compile("".join(map(meaning, PIECES.findall(glob))))
    except re.error:
        # Braces that do not match mean themselves.
        return re.compile(re.escape(glob))
