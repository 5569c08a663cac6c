"""A post → the text of a share for each channel and slot, within the channel's limit."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from sharekit.counting.graphemes import graphemes
from sharekit.model import CLOSING
from sharekit.shares.hashtags import hashtags
from sharekit.shares.hook import hook
from sharekit.shares.links import tagged
from sharekit.shares.templates import Templates, Texts
from sharekit.shares.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sharekit.config import SharesSettings
    from sharekit.counting import Outlet
    from sharekit.model import Part, Post, Series
    from sharekit.shares.hook import Hook

# Headings are dropped down to so many before the hashtags are.
FEW = 2


def draft_texts(
    post: Post,
    *,
    parts: Sequence[Part],
    outlets: Sequence[Outlet],
    settings: SharesSettings,
    templates: Templates | None = None,
    before: Post | None = None,
    evergreen: bool = True,
) -> dict[str, str]:
    """``channel`` or ``channel @ slot`` → the text. The first slot is the plain one, and the only one of a post that ages.

    What does not fit is dropped in this order: headings beyond the second, hashtags, headings, sentences; the title is cut
    last. The link and the part always stay. ``before`` is the part before this one.
    """
    templates = templates or Templates()
    told = hook(post)
    tags = hashtags(post.tags, most=settings.hashtags, names=settings.names)
    part = parts[0] if parts else None
    title = plain(post.title)
    values = {"post": post, "part": part, "label": _label(title, part), "before": plain(before.title) if before else ""}
    filled: dict[tuple[object, ...], Texts] = {}
    texts: dict[str, str] = {}
    for number, slot in enumerate(settings.slots if evergreen else list(settings.slots)[:1]):
        for outlet in outlets:
            url = tagged(post.url, settings.utm, channel=outlet.name, slot=slot)
            by = _by(post, outlet, settings)
            form = templates.choose(post.language, outlet, slot if number else "")
            same = (form, slot, url, *by)
            if same not in filled:
                of_channel = {**values, "slot": slot, "url": url, "by": by}
                filled[same] = Texts(form, of_channel, _candidates(title, told, tags))
            texts[f"{outlet.name} @ {slot}" if number else outlet.name] = filled[same].first_that_fits(outlet.counter)
    return texts


def closing_texts(
    series: Series, *, outlets: Sequence[Outlet], settings: SharesSettings, templates: Templates | None = None
) -> dict[str, str]:
    """``channel @ closing`` → a share that names every part of a complete series.

    Where they do not fit, the titles go first, then all links but the first.
    """
    templates = templates or Templates()
    tags = hashtags(series.members[-1].tags, most=settings.hashtags, names=settings.names)
    texts = {}
    for outlet in outlets:
        parts = [
            {"title": plain(post.title), "url": tagged(post.url, settings.utm, channel=outlet.name, slot=CLOSING)}
            for post in series.members
        ]
        bare = [{**part, "title": ""} for part in parts]
        candidates = ({"parts": listed, "hashtags": some} for listed in (parts, bare, bare[:1]) for some in (tags, []))
        form = templates.choose(series.language, outlet, CLOSING)
        made = Texts(form, {"series": series.name, "count": len(parts)}, candidates)
        texts[f"{outlet.name} @ {CLOSING}"] = made.first_that_fits(outlet.counter)
    return texts


def _candidates(title: str, told: Hook, tags: Sequence[str]) -> Iterator[dict[str, object]]:
    made = functools.partial(_candidate, title, told)
    few = min(FEW, len(told.headings))
    for count in range(len(told.headings), few, -1):
        yield made(count, len(told.sentences), tags)
    for count in range(len(tags), -1, -1):
        yield made(few, len(told.sentences), tags[:count])
    for count in range(few - 1, -1, -1):
        yield made(count, len(told.sentences), ())
    for count in range(len(told.sentences) - 1, -1, -1):
        yield made(0, count, ())
    # By graphemes: half of an emoji is another one, or none.
    letters = graphemes(title)
    for length in range(len(letters) - 1, 0, -1):
        yield {**made(0, 0, ()), "title": "".join(letters[:length]).rstrip() + "…"}


def _candidate(title: str, told: Hook, headings: int, sentences: int, tags: Sequence[str]) -> dict[str, object]:
    return {
        "title": title,
        "sentences": list(told.sentences[:sentences]),
        "own_words": told.own_words,
        "headings": list(told.headings[:headings]),
        "more_headings": headings < len(told.headings) or told.more_headings,
        "hashtags": list(tags),
    }


def _label(title: str, part: Part | None) -> str:
    """``2/3``, or empty where the title says it already; ``2`` alone where nobody knows how many there will be."""
    if part is None or (str(part.position) in title and _says_its_number(title, part)):
        return ""
    return str(part.position) if part.more else f"{part.position}/{part.total}"


def _says_its_number(title: str, part: Part) -> bool:
    of_all = rf"(?<!\d){part.position}\s*/\s*{part.total}(?!\d)"
    named = rf"\b(part(ie)?|[ée]pisode|volet|chap(itre|ter)|teil|n°|#)\s*{part.position}(?!\d)"
    return bool(re.search(of_all, title) or re.search(named, title, re.IGNORECASE))


def _by(post: Post, outlet: Outlet, settings: SharesSettings) -> list[str]:
    """The handles of the post's authors on the network, without the account that posts it."""
    found = []
    for author in post.authors:
        handle = settings.handles.get(author.name, {}).get(outlet.name) or author.handles.get(outlet.name)
        if handle and handle.lstrip("@").casefold() != outlet.handle.lstrip("@").casefold():
            found.append(f"@{handle.lstrip('@')}")
    return found
