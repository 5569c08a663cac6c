"""Series that the front matter declares.

The keys are those of Hugo's themes and of other generators: ``series`` with ``series_order`` (Blowfish),
``series_weight`` (DoIt, Hugo's taxonomic weight), ``weight`` (Hugo), ``series_index`` (Pelican), ``part``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sharekit.model import Finding, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post

ORDER_KEYS = ("series_order", "seriesorder", "series_weight", "series_index", "part", "weight")
EVIDENCE = "front matter"


def series_in_front_matter(posts: Sequence[Post]) -> tuple[list[Series], list[Finding]]:
    """A series for each label and language; labels are merged over case, and the most usual spelling is its name."""
    groups: dict[tuple[str, str], list[Post]] = defaultdict(list)
    spellings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for post in posts:
        for label in labels(post):
            group = (post.language, re.sub(r"\s+", " ", label).casefold())
            groups[group].append(post)
            spellings[group][label] += 1
    found = []
    findings: list[Finding] = []
    for group, members in groups.items():
        name = spellings[group].most_common(1)[0][0]
        ordered = sorted(members, key=_rank)
        found.append(Series(name=name, language=group[0], evidence=EVIDENCE, members=tuple(ordered)))
        findings += _ties(name, ordered)
    return found, findings


def labels(post: Post) -> list[str]:
    """The names of the series that a post says it is in."""
    value = post.params.get("series")
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or value.get("id")
    given = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(str(each).strip() for each in given if isinstance(each, str | int) and str(each).strip()))


def declared_order(post: Post) -> float | None:
    """The post's place as its front matter has it, or None. Zero is Hugo's word for "none"."""
    series = post.params.get("series")
    values = [series.get("index") or series.get("order")] if isinstance(series, dict) else []
    for value in (*values, *(post.params.get(key) for key in ORDER_KEYS)):
        try:
            order = float(str(value))
        except ValueError:
            continue
        if order:
            return order
    return None


def _rank(post: Post) -> tuple[bool, float, float, str]:
    order = declared_order(post)
    return order is None, order or 0.0, post.published.timestamp(), post.source


def _ties(name: str, ordered: Sequence[Post]) -> list[Finding]:
    orders: dict[float, list[Post]] = defaultdict(list)
    for post in ordered:
        order = declared_order(post)
        if order is not None:
            orders[order].append(post)
    return [
        Finding(
            level="warn",
            rule="series-order",
            message=f'{len(same)} parts of the series "{name}" have the same place {order:g}; their dates decide.',
            path=same[1].source,
            hint=f"The other is {same[0].source}.",
        )
        for order, same in orders.items()
        if len(same) > 1
    ]
