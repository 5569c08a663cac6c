"""The lines of the export → a Reading: one for each site, one for each page, one for each article that was needed.

Other articles are rendered when something asks for them.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
import re
from collections import Counter
from datetime import datetime
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from sharekit.content import plain_text
from sharekit.errors import SourceError
from sharekit.model import Finding, Image, Post, Site, Skipped, post_id
from sharekit.sources import params as read
from sharekit.sources.front import UTF_16, Unreadable, decode, split
from sharekit.sources.hugo.program import HugoConfig
from sharekit.sources.reading import Addresses, Pictures, broken_folders, no_address, reading, unreachable
from sharekit.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sharekit.model import Reading

# Sections that are dated often enough, and are none of articles.
OTHERS = re.compile(
    r"docs?|documentation|projects?|projets?|portfolio|publications?|authors?|auteurs?|pages?|about|gallery|galler(?:y|ies)|photos?|events?|"
    r"jobs?|team|people|products?|services?|legal|faq|glossary|testimonials?|slides|apps?",
    re.IGNORECASE,
)
# Taxonomies whose terms are series.
SERIES = re.compile(r"s[ée]ries?|serien|reihen?|reeks(?:en)?|sagas?|feuilletons?", re.IGNORECASE)
# What Hugo says where there is no baseURL, or an empty one.
UNSET = "https://example.org/"
TOO_DEEP = "its front matter is nested too deeply"
SHORTCODE = re.compile(r"\{\{[<%][^{}]*[>%]\}\}")
# How a line with an article begins, and one with what is known of a page: the keys are in order.
CONTENT = b'{"html":'
PAGE = b'{"aliases":'
FILE = re.compile(rb'"file":("(?:[^"\\\\]|\\\\.)*"),"image":')


class PageLine(msgspec.Struct, frozen=True):
    """What Hugo knows of a page. Moments are RFC 3339, in the year 1 where the page has none.

    ``tells`` says that its source has the words of an article that lists the parts of a series.
    """

    lang: str
    url: str
    title: str
    date: str
    publish: str
    lastmod: str
    expiry: str
    section: str
    file: str
    path: str
    description: str
    summary: str
    error: str
    tells: bool
    aliases: list[str] | None
    image: str
    params: dict[str, Any] | None


class SiteLine(msgspec.Struct, frozen=True):
    """What Hugo knows of the site in one language.

    ``others`` are the addresses of pages that are no articles, ``sections`` the titles and folders of those with a file.
    """

    lang: str
    code: str
    title: str
    home: str
    base: str
    copyright: str
    version: str
    params: dict[str, Any] | None
    authors: dict[str, Any] | None
    main: Any = None
    others: list[str] | None = None
    sections: list[dict[str, str]] | None = None


class Bodies:
    """Rendered articles by URL. The first one that is missing makes Hugo ``render`` them all."""

    def __init__(self, render: Callable[[], bytes]) -> None:
        self._render: Callable[[], bytes] | None = render
        self._html: dict[str, bytes] = {}

    def add(self, lines: Iterable[bytes]) -> None:
        """Keep what Hugo wrote for each page, as it wrote it; it is decoded when it is needed."""
        for line in lines:
            # The URL stands at the end of the line, behind the article.
            self._html[msgspec.json.decode(b"{" + line[line.rindex(b'"url":') :])["url"]] = line

    def get(self, url: str) -> str:
        """The article at a URL. Raises SourceError when Hugo cannot render it any more."""
        if url not in self._html and self._render is not None:
            render, self._render = self._render, None
            self.add(line for line in render().split(b"\n") if line.startswith(CONTENT))
        if url not in self._html:
            raise SourceError(f"Hugo did not render {url}; the blog changed while it was read.", hint="Run again.")
        return str(msgspec.json.decode(self._html[url])["html"])


def read_lines(text: bytes, bodies: Bodies) -> tuple[dict[str, SiteLine], list[PageLine], list[str]]:
    """The sites by language, the pages, and the files of pages that cannot be read.

    The articles go to ``bodies``, and are not decoded.
    """
    sites: dict[str, SiteLine] = {}
    pages: list[PageLine] = []
    unreadable: list[str] = []
    decode = msgspec.json.Decoder(PageLine).decode
    for line in text.split(b"\n"):
        if line.startswith(PAGE):
            try:
                pages.append(decode(line))
            except RecursionError:
                found = FILE.search(line)
                unreadable.append(str(msgspec.json.decode(found[1])) if found else "")
        elif line.startswith(CONTENT):
            bodies.add([line])
        elif line.strip():
            site = msgspec.json.decode(line, type=SiteLine)
            # Where addresses end in .html that of the home page does too.
            sites[site.lang] = msgspec.structs.replace(site, home=site.home.removesuffix("index.html"))
    return sites, pages, unreadable


# --- the reading ------------------------------------------------------------------------------------------------------


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside the lines: their length, what Hugo had to do without, and what the site's configuration says."""

    length: int
    declared: HugoConfig = HugoConfig()
    findings: list[Finding] = []
    skipped: list[Skipped] = []


