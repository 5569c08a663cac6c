"""``MarkdownSource``: a blog from its Markdown files, by the rules of the generator that it is written for.

Dates, drafts and series come from the files. Addresses and contents come from the built site beside them, which is exact.
Without one an address follows from the generator's rules, the content is rendered by comrak, and what only the generator
could have rendered is reported, post by post.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from sharekit.content import strip_illegal
from sharekit.errors import SourceError
from sharekit.model import Finding, Post, Reading, Skipped, post_id
from sharekit.sources import front, params
from sharekit.sources.front import Unreadable
from sharekit.sources.markdown.javascript import Astro, Eleventy
from sharekit.sources.markdown.jekyll import Jekyll
from sharekit.sources.markdown.mkdocs import MkDocs
from sharekit.sources.markdown.python import Nikola, Pelican
from sharekit.sources.markdown.render import left_to_render, pictures_beside, render, resolve, without_pictures_beside
from sharekit.sources.markdown.rules import START, Plain, text_of
from sharekit.sources.markdown.zola import Zola
from sharekit.sources.pages import Page, article_html, parse_page, read_page
from sharekit.sources.reading import (
    NOWHERE,
    Addresses,
    BaseSource,
    Pictures,
    alias_path,
    broken_folders,
    host_of,
    joined,
    no_address,
    no_posts,
    read_file,
    reading,
    served_file,
    skipped,
    unreachable,
)
from sharekit.text.part_words import may_list_parts
from sharekit.urls import path_of, uri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.config import SourceSettings
    from sharekit.model import Level, Site
    from sharekit.sources.markdown.rules import MarkdownEntry, Rules

# In order: a file of its own before a file that several share, a plain folder last.
GENERATORS: tuple[type[Rules], ...] = (Pelican, Astro, Eleventy, MkDocs, Zola, Nikola, Jekyll, Plain)
SUMMARIES = ("description", "summary", "excerpt", "abstract")
STATIC = ("static", "public", "assets", "content", "docs", "src", "images", "files", "")


class MarkdownSource(BaseSource):
    """The Markdown blog in ``root``. ``now`` decides what is still to come."""

    kind, label = "markdown", "Markdown"

    def read(self) -> Reading:
        """Every post, published and to come; those that cannot be read are left out by name.

        Raises SourceError for broken settings.
        """
        now = self.now or datetime.now(UTC)
        rules = generator_of(self.root)
        if rules is None:
            raise SourceError(
                "no Markdown blog was found here: no configuration of a known generator, and no file with front matter.",
                path=str(self.root),
                hint="Name the folder that holds your generator's configuration.",
            )
        blog = _Blog(self.root, rules, self.settings)
        blog.read()
        return reading(
            blog.site,
            (*blog.posts, *blog.skipped, *broken_folders(self.root)),
            now,
            findings=(*blog.about_site(), *blog.findings),
            picture=blog.pictures.find,
            serves=blog.addresses(now).serves,
            others=blog.others(),
        )


def generator_of(root: Path) -> Rules | None:
    """The rules for a folder; None where there is nothing in it that could be a blog."""
    found = next((rules for rules in GENERATORS if rules.is_here(root)), None)
    if found is None and any((root / name).is_file() for name in Jekyll.configs):
        # A new blog of Jekyll has no folder of posts yet; its home page is a template with front matter.
        home = root / "index.html"
        found = Jekyll if not home.is_file() or START.match(home.read_bytes()[:64]) else None
    return found(root) if found else None


class _Blog:
    """Collects while the files are read, one after the other."""

    def __init__(self, root: Path, rules: Rules, settings: SourceSettings) -> None:
        self.root = root
        self.rules = rules
        self.sections = settings.sections
        self.findings: list[Finding] = []
        site = rules.site()
        outputs = (root / name for name in rules.built_in)
        self.built = next((path for path in outputs if (path / "index.html").is_file()), None)
        # What is code is not run, and the home page says what came of it.
        home = read_page(parse_page((self.built / "index.html").read_bytes())) if self.built and rules.guesses else Page()
        urls = (settings.url or "", "" if home.redirect else home.canonical, site.url)
        url = next(filter(host_of, urls), NOWHERE)
        if home.language and not text_of(rules.settings, *rules.names.language):
            rules.language = home.language
            site = replace(site, language=params.language_tag(home.language))
        title = home.site or site.title or urlsplit(url).netloc
        self.site = replace(site, title=title, url=f"{url.rstrip('/')}/", generator=rules.name)
        self.pictures = Pictures(base=self.site.url, folders=tuple(root / name for name in (*rules.built_in, *STATIC)))
        self.seen = 0
        self.posts: list[Post] = []
        self.skipped: list[Skipped] = []
        # Which URL each file has: shared with the contents, which are made when all of it is known.
        self.files: dict[str, str] = {}

    def others(self) -> tuple[Site, ...]:
        """The site in its other languages, where the configuration gives one a title of its own, as Zola's does."""
        languages = self.rules.settings.get(self.rules.language_setting)
        return tuple(
            replace(
                self.site,
                title=text_of(table, "title"),
                description=text_of(table, "description"),
                language=params.language_tag(code),
                url=f"{self.site.url}{code}/",
            )
            for code, table in (languages.items() if isinstance(languages, dict) else ())
            if isinstance(table, dict) and text_of(table, "title")
        )

    def read(self) -> None:
        entries: list[MarkdownEntry] = []
        for path in self.rules.files():
            self.seen += 1
            source = path.relative_to(self.root).as_posix()
            if self.sections and not any(part in self.sections for part in Path(source).parts[:-1]):
                continue
            try:
                entry = self._entry(path, source)
            except ValueError as error:
                self.skipped.append(skipped(source, error))
            else:
                entries += [entry] if entry else []
        for entry, url in zip(entries, self._settled(entries), strict=True):
            self.files[entry.document.source] = url
            self.posts.append(self._post(entry, url))

    def about_site(self) -> list[Finding]:
        """That it has no address, no post or no built site."""
        rules = self.rules
        found = []
        if self.site.url == NOWHERE:
            reason = f"the configuration of {rules.name} does not say where the blog is published"
            found.append(no_address(reason, rules.address))
        elif unusable := unreachable(self.site.url):
            found.append(no_address(f"the address of the site is {unusable}", rules.address))
        if not self.posts:
            inside = f" in {', '.join(self.sections)}" if self.sections else ""
            none = f"of {self.seen} files none{inside} is dated and published by the rules of {rules.name}"
            return [*found, no_posts(none if self.seen else f"{rules.name} keeps its posts in files that are not here")]
        if self.built is not None:
            return found
        places = " or ".join(f"{name}/" for name in rules.built_in)
        guessed = f"the addresses of the posts are guessed, because {rules.guesses}; they" if rules.guesses else "the posts"
        rendered = "rendered as plain Markdown, without what the generator and its plugins add"
        built = "" if rules.name == "Markdown" else f" with {rules.name}"
        return [
            *found,
            Finding(
                "warn",
                "not-built",
                f"there is no built site in {places}: {guessed} are {rendered}.",
                hint=f"Build the site{built} first, and the posts are exact.",
            ),
        ]

    def addresses(self, now: datetime) -> Addresses:
        """What the blog is known to serve: with a built site everything, else the posts and the files."""
        out = [post for post in self.posts if post.published <= now]
        known = frozenset(path for post in out for path in (path_of(post.url), *post.aliases))
        return Addresses(
            base=self.site.url, pictures=self.pictures, known=known, built=self.built, whole=self.built is not None
        )

    def _entry(self, path: Path, source: str) -> MarkdownEntry | None:
        text = front.decode(read_file(path, source))
        entry = self.rules.entry(self.rules.document(path, source, text))
        if entry is None:
            return None
        if self._url(entry) is None:
            raise Unreadable(f'its address "{entry.path[:80]}" is not valid', front.line_of(text, "url"))
        return entry

    def _url(self, entry: MarkdownEntry) -> str | None:
        above = urlsplit(self.site.url).path.rstrip("/") if entry.path.startswith("/") else ""
        return joined(self.site.url, f"{above}{entry.path}")

    def _settled(self, entries: Sequence[MarkdownEntry]) -> list[str]:
        """The address of each: where the built site has no page there, that of the one page with the post's title."""
        urls = [self._url(each) or self.site.url for each in entries]
        if self.built is None:
            return urls
        pages = [_page_at(self.built, url, self.site.url) for url in urls]
        known = {page for page in pages if page}
        for number, (entry, page) in enumerate(zip(entries, pages, strict=True)):
            other = None if page else self._page_called(entry.title, urls[number], known)
            if other:
                known.add(other)
                inside = other.relative_to(self.built).as_posix().removesuffix("index.html")
                path = quote(inside if inside.endswith("/") else inside.removesuffix(".html"))
                urls[number] = joined(self.site.url, path) or urls[number]
            elif page is None and self.rules.guesses:
                message = "its page was not found in the built site; its address is guessed"
                self._find("guessed-address", message, entry, hint="Build the site again.")
            if self.rules.guesses and (file := page or other):
                urls[number] = self._canonical(file) or urls[number]
        return urls

    def _canonical(self, page: Path) -> str | None:
        """The address that a page names as its own; None where that leads elsewhere, as a translation's to its original."""
        named = read_page(parse_page(page.read_bytes())).canonical
        url = joined(self.site.url, named) if named else None
        leads_here = url and host_of(url) == host_of(self.site.url) and _page_at(self.built, url, self.site.url) == page
        return url if leads_here else None

    def _page_called(self, title: str, url: str, known: set[Path]) -> Path | None:
        """The one page with that title which is no other post's."""
        pages = [page for page in self._by_title.get(_plain(title), []) if page not in known]
        if not self.rules.guesses:
            # The rules give the last part of an address; only what is before it may come from a plugin.
            last = unquote(url).rstrip("/").rpartition("/")[2].removesuffix(".html")
            pages = [page for page in pages if last == (page.parent.name if page.stem == "index" else page.stem)]
        return pages[0] if len(pages) == 1 else None

    @cached_property
    def _by_title(self) -> dict[str, list[Path]]:
        """The pages of the built site, but for its redirects, by their titles."""
        found: dict[str, list[Path]] = {}
        for path in sorted(self.built.rglob("*.html")) if self.built else ():
            page = read_page(parse_page(path.read_bytes()))
            if not page.redirect:
                for title in {_plain(page.title), _plain(page.heading)}:
                    found.setdefault(title, []).append(path)
        return found

    def _post(self, entry: MarkdownEntry, url: str) -> Post:
        table = {key: value for key, value in entry.params.items() if value not in (None, "")}
        if _page_at(self.built, url, self.site.url) is None:
            left = left_to_render(entry.body, entry.document.markup)
            if self.rules.renames_pictures and pictures_beside(entry.body):
                left.append("pictures that lie beside it")
            if left:
                message = f"only {self.rules.name} can render its {' and '.join(left)}"
                self._find("not-rendered", message, entry, level="info")
        tags = table["tags"] if "tags" in table else table.get("keywords")
        summary = next((table[key] for key in SUMMARIES if isinstance(table.get(key), str)), "")
        return Post(
            id=post_id(url, table.get("id") or table.get("guid")),
            url=uri(url),
            title=entry.title,
            published=entry.published,
            updated=entry.updated,
            body=partial(_content, entry, self.rules, url, self.site.url, self.built, self.files),
            language=entry.language,
            summary=params.summary(summary),
            authors=params.authors(table, {}) or self.site.authors,
            tags=params.labels(tags.split(",") if isinstance(tags, str) else tags),
            categories=params.labels(table.get("categories") or table.get("category")),
            image=self.pictures.featured(url, *(params.featured(table) or ("", ""))),
            source=entry.document.source,
            aliases=tuple(dict.fromkeys(filter(None, (alias_path(alias, self.site.url) for alias in entry.aliases)))),
            params=table,
            may_list_parts=may_list_parts(entry.body),
        )

    def _find(self, rule: str, message: str, entry: MarkdownEntry, *, level: Level = "warn", **more: Any) -> None:
        self.findings.append(Finding(level=level, rule=rule, message=message, path=entry.document.source, **more))


def _content(entry: MarkdownEntry, rules: Rules, url: str, base: str, built: Path | None, files: Mapping[str, str]) -> str:
    page = _page_at(built, url, base)
    if page is not None:
        return article_html(parse_page(page.read_bytes()))
    words = without_pictures_beside(entry.body) if rules.renames_pictures else entry.body
    body = resolve(words, entry.document.source, files, urlsplit(base).path.rstrip("/"))
    return render(strip_illegal(body), entry.document.markup)


def _page_at(built: Path | None, url: str, base: str) -> Path | None:
    file = served_file(built, url, base) if built else None
    return file if file and file.suffix in (".html", ".htm") else None


def _plain(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))
