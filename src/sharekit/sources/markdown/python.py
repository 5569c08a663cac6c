"""Pelican and Nikola: settings in Python, which is not run, and metadata in forms of their own.

https://docs.getpelican.com/en/latest/content.html and https://getnikola.com/handbook.html
"""

from __future__ import annotations

import ast
import contextlib
import fnmatch
import re
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sharekit.errors import SourceError
from sharekit.sources import front, params
from sharekit.sources.front import Unreadable, decode
from sharekit.sources.markdown.rules import MarkdownFile, Names, Rules, text_of
from sharekit.sources.pages import inner_html, parse_page, read_meta
from sharekit.sources.params import loose_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sharekit.sources.markdown.render import Markup

FENCE = re.compile(r"\s*(---|\+\+\+)\s*\n")
# Python-Markdown's meta extension: a key, then lines indented by four go on.
KEY = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]+):\s*(.*)")
MORE = re.compile(r"[ ]{4,}(.*)")
FIELD = re.compile(r":([^:\n]+):\s*(.*)")
MORE_OF_FIELD = re.compile(r"[ \t]+(\S.*)")
NIKOLA_HEAD = re.compile(r"<!--.*?(?:-->|\Z)|(?:\.\.[^\n]*(?:\n|\Z))+", re.DOTALL)
NIKOLA = re.compile(r"^[ \t]*\.\. ([\w-]+):(?!:)[ \t]*(.*)", re.MULTILINE)
# The title of a reStructuredText document, underlined or between two lines; below one of one or two signs the line may be as
# short. https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#sections
SIGN = r"[=\-`:.'\"~^_*+#<>]"
TITLE = re.compile(
    rf"(?:({SIGN})\1*[ \t]*\n)?"
    rf"(?P<title>[^\n]{{1,2}}(?=\n({SIGN})\3?[ \t]*$)|[^\n]*(?=\n({SIGN})\4{{2,}}[ \t]*$))\n[^\n]*(?:\n|\Z)"
    r"(?:[ \t]*\n|#[^\n]*\n)*",
    re.MULTILINE,
)
SETTING = re.compile(r"^\s*(?:BLOG_TITLE|POSTS)\s*=", re.MULTILINE)
HIDDEN = {"draft", "private", "mathjax-draft"}


class PythonRules(Rules):
    """What both have in common. Their settings are read, not run."""

    needs_date = True
    read_date = staticmethod(loose_moment)

    @cached_property
    def settings(self) -> dict[str, Any]:
        return python_settings(self.root, self.configs)


