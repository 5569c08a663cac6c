"""Tags → hashtags that a screen reader can speak: words run together with capitals (CamelCase)."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from sharekit.text.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LETTER = re.compile(r"[^\W\d_]")
# What loses its meaning with its signs; a version may follow. The configuration's own names come first.
_SIGNS = (
    (re.compile(r"c\s?\+\+", re.IGNORECASE), "Cpp"),
    (re.compile(r"(?<!\w)([cfj])#", re.IGNORECASE), r"\1Sharp"),
    (re.compile(r"(?<!\w)asp\.net", re.IGNORECASE), "AspNet"),
    (re.compile(r"(?<!\w)\.net", re.IGNORECASE), "DotNet"),
    (re.compile(r"(?<=\w)\+\+"), "PlusPlus"),
    (re.compile(r"(?<=\w)\+(?!\w)"), "Plus"),
)
_ALONE = {"cpp": "cpp", "csharp": "csharp", "fsharp": "fsharp", "dotnet": "dotnet", "aspnet": "aspnet", "jsharp": "jsharp"}
# The word for "&": alone between initials ("R&D"), where capitals would run into theirs.
_AND = {"fr": "et", "de": "und", "es": "y", "pt": "e"}
_BETWEEN_INITIALS = re.compile(r"(?<=\b[^\W\d_])\s?&\s?(?=[^\W\d_]\b)")
_BETWEEN_WORDS = re.compile(r"(?<=\w)\s?&\s?(?=\w)")
# A question begins with it, and nobody looks for it.
_QUESTION = re.compile(r"(?<!\w)qu[’']est-ce(?:[ -]qu[ei])?(?!\w)", re.IGNORECASE)
# French and Italian: an article that lost its vowel is no part of the word.
_ELIDED = re.compile(r"(?<![\w’'])(?:[ldjmtsnc]|qu|dell|all|nell|sull|un)[’'](?=\w)", re.IGNORECASE)
# What a blog files its posts under, and nobody looks for.
_GENERAL = frozenset(
    {
        "blog", "blogs", "blogging", "post", "posts", "article", "articles", "general", "misc", "miscellaneous",
        "divers", "other", "others", "autre", "autres", "news", "actualites", "uncategorized", "uncategorised", "non",
        "classe", "tech", "technology", "technologies", "technologie", "it", "dev", "development", "developpement",
        "programming", "programmation", "code", "coding", "software", "web", "internet", "tutorial", "tutorials",
        "tutoriel", "tuto", "guide", "guides", "howto", "how", "to", "tips", "tools", "outils", "notes", "note",
        "personal", "perso", "life", "thoughts", "opinion", "links", "link", "featured", "all", "series", "essay",
        "essays", "review", "reviews", "research", "project", "projects", "update", "updates", "announcement",
        "announcements", "release", "releases", "learning", "informatique", "allgemein", "sonstiges", "noticias",
        "geral", "til", "conference", "conferences", "talks", "talk", "meta", "random", "engineering",
    }
)  # fmt: skip
# A tag of more words than these, or longer, is a sentence.
_MOST_WORDS, _LONGEST = 4, 28


def hashtags(
    tags: Sequence[str], *, most: int, names: Mapping[str, str], title: str = "", language: str = "en"
) -> list[str]:
    """At most ``most`` hashtags: what the title names first, then the tags in their order, the most general last.

    Of tags that only add words to another ("Kubecon", "Kubecon Europe 2022"), the shortest stands for all. ``names``
    maps a tag to its hashtag where the rule would spoil it, such as ``C++`` → ``cpp``.
    """
    found: dict[str, str] = {}
    known = {tag.casefold(): name for tag, name in names.items()}
    asked = set(words(title))
    for tag in sorted(_roots(tags, language), key=lambda tag: _rank(tag, asked)):
        name = known.get(tag.casefold())
        made = (name or _hashtag(tag, language)).lstrip("#")
        if _LETTER.search(made) and (name or len(made) <= _LONGEST):
            found.setdefault(made.casefold(), made)
    return [f"#{each}" for each in list(found.values())[:most]]


def _rank(tag: str, title: set[str]) -> tuple[int, int]:
    own = words(tag)
    general = bool(own) and all(word in _GENERAL for word in own)
    return (1 if general else 0, 0 if own and set(own) <= title else 1)


def _hashtag(tag: str, language: str) -> str:
    tag = _spelled(tag, language)
    if len(_words(tag)) > _MOST_WORDS:
        return ""
    made = camel_case(tag)
    return _ALONE.get(made.casefold(), made)


def _spelled(tag: str, language: str) -> str:
    if tag.replace(" ", "").isalnum():
        return tag
    for sign, name in _SIGNS:
        tag = sign.sub(name, tag)
    word = _AND.get(language.partition("-")[0].casefold(), "And")
    tag = _BETWEEN_WORDS.sub(f" {word} ", _BETWEEN_INITIALS.sub(word, tag))
    return _ELIDED.sub("", _QUESTION.sub("", tag))


def camel_case(tag: str) -> str:
    """``développement web`` → ``DéveloppementWeb``; a word's own capitals stay."""
    found = _words(tag)
    return found[0] if len(found) == 1 else "".join(word[:1].upper() + word[1:] for word in found)


@functools.lru_cache(maxsize=1024)
def _words(tag: str) -> list[str]:
    """The words of a tag, composed (NFC); a combining mark belongs to its word (UAX #31), and so does a joiner inside."""
    text = unicodedata.normalize("NFC", tag)
    if text.isascii():
        return re.findall(r"[A-Za-z0-9]+", text)
    kept = (
        each if each.isalnum() or unicodedata.category(each)[0] == "M" or each in "\u200c\u200d" else " " for each in text
    )
    return "".join(kept).split()


def _roots(tags: Sequence[str], language: str) -> list[str]:
    split = [(tag, _words(_spelled(tag, language).casefold())) for tag in tags]
    if len({own[0] for _, own in split if own}) == len(tags):
        return list(tags)
    return [
        tag
        for tag, own in split
        if own and not any(other and len(other) < len(own) and own[: len(other)] == other for _, other in split)
    ] + [tag for tag, own in split if not own]
