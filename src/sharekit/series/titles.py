"""What titles tell: their numbers ("… (2/3)", "… part 2", "épisode 3 : …", "… II"), and a name that they have in common."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from posixpath import commonprefix
from typing import TYPE_CHECKING

from sharekit.model import Series
from sharekit.series.resolve import normalised
from sharekit.series.words import NUMBERED, ORDINAL
from sharekit.text.part_words import NUMBERS, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post

EVIDENCE = "titles"
FRACTION = re.compile(
    r"[(\[]?(?<![\d/.,])(?P<number>\d{1,2})[ \u00a0]*(?:/|of|sur|von|de|di|van)[ \u00a0]*(?P<total>\d{1,2})(?![\d/.,])"
    r"[)\]]?",
    re.IGNORECASE,
)
# 第2回, その2
CJK = re.compile(
    r"第\s*(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})\s*[回章部話话篇弾弹]|その\s*(?P<other>\d{1,3})|"
    r"[（(](?P<bracketed>[一二三四五六七八九十]{1,3})[)）]"
)
HAN = "零一二三四五六七八九十"
HASH = re.compile(r"(?<!\w)(?:#|no\.?\s?|n°\s?|nr\.?\s?)(?P<number>\d{1,3})(?!\w)", re.IGNORECASE)
ENDING = re.compile(r"[\s(\[–—-]+(?P<number>\d{1,2}|[IVX]+)[)\]]?\s*(?:$|(?=[:–—]))")
SHARED = re.compile(r"[\s:–—-]*([^:]{3,60}?)\s*(?::|\s[–—-]\s)")
# "Example 3.0.0 preview 2" counts its releases.
RELEASE = re.compile(
    r"\b\d+\.\d+(?:\.\d+)?\b|\b(?:v\d+|previews?|previa|beta|alpha|rc|version|versión|versão|versione|release|milestone|update)\W*$",
    re.IGNORECASE,
)
ROMAN_UPPER = re.compile(r"[IVX]+")
# A number that ends a title is a version or a year more often than a part: it needs siblings that count up from one.
LEAST = 2
# What is longer is no title, and to look through it would take long.
LONGEST_TITLE = 300

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
# A name that ends in one of these waits for what follows; at the beginning they are part of it ("My workshop").
OPEN_ENDS = re.compile(
    r"is|are|was|were|my|our|your|his|her|its|their|this|that|these|those|through|across|within|against|using"
    r"|est|sont|était|mon|ma|mes|notre|nos|votre|vos|sa|ses|ce|cet|cette|ces|comme|que|qui"
    r"|ist|sind|mein\w*|unser\w*|dein\w*|diese\w*|durch|um|wie"
    r"|mis?|tus?|sus?|nuestr[oa]s?|este|esta|hacia|é|são|meus?|minhas?|noss[oa]s?|pelo|pela"
    r"|è|miei|nostr[oaie]|verso|mijn|onze|vår\w*",
    re.IGNORECASE,
)
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
NUMBER_FIRST = re.compile(r"^\W*第?[\d一二三四五六七八九十]+[回章話话篇部]?[\s：:、.．]+")
SHORTEST_START = 3
# A name has fewer words; the time to find it grows with their square.
MOST_WORDS = 40


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A title taken apart: what it shares with its siblings, its number, and how many there are to be (0: not said)."""

    stem: str
    number: int
    total: int = 0
    name: str = ""


def numbered(title: str) -> Numbered | None:
    """The number that a title gives itself, or None."""
    if len(title) > LONGEST_TITLE:
        return None
    for pattern in (FRACTION, NUMBERED, ORDINAL, CJK, HASH):
        found = pattern.search(title)
        if found is None:
            continue
        groups = found.groupdict()
        text = groups.get("number") or groups.get("other") or groups.get("bracketed") or ""
        number = number_of(text)
        total = int(groups.get("total") or 0)
        if (
            not number
            or (total and number > total)
            or (pattern is NUMBERED and text.casefold() in ("i", "v", "x") and text.islower())
        ):
            continue
        # "[2/3] The well: lining it": what follows the number is shared, up to its own colon.
        begins = SHARED.match(title, found.end()) if total and not normalised(title[: found.start()]) else None
        name = begins[1] if begins else _name(title, found)
        return Numbered(stem=normalised(name) if begins else _stem(title, found), number=number, total=total, name=name)
    return _at_the_end(title)


def _at_the_end(title: str) -> Numbered | None:
    found = ENDING.search(title)
    if found is None or RELEASE.search(title, 0, found.start()):
        return None
    number = value_of(found["number"]) if found["number"].isdigit() or ROMAN_UPPER.fullmatch(found["number"]) else 0
    return Numbered(stem=_stem(title, found), number=number, name=_name(title, found)) if number else None


