"""Series that are only written in the articles: an introduction that says so, then the parts.

The part that is read is usually not linked in its own list, parts to come are not linked either; so each item is held
against the posts of the blog, and the lists of all parts are reconciled.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sharekit.model import Finding, Series
from sharekit.series.leads import introduces, name_in
from sharekit.series.lists import raw_lists
from sharekit.series.resolve import NEAR, Classified, Posts, classify, normalised, same_title, similarity, title_of
from sharekit.series.titles import common_name, numbered
from sharekit.series.words import BELONGS, COMMON_HEADING, HERE, NUMBERED, PREVIOUS, SAME_SERIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharekit.model import Post
    from sharekit.series.lists import Form, RawList
    from sharekit.series.resolve import Item

EVIDENCE = "body list"
# A page that is none of the parts lists them where at least so many of its items are posts.
HUB = 0.75
# More links elsewhere than so many for each post, and it is a list of links.
MOST_EXTERNAL = 1
# From so many parts on, dates that fall mean that the list goes back in time.
LEAST_BACKWARDS = 3


@dataclass(frozen=True, kw_only=True)
class PartList:
    """The list of parts as one post has it: the posts in order, and the titles that are no post yet.

    One in prose names only the ``page`` of the series.
    """

    owner: Post
    members: tuple[Post, ...]
    announced: tuple[str, ...] = ()
    more: bool = False
    introduction: str = ""
    dead: tuple[str, ...] = ()
    form: Form = "list"
    heading: str = ""
    name: str = ""
    numbers: tuple[int, ...] = ()
    sure: bool = True
    backwards: bool = False
    page: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether the article lists itself, or says that it is a part."""
        return self.owner in self.members


def series_in_bodies(posts: Sequence[Post]) -> tuple[list[Series], list[Series], list[Finding]]:
    """The series that the articles tell of, those that they may tell of, and the links of the first that lead nowhere.

    Words that may mean another series ("La série Zelda :") are enough where two parts have the list, or the titles agree.
    """
    known = Posts(posts)
    ordered = sorted(posts, key=lambda post: (post.published, post.id))
    groups = [group for group in _joined(_groups(part_lists(ordered, known))) if len(_members(group)) > 1]
    sure = [group for group in groups if any(each.sure for each in group) or _is_corroborated(group)]
    dead = [
        Finding(
            level="warn",
            rule="series-link",
            message=f"its list of parts links to {link}, which is not a post.",
            path=each.owner.source,
        )
        for group in sure
        for each in group
        for link in each.dead
    ]
    return [_series(group) for group in sure], [_series(group) for group in groups if group not in sure], dead


def _members(group: Sequence[PartList]) -> dict[str, Post]:
    return {member.id: member for each in group for member in each.members}


def _is_corroborated(group: Sequence[PartList]) -> bool:
    """Whether more than the words of one article makes a list one of parts: another part has it, or the titles agree."""
    members = _members(group)
    titles = [member.title for member in members.values()]
    stems = Counter(each.stem for each in map(numbered, titles) if each is not None)
    common = common_name(list(members.values()))
    agree = max(stems.values(), default=0) > 1
    named = common not in titles and len(common.split()) > 1
    return agree or named or len({each.owner.id for each in group if each.is_inside}) > 1


def part_lists(posts: Sequence[Post], known: Posts) -> list[PartList]:
    """The lists of parts in the articles, oldest article first."""
    found = [
        candidate
        for post in posts
        if post.may_list_parts
        for raw in _raw(post)
        if (candidate := _candidate(post, raw, known)) is not None
    ]
    listed = {(each.owner.id, member.id) for each, _ in found for member in each.members}
    lists = []
    for each, alone in found:
        # Articles that list each other are parts of one series, though none lists itself.
        mutual = not each.is_inside and any((member.id, each.owner.id) in listed for member in each.members)
        made = replace(each, members=_with_owner(each)) if mutual else each
        if made.form == "prose":
            lists.append(made)
        elif len(made.members) >= 2 and (made.is_inside or alone):
            lists.append(made)
    return lists


def _raw(post: Post) -> list[RawList]:
    html = post.html
    return list(raw_lists(html)) if "<a" in html or "<li" in html else []


def _candidate(post: Post, raw: RawList, known: Posts) -> tuple[PartList, bool] | None:
    """The list as the article has it, and whether it counts where the article is none of its parts."""
    if raw.form == "prose":
        # Without a page its name is what the parts have in common.
        page = (
            known.address(raw.items[0].links[0], base=post.url) if raw.items else f"{post.language} {normalised(raw.name)}"
        )
        told = PartList(owner=post, members=(post,), page=page, form="prose", name=raw.name, numbers=raw.numbers)
        return (told, True) if page else None
    given = (
        raw.items
        if raw.form in ("list", "numbered line", "numbered links", "previous and next")
        else _entries(raw.items, post)
    )
    items = classify(given, post, known)
    members = list(dict.fromkeys(item.post for item in items if item.post))
    if _newest_first(raw, members, LEAST_BACKWARDS):
        members.reverse()
    external = sum(item.kind == "external" for item in items)
    if not members or external > MOST_EXTERNAL * len(members):
        return None
    planned = [item for item in items if item.kind == "planned"]
    made = PartList(
        owner=post,
        members=tuple(members),
        announced=tuple(title_of(item.text) for item in planned),
        more=raw.more or any(item.kind == "more" for item in items),
        introduction=raw.introduction,
        dead=tuple(item.link for item in items if item.kind == "dead"),
        form=raw.form,
        heading=raw.heading,
        name=raw.name,
        numbers=raw.numbers if len(raw.numbers) == len(members) else (),
        sure=raw.sure,
        # With the article itself two others are a list of three.
        backwards=_newest_first(raw, members, LEAST_BACKWARDS - 1),
    )
    if not made.is_inside and (
        BELONGS.search(raw.introduction.lower()) or SAME_SERIES.search(raw.introduction.lower()) or follows(post, members)
    ):
        made = replace(made, members=_with_owner(made))
    # Else it is a hub, or an aside on another series: the list tells of its members, not of the article.
    return made, not raw.partial and _is_hub(items)


