"""``HtmlSource``: the posts of a built site, read from its pages as a browser would read them.

A page is a post when it says so and says when: by JSON-LD, Open Graph, h-entry, or one ``<article>`` with one time. Lists of
posts, redirects and pages that name another as their canonical address are none.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from sharekit.content import strip_illegal
from sharekit.errors import SourceError
from sharekit.model import Author, Finding, Post, Reading, Site, Skipped, post_id
from sharekit.sources import params
from sharekit.sources.generators import built_folder
from sharekit.sources.pages import Page, article_html, parse_page, read_page
from sharekit.sources.params import DateError, moment
from sharekit.sources.reading import (
    NOWHERE,
    Addresses,
    BaseSource,
    Pictures,
    broken_folders,
    no_address,
    no_posts,
    read_file,
    reading,
    served_file,
    skipped,
)
from sharekit.text.part_words import may_list_parts
from sharekit.text.visible import counted
from sharekit.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Pages of lists, by the folders and names that generators give them.
LISTS = re.compile(
    r"(?:^|/)(?:tags?|categor(?:y|ies)|archives?|authors?|page/\d+|search|404|500|offline)(?:/|\.html?$|$)", re.IGNORECASE
)
# An address that says its day, as most generators made it once; what follows is the post.
DATED = re.compile(r"(?:^|/)(\d{4})[/-](\d{2})[/-](\d{2})[/-](?!index\.)[^/]+(?:/index)?\.x?html?$", re.IGNORECASE)
CERTAIN = frozenset({"json-ld", "article:published_time"})


class HtmlSource(BaseSource):
    """The built site in ``root``, or the one that a generator built within it. ``now`` plays no part."""

    kind, label = "html", "HTML"

    def read(self) -> Reading:
        """Every post among the pages. Raises SourceError when the folder holds no page at all."""
        root = built_folder(self.root) or self.root
        above = f"{root.relative_to(self.root).as_posix()}/" if root != self.root else ""
        pages: list[tuple[str, Page]] = []
        posts: list[Post | Skipped] = []
        for path in _pages(root):
            name = path.relative_to(root).as_posix()
            if self.settings.sections and not set(PurePosixPath(name).parts[:-1]) & set(self.settings.sections):
                continue
            try:
                pages.append((name, read_page(parse_page(read_file(path, name)))))
            except (ValueError, RecursionError) as error:
                posts.append(skipped(above + name, error))
        if not pages and not posts:
            raise SourceError(
                "there is no HTML page here", path=str(root), hint="Name the folder that your generator builds into."
            )
        site, findings = self._site(pages)
        pictures = Pictures(base=site.url, folders=(root,))
        aliases = _aliases(pages, site)
        for name, page in _posts(pages):
            url = _url(root, name, page, site)
            try:
                post = _post(root / name, page, site, url, moment(page.published or _day(name), UTC)) if url else None
            except DateError as error:
                posts.append(Skipped(source=above + name, reason=str(error)))
                continue
            if post:
                others = tuple(alias for alias in aliases.get(url, ()) if alias != path_of(url))
                image = pictures.featured(url, page.image, page.image_alt)
                posts.append(replace(post, source=above + name, aliases=others, image=image))
        if not any(isinstance(each, Post) for each in posts):
            seen = counted(len(pages), "page")
            findings.append(no_posts(f"none of {seen} says that it is an article and when it was published"))
        addresses = Addresses(base=site.url, pictures=pictures, built=root)
        # What is built is published, whatever its date.
        ever = datetime.max.replace(tzinfo=UTC)
        everything = (*posts, *broken_folders(self.root))
        return reading(site, everything, ever, findings=findings, picture=pictures.find, serves=addresses.serves)

    def _site(self, found: list[tuple[str, Page]]) -> tuple[Site, list[Finding]]:
        home = next((page for name, page in found if name == "index.html"), None) or (found[0][1] if found else Page())
        given = self.settings.url
        hosts = Counter(_base(name, page.canonical) for name, page in found if urlsplit(page.canonical).netloc)
        url = given or (hosts.most_common(1)[0][0] if hosts else "")
        findings = [] if url else [no_address("no page of the built site names its canonical address")]
        languages = Counter(page.language for _, page in found if page.language)
        site = Site(
            title=home.site or home.title or urlsplit(url).netloc,
            url=(url or NOWHERE).rstrip("/") + "/",
            language=params.language_tag(home.language or (languages.most_common(1)[0][0] if languages else "en")),
            description=home.summary,
            generator=f"HTML ({home.generator.split()[0]})" if home.generator else "HTML",
        )
        return site, findings


def _aliases(found: Sequence[tuple[str, Page]], site: Site) -> dict[str, list[str]]:
    """The paths of the pages that lead to another, by its address."""
    made: dict[str, list[str]] = {}
    for name, page in found:
        if target := page.redirect or page.canonical:
            made.setdefault(urljoin(site.url, target), []).append(path_of(urljoin(site.url, _address(name))))
    return made


def _url(root: Path, name: str, page: Page, site: Site) -> str:
    """A post's address; empty for a copy of a page that is here."""
    url = urljoin(site.url, quote(_address(name), safe="/%~-._+@:,;=&"))
    canonical = urljoin(url, page.canonical) if page.canonical else url
    if canonical.rstrip("/") == url.rstrip("/"):
        return canonical
    if urlsplit(canonical).netloc != urlsplit(site.url).netloc:
        return url
    # The address of a page often does without the ending of its file.
    return canonical if served_file(root, canonical, site.url) in (None, root / name) else ""