def read_export(
    text: bytes, exported: Exported, *, root: Path, sections: Sequence[str], bodies: Bodies, now: datetime
) -> Reading:
    """The site, its posts (oldest first) and what was left out. ``sections`` are the folders that hold posts.

    ``bodies`` takes the contents. What is published after ``now`` is upcoming, what has expired is none of the blog's.
    """
    sites, pages, unreadable = read_lines(text, bodies)
    declared = exported.declared
    pages = [page for page in pages if declared.expired or not _has_expired(page, now)]
    reader = _PageReader(root, sites, pages, declared, bodies)
    site = reader.site
    chosen = tuple(sections) or post_sections(pages, reader.first, declared.main)
    for page in sorted(pages, key=attrgetter("publish")):
        if page.section in chosen:
            reader.take(page)
    reader.skipped += [Skipped(source=reader.source_of(file), reason=TOO_DEEP) for file in unreadable]

    @cache
    def addresses() -> Addresses:
        out = [page for page in pages if _published(page) <= now]
        others = (urljoin(site.url, other) for each in sites.values() for other in each.others or ())
        known = {*map(path_of, others), *(path for page in out for path in (path_of(page.url), *reader.aliases(page)))}
        return Addresses(base=site.url, pictures=reader.pictures, known=frozenset(known))

    return reading(
        site,
        (*reader.posts, *exported.skipped, *reader.skipped, *broken_folders(root)),
        now,
        findings=(*_without_address(reader.first, root), *exported.findings, *reader.findings),
        picture=reader.pictures.find,
        serves=lambda url: addresses().serves(url),
        others=tuple(each for each in reader.sites.values() if each is not site),
    )


def _has_expired(page: PageLine, now: datetime) -> bool:
    return not page.expiry.startswith("0001") and datetime.fromisoformat(page.expiry) <= now


def _published(page: PageLine) -> datetime:
    return datetime.fromisoformat(page.date if page.publish.startswith("0001") else page.publish)


def post_sections(pages: Sequence[PageLine], site: SiteLine, main: Sequence[str]) -> tuple[str, ...]:
    """The sections that hold posts: those that the site names as its main ones, else those whose pages are dated.

    Hugo's own guess, the largest section, would leave out the talks beside the articles.
    """
    if named := tuple(main) or read.labels(read.lowered(site.params).get("mainsections")):
        return named
    dated: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for page in pages:
        every[page.section] += 1
        dated[page.section] += not page.date.startswith("0001")
    found = [each for each in every if 2 * dated[each] > every[each] and not OTHERS.fullmatch(each)]
    # Pages beside the sections (about, contact) may be dated too; they are posts only where they are the most.
    inside = tuple(each for each in found if each)
    if inside and dated[""] <= sum(dated[each] for each in inside):
        return inside
    return tuple(found) or tuple(site.main or every)


