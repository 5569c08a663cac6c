"""How much a sentence says when it stands alone, as summarisers have measured it since Luhn (1958) and Edmundson (1969).

By the words of the title and the tags, by the words that the article returns to, by names and numbers, by its place; less
for one that needs what stands before it, nothing for one that greets or speaks of the article itself.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.text.words import weight, words

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

    from sharekit.text.vocabulary import Vocabulary

# Fewer characters than these say nothing alone.
ENOUGH = 45
# So many paragraphs say what the article is about.
OPENING = 3
_TOPICS, _OFTEN = 10, 3
# Of the words of an article; among these many are none that are in any text.
_LOOKED_AT = 100
_LONG = 180
_NAME = re.compile(r"[A-Z](?<=[\w,] [A-Z])\w+")
_DIGIT = re.compile(r"\d")
# A sentence of fewer words is a label.
_FEWEST = 4
_LABELLED = re.compile(r"(?:\w+|\w+ \d{1,2})[ \u00a0\u202f]?: |(?:\w+ |[A-Z])\d{1,2}\. ")
# "art: drew a dragon", and notes that begin without a capital.
_NOTE = re.compile(r"[\w ]{1,24}: |[a-zà-öø-ÿ]")
# "In any case, …": a few words that link it to what stands before it; a name or a year among them does not.
_LINKED = re.compile(r"[\W_]*[^\W\d_][a-zß-öø-ÿ'’-]*(?: [a-zß-öø-ÿ'’-]+){0,3}, ")
_STOPS = (".", "!", "?")
# It leads to what stands below it.
_OPEN_ENDS = (":", "：", ";", ",", "(", "-", "–", "—")
_MARKUP = re.compile(
    # A line of a program.
    r"\b(?:def|fn|func|function|class|import|public|private|const|let|var|return|print|echo|SELECT)\s+[\w.$\"']+"
    r"(?:\(|\s*[={;]|\":)|"
    r"^\$ \w|;\s*$|"
    r"https?:|www\.|\{\{|\}\}|\{%|%\}|\{:|\[\^|\]\(|\]\[|</?\w+[^<>]*>|&#?\w+;|\*\*|__\w|```|``|`|\\[A-Za-z({\[]|"
    r"\$[^\s$](?:[^$]*[^\s$])?\$(?!\d)|^\s*[|>#]\s|"
    r":::|\[[ x]\]|(?<!\w):[a-z_]{3,}:(?!\w)|\[(?:\d+|toc|\w[^\[\]]*\w)\]|==\w|[-=]>|<!--|-->|\bNone\b\s*$|[↩︎↑【】]|:\s*@\w",
)
# One of these is in whatever is markup, an address or code.
_SUSPECT = re.compile(r"[`*\[\]{}<>|#=:;/\\_&$^~@(↩︎↑【】]")
# "@property" and "#topic" are words of prose, as a name with an underscore in it is.
_SYMBOLS = re.compile(r"[{}\[\]<>=|\\^~$]|#(?!\w)|_(?!\w)|@(?!\w)")


def says_nothing(low: str, own: Iterable[str], language: Vocabulary) -> bool:
    """Whether a sentence greets, speaks of the article itself or of another one, or leads to what stands below it.

    ``low`` is the sentence in lower case, ``own`` are its words.
    """
    ending = low.rstrip(".!… \u00a0\u202f")
    return bool(
        ending.endswith(_OPEN_ENDS)
        or ending.endswith(language.ends)
        or (not low.endswith(_STOPS) and ending.endswith(language.unfinished))
        or (ending.endswith(language.here) and language.found.search(low))
        or language.begins.match(low)
        or language.says.are_in(low, own)
    )


def has_leftovers(sentence: str) -> bool:
    """Whether markup, an address, a formula or code is left in a sentence."""
    if not _SUSPECT.search(sentence) and "www." not in sentence and "None" not in sentence:
        return False
    return bool(_MARKUP.search(sentence)) or len(_SYMBOLS.findall(sentence)) > 2


def is_label(sentence: str, own: Sequence[str]) -> bool:
    """Whether a sentence is a label or has one ("Software.", "Exercise: measure the rain"). ``own`` are its words."""
    return (len(own) < _FEWEST and sentence.isascii() and sentence.endswith(".")) or bool(_LABELLED.match(sentence))


def is_aside(low: str, own: frozenset[str], about: Subject, language: Vocabulary, *, opening: bool = False) -> bool:
    """Whether a sentence speaks of the author's journey or, below the ``opening``, of the author and not of the subject."""
    if language.asides.are_in(low, own):
        return True
    elsewhere = all(map(own.isdisjoint, (about.title, about.tags, about.topics)))
    return elsewhere and not opening and language.me.match(low) is not None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an article is about: the words of its title, of its tags, those that it returns to most often, and its cues."""

    title: frozenset[str]
    tags: frozenset[str]
    topics: frozenset[str]
    cues: frozenset[str]


def subject(title: Iterable[str], tags: Iterable[str], said: Counter[str], language: Vocabulary) -> Subject:
    """The subject of an article. ``title`` are the words of its title, ``said`` counts those of its sentences."""
    often = (word for word, count in said.most_common(_LOOKED_AT) if count >= _OFTEN and language.tells(word))
    return Subject(
        title=language.content(title),
        tags=frozenset(word for tag in tags for word in words(tag) if len(word) > 2),
        topics=frozenset(itertools.islice(often, _TOPICS)),
        # What was found, learned, broken or measured draws a reader in more than what is described (Edmundson's cue words).
        cues=frozenset(word for word in said if word in language.cues or word.startswith(language.stems)),
    )


def score(
    text: str,
    low: str,
    known: frozenset[str],
    about: Subject,
    language: Vocabulary,
    *,
    first: bool,
    leaning: bool,
    aside: bool,
    code: bool,
) -> float:
    """How much a sentence says when it stands alone.

    ``known`` are its words; ``first``: it begins its paragraph; ``leaning``: it needs the sentence before it;
    ``aside``: see :func:`is_aside`; ``code``: it stands beside a listing, of which it speaks more often than not.
    """
    specific = min(2.0, 0.7 * len(known & about.title)) + min(1.0, 0.5 * len(known & about.tags))
    specific += min(1.2, 0.4 * len(known & about.topics))
    specific += 0.4 * bool(_DIGIT.search(text)) + min(0.6, 0.2 * len(_NAME.findall(text)))
    specific += 1.0 * ("%" in text or not known.isdisjoint(about.cues))
    value = specific + 0.3 * text.endswith("?") + 0.9 * first
    if not specific:
        value -= 1.2
    length = weight(text)
    if length < ENOUGH:
        value -= 1.2 * (1 - length / ENOUGH) + 0.3
    elif length > _LONG:
        value -= (length - _LONG) / 100
    if leaning:
        value -= 3.5
    elif language.back.are_in(low, known):
        value -= 2.2
    elif _LINKED.match(text):
        value -= 1.0
    if aside:
        value -= 2.0
    if _NOTE.match(text):
        value -= 1.5
    return value - 0.3 * ("(" in text) - 1.2 * code


def place_value(place: int, count: int, *, ending: bool) -> float:
    """What the place of a paragraph is worth: the opening says what it is about, the conclusion what was found."""
    if place < OPENING:
        return 2.6 - 0.7 * place
    if ending or place >= count - 3:
        return 0.9
    return 0.6 if place < 8 else 0.0
