"""``MarkdownSource``: a blog from its Markdown files, by the rules of the generator that it is written for.

Content comes from the built site beside it, which is exact; without one it is rendered by comrak, and what only the
generator could have rendered is told of, post by post.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from sharekit.content import strip_illegal
from sharekit.errors import SourceError
from sharekit.keys import post_id
from sharekit.model import Finding, Image, Post, Reading, Site, Skipped
from sharekit.sources import front, params
from sharekit.sources.addresses import UNSHOWABLE, UNSHOWABLE_NAME, Addresses, alias_path, joined
from sharekit.sources.markdown.entry import Document, Entry, Unreadable
from sharekit.sources.markdown.generators import generator_of
from sharekit.sources.markdown.links import resolve
from sharekit.sources.markdown.render import left_to_render, pictures_beside, render, without_pictures_beside
from sharekit.sources.none import NOWHERE, no_address, no_posts
from sharekit.sources.pictures import Pictures
from sharekit.text.part_words import may_list_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.config import SourceSettings
    from sharekit.sources.markdown.entry import Markup
    from sharekit.sources.markdown.rules import Rules

LARGEST = 20_000_000
STATIC = ("static", "public", "assets", "content", "docs", "src", "images", "files", "")


@dataclass(frozen=True)
class MarkdownSource:
    """The Markdown blog in ``root``. ``now`` decides what is still to come."""

    kind, label = "markdown", "Markdown"

    root: Path
    settings: SourceSettings
    now: datetime | None = None

    def read(self) -> Reading:
        """Every post, published and to come; those that cannot be read are left out by name.

        Raises SourceError for broken settings.
        """
        if not self.root.is_dir():
            raise SourceError("there is no such folder", path=str(self.root), hint="Name the folder of your blog.")
        now = self.now or datetime.now(UTC)
        rules = generator_of(self.root)(self.root)
        site = rules.site()
        findings: list[Finding] = []
        url = self.settings.url or site.url
        if not url:
            findings.append(
                no_address(f"the configuration of {rules.name} does not say where the blog is published", rules.address)
            )
        site = replace(site, url=(url or NOWHERE).rstrip("/") + "/", generator=rules.name)
        maker = _Maker(root=self.root, rules=rules, site=site, sections=self.settings.sections)
        maker.read()
        if maker.posts and maker.built is None:
            findings.append(_not_built(rules))
        if not maker.posts:
            findings.append(no_posts(_why_none(maker.seen, rules.name, self.settings.sections)))
        posts = sorted(maker.posts, key=lambda post: (post.published, post.id))
        return Reading(
            site=replace(site, title=site.title or urlsplit(site.url).netloc),
            posts=tuple(post for post in posts if post.published <= now),
            upcoming=tuple(post for post in posts if post.published > now),
            skipped=tuple(maker.skipped),
            findings=(*findings, *maker.findings),
            picture=maker.pictures.find,
            serves=maker.addresses(now).serves,
        )


class _Maker:
    """Collects while the files are read, one after the other."""

    def __init__(self, *, root: Path, rules: Rules, site: Site, sections: Sequence[str]) -> None:
        self.root = root
        self.rules = rules
        self.site = site
        self.sections = sections
        self.built = built_site(root, rules)
        self.pictures = Pictures(base=site.url, folders=tuple(root / name for name in (*rules.outputs, *STATIC)))
        self.seen = 0
        self.posts: list[Post] = []
        self.skipped: list[Skipped] = []
        self.findings: list[Finding] = []
        # Which URL each file has: shared with the contents, which are made when all of it is known.
        self.files: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    def read(self) -> None:
        for path in self.rules.files():
            self.seen += 1
            source = path.relative_to(self.root).as_posix()
            if self.sections and not any(part in self.sections for part in Path(source).parts[:-1]):
                continue
            if UNSHOWABLE.search(source):
                self.skipped.append(Skipped(source=UNSHOWABLE.sub("\ufffd", source), reason=UNSHOWABLE_NAME))
                continue
            try:
                self._take(path, source)
            except front.FrontMatterError as error:
                self.skipped.append(Skipped(source=source, reason=error.reason, line=error.line))
            except Unreadable as error:
                self.skipped.append(Skipped(source=source, reason=error.reason, line=error.line))
            except OSError as error:
                self.skipped.append(Skipped(source=source, reason=f"it cannot be read: {error.strerror or error}"))

    def addresses(self, now: datetime) -> Addresses:
        """What the blog is known to serve: with a built site everything, else the posts and the files."""
        made = Addresses(base=self.site.url, pictures=self.pictures, built=self.built, whole=self.built is not None)
        for post in self.posts:
            if post.published <= now:
                made.add(post.url)
                made.know(post.aliases)
        return made

    def _take(self, path: Path, source: str) -> None:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("it is no file, but a pipe, a socket or a device")
        if status.st_size > LARGEST:
            raise Unreadable(f"it is larger than {LARGEST // 1_000_000} MB")
        text, clean = front.decode(path.read_bytes())
        document = self.rules.document(path, source, text)
        entry = self.rules.entry(document)
        if entry is None:
            return
        if not clean:
            self._find(
                "encoding",
                "it is not valid UTF-8; what could not be read is shown as \ufffd",
                source,
                hint="Save it as UTF-8.",
            )
        inside = f"{urlsplit(self.site.url).path.rstrip('/')}{entry.path}" if entry.path.startswith("/") else entry.path
        url = joined(self.site.url, inside)
        if url is not None and self.rules.guesses and self.built is not None:
            url = self._built_address(url, entry, source) or url
        if url is None:
            raise Unreadable(f'its address "{entry.path[:80]}" is none', front.line_of(text, "url"))
        if url in self._seen:
            raise Unreadable(f"it has the same URL as {self._seen[url]}: {url}")
        for key, line in document.repeated:
            message = f'the front matter gives "{key}" twice; the last one counts'
            self.findings.append(Finding(level="warn", rule="repeated-key", message=message, path=source, line=line))
        self._seen[url] = source
        self.files[source] = url
        self.posts.append(self._post(entry, document, url))

    def _built_address(self, guessed: str, entry: Entry, source: str) -> str | None:
        """The address of the one built page that ends as the guessed address does, or has the post's title."""
        if self.built is None or built_page(self.built, guessed, self.site.url):
            return None
        slug = guessed.rstrip("/").rpartition("/")[2]
        pages = self._built_pages.get(unquote(slug), [])
        if len(pages) > 1:
            pages = [page for page in pages if entry.title in page.read_text(encoding="utf-8", errors="replace")]
        if len(pages) != 1:
            message = "its page was not found in the built site; its address is guessed"
            self._find("guessed-address", message, source, hint="Build the site again.")
            return None
        inside = pages[0].relative_to(self.built).as_posix().removesuffix("index.html")
        return joined(self.site.url, quote(inside if inside.endswith("/") else inside.removesuffix(".html")))

    @cached_property
    def _built_pages(self) -> dict[str, list[Path]]:
        """The pages of the built site by the last part of their address."""
        found: dict[str, list[Path]] = {}
        for page in sorted(self.built.rglob("*.html")) if self.built else ():
            found.setdefault(page.parent.name if page.stem == "index" else page.stem, []).append(page)
        return found

    def _post(self, entry: Entry, document: Document, url: str) -> Post:
        table = {key: value for key, value in entry.params.items() if value not in (None, "")}
        if self.built is None:
            left = left_to_render(entry.body, document.markup)
            if self.rules.renames_pictures and pictures_beside(entry.body):
                left.append("pictures that lie beside it")
            if left:
                self._find(
                    "not-rendered",
                    f"only {self.rules.name} can render its {' and '.join(left)}",
                    document.source,
                    level="info",
                )
        image = params.featured(table)
        address = joined(url, image[0]) if image else None
        given = (self.pictures.find(address) or Image(url=address)) if address else None
        return Post(
            id=post_id(url, table.get("id") or table.get("guid")),
            url=url,
            title=strip_illegal(entry.title),
            published=entry.published,
            updated=entry.updated if entry.updated and entry.updated > entry.published else None,
            body=partial(_content, entry.body, document.source, document.markup, self.rules, url, self.built, self.files),
            language=entry.language,
            summary=_summary(table),
            authors=params.authors(table, {}) or self.site.authors,
            tags=params.labels(_split_tags(table["tags"] if "tags" in table else table.get("keywords"))),
            categories=params.labels(table.get("categories") or table.get("category")),
            image=replace(given, alt=image[1]) if given and image else None,
            source=document.source,
            aliases=tuple(dict.fromkeys(filter(None, (alias_path(alias, self.site.url) for alias in entry.aliases)))),
            params=table,
            may_list_parts=may_list_parts(entry.body),
        )

    def _find(self, rule: str, message: str, path: str, *, level: Any = "warn", hint: str | None = None) -> None:
        self.findings.append(Finding(level=level, rule=rule, message=message, path=path, hint=hint))