class _PageReader:
    """Collects posts, and what is wrong with others, page by page."""

    def __init__(
        self, root: Path, lines: dict[str, SiteLine], pages: Sequence[PageLine], declared: HugoConfig, bodies: Bodies
    ) -> None:
        self.root = root
        self._bases = tuple(dict.fromkeys((str(root), str(root.resolve()))))
        self.lines = lines
        self.sites = {language: _site(line, declared.timezone) for language, line in lines.items()}
        self.first = lines.get(declared.language) or next(iter(lines.values()))
        self.site = self.sites[self.first.lang]
        self._terms = _terms(lines, pages)
        self.bodies = bodies
        self._ugly = declared.ugly
        self._many_hosts = len({urlsplit(each.home).netloc for each in lines.values()}) > 1
        self.pictures = Pictures(
            base=self.site.url,
            folders=(root / "static", root / "assets", root / "content"),
            bundles={
                unquote(urlsplit(page.url).path).strip("/").removesuffix(".html"): Path(page.file).parent
                for page in pages
                if page.url and os.path.basename(page.file).partition(".")[0] == "index"
            },
        )
        self.posts: list[Post] = []
        self.skipped: list[Skipped] = []
        self.findings: list[Finding] = []

    def take(self, page: PageLine) -> None:
        """Make a post of a page, or say why not."""
        source = self.source_of(page.file) or page.path
        if reason := _unusable(page):
            self.skipped.append(Skipped(source=source, reason=reason))
            return
        body = partial(self.bodies.get, page.url)
        if page.error:
            self.findings.append(_failing(page.error, source, self.root))
            body = partial(_without_hugo, Path(page.file))
        site, line = self.sites[page.lang], self.lines[page.lang]
        params = read.lowered(page.params)
        params |= {key: self._with_title(page.lang, key, params[key]) for key in params if SERIES.fullmatch(key)}
        # What Hugo takes from an article is HTML, in which a formula is written more than once.
        summary = page.description or params.get("excerpt") or params.get("summary")
        if not summary and page.summary:
            summary = plain_text(page.summary)
        self.posts.append(
            Post(
                id=post_id(page.url, params.get("id") or params.get("guid")),
                url=page.url,
                title=page.title,
                published=_published(page),
                updated=datetime.fromisoformat(page.lastmod),
                body=body,
                may_list_parts=page.tells,
                language=site.language,
                summary=read.summary(str(summary or "")),
                authors=read.authors(params, line.authors or {}) or site.authors,
                tags=read.labels(params.get("tags")),
                categories=read.labels(params.get("categories")),
                image=self._image(page, params, source),
                source=source,
                aliases=tuple(dict.fromkeys(self.aliases(page))),
                params=params,
            )
        )

    def _image(self, page: PageLine, params: dict[str, Any], source: str) -> Image | None:
        path, alt = read.featured(params) or (page.image, "")
        image = self.pictures.featured(page.url.rstrip("/") + "/", path, alt)
        if image and image.file is None and self.pictures.is_ours(image.url):
            message = f"the featured image {image.url} is not among the blog's files"
            hint = "Put it into static/, or correct its path; until then its size is not known."
            self.findings.append(Finding("warn", "image-missing", message, path=source, hint=hint))
        return image

    def _with_title(self, language: str, taxonomy: str, value: Any) -> Any:
        """A term with the title that its page gives it.

        https://gohugo.io/content-management/taxonomies/#add-custom-metadata-to-a-taxonomy-or-term
        """
        if isinstance(value, list):
            return [self._with_title(language, taxonomy, each) for each in value]
        term = re.sub(r"\s+", "-", value.strip().lower()) if isinstance(value, str) else ""
        title = self._terms.get((language, taxonomy, term))
        return {"name": title, "id": value} if title else value

    def aliases(self, page: PageLine) -> list[str]:
        """The paths of a page's aliases, as Hugo resolves them: from the root of the site, or beside the page.

        https://gohugo.io/content-management/urls/#aliases
        """
        if not page.aliases:
            return []
        above = urlsplit(self.lines[page.lang].base).path
        beside = posixpath.dirname(unquote(urlsplit(page.url).path).rstrip("/"))
        found = []
        for alias in page.aliases:
            joined_path = posixpath.join(above, alias.lstrip("/")) if alias.startswith("/") else f"{beside}/{alias}"
            path = posixpath.normpath(joined_path).strip("/")
            if self._many_hosts:
                # The folder that Hugo writes for each of them is the root there.
                path = path.removeprefix(f"{page.lang}/")
            # Newer versions resolve them themselves, for the ending of the format that is asked: here that of the export.
            as_export = path.endswith(".json") and page.url.endswith(".html")
            path = path.removesuffix(".json") if as_export else path
            if (self._ugly or as_export) and not path.endswith(".html"):
                path += ".html"
            found.append(path.removesuffix("index.html").strip("/"))
        return found

    def source_of(self, file: str) -> str:
        """A page's file, relative to the blog's folder; that of a module without its version and where it is kept."""
        if not file:
            return ""
        inside = next((file[len(base) + 1 :] for base in self._bases if file.startswith(base + os.sep)), None)
        if inside is None:
            _, module, rest = file.replace(os.sep, "/").partition("/pkg/mod/")
            inside = re.sub(r"@v[^/]*", "", rest) if module else os.path.relpath(file, self._bases[-1])
        return inside.replace(os.sep, "/")


