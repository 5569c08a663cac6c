"""Series that are only written in the articles: an introduction that says so, then the parts.

The part that is read is usually not linked in its own list, parts to come are not linked either; so each item is held
against the posts of the blog, and the lists of all parts are reconciled.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.model import Finding, Series
from sharekit.series.items import Classified, classify, title_of
from sharekit.series.lists import RawList, raw_lists
from sharekit.series.names import common_name
from sharekit.series.resolve import Posts, same_title
from sharekit.series.titles import numbered
from sharekit.series.words import BELONGS, NAMED, NUMBERED, PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharekit.model import Post

EVIDENCE = "body list"


@dataclass(frozen=True, kw_only=True)
class PartList:
    """The list of parts as one post has it: the posts in order, and the titles that are no post yet."""

    owner: Post
    members: tuple[Post, ...]
    announced: tuple[str, ...]
    more: bool
    introduction: str = ""
    dead: tuple[str, ...] = ()


def series_in_bodies(posts: Sequence[Post]) -> tuple[list[Series], list[Finding]]:
    """The series that the rendered articles tell of, and the links of their lists that lead nowhere."""
    known = Posts(posts)
    ordered = sorted(posts, key=lambda post: (post.published, post.id))
    lists = [found for post in ordered if post.may_list_parts for found in part_lists(post, known)]
    dead = [
        Finding(
            level="warn",
            rule="series-link",
            message=f"its list of parts links to {link}, which is no post.",
            path=each.owner.source,
        )
        for each in lists
        for link in each.dead
    ]
    return [_series(group) for group in _groups(lists)], dead


def part_lists(post: Post, known: Posts) -> list[PartList]:
    """The lists of parts in one article."""
    html = post.html
    if "<a" not in html and "<li" not in html:
        return []
    made = (_part_list(post, raw, known) for raw in raw_lists(html))
    return [each for each in made if each is not None]


def _part_list(post: Post, raw: RawList, known: Posts) -> PartList | None:
    items = classify(raw.items, post, known)
    members = list(dict.fromkeys(item.post for item in items if item.post))
    if _newest_first(raw, members):
        members.reverse()
    external = sum(item.kind == "external" for item in items)
    if not members or external > len(members):
        return None
    if post not in members:
        if BELONGS.search(raw.introduction) or follows(post, members):
            # The list of the others in their order; the article itself after those that it calls earlier.
            older = [each for each in members if each.published <= post.published]
            members.insert(
                members.index(older[-1]) + 1 if older and not PREVIOUS.search(raw.introduction) else len(members), post
            )
        elif not _is_hub(items):
            # A hub, or an aside on another series: the list tells of its members, not of the article.
            return None
    if len(members) < 2:
        return None
    planned = [item for item in items if item.kind == "planned"]
    return PartList(
        owner=post,
        members=tuple(members),
        announced=tuple(title_of(item.text) for item in planned),
        more=raw.more or any(item.kind == "more" for item in items),
        introduction=raw.introduction,
        dead=tuple(item.link for item in items if item.kind == "dead"),
    )


def _newest_first(raw: RawList, members: Sequence[Post]) -> bool:
    """Whether a list goes back in time, as archives do: all of it, and its items have no numbers of their own."""
    least = 2 if PREVIOUS.search(raw.introduction) else 3
    if len(members) < least or any(re.match(r"\W*\d", item.text) or NUMBERED.match(item.text) for item in raw.items):
        return False
    return all(one.published > other.published for one, other in itertools.pairwise(members))


def follows(post: Post, members: Sequence[Post]) -> bool:
    """Whether a title continues the numbers of the others: the list of part 3 names parts 1 and 2."""
    numbers = {numbered(member.title): member for member in members}
    mine = numbered(post.title)
    return mine is not None and any(
        each is not None and each.stem == mine.stem and each.number != mine.number for each in numbers
    )


def _is_hub(items: Sequence[Classified]) -> bool:
    """Whether nearly all items are posts, so that the list is one of parts even where the article is none."""
    posts = sum(item.kind == "known" for item in items)
    return posts >= 2 and posts >= 0.75 * len(items)


def _groups(lists: Iterable[PartList]) -> list[list[PartList]]:
    groups: list[list[PartList]] = []
    for each in lists:
        touching = [group for group in groups if any(_same_series(each, other) for other in group)]
        merged = [each, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching] + [merged]
    return groups


def _same_series(one: PartList, other: PartList) -> bool:
    """Whether two lists are of one series. A post can be in two, so that one common post proves nothing."""
    left, right = ({member.id for member in each.members} for each in (one, other))
    common = left & right
    if one.owner.id == other.owner.id and not (left <= right or right <= left):
        return len(common) > len(left | right) / 2
    return len(common) >= 2 or (bool(common) and (left <= right or right <= left))


def _series(group: Sequence[PartList]) -> Series:
    # The newest part knows most; a list within its own series knows more than one outside of it.
    inside = [each for each in group if each.owner in each.members] or list(group)
    newest = max(inside, key=lambda each: (each.owner.published, len(each.members), each.owner.id))
    members = list(newest.members)
    for each in sorted(group, key=lambda other: (other.owner.published, other.owner.id)):
        for member in each.members:
            if member not in members:
                # A part that the newest list forgot stands before the first that is newer than it.
                at = next((n for n, other in enumerate(members) if other.published > member.published), len(members))
                members.insert(at, member)
    titles = [member.title for member in members]
    announced = tuple(title for title in newest.announced if not any(same_title(title, known) for known in titles))
    return Series(
        name=_name(newest, group, members),
        language=members[0].language,
        evidence=EVIDENCE,
        members=tuple(members),
        announced=announced,
        more=newest.more,
    )


def _name(newest: PartList, group: Sequence[PartList], members: Sequence[Post]) -> str:
    """What an introduction calls the series, else what its own page or its parts are called."""
    named = next(filter(None, (name_in(each.introduction) for each in [newest, *group])), "")
    hubs = sorted(
        (each for each in group if each.owner not in members and set(members) <= set(each.members)),
        key=lambda each: (each.owner.published, each.owner.id),
    )
    common = common_name(members)
    telling = common not in (member.title for member in members) and len(common.split()) > 1
    return named or (hubs[0].owner.title if hubs and not telling else common)


def name_in(introduction: str) -> str:
    """The name that an introduction gives the series, as in "part of the Rope science series"; else empty."""
    found = NAMED.search(introduction)
    if not found:
        return ""
    name = re.sub(
        r"^(?:a|the|of|in|on)\s+|[\s\"“”«»]+$", "", (found["name"] or found["quoted"]).strip(), flags=re.IGNORECASE
    )
    return (
        name if re.search(r"[^\W\d]{3}", name) and name.casefold() not in ("blog", "article", "post", "this", "part") else ""
    )