def _post(path: Path, page: Page, site: Site, url: str, published: datetime) -> Post:
    try:
        updated = moment(page.updated, UTC) if page.updated else None
    except DateError:
        updated = None
    series = {key: values for key, values in page.meta.items() if key.startswith("series")}
    return Post(
        id=post_id(url),
        url=url,
        title=_bare_title(page.title, site.title),
        published=published,
        updated=updated,
        body=lambda: article_html(parse_page(path.read_bytes())),
        language=params.language_tag(page.language or site.language),
        summary=strip_illegal(page.summary),
        authors=tuple(Author(name=each) for each in page.authors),
        tags=params.labels(list(page.tags)),
        categories=params.labels(list(page.sections)),
        params={key: values[0] if len(values) == 1 else values for key, values in series.items()},
        may_list_parts=may_list_parts(path.read_text(encoding="utf-8", errors="replace")),
    )


def is_post(name: str, page: Page) -> bool:
    """Whether a page is a post: it has a time, and at least one sign of being an article."""
    if page.redirect or not page.title or name in ("index.html", "404.html"):
        return False
    if page.articles > 1 and not {*CERTAIN, "og:type"} & set(page.signs):
        return False
    return bool(_day(name)) or bool(page.published and page.signs and not LISTS.search(name))


def _posts(found: Sequence[tuple[str, Page]]) -> list[tuple[str, Page]]:
    """The posts among the pages. A page above several posts is their list, unless it is certain of itself."""
    posts = [(name, page) for name, page in found if is_post(name, page)]
    places = {name: name.removesuffix("/index.html") for name, _ in posts}
    below = Counter(parent.as_posix() for place in places.values() for parent in PurePosixPath(place).parents)
    return [(name, page) for name, page in posts if below[places[name]] < 2 or _day(name) or CERTAIN & set(page.signs)]


def _day(name: str) -> str:
    found = DATED.search(name)
    return "-".join(found.groups()) if found and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31 else ""


def _pages(root: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            if name.lower().endswith((".html", ".htm", ".xhtml")):
                yield Path(parent, name)


def _address(name: str) -> str:
    return name.removesuffix("index.html") if name == "index.html" or name.endswith("/index.html") else name


def _base(name: str, canonical: str) -> str:
    """The site's address, from a page's own and its place in the folder."""
    address = _address(name)
    parts = urlsplit(canonical)
    path = parts.path.rstrip("/")
    for tail in (address.rstrip("/"), address.removesuffix(".html")):
        if tail and path.endswith(f"/{tail}"):
            return f"{parts.scheme}://{parts.netloc}{path.removesuffix(tail)}"
    return f"{parts.scheme}://{parts.netloc}/"


def _bare_title(title: str, site: str) -> str:
    # <title> often ends with the site's name.
    for separator in (" | ", " - ", " – ", " — ", " · ", " :: ", " • "):
        if site and title.endswith(f"{separator}{site}"):
            return title.removesuffix(f"{separator}{site}")
    return title