def _failing(error: str, source: str, root: Path) -> Finding:
    from sharekit.sources.hugo.render import explain

    cause = explain(error, root)
    return Finding(
        "error",
        "not-rendered",
        f"Hugo cannot render it: {cause.message}",
        path=source,
        line=cause.line,
        hint="Until it is corrected, Hugo refuses the whole site; here it is read as plain Markdown.",
    )


def _without_hugo(path: Path) -> str:
    from sharekit.sources.markdown.render import render

    body = ""
    with contextlib.suppress(Unreadable):
        body = split(decode(path.read_bytes())).body
    return render(SHORTCODE.sub("", body), "markdown")


def _unusable(page: PageLine) -> str | None:
    if not page.url:
        return "it has no page of its own (build.render is never), so nothing can link to it"
    if not page.title.strip():
        with contextlib.suppress(OSError):
            if Path(page.file).read_bytes()[:2] in UTF_16:
                return "it is UTF-16, which Hugo does not read: save it as UTF-8"
        return "it has no title"
    if page.date.startswith("0001"):
        return "it has no date"
    return None


def _without_address(line: SiteLine, root: Path) -> list[Finding]:
    parts = urlsplit(line.home)
    is_whole = bool(parts.scheme and parts.hostname)
    unusable = unreachable(line.base) if is_whole else ""
    if is_whole and not unusable:
        return []
    files = [*sorted(root.glob("hugo.*")), *sorted(root.glob("config.*")), *(root / "config").glob("*/*")]
    config = next((path.name for path in files if path.parent == root and path.is_file()), None)
    reason = f"the site's baseURL is {unusable}" if unusable else "the site has no address: its baseURL names no host"
    if parts.hostname and not parts.scheme:
        reason = f"the site's baseURL is {line.base}, without https://"
    if unusable and line.base == UNSET and not any(b"example.org" in path.read_bytes() for path in files if path.is_file()):
        reason = "the site's baseURL is not set"
    return [no_address(reason, "baseURL for Hugo", config)]


def _terms(lines: dict[str, SiteLine], pages: Sequence[PageLine]) -> dict[tuple[str, str, str], str]:
    """The titles of the pages of series, by language, taxonomy and term."""
    found = [(line.lang, each["folder"], each["title"]) for line in lines.values() for each in line.sections or ()]
    # A page at the address of a term counts as its page.
    found += [(page.lang, urlsplit(page.url).path, page.title) for page in pages if SERIES.fullmatch(page.section)]
    terms = {}
    for language, place, title in found:
        taxonomy, _, term = place.lower().strip("/").rpartition("/")
        if SERIES.fullmatch(taxonomy.rpartition("/")[2]):
            terms[language, taxonomy.rpartition("/")[2], term] = title
    return terms


def _site(line: SiteLine, timezone: str | None) -> Site:
    params = read.lowered(line.params)
    return Site(
        title=line.title,
        url=line.home.rstrip("/") + "/",
        language=read.language_tag(line.code or line.lang),
        description=str(params.get("description") or ""),
        licence=read.licence(line.copyright, params),
        authors=read.authors(params, {}),
        timezone=timezone,
        generator=f"Hugo {line.version}",
        # defaultContentLanguageInSubdir
        above=base if (base := line.base.rstrip("/") + "/") != line.home.rstrip("/") + "/" else "",
    )
