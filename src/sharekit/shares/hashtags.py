"""Tags → hashtags that a reader of screens can speak: words run together with capitals (CamelCase)."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LETTER = re.compile(r"[^\W\d_]")
# What loses its meaning with its signs. The configuration's own names come first.
SIGNS = {"c++": "cpp", "c#": "csharp", "f#": "fsharp", ".net": "dotnet", "asp.net": "aspnet"}


def hashtags(tags: Sequence[str], *, most: int, names: Mapping[str, str]) -> list[str]:
    """At most ``most`` hashtags, in the order of the tags.

    Of tags that only add words to another ("Kubecon", "Kubecon Europe 2022"), the shortest stands for all. ``names``
    maps a tag to its hashtag where the rule would spoil it, such as ``C++`` → ``cpp``.
    """
    found: dict[str, str] = {}
    known = SIGNS | {tag.casefold(): name for tag, name in names.items()}
    for tag in _roots(tags):
        made = (known.get(tag.casefold()) or camel_case(tag)).lstrip("#")
        if LETTER.search(made):
            found.setdefault(made.casefold(), made)
    return [f"#{each}" for each in list(found.values())[:most]]


def camel_case(tag: str) -> str:
    """``développement web`` → ``DéveloppementWeb``; a word's own capitals stay."""
    words = _words(tag)
    return words[0] if len(words) == 1 else "".join(word[:1].upper() + word[1:] for word in words)


@functools.lru_cache(maxsize=1024)
def _words(tag: str) -> list[str]:
    return re.findall(r"[^\W_]+", tag)


def _roots(tags: Sequence[str]) -> list[str]:
    words = [(tag, _words(tag.casefold())) for tag in tags]
    if len({own[0] for _, own in words if own}) == len(tags):
        return list(tags)
    return [
        tag
        for tag, own in words
        if own and not any(other and len(other) < len(own) and own[: len(other)] == other for _, other in words)
    ] + [tag for tag, own in words if not own]
