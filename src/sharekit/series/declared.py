"""Series that the configuration names (``[[series]]``), and those that the front matter declares.

Groups, by the conventions of Hugo's themes and of other generators: ``series`` (Hugo, Pelican, Zola, Astro, dev.to), a
taxonomy of that name in another language, ``series_title`` and ``seriestitle`` beside ``is_series`` (Jekyll), ``seriename``
(Metalsmith), ``series: {name, index}``. Order: ``series_order`` (Blowfish), ``series_weight`` (DoIt, Hugo), ``series_index``
(Pelican), ``part``, ``weight`` (Hugo).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sharekit.config import FILE_NAME
from sharekit.errors import did_you_mean
from sharekit.model import Finding, Series
from sharekit.text.part_words import value_of
from sharekit.text.words import unaccented

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.config import SeriesSettings
    from sharekit.model import Post

GROUP_KEYS = (
    "series", "serie", "serien", "séries", "série", "reihe", "reeks", "saga", "feuilleton", "series_name", "seriesname",
    "seriename", "seriesslug", "series_slug", "series_id",
)  # fmt: skip
# Pelican's `seriestitle` is a part's own short title; alone it names nothing.
TITLE_KEYS = ("series_title", "seriestitle")
ORDER_KEYS = (
    "series_order", "seriesorder", "series_weight", "seriesweight", "series_index", "seriesindex", "series_part",
    "seriespart", "series_number", "seriesnumber", "series_position", "part", "part_number", "episode", "order",
    "weight",
)  # fmt: skip
NAME_KEYS = ("name", "title", "id", "slug", "label")
INDEX_KEYS = ("index", "order", "part", "number", "position", "weight")
EVIDENCE = "front matter"
KEYS = frozenset((*GROUP_KEYS, "is_series"))


def series_in_front_matter(posts: Sequence[Post]) -> tuple[list[Series], list[Finding]]:
    """A series for each label and language; labels are merged over case and accents, the most usual spelling is its name."""
    groups: dict[tuple[str, str], dict[str, tuple[Post, float | None]]] = defaultdict(dict)
    spellings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for post in posts:
        for at, label in enumerate(labels(post)):
            group = (post.language, unaccented(label))
            groups[group].setdefault(post.id, (post, declared_order(post, at)))
            spellings[group][label] += 1
    found = []
    findings: list[Finding] = []
    for group, members in groups.items():
        name = spellings[group].most_common(1)[0][0]
        ordered = sorted(members.values(), key=_rank)
        parts = tuple(post for post, _ in ordered)
        found.append(Series(name=name, language=group[0], evidence=EVIDENCE, members=parts, id=_id_of(name, parts)))
        findings += [*_ties(name, ordered), *_spelt(name, spellings[group], members)]
    return found, findings


def labels(post: Post) -> list[str]:
    """The names of the series that a post says it is in."""
    params = post.params
    if not KEYS & params.keys():
        return []
    for key in GROUP_KEYS:
        found = _names(params.get(key))
        if found:
            return found
    if _is_set(params.get("is_series")):
        for key in TITLE_KEYS:
            found = _names(params.get(key))
            if found:
                return found
    return []


def _id_of(name: str, members: Sequence[Post]) -> str:
    """What the front matter calls a series that it gives a name besides (``series: {name, id}``); empty for none."""
    values = (post.params.get(key) for post in members for key in GROUP_KEYS)
    tables = (each for value in values for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))
    return next((str(each["id"]) for each in tables if each.get("name") == name and each.get("id")), "")


def _is_set(value: object) -> bool:
    return str(value).casefold() in ("true", "yes")


def _names(value: object) -> list[str]:
    found = []
    for each in value if isinstance(value, list) else [value]:
        name = next((each[key] for key in NAME_KEYS if each.get(key)), None) if isinstance(each, dict) else each
        if isinstance(name, str | int) and not isinstance(name, bool):
            text = re.sub(r"\s+", " ", str(name)).strip()
            if text:
                found.append(text)
    return list(dict.fromkeys(found))


def declared_order(post: Post, at: int = 0) -> float | None:
    """The post's place as its front matter has it, or None; ``at`` is which of its series. Zero is Hugo's "none"."""
    series = next((post.params[key] for key in GROUP_KEYS if post.params.get(key)), None)
    within = series[at] if isinstance(series, list) and at < len(series) else series
    values = [_first(within, INDEX_KEYS)] if isinstance(within, dict) else []
    for value in (*values, *(post.params.get(key) for key in ORDER_KEYS)):
        one = value[min(at, len(value) - 1)] if isinstance(value, list) and value else value
        order = _number(one)
        if order:
            return order
    return None


def _first(table: Mapping[str, object], keys: Sequence[str]) -> object:
    return next((table[key] for key in keys if table.get(key) is not None), None)


def _number(value: object) -> float | None:
    if isinstance(value, dict | list):
        return None
    text = str(value).strip()
    try:
        made = float(text)
    except ValueError:
        # "Part 2", "2/5", "II"
        found = re.search(r"\d+(?:\.\d+)?", text)
        if found:
            return float(found[0])
        return float(value_of(text)) if re.fullmatch(r"[ivx]+", text, re.IGNORECASE) else None
    return made if made == made and abs(made) < 1e9 else None


def _rank(each: tuple[Post, float | None]) -> tuple[bool, float, float, str, str]:
    post, order = each
    return order is None, order or 0.0, post.published.timestamp(), str(post.params.get("date") or ""), post.source


def _ties(name: str, ordered: Sequence[tuple[Post, float | None]]) -> list[Finding]:
    findings = []
    for (one, place), (other, same) in itertools.pairwise(ordered):
        if place is not None and place == same:
            what = f'have the same place {place:g} in the series "{name}"; their dates decide'
            message = f'"{one.title}" and "{other.title}" {what}.'
        elif place is None and same is None and one.published == other.published:
            message = (
                f'"{one.title}" and "{other.title}" of the series "{name}" have the same date; their file names decide.'
            )
        else:
            continue
        hint = f"The other is {one.source}. Give them an order: series_order: 1, 2, …"
        findings.append(Finding(level="warn", rule="series-order", message=message, path=other.source, hint=hint))
    return findings


def _spelt(name: str, spellings: Counter[str], members: Mapping[str, tuple[Post, float | None]]) -> list[Finding]:
    others = sorted(spelling for spelling in spellings if spelling != name)
    return [
        Finding(
            level="info",
            rule="series-name",
            message=f'the series "{name}" is also written "{other}"; they are taken for one.',
            path=next((post.source for post, _ in members.values() if other in labels(post)), None),
        )
        for other in others
    ]


def series_in_configuration(posts: Sequence[Post], named: Sequence[SeriesSettings]) -> tuple[list[Series], list[Finding]]:
    """The series of the configuration. A member is a post's id, its URL or its file; others are left out."""
    by_name = {name: post for post in posts for name in (post.source, post.url, post.id)}
    found: list[Series] = []
    findings: list[Finding] = []
    for settings in named:
        known = {name: by_name.get(name) or by_name.get(name.strip("/")) for name in settings.members}
        findings += [_unpublished(name, settings.name, by_name) for name, post in known.items() if post is None]
        members = tuple(post for post in known.values() if post)
        if members:
            language = settings.language or members[0].language
            found.append(Series(name=settings.name, language=language, evidence="configuration", members=members))
    return found, findings


def _unpublished(name: str, series: str, by_name: Mapping[str, Post]) -> Finding:
    message = f'[[series]] "{series}" names "{name}", which is not a published post; it is left out'
    hint = did_you_mean(name, by_name, "A member is the id, the URL or the file of a published post.")
    return Finding(level="warn", rule="series-member", message=message, path=FILE_NAME, hint=hint)
