"""``HtmlSource``: the posts of a built site, read from its pages as a browser would read them.

A page is a post when it says so and says when: by JSON-LD, Open Graph, h-entry, or one ``<article>`` with one time. Lists of
posts, redirects and pages that name another as their canonical address are none.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from sharekit.content import strip_illegal
from sharekit.errors import SourceError
from sharekit.model import Author, Finding, Image, Post, Reading, Site, Skipped, path_of, post_id
from sharekit.sources import params
from sharekit.sources.addresses import UNSHOWABLE, UNSHOWABLE_NAME, Addresses, joined
from sharekit.sources.dates import DateError, moment
from sharekit.sources.detect import built_folder
from sharekit.sources.pages import LARGEST, Page, article_html, parse_page, read_page
from sharekit.sources.pictures import Pictures
from sharekit.sources.reading import NOWHERE, no_address, no_posts, reading
from sharekit.text.part_words import may_list_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sharekit.config import SourceSettings

# Pages of lists, by the folders and names that generators give them.
LISTS = re.compile(
    r"(?:^|/)(?:tags?|categor(?:y|ies)|archives?|authors?|page/\d+|search|404|500|offline)(?:/|\.html?$|$)", re.IGNORECASE
)
# An address that says its day, as most generators made it once; what follows is the post.
DATED = re.compile(r"(?:^|/)(\d{4})[/-](\d{2})[/-](\d{2})[/-](?!index\.)[^/]+(?:/index)?\.x?html?$", re.IGNORECASE)
CERTAIN = frozenset({"json-ld", "article:published_time"})


@dataclass(frozen=True)
class HtmlSource:
    """The built site in ``root``. ``now`` plays no part: what is built is published."""

    kind, label = "html", "HTML"

    root: Path
    settings: SourceSettings
    now: datetime | None = None

    def read(self) -> Reading:
        """Every post among the pages. Raises SourceError when the folder holds no page at all."""
        built = built_folder(self.root)
        if built is not None:
            inside = built.relative_to(self.root).as_posix()
            made = replace(self, root=built).read()
            return replace(
                made,
                posts=tuple(replace(post, source=f"{inside}/{post.source}") for post in made.posts),
                skipped=tuple(replace(each, source=f"{inside}/{each.source}") for each in made.skipped),
            )
        found: list[tuple[str, Page]] = []
        skipped: list[Skipped] = []
        for path in _pages(self.root):
            name = path.relative_to(self.root).as_posix()
            if self.settings.sections and not set(PurePosixPath(name).parts[:-1]) & set(self.settings.sections):
                continue
            if UNSHOWABLE.search(name) or not path.is_file():
                reason = UNSHOWABLE_NAME if UNSHOWABLE.search(name) else "it is no file that can be read"
                skipped.append(Skipped(source=UNSHOWABLE.sub("\ufffd", name), reason=reason))
                continue
            if path.stat().st_size > LARGEST:
                skipped.append(Skipped(source=name, reason=f"it is larger than {LARGEST // 1_000_000} MB"))
                continue
            try:
                page = read_page(parse_page(path.read_bytes()))
                canonical, redirect, image = map(_sound, (page.canonical, page.redirect, page.image))
                found.append((name, replace(page, canonical=canonical, redirect=redirect, image=image)))
            except (OSError, ValueError, RecursionError) as error:
                skipped.append(Skipped(source=name, reason=f"it cannot be read as HTML: {error}"))
        if not found and not skipped:
            raise SourceError(
                "there is no HTML page here", path=str(self.root), hint="Name the folder that your generator builds into."
            )
        return self._reading(found, skipped)

    def _reading(self, found: list[tuple[str, Page]], skipped: list[Skipped]) -> Reading:
        site, findings = self._site(found)
        pictures = Pictures(base=site.url, folders=(self.root,))
        posts: list[Post | Skipped] = [*skipped]
        for name, page in _posts(found):
            url = urljoin(site.url, quote(_address(name), safe="/%~-._+@:,;=&"))
            canonical = urljoin(url, page.canonical) if page.canonical else url
            is_ours = urlsplit(canonical).netloc == urlsplit(site.url).netloc
            is_same = canonical.rstrip("/") == url.rstrip("/")
            if is_ours and not is_same and self._is_here(canonical, site):
                # It is a copy: the page that it names is the post.
                continue
            try:
                posts.append(self._post(name, page, canonical if is_ours or is_same else url, site, pictures))
            except DateError as error:
                posts.append(Skipped(source=name, reason=str(error)))
        aliases: dict[str, list[str]] = {}
        for name, page in found:
            if target := page.redirect or page.canonical:
                aliases.setdefault(urljoin(site.url, target), []).append(path_of(urljoin(site.url, _address(name))))
        named = (
            replace(each, aliases=tuple(alias for alias in aliases.get(each.url, ()) if alias != path_of(each.url)))
            if isinstance(each, Post)
            else each
            for each in posts
        )
        if not any(isinstance(each, Post) for each in posts):
            findings.append(no_posts(f"of {len(found)} pages none says that it is an article and when it was published"))
        addresses = Addresses(base=site.url, pictures=pictures, built=self.root)
        ever = datetime.max.replace(tzinfo=UTC)
        return reading(site, named, ever, findings=findings, picture=pictures.find, serves=addresses.serves)

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

    def _is_here(self, url: str, site: Site) -> bool:
        inside = urlsplit(url).path.removeprefix(urlsplit(site.url).path.rstrip("/")).strip("/")
        return any(
            (self.root / name).is_file() for name in (f"{inside}/index.html", inside or "index.html", f"{inside}.html")
        )

    def _post(self, name: str, page: Page, url: str, site: Site, pictures: Pictures) -> Post:
        published = moment(page.published or _day(name), UTC)
        try:
            updated = moment(page.updated, UTC) if page.updated else None
        except DateError:
            updated = None
        image = urljoin(url, page.image) if page.image else ""
        known = pictures.find(image) if image else None
        path = self.root / name
        return Post(
            id=post_id(url),
            url=url,
            title=strip_illegal(_bare_title(page.title, site.title)),
            published=published,
            updated=updated if updated and updated > published else None,
            body=partial(_article, path),
            language=params.language_tag(page.language or site.language),
            summary=strip_illegal(page.summary),
            authors=tuple(Author(name=each) for each in page.authors),
            tags=params.labels(list(page.tags)),
            categories=params.labels(list(page.sections)),
            image=replace(known or Image(url=image), alt=page.image_alt) if image else None,
            source=name,
            params={
                key: values[0] if len(values) == 1 else values
                for key, values in page.meta.items()
                if key.startswith("series")
            },
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


def _sound(url: str) -> str:
    """An address, or nothing where it is none."""
    return url if joined(NOWHERE, url) is not None else ""


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


def _article(path: Path) -> str:
    return article_html(parse_page(path.read_bytes()))