def _entries(items: Sequence[Item], owner: Post) -> list[Item]:
    """The entries of a table, of paragraphs or of lines: without a link only the article itself is one."""
    return [
        item
        for item in items
        if item.links or HERE.search(item.text) or similarity(title_of(item.text), owner.title) >= NEAR
    ]


def _with_owner(each: PartList) -> tuple[Post, ...]:
    """The list of the others in their order; the article itself after those that are older."""
    members = list(reversed(each.members) if each.backwards else each.members)
    older = [member for member in members if member.published <= each.owner.published]
    after_all = PREVIOUS.search(each.introduction) is not None
    members.insert(len(members) if after_all else members.index(older[-1]) + 1 if older else 0, each.owner)
    return tuple(members)


def _newest_first(raw: RawList, members: Sequence[Post], least: int) -> bool:
    """Whether a list goes back in time, as archives do: all of it, and its items have no numbers of their own."""
    if len(members) < (2 if PREVIOUS.search(raw.introduction) else least) or any(
        re.match(r"\W*\d", item.text) or NUMBERED.match(item.text) for item in raw.items
    ):
        return False
    return all(one.published > other.published for one, other in itertools.pairwise(members))


def follows(post: Post, members: Sequence[Post]) -> bool:
    """Whether a title continues the numbers of the others: the list of part 3 names parts 1 and 2."""
    mine = numbered(post.title)
    others = filter(None, (numbered(member.title) for member in members))
    return mine is not None and any(each.stem == mine.stem and each.number != mine.number for each in others)


def _is_hub(items: Sequence[Classified]) -> bool:
    """Whether nearly all items are posts, so that the list is one of parts even where the article is none."""
    posts = sum(item.kind == "known" for item in items)
    return posts >= 2 and posts >= HUB * len(items)


def _groups(lists: Iterable[PartList]) -> list[list[PartList]]:
    groups: list[list[PartList]] = []
    for each in lists:
        touching = [group for group in groups if any(_same_series(each, other) for other in group)]
        merged = [each, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching] + [merged]
    return groups


def _joined(groups: list[list[PartList]]) -> list[list[PartList]]:
    """The groups, those of one name that share a part as one: lists that only lead on may leave a gap between two parts."""
    made: dict[tuple[str, str], list[list[PartList]]] = {}
    for group in groups:
        series = _series(group)
        known = made.setdefault((series.language, series.name), [])
        ids = {member.id for member in series.members}
        shared = next((other for other in known if any(member.id in ids for each in other for member in each.members)), None)
        if shared is None:
            known.append(group)
        else:
            shared += group
    return [group for known in made.values() for group in known]


def _same_series(one: PartList, other: PartList) -> bool:
    """Whether two lists are of one series. A post can be in two, so that one common post proves nothing."""
    if one.form == other.form == "prose":
        return one.page == other.page
    left, right = ({member.id for member in each.members} for each in (one, other))
    common = left & right
    places = [dict(zip((member.id for member in each.members), each.numbers, strict=False)) for each in (one, other)]
    if any(places[0].get(member) == number for member, number in places[1].items()):
        return True
    if common and one.form == other.form == "previous and next":
        return True
    if one.owner.id == other.owner.id and not (left <= right or right <= left):
        return len(common) > len(left | right) / 2
    return len(common) >= 2 or (bool(common) and (left <= right or right <= left))


def _series(group: Sequence[PartList]) -> Series:
    # The newest part knows most; a list within its own series knows more than one outside of it.
    inside = [each for each in group if each.owner in each.members] or list(group)
    newest = max(inside, key=lambda each: (each.form != "prose", each.owner.published, len(each.members), each.owner.id))
    members = list(newest.members)
    for each in sorted(group, key=lambda other: (other.owner.published, other.owner.id)):
        for member in each.members:
            if member not in members:
                # A part that the newest list forgot stands before the first that is newer than it.
                at = next((n for n, other in enumerate(members) if other.published > member.published), len(members))
                members.insert(at, member)
    places = {member.id: number for each in group for member, number in zip(each.members, each.numbers, strict=False)}
    if places.keys() >= {member.id for member in members}:
        members.sort(key=lambda member: places[member.id])
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
    """What an introduction calls the series, else what its parts, the heading of the lists or its own page are called."""
    lists = [newest, *group]
    named = next(filter(None, (each.name or name_in(each.introduction) for each in lists)), "")
    common = common_name(members)
    # "Ropes" and "Ropes, part 2" are both of "Ropes", though that is the title of one.
    is_shared = all(f" {normalised(common)} " in f" {normalised(member.title)} " for member in members)
    is_one = common in (member.title for member in members) and not any(numbered(member.title) for member in members)
    if named or (is_shared and not is_one and len(common.split()) > 1):
        return named or common
    headings = Counter(each.heading for each in group if _is_name(each.heading))
    # A heading of one article may be about anything; one that the lists share names them.
    if headings and headings.most_common(1)[0][1] > 1:
        return headings.most_common(1)[0][0]
    hubs = sorted(
        (each for each in group if each.owner not in members and set(members) <= set(each.members)),
        key=lambda each: (each.owner.published, each.owner.id),
    )
    return hubs[0].owner.title if hubs else common


def _is_name(heading: str) -> bool:
    return bool(heading) and not COMMON_HEADING.fullmatch(heading.strip(" :.")) and not introduces(heading)
