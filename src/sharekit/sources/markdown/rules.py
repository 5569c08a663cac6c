"""What the rules of all generators have in common, and the rules for a folder whose generator is not known."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from urllib.parse import quote

from sharekit.errors import SourceError
from sharekit.model import Site
from sharekit.sources import front, params
from sharekit.sources.front import Unreadable, decode, read_data
from sharekit.sources.markdown.render import MARKUP, Markup, first_heading
from sharekit.sources.params import DATE_KEYS, LANGUAGE_KEYS, UPDATED_KEYS, DateError, moment, title_of_file, zone_of
from sharekit.sources.reading import NOT_OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LONGEST_NAME = 200
# sharekit's own, in the blog's folder: none is an article.
DRAFTS = frozenset({"shares", "issues"})
# Folders and collections that hold articles, where a site has others beside them (docs, projects, talks).
ARTICLES = re.compile(
    r"(?:_?posts?|blogs?|articles?|news|notes?|journal|diary|devlogs?|writings?|essays?|til|weblog|billets|"
    r"artikel|artículos|articulos|entradas|noticias|beitr[äa]ge|microblog|weeknotes)",
    re.IGNORECASE,
)
START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:---|\+\+\+|;;;|\{\s*\")")


@dataclass(frozen=True, kw_only=True)
class MarkdownFile:
    """A file of the blog: its path, its name relative to the blog, its body and its metadata with lower-case keys.

    ``table`` has what folders and settings add to the file's own metadata; ``text`` is the whole file.
    """

    path: Path
    source: str
    table: Mapping[str, Any]
    body: str
    text: str = field(repr=False)
    markup: Markup = "markdown"


@dataclass(frozen=True, kw_only=True)
class MarkdownEntry:
    """A published post. ``path`` is its address below the site's URL, or a whole URL; ``params`` what is passed on.

    ``body`` is the source of the article without what already stands as its title.
    """

    document: MarkdownFile
    title: str
    path: str
    published: datetime
    language: str
    params: Mapping[str, Any]
    body: str
    updated: datetime | None
    aliases: tuple[str, ...]


class Names(NamedTuple):
    """What a generator's settings call the facts of the site, most telling first."""

    title: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    author: tuple[str, ...] = ()


