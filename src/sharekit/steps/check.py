"""``check``: what is wrong with the posts, each with its file and, where it can be found, its line. Writes nothing."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from sharekit.content import parse_fragment
from sharekit.errors import Refused
from sharekit.model import REFUSED, Finding
from sharekit.planning import slots_of
from sharekit.registry import channel_names, kinds, outlet
from sharekit.series import propose_series
from sharekit.series.declared import declared_order
from sharekit.shares.draft import unused_words
from sharekit.sources.front import line_of
from sharekit.sources.params import DATE_KEYS
from sharekit.sources.reading import joined
from sharekit.steps.shares import section_findings
from sharekit.text.words import unaccented
from sharekit.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sharekit.model import Level, Post, Series, Skipped
    from sharekit.steps.blog import Blog, Folders

# The web is not older; a post from before it has lost its date.
OLDEST = 1991
ORDER = {"error": 0, "warn": 1, "info": 2}


def check(blog: Blog, *, now: datetime) -> list[Finding]:
    """Every finding, errors first, then by file and line."""
    lines = _Lines(blog.folders)
    named = {each.path for each in blog.findings if each.rule == REFUSED}
    posts = blog.posts
    serves, coming = blog.reading.serves, {path_of(post.url) for post in blog.reading.upcoming}

    def misses(url: str) -> bool:
        """Whether nothing of the blog is at an absolute URL."""
        return serves(url) is False

    def misses_then(url: str) -> bool:
        """Whether nothing will be there when an article to come is published."""
        return misses(url) and path_of(url) not in coming

    found = [
        *(
            _found(each, "error", "left-out", f"it was left out: {each.reason}", each.line)
            for each in blog.reading.skipped
            if each.source not in named
        ),
        *blog.findings,
        *_identities(posts, lines),
        *(finding for post in posts for finding in _dates(post, now, lines)),
        *_tags(posts, lines),
        *(finding for post in blog.reading.posts for finding in _article(post, misses, lines)),
        *(finding for post in blog.reading.upcoming for finding in _article(post, misses_then, lines)),
        *(finding for series in blog.series for finding in _gaps(series, lines)),
        *(_proposal(series) for series in propose_series(blog.reading.posts, blog.series)),
        *_drafts(blog, lines),
        *_own_words(blog, lines),
    ]
    return sorted(
        dict.fromkeys(found), key=lambda each: (ORDER[each.level], each.path or "", each.line or 0, each.rule, each.message)
    )


def _found(
    post: Post | Skipped, level: Level, rule: str, message: str, line: int | None, hint: str | None = None
) -> Finding:
    return Finding(level, rule, message, path=post.source, line=line, hint=hint)


def _own_words(blog: Blog, lines: _Lines) -> Iterator[Finding]:
    known = {*blog.config.channels, *kinds("channels"), *blog.config.shares.slots}
    for post in blog.posts:
        for message in unused_words(post.params.get("share"), {name.casefold() for name in known}):
            hint = f"Known: {', '.join([*blog.config.channels, *blog.config.shares.slots])}. More: sharekit help drafts"
            yield _found(post, "warn", "share", message, lines.key(post.source, "share"), hint)


class _Lines:
    """Where in a post's file something is written. Files are read once, when something is to be said of them."""

    def __init__(self, folders: Folders) -> None:
        self._text = cache(folders.text)

    def of(self, source: str, *needles: str) -> int | None:
        """The 1-based line of the first of these texts that is there."""
        text = self._text(source)
        found = (text.find(needle) for needle in needles if needle)
        return next((text.count("\n", 0, at) + 1 for at in found if at >= 0), None)

    def key(self, source: str, *names: str) -> int | None:
        """The line on which the front matter gives one of these keys."""
        return next(filter(None, (line_of(self._text(source), name) for name in names)), None)


def _identities(posts: tuple[Post, ...], lines: _Lines) -> Iterator[Finding]:
    seen: dict[str, Post] = {}
    for post in posts:
        other = seen.setdefault(post.id, post)
        if other is not post:
            message = f'it has the same id "{post.id}" as {other.source}: feed readers and the ledger take them for one post'
            line = lines.key(post.source, "id", "guid", "url", "slug")
            yield _found(post, "error", "duplicate-id", message, line, "Give each post an id of its own.")


