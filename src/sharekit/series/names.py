"""A name for a series that nobody named, from what its parts have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.series.resolve import normalised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post

# Words that mean nothing at the edge of a name, in the languages of the templates.
FUNCTION_WORDS = re.compile(
    r"a|an|and|at|au|aux|con|da|das|day|de|deel|dei|del|della|den|der|des|di|die|do|e|ein|el|en|episode|et"
    r"|for|i|il|in|jour|la|las|le|les|los|mit|na|o|of|on|os|para|part|parte|partie|per|pour|sur|te|teil|the"
    r"|to|un|und|une|van|voor|y|à|épisode"
)
# A name has fewer words; the time to find it grows with their square.
MOST_WORDS = 40


def common_name(posts: Sequence[Post]) -> str:
    """What every title says: a tag that all have, or their common words, whichever says more; else the first title."""
    titles = [post.title for post in posts]
    shared = [tag for tag in posts[0].tags if all(_has(post.tags, tag) for post in posts)]
    named = [tag for tag in shared if all(f" {normalised(tag)} " in f" {normalised(title)} " for title in titles)]
    return max([*named, _common_words(titles)], key=len) or titles[0]


def _has(tags: Sequence[str], tag: str) -> bool:
    return any(normalised(each) == normalised(tag) for each in tags)


def _common_words(titles: Sequence[str]) -> str:
    words = titles[0].split()[:MOST_WORDS]
    best: list[str] = []
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            run = words[start:end]
            if len(run) <= len(best):
                break
            text = f" {normalised(' '.join(run))} "
            if text.strip() and all(text in f" {normalised(title)} " for title in titles):
                best = run
    return _trimmed(best)


def _trimmed(words: list[str]) -> str:
    while words and _is_edge(words[0]):
        words = words[1:]
    while words and _is_edge(words[-1]):
        words = words[:-1]
    name = re.sub(r"[\s:,;–—-]+$", "", " ".join(words))
    # What stood inside a sentence begins a name now; "eBPF" stays as it is written.
    return name[:1].upper() + name[1:] if words and words[0].islower() else name


def _is_edge(word: str) -> bool:
    bare = re.sub(r"[\W_]", "", word).casefold()
    return not bare or FUNCTION_WORDS.fullmatch(bare) is not None
