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
    dead = ""
    for href in item.links:
        target = known.by_link(href, base=owner.url)
        if target is not None and target.language == owner.language:
            return _post(target, owner, item)
        if known.is_ours(href, base=owner.url) and not href.startswith("#"):
            dead = dead or href
        elif href.startswith("#"):
            return (
                _post(owner, owner, item)
                if same_title(title_of(item.text), owner.title)
                else Classified(kind="external", text=item.text)
            )
    title = title_of(item.text)
    # An exact title goes before a similar one: a page of its own is often called nearly like its parts.
    target = known.by_title(title, owner.language) or known.by_title(item.text, owner.language)
    if target is not None:
        return _post(target, owner, item)
    if same_title(title, owner.title) or same_title(item.text, owner.title):
        return _post(owner, owner, item)
    for href in item.links:
        target = known.moved(href) if known.is_ours(href, base=owner.url) else None
        if target is not None and target.language == owner.language:
            return _post(target, owner, item)
    if item.links:
        return Classified(kind="dead" if dead else "external", text=item.text, link=dead or item.links[0])
    if len(re.findall(r"\w{3,}", MORE.sub("", title))) < 2 and MORE.search(item.text) and not NUMBERED.search(item.text):
        return Classified(kind="more", text=item.text)
    return Classified(kind="planned", text=item.text, strong=item.strong)


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
    for told in ([at for at in free if HERE.search(made[at].text)], [at for at in free if made[at].strong]):
        if len(told) == 1:
            return told[0]
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
