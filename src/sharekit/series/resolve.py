"""Which post an item of a list, a link or a title in an article means: a known one, the article itself, one to come."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.model import post_id
from sharekit.series.words import AND_SO_ON, HERE, MORE, NUMBERED, PLANNED
from sharekit.text.words import unaccented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post

Kind = Literal["known", "self", "planned", "external", "dead", "more"]
# An item without a link is the article itself when its words are this near to the title, and nearer than any other's.
NEAR = 0.55
# Below this a title is another title; found by trying it on titles that differ in one word, such as the day.
SIMILAR = 0.9
# What is longer is no title: the time of a comparison grows with the square of the length.
LONGEST = 300
# A slug of one word ("intro") may be any page's.
LEAST_WORDS = 2


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item as it is written: its words, the addresses it links to, and whether it stands out (bold) or says itself
    that it is the article."""

    text: str
    links: tuple[str, ...] = ()
    strong: bool = False
    itself: bool = False


@dataclass(frozen=True, kw_only=True)
class Classified:
    """What an item is; ``post`` is set for ``known`` and ``self``."""

    kind: Kind
    text: str
    post: Post | None = None
    strong: bool = False
    link: str = ""


def classify(items: Sequence[Item], owner: Post, known: Posts) -> list[Classified]:
    """What each item of a list in the article ``owner`` is."""
    made = [_one(item, owner, known) for item in items]
    if any(each.kind == "self" for each in made):
        return made
    at = _self_among(made, owner)
    if at is not None:
        made[at] = replace(made[at], kind="self", post=owner)
    return made


def _one(item: Item, owner: Post, known: Posts) -> Classified:
    if item.itself:
        return _post(owner, owner, item)
    targets = (known.by_link(href, base=owner.url) for href in item.links)
    linked = next((post for post in targets if post is not None and post.language == owner.language), None)
    if linked is not None:
        return _post(linked, owner, item)
    ours = [href for href in item.links if known.is_ours(href, base=owner.url)]
    title = title_of(item.text)
    if any(href.startswith("#") for href in ours):
        own = same_title(title, owner.title)
        return _post(owner, owner, item) if own else Classified(kind="external", text=item.text)
    target = _by_words(title, item.text, owner, known) or _moved(ours, owner, known)
    if target is not None:
        return _post(target, owner, item)
    if item.links:
        return Classified(kind="dead" if ours else "external", text=item.text, link=(ours or item.links)[0])
    names_none = len(re.findall(r"\w{3,}", MORE.sub("", title))) < 2 and not NUMBERED.search(item.text)
    if names_none and (MORE.search(item.text) or AND_SO_ON.fullmatch(item.text)):
        return Classified(kind="more", text=item.text)
    return Classified(kind="planned", text=item.text, strong=item.strong)


def _by_words(title: str, text: str, owner: Post, known: Posts) -> Post | None:
    """The post with that title. An exact one goes first: an overview is often called nearly like its parts."""
    exact = known.by_title(title, owner.language) or known.by_title(text, owner.language)
    return exact or (owner if same_title(title, owner.title) or same_title(text, owner.title) else None)


def _moved(links: Sequence[str], owner: Post, known: Posts) -> Post | None:
    found = (known.moved(href) for href in links)
    return next((post for post in found if post is not None and post.language == owner.language), None)


def _post(post: Post, owner: Post, item: Item) -> Classified:
    return Classified(kind="self" if post.id == owner.id else "known", text=item.text, post=post, strong=item.strong)


def _self_among(made: Sequence[Classified], owner: Post) -> int | None:
    """Which of the items without a link is the article itself: never assumed of one that says that it is to come."""
    free = [
        at
        for at, each in enumerate(made)
        if each.kind == "planned" and (HERE.search(each.text) or not PLANNED.search(each.text))
    ]
    if not free:
        return None
    for marked in ([at for at in free if HERE.search(made[at].text)], [at for at in free if made[at].strong]):
        if len(marked) == 1:
            return marked[0]
    near = max(free, key=lambda at: similarity(title_of(made[at].text), owner.title))
    if similarity(title_of(made[near].text), owner.title) >= NEAR:
        return near
    # Parts are read in order: before it only what is older, after it only what is newer or not yet there.
    fitting = [at for at in free if _fits(made, at, owner)]
    return fitting[0] if len(fitting) == 1 or (fitting and fitting == list(range(fitting[0], len(made)))) else None


def _fits(made: Sequence[Classified], at: int, owner: Post) -> bool:
    before = [each.post for each in made[:at] if each.post]
    after = [each.post for each in made[at + 1 :] if each.post]
    return all(post.published <= owner.published for post in before) and all(
        post.published >= owner.published for post in after
    )


def title_of(text: str) -> str:
    """An item's words without its number, and without what says where it stands or when it comes."""
    text = re.sub(
        r"\((?:[^()]*)\)\s*$", lambda found: "" if HERE.search(found[0]) or PLANNED.search(found[0]) else found[0], text
    )
    text = re.sub(r"^\s*(?:\d{1,3}\s*[.):–—-]|[#•–—-])\s*", "", text.strip())
    found = NUMBERED.match(text)
    rest = re.sub(r"^[\s:.–—-]+", "", text[found.end() :]) if found else text
    return (rest if len(rest) > 2 else text).strip(" .…:;,–—-")


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

    def address(self, href: str, *, base: str) -> str:
        """Where a link of the blog's own leads, without its fragment; empty for one that leads elsewhere."""
        return urljoin(base, href.strip()).partition("#")[0].rstrip("/") if self.is_ours(href, base=base) else ""

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