class Pelican(PythonRules):
    """The rules of Pelican 4. The settings of ``publishconf.py`` stand over the others."""

    name = "Pelican"
    configs = ("pelicanconf.py", "publishconf.py")
    names = Names(("sitename",), ("siteurl",), ("default_lang",), ("sitesubtitle",), ("author",))
    outputs = ("output", "output-publish")
    output_key = "output_path"
    address = "SITEURL in publishconf.py"
    endings = (".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm")
    aliases_key = "alias"

    @cached_property
    def content(self) -> Path:
        return self.folder(self.settings.get("path") or ("content" if (self.root / "content").is_dir() else "."))

    def url(self) -> str:
        return re.sub("^//", "https://", super().url())

    def files(self) -> Iterator[Path]:
        readers = self.settings.get("readers")
        off = {f".{ending}" for ending, reader in readers.items() if reader is None} if isinstance(readers, dict) else set()
        excluded = {
            *self._folders("page_paths", ["pages"]),
            *self._folders("article_excludes", []),
            *filter(None, self._folders("static_paths", ["images"])),
        }
        inside = self._folders("article_paths", [""])
        for path in self.below(self.content):
            name = path.relative_to(self.content).as_posix()
            if path.suffix.lower() not in off and _is_in(name, inside) and not _is_in(name, excluded):
                yield path

    def _folders(self, setting: str, default: list[str]) -> list[str]:
        value = self.settings.get(setting, default)
        return [str(each).strip("/") for each in value] if isinstance(value, list) else default

    def split(self, path: Path, text: str, markup: Markup) -> tuple[dict[str, Any], str]:
        return pelican_metadata(text, markup)

    def complete(self, document: MarkdownFile) -> Mapping[str, Any]:
        table = {**self._around(document.path), **document.table}
        for name in ("tags", "keywords", "authors", "alias"):
            if isinstance(table.get(name), str):
                separator = ";" if ";" in table[name] else ","
                table[name] = [each.strip() for each in table[name].split(separator) if each.strip()]
        return {**table, "categories": [str(table["category"])]}

    def _around(self, path: Path) -> dict[str, Any]:
        """What the place of a file and the settings say of it."""
        inside = path.relative_to(self.content)
        folder = inside.parent.name if self.settings.get("use_folder_as_category", True) else ""
        table = {"category": folder or self.settings.get("default_category") or "misc"}
        table |= params.lowered(self.settings.get("default_metadata") or {})
        for pattern, text in (
            (self.settings.get("filename_metadata", r"(?P<date>\d{4}-\d{2}-\d{2}).*"), inside.stem),
            (self.settings.get("path_metadata", ""), inside.as_posix()),
        ):
            try:
                found = re.match(str(pattern), text)
            except re.error:
                continue
            table |= {key: value for key, value in found.groupdict().items() if value} if found else {}
        extra = self.settings.get("extra_path_metadata")
        return table | (params.lowered(extra.get(inside.as_posix())) if isinstance(extra, dict) else {})

    def is_published(self, document: MarkdownFile) -> bool:
        return text_of(document.table, "status").lower() not in ("draft", "hidden", "skip")

    def title(self, document: MarkdownFile) -> str:
        raise Unreadable("it has no title")

    def language_of(self, document: MarkdownFile) -> str:
        return text_of(document.table, "lang") or self.language

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        table = document.table
        if table.get("url"):
            return str(table["url"])
        by_name = self.settings.get("slugify_source") == "basename"
        language = self.language_of(document)
        setting, usual = (
            ("ARTICLE_URL", "{slug}.html") if language == self.language else ("ARTICLE_LANG_URL", "{slug}-{lang}.html")
        )
        pattern = str(self.settings.get(setting.lower()) or usual)
        authors = params.authors(dict(table), {})
        facts = {
            **{key: value for key, value in table.items() if isinstance(value, str)},
            "slug": text_of(table, "slug") or slugify(document.path.stem if by_name else title),
            "lang": language,
            "date": published,
            "author": slugify(authors[0].name if authors else str(self.settings.get("author") or "")),
            "category": slugify(str(table["category"])),
            "filename": PurePosixPath(document.source).name,
            "path": self.inside(document).with_suffix("").as_posix(),
        }
        try:
            return "/" + pattern.format_map(facts).lstrip("/")
        except (KeyError, ValueError, AttributeError, IndexError) as error:
            raise Unreadable(f"{setting} = {pattern!r} cannot be filled in for it: {error}") from error


class Nikola(PythonRules):
    """The rules of Nikola 8."""

    name = "Nikola"
    configs = ("conf.py",)
    names = Names(("blog_title",), ("site_url",), ("default_lang",), ("blog_description",), ("blog_author",))
    outputs = ("output",)
    output_key = "output_folder"
    address = "SITE_URL in conf.py"
    endings = (".rst", ".md", ".markdown", ".mdown", ".html", ".htm", ".txt")
    language_setting = "translations"

    @classmethod
    def is_here(cls, root: Path) -> bool:
        return super().is_here(root) and SETTING.search(decode((root / "conf.py").read_bytes())) is not None

    @cached_property
    def places(self) -> list[tuple[str, str, str]]:
        """The globs of POSTS, the folder that each begins in, and the folder of its posts in the site."""
        given = self.settings.get("posts")
        usual = [[f"posts/*.{ending}", "posts"] for ending in ("rst", "md", "txt", "html")]
        rows = given if isinstance(given, list) and given else usual
        pairs = [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) > 1]
        return [(pattern, pattern.split("*")[0].rstrip("/"), folder) for pattern, folder in pairs]

    def files(self) -> Iterator[Path]:
        for folder in dict.fromkeys(base for _, base, _ in self.places):
            for path in self.below(self.folder(folder)):
                if self._place(path):
                    yield path

    def _place(self, path: Path) -> tuple[str, str] | None:
        """The folder of the glob that a file is of, and the folder of its posts in the site."""
        source = path.relative_to(self.root).as_posix()
        return next(((base, folder) for pattern, base, folder in self.places if fnmatch.fnmatch(source, pattern)), None)

    def split(self, path: Path, text: str, markup: Markup) -> tuple[dict[str, Any], str]:
        table, body = nikola_metadata(text)
        beside = path.with_suffix(".meta")
        if beside.is_file():
            table, body = {**nikola_metadata(decode(beside.read_bytes()))[0], **table}, body if table else text
        if isinstance(table.get("tags"), str):
            table["tags"] = table["tags"].split(",")
        return table, body

    def is_published(self, document: MarkdownFile) -> bool:
        tags = params.labels(document.table.get("tags"))
        return HIDDEN.isdisjoint([text_of(document.table, "status").lower(), *(tag.lower() for tag in tags)])

    def params(self, document: MarkdownFile) -> Mapping[str, Any]:
        return {**document.table, "categories": params.labels(document.table.get("category"))}

    def path(self, document: MarkdownFile, title: str, published: datetime) -> str:
        stem, language = self.split_language(document)
        base, folder = self._place(document.path) or ("", "")
        prefix = "" if language == self.language else f"/{language}"
        below = document.path.relative_to(self.folder(base)).parent.as_posix().strip(".")
        slug = text_of(document.table, "slug") or params.slugify(stem)
        ending = ".html" if self.settings.get("pretty_urls") is False else "/"
        return re.sub(r"/{2,}", "/", f"{prefix}/{folder}/{below}/{slug}{ending}")


