"""``check``: what is wrong with the posts, each with its file and, where it can be found, its line. Writes nothing."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from sharekit.content import parse_fragment
from sharekit.keys import path_of
from sharekit.model import REFUSED, Finding
from sharekit.series import propose_series
from sharekit.series.declared import declared_order
from sharekit.series.resolve import unaccented
from sharekit.sources.addresses import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sharekit.model import Post, Series
    from sharekit.steps.blog import Blog

# The web is not older; a post from before it has lost its date.
OLDEST = 1991
ORDER = {"error": 0, "warn": 1, "info": 2}


def check(blog: Blog, *, now: datetime) -> list[Finding]:
    """Every finding, errors first, then by file and line."""
    lines = _Lines(blog.folders.root)
    named = {each.path for each in blog.findings if each.rule == REFUSED}
    posts = (*blog.reading.posts, *blog.reading.upcoming)
    pages = _Pages(blog.reading.serves)
    pages_then = _Pages(blog.reading.serves, frozenset(path_of(post.url) for post in blog.reading.upcoming))
    found = [
        *(
            Finding(
                level="error", rule="left-out", message=f"it was left out: {each.reason}", path=each.source, line=each.line
            )
            for each in blog.reading.skipped
            if each.source not in named
        ),
        *blog.findings,
        *_identities(posts, lines),
        *(finding for post in posts for finding in _dates(post, now, lines)),
        *_tags(posts, lines),
        *(finding for post in blog.reading.posts for finding in _article(post, pages, lines)),
        *(finding for post in blog.reading.upcoming for finding in _article(post, pages_then, lines)),
        *(finding for series in blog.series for finding in _gaps(series, lines)),
        *(_proposal(series) for series in propose_series(blog.reading.posts, blog.series)),
    ]
    return sorted(
        dict.fromkeys(found), key=lambda each: (ORDER[each.level], each.path or "", each.line or 0, each.rule, each.message)
    )


class _Lines:
    """Where in a post's file something is written. Files are read once, when something is to be said of them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str] = {}

    def of(self, source: str, *needles: str) -> int | None:
        """The 1-based line of the first of these texts that is there."""
        if source not in self._texts:
            try:
                self._texts[source] = (self._root / source).read_text(encoding="utf-8", errors="replace")
            except (OSError, ValueError):
                self._texts[source] = ""
        for needle in needles:
            at = self._texts[source].find(needle) if needle else -1
            if at >= 0:
                return self._texts[source].count("\n", 0, at) + 1
        return None

    def key(self, source: str, *names: str) -> int | None:
        """The line on which the front matter gives one of these keys."""
        self.of(source, "")
        for name in names:
            found = re.search(
                rf"^[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*[:=]", self._texts[source], re.MULTILINE | re.IGNORECASE
            )
            if found:
                return self._texts[source].count("\n", 0, found.start()) + 1
        return None


def _identities(posts: tuple[Post, ...], lines: _Lines) -> Iterator[Finding]:
    seen: dict[str, Post] = {}
    for post in posts:
        other = seen.setdefault(post.id, post)
        if other is not post:
            yield Finding(
                level="error",
                rule="duplicate-id",
                message=f'it has the same id "{post.id}" as {other.source}: readers and the ledger take them for one',
                path=post.source,
                line=lines.key(post.source, "id", "guid", "url", "slug"),
                hint="Give each post an id of its own.",
            )


def _dates(post: Post, now: datetime, lines: _Lines) -> Iterator[Finding]:
    line = (
        lines.key(post.source, "date", "pubdate", "published", "publishdate")
        if not post.published.year >= OLDEST or post.published > now
        else None
    )
    if post.published.year < OLDEST:
        yield Finding(
            level="warn", rule="date", message=f"the date {post.published:%Y-%m-%d} cannot be", path=post.source, line=line
        )
    elif post.published > now + timedelta(days=366):
        yield Finding(
            level="warn",
            rule="date",
            message=f"the date {post.published:%Y-%m-%d} is more than a year from now",
            path=post.source,
            line=line,
        )
    elif post.published > now:
        yield Finding(
            level="info",
            rule="future-post",
            message=f"it is still to come: it is dated {post.published:%Y-%m-%d %H:%M}",
            path=post.source,
            line=line,
        )