def number_of(text: str) -> int:
    """The number that digits, a word, a Roman numeral or Han characters say; 0 for anything else."""
    if text and not set(text) - set(HAN):
        tens, ten, ones = text.rpartition("十")
        return (10 * (HAN.index(tens) if len(tens) == 1 else 1) if ten else 0) + (HAN.index(ones) if len(ones) == 1 else 0)
    known = text.isdigit() or text.casefold() in NUMBERS or re.fullmatch(r"[ivx]+", text, re.IGNORECASE)
    return value_of(text) if known else 0


def _name(title: str, found: re.Match[str]) -> str:
    before = title[: found.start()]
    if len(normalised(before)) <= 2:
        return ""
    name = before.strip(" (:,;#–—-").rstrip(" [")
    # "[Café] #2: …" and "[Café #2] …" are both of "Café"; "[2024] Café, part 2" keeps its bracket.
    alone = name.count("[") != name.count("]") or re.fullmatch(r"\[[^\[\]]+\]", name)
    return name.strip(" []") if alone else name


def _stem(title: str, found: re.Match[str]) -> str:
    before, after = title[: found.start()], title[found.end() :]
    # "Gamedev from scratch 1: Scaffolding": what stands before the number is shared, what stands after it is the part's own.
    return normalised(before) or f"… {normalised(found.groupdict().get('word') or '')} {normalised(after)}".strip()


def propose_series(posts: Sequence[Post], known: Sequence[Series]) -> tuple[Series, ...]:
    """The series that titles tell of and nothing else does, oldest number first.

    A group needs the first part (numbered or with the bare title), or two numbers that follow each other.
    """
    groups: dict[tuple[str, str], dict[int, Post]] = defaultdict(dict)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    plain = {(post.language, normalised(post.title)): post for post in posts}
    for post in posts:
        made = numbered(post.title)
        if made is not None:
            groups[post.language, made.stem].setdefault(made.number, post)
            totals[post.language, made.stem] = max(totals[post.language, made.stem], made.total)
    found = []
    taken = [{member.id for member in each.members} for each in known]
    for (language, stem), parts in groups.items():
        first = plain.get((language, stem))
        if 1 not in parts and first is not None:
            parts[1] = first
        numbers = sorted(parts)
        members = tuple(parts[number] for number in numbers)
        if not _convincing(numbers, members) or any({post.id for post in members} <= ids for ids in taken):
            continue
        found.append(
            Series(
                name=_shared_name(members, stem),
                language=language,
                evidence=EVIDENCE,
                members=members,
                more=totals[language, stem] > numbers[-1],
            )
        )
    return tuple(sorted(found, key=lambda each: (each.members[0].published, each.members[0].id)))


def _convincing(numbers: Sequence[int], members: Sequence[Post]) -> bool:
    if len(numbers) < LEAST or numbers[0] > 3 or numbers[-1] - numbers[0] > 2 * len(numbers):
        return False
    # Parts come out in their order; numbers that run against the dates are years, versions or rankings.
    dates = [post.published for post in members]
    return sum(one <= other for one, other in itertools.pairwise(dates)) >= 0.8 * (len(dates) - 1)


def _shared_name(members: Sequence[Post], stem: str) -> str:
    # The first part may number itself otherwise: "Interview #2" begins what "Interview #2, part 2" goes on with.
    made = [each for each in (numbered(member.title) for member in members) if each is not None and each.name]
    return next((each.name for each in made if each.stem == stem), made[0].name if made else common_name(members))


def common_name(posts: Sequence[Post]) -> str:
    """What every title says: a tag that all have, or their common words, whichever says more; else the first title."""
    titles = [post.title for post in posts]
    shared = [tag for tag in posts[0].tags if all(_has(post.tags, tag) for post in posts)]
    named = [tag for tag in shared if all(f" {normalised(tag)} " in f" {normalised(title)} " for title in titles)]
    return max([*named, _common_words(titles)], key=len) or _common_start(titles) or titles[0]


def _common_start(titles: Sequence[str]) -> str:
    """What titles of a script without spaces begin with, up to the number of the part: "連載：第1章" and "連載：第2章"."""
    start = commonprefix([NUMBER_FIRST.sub("", title) for title in titles])
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
    while words and (_is_edge(words[-1]) or (len(words) > 1 and OPEN_ENDS.fullmatch(words[-1].strip("'’\"“”«»")))):
        words = words[:-1]
    name = re.sub(r"[\s:,;–—-]+$", "", " ".join(words))
    # What stood inside a sentence begins a name now; "eBPF" stays as it is written.
    return name[:1].upper() + name[1:] if words and words[0].islower() else name


def _is_edge(word: str) -> bool:
    bare = re.sub(r"[\W_]", "", word).casefold()
    return not bare or FUNCTION_WORDS.fullmatch(bare) is not None