class Rules:
    """One generator's rules. A subclass says where its files lie, and which of them is a post, when and at which address.

    Which posts are still to come is not theirs to say: an entry has its moment, whatever the time is.
    """

    name: ClassVar[str]
    # The files of its settings, of which the first that is there counts.
    configs: ClassVar[tuple[str, ...]] = ()
    names: ClassVar[Names] = Names()
    # Where it builds to unless told otherwise, and its setting that says otherwise.
    outputs: ClassVar[tuple[str, ...]] = ()
    output_key: ClassVar[str] = ""
    endings: ClassVar[tuple[str, ...]] = (".md", ".markdown")
    # Its setting for the blog's address, as a hint names it.
    address: ClassVar[str] = ""
    # Why addresses can only be guessed without a built site; empty where they follow from the sources.
    guesses: ClassVar[str] = ""
    # Whether pictures beside an article get other addresses when the site is built.
    renames_pictures: ClassVar[bool] = False
    # Whether the first heading of an article is its title where the metadata gives none.
    titles_by_heading: ClassVar[bool] = False
    # What a file's name is where it begins with a day: the day, and the rest.
    dated: ClassVar[re.Pattern[str] | None] = None
    # Its setting for the languages that the name of a file may end with.
    language_setting: ClassVar[str] = ""
    # Whether each of its files is a post, so that one without a date cannot be read.
    needs_date: ClassVar[bool] = False
    date_keys: ClassVar[tuple[str, ...]] = ("date",)
    # Where the metadata gives addresses that lead to the post too.
    aliases_key: ClassVar[str] = ""
    read_date: Callable[[Any, tzinfo], datetime] = staticmethod(moment)

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def is_here(cls, root: Path) -> bool:
        """Whether the folder is a site of this generator."""
        return any((root / name).is_file() for name in cls.configs)

    # The site

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The site's settings, with lower-case keys."""
        return table_of(self.root, self.configs)

    def output(self) -> str:
        """The folder that the settings name for the built site; empty where they do not."""
        return text_of(self.settings, self.output_key)

    @cached_property
    def built_in(self) -> tuple[str, ...]:
        """The folders that the site may be built into, the likeliest first."""
        named = self.output().removeprefix("./").rstrip("/")
        return tuple(dict.fromkeys([*filter(None, [named]), *self.outputs]))

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of dates that name none."""
        return zone_of(self.settings.get("timezone"), UTC)

    @cached_property
    def language(self) -> str:
        """The default language, as the settings write it."""
        return text_of(self.settings, *self.names.language) or "en"

    def url(self) -> str:
        """The blog's address; empty when its files do not say it."""
        return text_of(self.settings, *self.names.url)

    def site(self) -> Site:
        """The blog's own facts."""
        author = next((self.settings[key] for key in self.names.author if self.settings.get(key)), None)
        url = self.url().rstrip("/")
        return Site(
            title=text_of(self.settings, *self.names.title),
            url=f"{url}/" if url else "",
            language=params.language_tag(self.language),
            description=text_of(self.settings, *self.names.description),
            authors=params.authors({"author": author} if author else {}, {}),
            timezone=text_of(self.settings, "timezone") or None,
        )

    # Its files

    @cached_property
    def content(self) -> Path:
        """The folder of the sources."""
        return self.root

    def inside(self, document: MarkdownFile) -> PurePosixPath:
        """Its path within the folder of the sources."""
        return PurePosixPath(document.path.relative_to(self.content).as_posix())

    def files(self) -> Iterator[Path]:
        """The files that may be posts, in order."""
        return self.below(self.content)

    def folder(self, name: object) -> Path:
        """The place within the site that a setting names; what no file system could have called so is cut off."""
        return self.root / re.sub(r"[\x00-\x1f]", "", str(name))[:LONGEST_NAME].lstrip("/")

    def below(self, folder: Path) -> Iterator[Path]:
        """The files under a folder with our endings, in order, without hidden folders and built sites."""
        for parent, folders, names in os.walk(folder, followlinks=False):
            never = NOT_OURS | DRAFTS if Path(parent) == self.root else NOT_OURS
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in never)
            for name in sorted(names):
                if name.lower().endswith(self.endings) and not name.startswith("."):
                    yield Path(parent, name)

    def document(self, path: Path, source: str, text: str) -> MarkdownFile:
        """The file in its halves. Raises Unreadable."""
        markup = MARKUP.get(path.suffix.lower(), "markdown")
        own, body = self.split(path, text, markup)
        document = MarkdownFile(path=path, source=source, table=own, body=body, text=text, markup=markup)
        return replace(document, table=self.complete(document))

    def split(self, path: Path, text: str, markup: Markup) -> tuple[dict[str, Any], str]:
        """The metadata, with lower-case keys, and the body. Raises Unreadable."""
        made = front.split(text)
        return params.lowered(made.table), made.body

    def complete(self, document: MarkdownFile) -> Mapping[str, Any]:
        """Its metadata with what the site adds to it."""
        return document.table

    # Its posts

    def entry(self, document: MarkdownFile) -> MarkdownEntry | None:
        """The post, or None when the file is none or is not published. Raises Unreadable, by name."""
        if not self.is_published(document):
            return None
        published = self.date(document) or self._day_in_name(document)
        if published is None:
            if self.needs_date:
                raise Unreadable("it has no date")
            return None
        heading, rest = first_heading(document.body) if self.titles_by_heading else ("", document.body)
        title = text_of(document.table, "title") or heading or self.title(document)
        return MarkdownEntry(
            document=document,
            title=title,
            path=self.path(document, title, published),
            published=published,
            updated=self.updated(document),
            language=params.language_tag(self.language_of(document)),
            params=self.params(document),
            # The page has its title already.
            body=rest if heading == title else document.body,
            aliases=params.labels(document.table.get(self.aliases_key)),
        )

    def is_published(self, document: MarkdownFile) -> bool:
        """Whether it is no draft, and would be on the site once its time has come."""
        return not truthy(document.table.get("draft")) and not falsy(document.table.get("published"))

    def title(self, document: MarkdownFile) -> str:
        """Its title where it gives none itself. Raises Unreadable where its generator makes none."""
        return title_of_file(self.bare_name(document))

    def language_of(self, document: MarkdownFile) -> str:
        """Its language, as it is written."""
        return text_of(document.table, *LANGUAGE_KEYS) or self.split_language(document)[1]

    def params(self, document: MarkdownFile) -> Mapping[str, Any]:
        """Its metadata in the shapes that are usual."""
        return document.table

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        """Its address below the site's URL, or a whole URL. Raises Unreadable."""
        raise NotImplementedError

    def date(self, document: MarkdownFile) -> datetime | None:
        """When its metadata says that it was published. Raises Unreadable for a date that cannot be."""
        return self._first_date(document, self.date_keys)

    def _first_date(self, document: MarkdownFile, keys: tuple[str, ...]) -> datetime | None:
        zone = zone_of(document.table.get("timezone"), self.zone)
        for key in keys:
            value = document.table.get(key)
            if value in (None, "") or isinstance(value, bool | dict | list):
                continue
            try:
                return self.read_date(value, zone)
            except DateError as error:
                raise Unreadable(str(error), front.line_of(document.text, key)) from error
        return None

    def _day_in_name(self, document: MarkdownFile) -> datetime | None:
        found = self.dated.match(self.name_of(document)) if self.dated else None
        if found is None:
            return None
        # Jekyll takes 24-01-02 too.
        day = found[1] if found[1][:3].isdigit() else f"20{found[1]}"
        try:
            return moment(day, self.zone)
        except DateError as error:
            raise Unreadable(f"its file name: {error}") from error

    def name_of(self, document: MarkdownFile) -> str:
        """What a file is called: as its folder, where it is the folder's index."""
        stem, _ = self.split_language(document)
        return (document.path.parent.name if stem == "index" and document.path.parent != self.root else "") or stem

    def bare_name(self, document: MarkdownFile) -> str:
        """Its name without a day before it."""
        name = self.name_of(document)
        found = self.dated.match(name) if self.dated else None
        return found[2] if found else name

    def updated(self, document: MarkdownFile) -> datetime | None:
        """When it was last changed, where the metadata says so in a way that can be read."""
        with contextlib.suppress(Unreadable):
            return self._first_date(document, UPDATED_KEYS)
        return None

    def split_language(self, document: MarkdownFile) -> tuple[str, str]:
        """A file's name without the language that it ends with, and that language: ``a.fr`` where ``fr`` is one."""
        bare, _, code = document.path.stem.rpartition(".")
        languages = self.settings.get(self.language_setting)
        is_one = bare and isinstance(languages, dict) and code in languages
        return (bare, code) if is_one else (document.path.stem, self.language)


