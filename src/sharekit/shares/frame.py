"""What a share says around the words of the article: which part of which series it is, in words that read well."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.templating import translations
from sharekit.text.part_words import PART_WORDS
from sharekit.text.words import words

if TYPE_CHECKING:
    from sharekit.model import Part, Post

# "part 9", "#9", "9/14", "9. The network", and in a title that begins as its series does the number at its end.
_NUMBER = re.compile(
    rf"\b(?:{PART_WORDS}|no)[\s\u00a0]*(?:n?[°º#])?[\s\u00a0]*(\d+|[ivx]+)\b|#\s?(\d+)|(?<!\d)(\d+)\s*/\s*\d+(?!\d)|"
    r"^(\d{1,3})[.):]\s",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(r"(?<=\s)\(?(\d{1,3})\)?$")
_ROMAN = {"i": 1, "v": 5, "x": 10}
_BETWEEN = r"[\s/&.+_-]{0,3}"
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A part's place in words: ``full`` says series and number, ``short`` the same with less, ``bare`` the number alone."""

    full: str
    short: str
    bare: str


def place(part: Part | None, post: Post, title: str, *, last: bool = False) -> Place | None:
    """Where a post stands in its series; None where it is a part of none, or the only one. ``last``: none follows it."""
    if part is None or (part.total < 2 and not part.more):
        return None
    name = readable(part.series, post)
    number = own_number(title, name)
    if number is not None and number != part.position:
        # Counted otherwise by its author: two numbers that differ would look like a mistake.
        return Place(
            full=_said(post.language, "From the series “%(series)s”.", "%(series)s", series=name), short=name, bare=""
        )
    bare = str(part.position) if part.more else f"{part.position}/{part.total}"
    values = {"series": name, "position": part.position, "total": part.total, "bare": bare}
    full = _said(post.language, _form(part, last=last), "%(series)s, %(bare)s", **values)
    return Place(full=full, short=f"{name}, {bare}", bare=bare)


def _form(part: Part, *, last: bool) -> str:
    if part.more:
        return "“%(series)s” begins: part 1." if part.position == 1 else "“%(series)s” goes on: part %(position)s."
    if part.position == 1:
        return "“%(series)s” begins: part 1 of %(total)s."
    if last and part.position == part.total:
        return "The last part of “%(series)s”: %(position)s of %(total)s."
    if part.position % 2:
        return "Part %(position)s of %(total)s in the series “%(series)s”."
    return "“%(series)s” goes on: part %(position)s of %(total)s."


def _said(language: str, text: str, neutral: str, **values: object) -> str:
    """The words in a language; signs alone where its words are not known."""
    words_of = translations(language).gettext(text)
    known = language[:2].lower() == "en" or words_of != text
    return (words_of if known else neutral) % values


def own_number(title: str, series: str = "") -> int | None:
    """The number that a title gives itself: 9 of "Diary, part 9"."""
    title = title.strip()
    found = _NUMBER.search(title)
    if found is None and series and names(title, series):
        found = _AT_THE_END.search(title)
    if found is None:
        return None
    value = next(group for group in found.groups() if group)
    return int(value) if value.isdecimal() else _roman(value.lower())


def _roman(text: str) -> int:
    numbers = [_ROMAN[letter] for letter in text]
    return sum(-value if numbers[at + 1 : at + 2] > [value] else value for at, value in enumerate(numbers))


def readable(name: str, post: Post) -> str:
    """A series' name as a reader would write it: an id such as ``ci-cd`` becomes what the article calls it."""
    name = " ".join(name.split())
    if name not in (name.lower(), name.capitalize()):
        return name
    letters = re.sub(r"[\W_]", "", name.lower())
    written = rf"(?<!\w){_BETWEEN.join(map(re.escape, letters))}(?!\w)"
    for text in (post.title, *post.tags, *post.categories, post.summary):
        for found in re.finditer(written, text, re.IGNORECASE):
            if found[0] not in (found[0].lower(), name):
                return found[0]
    spaced = " ".join(re.split(r"[-_]", name)) if _SLUG.fullmatch(name) else name
    return spaced[:1].upper() + spaced[1:]


def names(text: str, name: str) -> bool:
    """Whether a text says a name."""
    said = " ".join(words(name))
    return bool(said) and f" {said} " in f" {' '.join(words(text))} "
