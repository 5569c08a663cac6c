"""Where the facts of a post and of a series come from: file, line and rule of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sharekit.series.body import EVIDENCE as BODY_LIST
from sharekit.series.declared import EVIDENCE as FRONT_MATTER
from sharekit.series.declared import GROUP_KEYS, ORDER_KEYS, TITLE_KEYS
from sharekit.sources.front import line_of
from sharekit.sources.params import DATE_KEYS, LANGUAGE_KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post, Series
    from sharekit.series.body import PartList
    from sharekit.steps.blog import Blog

ADDRESS_KEYS = ("permalink", "url", "slug", "path", "canonical", "canonicalurl", "canonical_url")
WHO = {True: "the article is one of them", False: "the article is none of them"}


class Fact(NamedTuple):
    """One fact, the rule that it follows, and where it is written (``line`` is 1-based)."""

    name: str
    value: str
    rule: str
    path: str = ""
    line: int | None = None


def why_post(blog: Blog, name: str) -> list[Fact]:
    """The facts of the post of that id, address, file or title. Raises SourceError for an unknown one."""
    post = blog.post_named(name)
    generator = blog.site.generator
    otherwise = "the language of the site, of the folder or of the file name"
    day, rule = post.published.isoformat(), f"{generator}'s rule for dates, or the file name"
    facts = [
        _written(blog, post, "address", post.url, ADDRESS_KEYS, f"{generator}'s rule for addresses"),
        _written(blog, post, "date", day, ("publishdate", *DATE_KEYS), rule),
        _written(blog, post, "language", post.language, LANGUAGE_KEYS, otherwise),
    ]
    own = [each for each in blog.series if post in each.members]
    for series in own:
        facts += [fact for fact in why_series(blog, series.name) if fact.path in ("", post.source) or fact.name == "series"]
    if not own:
        facts.append(Fact("series", "none", "no configuration, front matter or list of parts names it"))
    return facts


def why_series(blog: Blog, name: str) -> list[Fact]:
    """The facts of the series of that name: how it is known, and the place of each part. Raises SourceError."""
    series = blog.series_named(name)
    listed = series.evidence == BODY_LIST
    facts = [Fact("series", series.name, "from a list in the body" if listed else f"from {series.evidence}")]
    if listed:
        facts += [_listing(blog, each) for each in _lists(blog.reading.posts, series)]
    for position, post in enumerate(series.members, start=1):
        value = f"{position}. {post.title}"
        if series.evidence == FRONT_MATTER:
            facts.append(_written(blog, post, "part", value, GROUP_KEYS + TITLE_KEYS, "the front matter names the series"))
            facts.append(_written(blog, post, "position", str(position), ORDER_KEYS, "the date, as no key gives an order"))
        else:
            rule = "the order of the configuration" if series.evidence == "configuration" else "the order of the newest list"
            facts.append(Fact("part", value, rule, path=post.source))
    return facts


def _lists(posts: Sequence[Post], series: Series) -> list[PartList]:
    from sharekit.series.body import part_lists
    from sharekit.series.resolve import Posts

    ids = {member.id for member in series.members}
    ordered = sorted(posts, key=lambda post: (post.published, post.id))
    return [each for each in part_lists(ordered, Posts(posts)) if len(ids & {member.id for member in each.members}) > 1]


def _listing(blog: Blog, each: PartList) -> Fact:
    words = " ".join((each.introduction or each.heading).split())
    value = (
        f"lists {len(each.members)} parts: {words[-80:]}" if words else f"lists {len(each.members)} parts by their numbers"
    )
    text = blog.folders.text(each.owner.source)
    # The last words of the introduction stand in the source as they do in the page, but for markup.
    last = re.findall(r"\w+", words)[-3:]
    found = re.search(r"\W+".join(map(re.escape, last)), text) if last else None
    line = text.count("\n", 0, found.start()) + 1 if found else None
    rule = f"set as a {each.form}; {WHO[each.is_inside]}"
    return Fact("list", value, rule, path=each.owner.source, line=line)


def _written(blog: Blog, post: Post, name: str, value: str, keys: Sequence[str], otherwise: str) -> Fact:
    """A fact by the first of these keys that the front matter has, else by the rule that holds otherwise."""
    text = blog.folders.text(post.source)
    for key in keys:
        # Hugo adds keys of its own to the parameters; only what the file has is written there.
        line = line_of(text, key) if post.params.get(key) not in (None, "") else None
        if line is not None:
            return Fact(name, value, f"front matter: {key}", path=post.source, line=line)
    return Fact(name, value, otherwise, path=post.source)