def _dates(post: Post, now: datetime, lines: _Lines) -> Iterator[Finding]:
    wrong = post.published.year < OLDEST or post.published > now
    line = lines.key(post.source, *DATE_KEYS) if wrong else None
    if post.published.year < OLDEST:
        yield _found(post, "warn", "date", f"the date {post.published:%Y-%m-%d} cannot be right", line)
    elif post.published > now + timedelta(days=366):
        yield _found(post, "warn", "date", f"the date {post.published:%Y-%m-%d} is more than a year from now", line)
    elif post.published > now:
        yield _found(post, "info", "future-post", f"it is scheduled: it is dated {post.published:%Y-%m-%d %H:%M}", line)


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
        message = f'the tag "{tag}"{where} is nearly "{usual}", which {totals[usual]} posts have'
        line = lines.of(having[0].source, f'"{tag}"', f"'{tag}'", tag.strip())
        yield _found(having[0], "warn", "near-tag", message, line, "A generator makes a separate page for each spelling.")


def _raw_tags(post: Post) -> list[str]:
    given = post.params.get("tags")
    return list(dict.fromkeys(str(tag) for tag in given)) if isinstance(given, list) else list(post.tags)


def _article(post: Post, misses: Callable[[str], bool], lines: _Lines) -> Iterator[Finding]:
    html = post.html
    if "<a" not in html and "<img" not in html:
        return
    fragment = parse_fragment(html)
    for link in fragment.iter("a"):
        yield from _link(post, link.get("href") or "", misses, lines)
    silent = []
    for image in fragment.iter("img"):
        source = (image.get("src") or image.get("data-src") or "").strip()
        if source.startswith("data:"):
            continue
        name = unquote(source).rpartition("/")[2]
        address = joined(post.url, source) if source else None
        if address and misses(address):
            message = f"the image {source} is not among the blog's files"
            yield _found(post, "warn", "image-missing", message, lines.of(post.source, source, name))
        if (
            not (image.get("alt") or "").strip()
            and image.get("role") != "presentation"
            and image.get("aria-hidden") != "true"
        ):
            silent.append((source, name or source or "(without an address)"))
    if silent:
        yield _silent(post, silent, lines)


def _silent(post: Post, images: Sequence[tuple[str, str]], lines: _Lines) -> Finding:
    """The images of an article that have no alternative text, reported once for all of them."""
    source, name = images[0]
    others = "" if len(images) == 1 else f", nor have {len(images) - 1} others" if len(images) > 2 else ", nor has another"
    message, line = f"the image {name} has no alternative text{others}", lines.of(post.source, source, name)
    hint = "Describe in a few words what it shows: screen readers, mail clients and networks use it."
    return _found(post, "warn", "alt-missing", message, line, hint)


def _link(post: Post, href: str, misses: Callable[[str], bool], lines: _Lines) -> Iterator[Finding]:
    try:
        target = urldefrag(urljoin(post.url, href.strip())).url
        parts = urlsplit(target)
    except ValueError:
        message = f"the link {href!r} is not a valid address"
        yield _found(post, "warn", "dead-link", message, lines.of(post.source, href))
        return
    if parts.scheme in ("http", "https") and misses(target):
        line = lines.of(post.source, href, unquote(href), parts.path.strip("/").rpartition("/")[2])
        yield _found(post, "warn", "dead-link", f"the link {href} leads to no page of the blog", line)


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
            message = f'the series "{series.name}" has no {missing}, before this part {number}'
            line = lines.key(post.source, "series_order", "series_weight", "series_index", "part", "weight")
            yield _found(post, "warn", "series-gap", message, line)


def _drafts(blog: Blog, lines: _Lines) -> Iterator[Finding]:
    """Sections of share drafts that are held, and pictures that no network is given: a path does not show where it leads."""
    from sharekit.channels.pictures import picture_file

    hint = "Copy it into the blog's folder, or correct images:."
    channels = blog.config.channels
    counters = {name: outlet(name, channels.get(name, {})).counter for name in channel_names(blog.config)}
    for draft in blog.read_drafts().shares:
        yield from section_findings(draft, counters, slots_of(blog.config), draft.path)
        for url in (image.url for image in draft.images if urlsplit(image.url).scheme not in ("http", "https")):
            try:
                picture_file(url, blog.folders.root)
            except Refused as error:
                message = f"{error.message}, so its share would be refused"
                yield Finding("error", "draft-picture", message, path=draft.path, line=lines.of(draft.path, url), hint=hint)


def _proposal(series: Series) -> Finding:
    what = "number themselves in their titles" if series.evidence == "titles" else "may be listed as parts of a series"
    message = f'{len(series.members)} posts {what}: "{series.name}"'
    hint = f'If they are a series, say so in sharekit.toml, before the first table: accept_series = ["{series.name}"]'
    return _found(series.members[0], "info", "series-proposed", message, None, hint)
