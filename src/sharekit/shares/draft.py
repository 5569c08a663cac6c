"""A post → the text of a share for each channel, within the channel's limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.counting import counter
from sharekit.shares.hashtags import hashtags
from sharekit.shares.hook import hook
from sharekit.templating import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from jinja2 import Template

    from sharekit.config import SharesSettings
    from sharekit.model import Part, Post


def draft_texts(
    post: Post,
    *,
    parts: Sequence[Part],
    channels: Sequence[str],
    settings: SharesSettings,
    overrides: Sequence[Path] = (),
) -> dict[str, str]:
    """``channel`` or ``channel @ slot`` → the text. The first slot is the plain one.

    What does not fit is dropped in this order: hashtags, headings, sentences; the title is cut last. The link and the
    part always stay.
    """
    jinja = environment(language=post.language, overrides=overrides, html=False)
    told = hook(post)
    tags = hashtags(post.tags, most=settings.hashtags, names=settings.names)
    texts: dict[str, str] = {}
    for number, slot in enumerate(settings.slots):
        for channel in channels:
            template = jinja.select_template(
                [f"share/{channel}-{slot}.txt", f"share/{slot}.txt", f"share/{channel}.txt", "share/default.txt"]
                if number
                else [f"share/{channel}.txt", "share/default.txt"]
            )
            values = {"post": post, "part": parts[0] if parts else None, "slot": slot, "url": post.url}
            candidates = _candidates(post.title, told.sentences, told.headings, tags)
            texts[f"{channel} @ {slot}" if number else channel] = _first_that_fits(template, values, candidates, channel)
    return texts


def _first_that_fits(
    template: Template, values: Mapping[str, object], candidates: Iterator[dict[str, object]], channel: str
) -> str:
    rule = counter(channel)
    text = ""
    for candidate in candidates:
        text = _tidy(template.render(**values, **candidate))
        if rule.measure(text) <= rule.limit:
            break
    return text


def _candidates(
    title: str, sentences: Sequence[str], headings: Sequence[str], tags: Sequence[str]
) -> Iterator[dict[str, object]]:
    full = {"title": title, "sentences": list(sentences), "headings": list(headings), "hashtags": list(tags)}
    for count in range(len(tags), -1, -1):
        yield {**full, "hashtags": list(tags[:count])}
    bare = {**full, "hashtags": [], "headings": []}
    for count in range(len(sentences), -1, -1):
        yield {**bare, "sentences": list(sentences[:count])}
    for length in range(len(title) - 1, 0, -1):
        yield {**bare, "sentences": [], "title": title[:length].rstrip() + "…"}


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept)