def built_site(root: Path, rules: Rules) -> Path | None:
    """The folder of the built site, when there is one beside the sources."""
    for name in rules.outputs:
        folder = root / name
        if (folder / "index.html").is_file() and folder.resolve() != root.resolve():
            return folder
    return None


def _content(
    words: str, source: str, markup: Markup, rules: Rules, url: str, built: Path | None, files: Mapping[str, str]
) -> str:
    page = built_page(built, url, rules.site().url) if built else None
    if page is not None:
        from sharekit.sources.pages import article_html, parse_page

        return article_html(parse_page(page.read_bytes()))
    if rules.renames_pictures:
        words = without_pictures_beside(words)
    body = resolve(words, source, files, urlsplit(rules.site().url).path.rstrip("/"))
    return render(strip_illegal(body), markup)


def built_page(built: Path, url: str, base: str) -> Path | None:
    """The file that a URL is served from."""
    inside = unquote(urlsplit(url).path)
    prefix = urlsplit(base).path.rstrip("/")
    inside = inside.removeprefix(prefix).strip("/")
    for name in (f"{inside}/index.html", inside, f"{inside}.html"):
        file = built / name
        if file.is_file() and file.suffix in (".html", ".htm") and file.resolve().is_relative_to(built.resolve()):
            return file
    return None


def _summary(table: dict[str, Any]) -> str:
    for key in ("description", "summary", "excerpt", "abstract"):
        if isinstance(table.get(key), str):
            return strip_illegal(re.sub(r"\s+", " ", table[key]).strip())
    return ""


def _split_tags(value: Any) -> Any:
    return [each.strip() for each in value.split(",")] if isinstance(value, str) else value


def _why_none(seen: int, name: str, sections: Sequence[str]) -> str:
    if not seen:
        return f"{name} keeps its posts in files that are not here"
    inside = f" in {', '.join(sections)}" if sections else ""
    return f"of {seen} files none{inside} is dated and published by the rules of {name}"


def _not_built(rules: Rules) -> Finding:
    places = " or ".join(f"{name}/" for name in rules.outputs)
    rendered = "rendered as plain Markdown, without what the generator and its plugins add"
    guessed = f"the addresses of the posts are guessed, because {rules.guesses}; " if rules.guesses else ""
    built = "" if rules.name == "Markdown" else f" with {rules.name}"
    return Finding(
        level="warn",
        rule="not-built",
        message=f"there is no built site in {places}: {guessed}{'they' if guessed else 'the posts'} are {rendered}.",
        hint=f"Build the site{built} first, and the posts are exact.",
    )