def slugify(text: str) -> str:
    """``pelican.utils.slugify`` with the default SLUG_REGEX_SUBSTITUTIONS."""
    kept = re.sub(r"[^\w\s-]", "", params.ascii_only(re.sub(r"[^\w\s-]", "", text))).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)


def _is_in(name: str, folders: Any) -> bool:
    return any(not folder or name == folder or name.startswith(f"{folder}/") for folder in folders)


# --- settings and metadata ----------------------------------------------------------------------------------------------


def python_settings(root: Path, names: Sequence[str]) -> dict[str, Any]:
    """The plain assignments of Python settings files, later files over earlier ones, with lower-case keys. Nothing is run.

    A value that is not a literal, a ``dict(…)`` of literals or a name that was assigned before is left out.
    """
    made: dict[str, Any] = {}
    for path in (root / name for name in names if (root / name).is_file()):
        try:
            tree = ast.parse(decode(path.read_bytes()), path.name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            raise SourceError(f"cannot be understood: {error}", path=path.name, line=line) from error
        for statement in tree.body:
            if isinstance(statement, ast.Assign):
                with contextlib.suppress(ValueError, TypeError):
                    value = _value(statement.value, made)
                    made.update({each.id: value for each in statement.targets if isinstance(each, ast.Name)})
    return params.lowered(made)


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.List() | ast.Tuple():
            return [_value(each, names) for each in node.elts]
        case ast.Dict():
            return {
                _value(key, names): _value(each, names)
                for key, each in zip(node.keys, node.values, strict=True)
                if key is not None
            }
        case ast.Call(func=ast.Name(id="dict")):
            return {each.arg: _value(each.value, names) for each in node.keywords if each.arg}
        case ast.BinOp(op=ast.Add()):
            return _value(node.left, names) + _value(node.right, names)
    raise ValueError("not a literal")


def pelican_metadata(text: str, markup: Markup) -> tuple[dict[str, Any], str]:
    """A Pelican file. Raises Unreadable when it is fenced as YAML and cannot be read."""
    text = text.removeprefix("\ufeff")
    if markup == "html":
        return _html(text)
    if markup == "rst":
        titled = TITLE.match(text.lstrip())
        table, body = _lines(text.lstrip()[titled.end() :] if titled else text, FIELD, MORE_OF_FIELD)
        return ({"title": titled["title"].strip()} if titled else {}) | table, body
    if FENCE.match(text):
        made = front.split(text)
        return params.lowered(made.table), made.body
    return _lines(text, KEY, MORE)


def nikola_metadata(text: str) -> tuple[dict[str, Any], str]:
    """A Nikola file: ``.. key: value`` lines, in a comment or not, else front matter. Raises Unreadable."""
    bare = text.removeprefix("\ufeff").lstrip()
    found = NIKOLA_HEAD.match(bare)
    table = {key.lower(): value.strip() for key, value in NIKOLA.findall(found[0])} if found else {}
    if found and table:
        return table, bare[found.end() :].lstrip("\n")
    made = front.split(text)
    own = params.lowered(made.table)
    return params.lowered(own["nikola"]) if isinstance(own.get("nikola"), dict) else own, made.body


def _lines(text: str, key: re.Pattern[str], more: re.Pattern[str]) -> tuple[dict[str, Any], str]:
    """Lines with a key each, up to the first that is none; what goes on stands indented below it."""
    lines = text.lstrip("\n").split("\n")
    table: dict[str, str] = {}
    name = ""
    for number, line in enumerate(lines):
        if found := key.match(line):
            name = found[1].strip().lower()
            table[name] = found[2].strip()
        elif name and (found := more.match(line)):
            table[name] = f"{table[name]} {found[1].strip()}".strip()
        else:
            return table, "\n".join(lines[number:]).lstrip("\n")
    return table, ""


def _html(text: str) -> tuple[dict[str, Any], str]:
    document = parse_page(text.encode())
    table: dict[str, Any] = {name: values[0] for name, values in read_meta(document).items()}
    title = document.findtext("head/title")
    return ({"title": " ".join(title.split())} if title else {}) | table, inner_html(document.find("body"))
