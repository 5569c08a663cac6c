"""Which post a link or a title in an article means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.model import post_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post

# Below this a title is another title; found by trying it on titles that differ in one word, such as the day.
SIMILAR = 0.9
# What is longer is no title: the time of a comparison grows with the square of the length.
LONGEST = 300
# A slug of one word ("intro") may be any page's.
LEAST_WORDS = 2


class Posts:
    """The posts of a blog, found by what an article writes of them."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._hosts = {urlsplit(post.url).netloc.removeprefix("www.") for post in posts}
        self._by_path = {path: post for post in posts for path in post.aliases}
        self._by_path |= {post_id(post.url): post for post in posts}
        slugs = Counter(_slug(post.url) for post in posts)
        self._by_slug = {_slug(post.url): post for post in posts if slugs[_slug(post.url)] == 1}
        self._by_title = {(normalised(post.title), post.language): post for post in posts}

    def by_link(self, href: str, *, base: str) -> Post | None:
        """The post that a link leads to, or None when it leads elsewhere."""
        try:
            parts = urlsplit(urljoin(base, href.strip()))
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or parts.netloc.removeprefix("www.") not in self._hosts:
            return None
        return self._by_path.get(post_id(parts._replace(fragment="").geturl()))

    def moved(self, href: str) -> Post | None:
        """The one post whose last part of the address a link has, for a page that moved; of two words at least."""
        slug = _slug(href.partition("#")[0].partition("?")[0])
        return self._by_slug.get(slug) if len(re.findall(r"\w+", slug)) >= LEAST_WORDS else None

    def is_ours(self, href: str, *, base: str) -> bool:
        """Whether a link stays on the blog's own host."""
        try:
            parts = urlsplit(urljoin(base, href.strip()))
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and parts.netloc.removeprefix("www.") in self._hosts

    def by_title(self, title: str, language: str) -> Post | None:
        """The post of that title, in that language."""
        return self._by_title.get((normalised(title), language))


def _slug(url: str) -> str:
    return unquote(url).removesuffix("index.html").rstrip("/").rpartition("/")[2].removesuffix(".html").casefold()


def normalised(title: str) -> str:
    """A title without case, accents, punctuation and a leading number, for comparison."""
    # C, C++ and C# are three languages.
    named = re.sub(r"(?<=\w)(?:#|\+\+)(?!\w)", lambda found: "sharp" if found[0] == "#" else "plus", unaccented(title))
    return re.sub(r"[\W_]+", " ", named).strip()


def unaccented(text: str) -> str:
    """A text without case and accents, its white space single."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", bare).strip()


def same_title(one: str, other: str) -> bool:
    """Whether two titles mean the same post: equal but for case, accents and punctuation, or very similar."""
    left, right = normalised(one), normalised(other)
    if left == right:
        return bool(left)
    # Titles that differ in a number are two parts, however similar.
    if re.findall(r"\d+", left) != re.findall(r"\d+", right):
        return False
    return _ratio(left, right) >= SIMILAR


def similarity(one: str, other: str) -> float:
    """How near two titles are, from 0 to 1: by their letters, or one's words standing in the other."""
    left, right = normalised(one), normalised(other)
    if not left or not right:
        return 0.0
    words, others = set(left.split()), set(right.split())
    return max(_ratio(left, right), len(words & others) / min(len(words), len(others)) if len(words & others) > 1 else 0.0)


def _ratio(left: str, right: str) -> float:
    if max(len(left), len(right)) > LONGEST:
        return 0.0
    # The length alone can rule it out, at a thousandth of the cost.
    if 2 * min(len(left), len(right)) < 0.5 * (len(left) + len(right)):
        return 0.0
    return difflib.SequenceMatcher(None, left, right).ratio()
