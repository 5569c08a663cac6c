"""What sentences say in a language: the lists of ``languages/*.toml``, compiled when a text in that language is met."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.text.words import words

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

LANGUAGES = ("en", "fr", "de", "es", "pt")
# Fewer of the common words than these decide nothing.
_LEAST = 12
_NEVER = re.compile(r"(?!)")
# The words that an alternative begins with, after what may have to stand before them.
_HEAD = re.compile(r"(?:\(\?<=[^()]*\))?(?:\(\?:(?P<words>[^()]+)\)|(?P<word>\w+))")


@dataclass(frozen=True)
class Phrases:
    """What may stand anywhere in a sentence. ``first`` are the words that one of them begins with."""

    pattern: re.Pattern[str]
    first: frozenset[str]

    def are_in(self, low: str, own: Iterable[str]) -> bool:
        """Whether one stands in a sentence; ``own`` are its words."""
        return not self.first.isdisjoint(own) and self.pattern.search(low) is not None


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The words of one language; its patterns are for what :func:`lowered` makes of a text.

    ``is_known`` is False for a language without a list, whose sentences are held against those of English that do no harm.
    """

    is_known: bool
    begins: re.Pattern[str]
    says: Phrases
    ends: tuple[str, ...]
    unfinished: tuple[str, ...]
    here: tuple[str, ...]
    found: re.Pattern[str]
    leans: re.Pattern[str]
    back: Phrases
    steps: re.Pattern[str]
    me: re.Pattern[str]
    asides: Phrases
    dated: re.Pattern[str]
    cues: frozenset[str]
    stems: tuple[str, ...]
    function: frozenset[str]
    headings: re.Pattern[str]
    endings: re.Pattern[str]

    def tells(self, word: str) -> bool:
        """Whether a word is not in any text."""
        return len(word) > 3 and word not in self.function

    def content(self, own: Iterable[str]) -> frozenset[str]:
        """The words that are not in any text."""
        return frozenset(filter(self.tells, own))


def lowered(text: str) -> str:
    """A text as the patterns expect it: in lower case, with straight apostrophes."""
    return text.lower().replace("’", "'")


@functools.cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language (BCP 47)."""
    language = language.partition("-")[0].lower()
    is_known = language in LANGUAGES
    lists = _lists(language if is_known else "en")
    begins = rf"(?:{lists['greetings']})\b(?!-)|(?:{lists['labels']})\s*[:：\-–—(]|(?:{lists['begins']})(?!\w)"
    return Vocabulary(
        is_known=is_known,
        begins=re.compile(rf"[\W_]*(?:{begins})"),
        says=_phrases(lists["says"]),
        ends=_last(lists["ends"]),
        unfinished=_last(lists["unfinished"]),
        here=_last(lists["here"]),
        found=_anywhere(lists["found"]),
        leans=_beginning(lists["leans"]) if is_known else _NEVER,
        back=_phrases(lists["back"] if is_known else ""),
        steps=_beginning(lists["steps"]),
        me=_beginning(lists["me"]),
        asides=_phrases(lists["asides"]),
        dated=_anywhere(lists["dated"]),
        cues=frozenset(words(lists["cues"])),
        stems=tuple(words(lists["stems"])),
        function=frozenset(words(lists["function"])),
        headings=re.compile(lists["headings"]),
        endings=re.compile(lists["endings"]),
    )


def _last(alternatives: str) -> tuple[str, ...]:
    return tuple(f" {each}" for each in alternatives.split("|"))


def _phrases(alternatives: str) -> Phrases:
    first: set[str] = set()
    depth = start = 0
    for at, sign in enumerate(f"{alternatives}|"):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            head = _HEAD.match(alternatives, start)
            for each in (head["words"] or head["word"]).split("|") if head else ():
                first.update(words(each)[:1])
            start = at + 1
    return Phrases(_anywhere(alternatives), frozenset(first))


def _beginning(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"[\W_]*(?:{alternatives})(?![\w'-])")


def _anywhere(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


@functools.cache
def _lists(language: str) -> dict[str, str]:
    text = (Path(__file__).parent / "languages" / f"{language}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for name, value in tomllib.loads(text).items():
        made = "|".join(value.strip().splitlines())
        for other, alternatives in found.items():
            made = made.replace(f"{{{other}}}", alternatives)
        found[name] = made
    return found


def spoken(said: Counter[str], declared: str) -> str:
    """The language of a text by its commonest words: a blog's own setting is often that of its theme.

    ``said`` counts its words. The declared one is believed unless another of ``LANGUAGES`` is plainly more likely, and where
    it is none of them.
    """
    language = declared.partition("-")[0].lower()
    if language not in LANGUAGES:
        return declared
    found = {name: sum(said[word] for word in _common(name) & said.keys()) for name in LANGUAGES}
    likely, count = max(found.items(), key=lambda pair: pair[1])
    return likely if count >= _LEAST and count > 2 * found[language] else declared


@functools.cache
def _common(language: str) -> frozenset[str]:
    return frozenset(words(_lists(language)["common"]))