def _tags(posts: tuple[Post, ...], lines: _Lines) -> Iterator[Finding]:
    written: dict[str, Counter[str]] = defaultdict(Counter)
    uses: list[tuple[str, str, Post]] = []
    for post in posts:
        for tag in _raw_tags(post):
            key = re.sub(r"[\W_]+", "", unaccented(tag)) or tag
            # C, C++ and C# are three tags.
            key += "".join(re.findall(r"[+#]", tag))
            written[key][tag] += 1
            uses.append((key, tag, post))
    others: dict[tuple[str, str], list[Post]] = defaultdict(list)
    totals = Counter(tag for _, tag, _ in uses)
    for key, tag, post in uses:
        usual = max(written[key].items(), key=lambda pair: (pair[1], pair[0].strip() == pair[0], pair[0]))[0]
        if tag != usual:
            others[tag, usual].append(post)
    # Once for each spelling: a tag that hundreds of posts have is one mistake.
    for (tag, usual), having in others.items():
        where = f" of {len(having)} posts" if len(having) > 1 else ""
        yield Finding(
            level="warn",
            rule="near-tag",
            message=f'the tag "{tag}"{where} is nearly "{usual}", which {totals[usual]} posts have',
            path=having[0].source,
            line=lines.of(having[0].source, f'"{tag}"', f"'{tag}'", tag.strip()),
            hint="A generator makes a page of its own for each spelling.",
        )


def _raw_tags(post: Post) -> list[str]:
    given = post.params.get("tags")
    return list(dict.fromkeys(str(tag) for tag in given)) if isinstance(given, list) else list(post.tags)


@dataclass(frozen=True)
class _Pages:
    """What is there for the links of an article: for one that is still to come, the ``coming`` paths as well."""

    serves: Callable[[str], bool | None]
    coming: frozenset[str] = frozenset()

    def misses(self, url: str) -> bool:
        """Whether nothing of the blog is at an absolute URL."""
        return self.serves(url) is False and path_of(url) not in self.coming


def _article(post: Post, pages: _Pages, lines: _Lines) -> Iterator[Finding]:
    html = post.html
    if "<a" not in html and "<img" not in html:
        return
    fragment = parse_fragment(html)
    for link in fragment.iter("a"):
        yield from _link(post, link.get("href") or "", pages, lines)
    silent = []
    for image in fragment.iter("img"):
        source = (image.get("src") or image.get("data-src") or "").strip()
        if source.startswith("data:"):
            continue
        name = unquote(source).rpartition("/")[2]
        address = joined(post.url, source) if source else None
        if address and pages.misses(address):
            yield Finding(
                level="warn",
                rule="image-missing",
                message=f"the image {source} is not among the blog's files",
                path=post.source,
                line=lines.of(post.source, source, name),
            )
        if (
            not (image.get("alt") or "").strip()
            and image.get("role") != "presentation"
            and image.get("aria-hidden") != "true"
        ):
            silent.append((source, name or source or "(without an address)"))
    if silent:
        yield _silent(post, silent, lines)


def _silent(post: Post, images: Sequence[tuple[str, str]], lines: _Lines) -> Finding:
    """The images of an article that have no alternative text, told once for all of them."""
    source, name = images[0]
    others = "" if len(images) == 1 else f", nor have {len(images) - 1} others" if len(images) > 2 else ", nor has another"
    return Finding(
        level="warn",
        rule="alt-missing",
        message=f"the image {name} has no alternative text{others}",
        path=post.source,
        line=lines.of(post.source, source, name),
        hint="Say in a few words what it shows; readers, mail programs and networks show that.",
    )


def _link(post: Post, href: str, pages: _Pages, lines: _Lines) -> Iterator[Finding]:
    try:
        target = urldefrag(urljoin(post.url, href.strip())).url
        parts = urlsplit(target)
    except ValueError:
        yield Finding(
            level="warn",
            rule="dead-link",
            message=f"the link {href!r} is no address",
            path=post.source,
            line=lines.of(post.source, href),
        )
        return
    if parts.scheme in ("http", "https") and pages.misses(target):
        yield Finding(
            level="warn",
            rule="dead-link",
            message=f"the link {href} leads to no page of the blog",
            path=post.source,
            line=lines.of(post.source, href, unquote(href), parts.path.strip("/").rpartition("/")[2]),
        )


def _gaps(series: Series, lines: _Lines) -> Iterator[Finding]:
    if series.evidence != "front matter":
        return
    orders = [(declared_order(post), post) for post in series.members]
    numbers = [(int(order), post) for order, post in orders if order is not None and order == int(order)]
    # Weights in tens leave room on purpose.
    steps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(numbers)]
    if not steps or min(steps) > 1:
        return
    for (before, _), (number, post) in itertools.pairwise(numbers):
        if number - before > 1:
            missing = f"part {before + 1}" if number - before == 2 else f"parts {before + 1} to {number - 1}"
            yield Finding(
                level="warn",
                rule="series-gap",
                message=f'the series "{series.name}" has no {missing}, before this part {number}',
                path=post.source,
                line=lines.key(post.source, "series_order", "series_weight", "series_index", "part", "weight"),
            )


def _proposal(series: Series) -> Finding:
    what = "number themselves in their titles" if series.evidence == "titles" else "may be listed as parts of a series"
    return Finding(
        level="info",
        rule="series-proposed",
        message=f'{len(series.members)} posts {what}: "{series.name}"',
        path=series.members[0].source,
        hint=f'If they are a series, say so in sharekit.toml, before the first table: accept_series = ["{series.name}"]',
    )
