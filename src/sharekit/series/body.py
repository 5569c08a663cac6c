"""Series that are only written in the articles: an introduction that says so, then a list of the parts.

The part that is read is usually not linked in its own list, parts to come are not linked either; so each item is held
against the posts of the blog, and the lists of all parts are reconciled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.content import parse_fragment
from sharekit.model import Series
from sharekit.series.names import common_name
from sharekit.series.resolve import Posts, same_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

    from sharekit.model import Finding, Post

EVIDENCE = "body list"
# An introduction names a series and its articles; "see also" and tables of contents do neither.
SERIES_WORDS = r"(?:suite|s[ée]rie|series|serie|reihe|serien?|reeks|feuilleton|saga)"
ARTICLE_WORDS = (
    r"(?:posts?|articles?|parties|parts?|[ée]pisodes?|billets?|volets?|entr[ée]es|entradas|art[íi]culos|partes|"
    r"beitr[äa]ge\w*|teile\w*|artikel\w*|articoli|parti|puntate|artigos|delen|artikelen|blogs?)"
)
INTRODUCTION = re.compile(
    rf"\b{SERIES_WORDS}\b.{{0,60}}?\b{ARTICLE_WORDS}\b|\b{ARTICLE_WORDS}\b.{{0,60}}?\b{SERIES_WORDS}\b", re.IGNORECASE
)
# A cheap test before an article is parsed.
HINT = re.compile(rf"\b{SERIES_WORDS}\b", re.IGNORECASE)
MORE = re.compile(
    r"\b(?:à suivre|a suivre|à venir|more to come|to be continued|coming soon|fortsetzung folgt|continuar[áa]|"
    r"prossimamente|wordt vervolgd|em breve)\b",
    re.IGNORECASE,
)
LONGEST_INTRODUCTION = 300


@dataclass(frozen=True, kw_only=True)
class PartList:
    """The list of parts as one post has it: the posts in order, and the titles that are no post yet."""

    owner: Post
    members: tuple[Post, ...]
    announced: tuple[str, ...]
    more: bool


def series_in_bodies(posts: Sequence[Post]) -> tuple[list[Series], list[Finding]]:
    """The series that the rendered articles tell of."""
    known = Posts(posts)
    lists = [found for post in posts for found in part_lists(post, known)]
    return [_series(group) for group in _groups(lists)], []


def part_lists(post: Post, known: Posts) -> list[PartList]:
    """The lists of parts in one article."""
    html = post.html
    if not HINT.search(html) or "<li" not in html:
        return []
    found = []
    for element in parse_fragment(html).iter("ul", "ol"):
        introduction = _introduction(element)
        if introduction and INTRODUCTION.search(introduction):
            made = _part_list(post, element, introduction, known)
            if made:
                found.append(made)
    return found


def _introduction(element: HtmlElement) -> str | None:
    before = element.getprevious()
    if before is None:
        return None
    text = re.sub(r"\s+", " ", before.text_content()).strip()
    # The sentence that leads to the list is the last one; a long paragraph before it is the article's own.
    return text[-LONGEST_INTRODUCTION:]


def _part_list(post: Post, element: HtmlElement, introduction: str, known: Posts) -> PartList | None:
    members: list[Post] = []
    announced: list[str] = []
    more = bool(MORE.search(introduction))
    for item in element.iterchildren("li"):
        text = re.sub(r"\s+", " ", item.text_content()).strip()
        member = _member(item, text, post, known)
        if member is not None:
            members.append(member)
        elif MORE.search(text):
            more = True
        elif item.find(".//a") is None and text:
            announced.append(text)
    if post not in members and announced and len(announced) == 1:
        # The only part that is not linked, in an article that lists its own series: the one being read.
        members.append(post)
        members.sort(key=lambda each: each.published)
        announced = []
    others = [each for each in members if each.id != post.id]
    if post not in members or not others:
        return None
    return PartList(owner=post, members=tuple(dict.fromkeys(members)), announced=tuple(announced), more=more)


def _member(item: HtmlElement, text: str, post: Post, known: Posts) -> Post | None:
    for link in item.iter("a"):
        target = known.by_link(link.get("href") or "", base=post.url)
        if target is not None and target.language == post.language:
            return target
    if item.find(".//a") is not None:
        return None
    return post if same_title(text, post.title) else known.by_title(text, post.language)


def _groups(lists: Iterable[PartList]) -> list[list[PartList]]:
    groups: list[list[PartList]] = []
    for each in lists:
        ids = {member.id for member in each.members}
        touching = [group for group in groups if any(ids & {m.id for m in other.members} for other in group)]
        merged = [each, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching] + [merged]
    return groups


def _series(group: list[PartList]) -> Series:
    # The newest part knows most; older ones may not have been corrected since.
    newest = max(group, key=lambda each: (len(each.members), each.owner.published))
    members = list(newest.members)
    for each in sorted(group, key=lambda other: other.owner.published):
        members += [member for member in each.members if member not in members]
    if len(members) != len(newest.members):
        members.sort(key=lambda post: post.published)
    titles = [member.title for member in members]
    announced = tuple(title for title in newest.announced if not any(same_title(title, known) for known in titles))
    return Series(
        name=common_name(members),
        language=members[0].language,
        evidence=EVIDENCE,
        members=tuple(members),
        announced=announced,
        more=newest.more,
    )
