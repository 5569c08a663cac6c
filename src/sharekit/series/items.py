"""The items of one list of parts, and what each is: a known post, the article itself, planned, external, a dead link."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sharekit.series.resolve import Posts, same_title, similarity
from sharekit.series.words import HERE, MORE, NUMBERED, PLANNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post

Kind = Literal["known", "self", "planned", "external", "dead", "more"]
# An item without a link is the article itself when its words are this near to the title, and nearer than any other's.
NEAR = 0.55


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
    if len(re.findall(r"\w{3,}", MORE.sub("", title))) < 2 and MORE.search(item.text) and not NUMBERED.search(item.text):
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
