"""What a share says around the words of the article: which part of which series it is, in words that read well."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.templating import translations
from sharekit.text.article import read_article
from sharekit.text.hook import FROM_TOP
from sharekit.text.part_words import PART_WORDS, value_of
from sharekit.text.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Part, Post

# "part 9", "#9", "9/14", "9. The network", and in a title that begins as its series does the number at its end.
_NUMBER = re.compile(
    rf"\b(?:{PART_WORDS}|no)[\s\u00a0]*(?:n?[°º#])?[\s\u00a0]*(\d+|[ivx]+)\b|#\s?(\d+)|(?<!\d)(\d+)\s*/\s*\d+(?!\d)|"
    r"^(\d{1,3})[.):]\s",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(r"(?<=\s)\(?(\d{1,3})\)?$")
_BETWEEN = r"[\s/&.+_-]{0,3}"
# Articles of a series whose text is searched for its name.
_MEMBERS = 6
# One in so many: a name that is shouted once is not written so.
_SELDOM = 5
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A part's place in words: ``full`` says series and number, ``short`` the same with less, ``bare`` the number alone.

    ``again`` is what a later share says, with which nothing begins or goes on; ``in_title``: the title says it all itself.
    ``label`` is the number where the title has none of its own.
    """

    full: str
    again: str
    short: str
    bare: str
    in_title: bool
    label: str


def place(part: Part | None, language: str, title: str, *, last: bool = False) -> Place | None:
    """Where an article stands in its series; None where it is a part of none, or the only one. ``last``: none follows it."""
    if part is None or (part.total < 2 and not part.more):
        return None
    name = part.series
    number = own_number(title, name)
    in_title = number is not None and names(title, name)
    if number is not None and number != part.position:
        # Counted otherwise by its author: two numbers that differ would look like a mistake.
        full = _said(language, "From the series “%(series)s”.", "%(series)s", series=name)
        return Place(full=full, again=full, short=name, bare="", in_title=in_title, label="")
    bare = part.place
    values = {"series": name, "position": part.position, "total": part.total, "bare": bare}
    full, again = (
        _said(language, _form(part, last=last, again=later), "%(series)s, %(bare)s", **values) for later in (False, True)
    )
    label = bare if number is None else ""
    return Place(full=full, again=again, short=f"{name}, {bare}", bare=bare, in_title=in_title, label=label)


def _form(part: Part, *, last: bool, again: bool) -> str:
    if part.more:
        return "“%(series)s” begins: part 1." if part.position == 1 else "“%(series)s” continues: part %(position)s."
    if last and part.position == part.total:
        return "The last part of “%(series)s”: %(position)s of %(total)s."
    if part.position == 1 and not again:
        return "“%(series)s” begins: part 1 of %(total)s."
    if part.position % 2 or again:
        return "Part %(position)s of %(total)s in the series “%(series)s”."
    return "“%(series)s” continues: part %(position)s of %(total)s."


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
    return value_of(next(group for group in found.groups() if group))


def readable(name: str, members: Sequence[Post]) -> str:
    """A series' name as a reader would write it: an id such as ``ci-cd`` becomes what its articles call it."""
    name = " ".join(name.split())
    if name != name.lower():
        return name
    given = [text for post in members for text in (post.title, *post.tags, *post.categories, post.summary)]
    letters = re.sub(r"[\W_]", "", name.lower())
    written = re.compile(rf"(?<!\w){_BETWEEN.join(map(re.escape, letters))}(?!\w)", re.IGNORECASE)
    read = (read_article(post.html).paragraphs[:FROM_TOP] for post in members[:_MEMBERS])
    texts = [" ".join(each.text for each in paragraphs) for paragraphs in read]
    forms = Counter(found[0] for text in (*given, *texts) for found in written.finditer(text))
    shown = [form for form in forms if form not in (form.lower(), form.capitalize(), name)]
    best = max(shown, key=lambda form: forms[form], default="")
    if best and forms[best] * _SELDOM >= forms.total():
        return _capital(best)
    if not _SLUG.fullmatch(name) and " " not in name:
        return _capital(name)
    spaced = " ".join(_as_written(word, " ".join((*given, *texts))) for word in re.split(r"[-_ ]", name))
    return _capital(spaced)


def _capital(name: str) -> str:
    # "iOS" keeps its own.
    return name[:1].upper() + name[1:] if name.partition(" ")[0].islower() else name


def _as_written(word: str, text: str) -> str:
    """A word with the capitals that a text gives it within a sentence: ``ai`` is "AI", ``alegre`` is "Alegre"."""
    forms = Counter(re.findall(rf"(?<=[\w,] ){re.escape(word)}(?!\w)", text, re.IGNORECASE))
    return forms.most_common(1)[0][0] if forms else word


def names(text: str, name: str) -> bool:
    """Whether a text says a name."""
    said = " ".join(words(name))
    return bool(said) and f" {said} " in f" {' '.join(words(text))} "
