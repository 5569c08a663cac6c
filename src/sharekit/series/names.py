"""A name for a series that nobody named, from what its parts have in common."""

from __future__ import annotations

import re
from posixpath import commonprefix
from typing import TYPE_CHECKING

from sharekit.series.resolve import normalised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post

# Words that mean nothing at the edge of a name, in the languages of the templates.
FUNCTION_WORDS = re.compile(
    r"a|about|after|an|and|as|at|before|between|by|day|episode|for|from|how|in|into|of|on|or|over|part|than|the|to|under|versus|via|vs|with|without"
    r"|au|aux|avec|chez|contre|dans|de|depuis|des|du|en|entre|et|jour|la|le|les|ou|par|partie|pour|sans|selon|sous|sur|un|une|vers|à|épisode"
    r"|als|am|auf|aus|bei|das|den|der|die|durch|ein|eine|einem|einen|einer|für|gegen|im|mit|nach|oder|ohne|teil|und|von|vom|vor|zu|zum|zur|über"
    r"|con|del|desde|el|hasta|los|las|o|para|parte|por|según|sin|sobre|una|uno|y|com|da|das|do|dos|e|em|na|nas|no|nos|os|sem|uma"
    r"|agli|ai|al|alla|alle|con|dal|dalla|dei|della|delle|di|fra|gli|i|il|lo|nel|nella|per|senza|su|sul|sulla|tra"
    r"|aan|bij|deel|door|een|het|met|naar|om|op|te|tot|uit|van|voor|zonder|af|att|av|efter|ett|från|för|med|och|om|på|som|till|utan"
    r"|dla|do|i|na|od|oraz|po|pod|przez|przy|w|we|z|za|ze|без|в|во|для|до|за|и|из|к|на|о|об|от|по|под|при|про|с|со|у",
    re.IGNORECASE,
)
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
ORDINAL = re.compile(r"^\W*第?[\d一二三四五六七八九十]+[回章話话篇部]?[\s：:、.．]+")
SHORTEST_START = 3
# A name has fewer words; the time to find it grows with their square.
MOST_WORDS = 40


def common_name(posts: Sequence[Post]) -> str:
    """What every title says: a tag that all have, or their common words, whichever says more; else the first title."""
    titles = [post.title for post in posts]
    shared = [tag for tag in posts[0].tags if all(_has(post.tags, tag) for post in posts)]
    named = [tag for tag in shared if all(f" {normalised(tag)} " in f" {normalised(title)} " for title in titles)]
    return max([*named, _common_words(titles)], key=len) or _common_start(titles) or titles[0]


def _common_start(titles: Sequence[str]) -> str:
    """What titles of a script without spaces begin with, up to the number of the part: "連載：第1章" and "連載：第2章"."""
    start = commonprefix([ORDINAL.sub("", title) for title in titles])
    if not UNSPACED.search(titles[0]) or len(start) < SHORTEST_START:
        return ""
    cut = (
        start
        if all(not title[len(start) : len(start) + 1].isalnum() for title in titles)
        else re.sub(r"[^\W_]+$", "", start)
    )
    return re.sub(r"[\W_]+第?$|第$", "", cut)


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