def table_of(root: Path, names: Sequence[str]) -> dict[str, Any]:
    """The first of these files as a table with lower-case keys; empty when there is none.

    Raises SourceError with file and line when it cannot be understood.
    """
    for name in names:
        path = root / name
        if path.is_file():
            form = name.rpartition(".")[2]
            try:
                value = read_data(decode(path.read_bytes()), form if form in ("toml", "json") else "yaml")
            except Unreadable as error:
                raise SourceError(error.reason, path=name, line=error.line) from error
            return params.lowered(value if isinstance(value, dict) else {})
    return {}


def truthy(value: object) -> bool:
    """Whether a flag is set: true, yes, on, 1, as text or not."""
    return value is True or str(value).strip().lower() in ("true", "yes", "on", "1", "y")


def falsy(value: object) -> bool:
    """Whether a flag is unset on purpose."""
    return value is False or str(value).strip().lower() in ("false", "no", "off", "0", "n")


def text_of(table: Mapping[str, Any], *keys: str) -> str:
    """The first of these keys that holds a text or a number, on one line."""
    for key in keys:
        value = table.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return re.sub(r"\s+", " ", str(value)).strip()
    return ""


def at(table: object, *path: str) -> Any:
    """What is at a path of tables within tables; None where there is nothing."""
    for name in path:
        table = table.get(name) if isinstance(table, dict) else None
    return table


def joined_path(*parts: str) -> str:
    """A path from the root of the site, with single slashes and quoted as an address."""
    return quote(re.sub(r"/{2,}", "/", "/".join(("", *parts))), safe="/%~-._")


class Plain(Rules):
    """Front matter and file names, by the habits that most generators share."""

    name = "Markdown"
    outputs = ("public", "_site", "dist", "site", "output", "build")
    aliases_key = "aliases"
    endings = (".md", ".markdown", ".mdx")
    guesses = "the generator is not known"
    titles_by_heading = True
    date_keys = DATE_KEYS
    dated = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_ ]+(.+)")

    @classmethod
    def is_here(cls, root: Path) -> bool:
        """Whether a Markdown file with front matter lies in the folder or where posts usually are."""
        for folder in (root, *(root / name for name in ("content", "posts", "_posts", "blog", "src", "docs"))):
            for path in sorted(folder.glob("*.md"))[:50] + sorted(folder.glob("*/*.md"))[:50]:
                if path.relative_to(root).parts[0] in DRAFTS:
                    continue
                # A link that leads nowhere, a folder of that name: the reading says so.
                with contextlib.suppress(OSError), path.open("rb") as file:
                    if START.match(file.read(64)):
                        return True
        return False

    def site(self) -> Site:
        return Site(title=title_of_file(self.root.resolve().name), url="")

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        given = text_of(document.table, "permalink", "url")
        if "://" in given:
            return given
        inside = self.inside(document)
        folder = inside.parent.parent if inside.stem == "index" else inside.parent
        slug = text_of(document.table, "slug") or self.bare_name(document)
        return joined_path(given or f"{folder.as_posix().strip('.')}/{slug}/")
