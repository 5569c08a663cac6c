"""The feeds of a blog, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.report.tables import table
from sharekit.report.values import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.steps.feeds import FeedFacts

KINDS = {"site": "The blog", "language": "Language", "series": "Series", "tag": "Tag", "email": "E-mail"}


def feeds_json(feeds: Sequence[FeedFacts]) -> list[dict[str, Any]]:
    """``[{"kind", "title", "language", "entries", "urls": {format: URL}}]``."""
    return [fields(each, "kind title language entries urls") for each in feeds]


def feeds_lines(feeds: Sequence[FeedFacts]) -> list[str]:
    """A line for each file of each feed."""
    rows = []
    for each in feeds:
        for number, (form, url) in enumerate(each.urls.items()):
            count = "1 post" if each.entries == 1 else f"{each.entries} posts"
            first = (KINDS[each.kind], each.title, count) if not number else ("", "", "")
            rows.append((*first, form, url))
    return table(rows)
