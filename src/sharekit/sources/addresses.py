"""Which addresses a blog serves: its pages, their aliases and its files."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.model import Finding, Post, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sharekit.sources.pictures import Pictures

# Generators make these without a page that a source could list: feeds, pages of lists, resized pictures.
MADE = re.compile(
    r"\.(?:xml|json|webmanifest|txt|css|js|ics)$|/page/\d+/?$|_hu_?[0-9a-f]{6,}|/(?:tags?|categor(?:y|ies)|archives?|authors?|series)(?:/|$)"
)

# What a line of a report cannot show, and an address should not hold: control characters, bytes that are no UTF-8.
UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
UNSHOWABLE_NAME = "its name holds a line break, another control character or bytes that are no UTF-8"


class Addresses:
    """Collects what is served. ``whole`` says that every page is known, so that what is not there is dead."""

    def __init__(self, *, base: str, pictures: Pictures, built: Path | None = None, whole: bool = True) -> None:
        self._host = urlsplit(base).netloc
        self._prefix = urlsplit(base).path.rstrip("/")
        self._pictures = pictures
        self._built = built
        self._whole = whole
        self._known: set[str] = set()

    def add(self, *urls: str) -> None:
        """Know these URLs."""
        self._known.update(map(path_of, urls))

    def know(self, paths: Iterable[str]) -> None:
        """Know these paths, as :func:`sharekit.model.path_of` writes them."""
        self._known.update(paths)

    def serves(self, url: str) -> bool | None:
        """Whether there is something at an absolute URL, or None when that cannot be known."""
        parts = urlsplit(url)
        if parts.netloc != self._host:
            return None
        path = path_of(url)
        if path in self._known or path in ("", self._prefix.strip("/")) or self._has_file(path, url):
            return True
        if MADE.search(unquote(parts.path)) and self._built is None:
            return None
        return False if self._whole else None

    def _has_file(self, path: str, url: str) -> bool:
        if self._pictures.find(url) is not None:
            return True
        if self._built is None:
            return False
        inside = path.removeprefix(self._prefix.strip("/")).strip("/")
        return any((self._built / each).is_file() for each in (f"{inside}/index.html", inside, f"{inside}.html"))


def settle_addresses(posts: Sequence[Post]) -> tuple[list[Post], list[Finding]]:
    """The posts without the aliases that lead to no one of them alone, and a finding for each of those.

    An address belongs to the page that is there: an alias that is another post's address is dropped (``alias-clash``). One
    that several posts claim is dropped from all of them (``alias-twice``).
    """
    pages = {path_of(post.url): post for post in posts}
    claims: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        for alias in dict.fromkeys(post.aliases):
            claims[alias].append(post)
    dropped: dict[str, set[str]] = defaultdict(set)
    findings: list[Finding] = []
    for alias, claimants in claims.items():
        page = pages.get(alias)
        if page is None and len(claimants) == 1:
            continue
        for post in claimants:
            dropped[post.url].add(alias)
            other = page or next(each for each in claimants if each is not post)
            if other is not post:
                findings.append(_clash(post, alias, other, is_page=page is not None))
    settled = [
        replace(post, aliases=tuple(each for each in post.aliases if each not in dropped[post.url]))
        if post.url in dropped
        else post
        for post in posts
    ]
    return settled, findings


def _clash(post: Post, alias: str, other: Post, *, is_page: bool) -> Finding:
    what = f"the address of {other.source}" if is_page else f"an alias of {other.source} too"
    return Finding(
        level="warn",
        rule="alias-clash" if is_page else "alias-twice",
        message=f"its alias /{alias} is {what}; it is not counted as an address of this article",
        path=post.source,
        hint="Remove the alias, or give the other article another address.",
    )


def alias_path(alias: str, base: str) -> str | None:
    """The path of an alias that is written from the root of the site at ``base``; None for one on another host."""
    url = joined(base, alias) if "://" in alias else urljoin(base, alias.strip().lstrip("/"))
    return path_of(url) if url and urlsplit(url).netloc == urlsplit(base).netloc else None


def host_of(url: str) -> str:
    """The host and port of an address; empty where there is none, or where it is no address."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def joined(base: str, url: str) -> str | None:
    """``urljoin``, or None for what is no address, such as ``http://[``."""
    try:
        return urljoin(base, url)
    except ValueError:
        return None
