"""A post → the text of a share for each channel and slot, within the channel's limit."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from sharekit.counting.graphemes import GRAPHEME
from sharekit.shares.hashtags import hashtags
from sharekit.shares.hook import hook
from sharekit.shares.links import tagged
from sharekit.templating import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment

    from sharekit.config import SharesSettings
    from sharekit.model import Part, Post, Series
    from sharekit.shares.fit import Outlet
    from sharekit.shares.hook import Hook

CLOSING = "closing"
# Headings are dropped down to so many before the hashtags are.
FEW = 2


def draft_texts(
    post: Post,
    *,
    parts: Sequence[Part],
    outlets: Sequence[Outlet],
    settings: SharesSettings,
    overrides: Sequence[Path] = (),
    before: Post | None = None,
    evergreen: bool = True,
) -> dict[str, str]:
    """``channel`` or ``channel @ slot`` → the text. The first slot is the plain one, and the only one of a post that ages.

    What does not fit is dropped in this order: headings beyond the second, hashtags, headings, sentences; the title is cut
    last. The link and the part always stay. ``before`` is the part before this one.
    """
    jinja = _templates(post.language, tuple(overrides))
    told = hook(post)
    tags = hashtags(post.tags, most=settings.hashtags, names=settings.names)
    part = parts[0] if parts else None
    values = {"post": post, "part": part, "label": _label(post.title, part), "before": before.title if before else ""}
    texts: dict[str, str] = {}
    for number, slot in enumerate(settings.slots if evergreen else list(settings.slots)[:1]):
        for outlet in outlets:
            url = tagged(post.url, settings.utm, channel=outlet.name, slot=slot)
            render = _renderer(
                jinja,
                outlet,
                slot if number else "",
                {**values, "slot": slot, "url": url, "by": _by(post, outlet, settings)},
            )
            name = f"{outlet.name} @ {slot}" if number else outlet.name
            texts[name] = _first_that_fits(render, _candidates(post.title, told, tags), outlet)
    return texts


def closing_texts(
    series: Series, *, outlets: Sequence[Outlet], settings: SharesSettings, overrides: Sequence[Path] = ()
) -> dict[str, str]:
    """``channel @ closing`` → a share that names every part of a complete series.

    Where they do not fit, the titles go first, then all links but the first.
    """
    jinja = _templates(series.language, tuple(overrides))
    tags = hashtags(series.members[-1].tags, most=settings.hashtags, names=settings.names)
    texts = {}
    for outlet in outlets:
        parts = [
            {"title": post.title, "url": tagged(post.url, settings.utm, channel=outlet.name, slot=CLOSING)}
            for post in series.members
        ]
        bare = [{**part, "title": ""} for part in parts]
        render = _renderer(jinja, outlet, CLOSING, {"series": series.name, "count": len(parts)})
        candidates = ({"parts": listed, "hashtags": some} for listed in (parts, bare, bare[:1]) for some in (tags, []))
        texts[f"{outlet.name} @ {CLOSING}"] = _first_that_fits(render, candidates, outlet)
    return texts


@functools.cache
def _templates(language: str, overrides: tuple[Path, ...]) -> Environment:
    # Kept: compiling the templates takes a hundred times as long as filling them in. A file that changed is read again.
    return environment(language=language, overrides=overrides, html=False)


def _renderer(
    jinja: Environment, outlet: Outlet, slot: str, values: Mapping[str, object]
) -> Callable[[Mapping[str, object]], str]:
    of_slot = [f"share/{outlet.name}-{slot}.txt", f"share/{outlet.like}-{slot}.txt", f"share/{slot}.txt"] if slot else []
    of_channel = [f"share/{outlet.name}.txt", f"share/{outlet.like}.txt", "share/default.txt"]
    template = jinja.select_template([*of_slot, *of_channel])
    return lambda candidate: _tidy(template.render(**values, **candidate))


def _first_that_fits(
    render: Callable[[Mapping[str, object]], str], candidates: Iterator[dict[str, object]], outlet: Outlet
) -> str:
    text = ""
    for candidate in candidates:
        text = render(candidate)
        if outlet.counter.measure(text) <= outlet.counter.limit:
            break
    return text


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
    letters = GRAPHEME.findall(title)
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
    if part is None or re.search(rf"(?<!\d){part.position}\s*/\s*{part.total}(?!\d)", title):
        return ""
    if re.search(rf"(?i)\b(part(ie)?|[ée]pisode|volet|chap(itre|ter)|teil|n°|#)\s*{part.position}(?!\d)", title):
        return ""
    return str(part.position) if part.more else f"{part.position}/{part.total}"


def _by(post: Post, outlet: Outlet, settings: SharesSettings) -> list[str]:
    """The handles of the post's authors on the network, without the account that posts it."""
    found = []
    for author in post.authors:
        handle = settings.handles.get(author.name, {}).get(outlet.name) or author.handles.get(outlet.name)
        if handle and handle.lstrip("@").casefold() != outlet.handle.lstrip("@").casefold():
            found.append(f"@{handle.lstrip('@')}")
    return found


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept)
