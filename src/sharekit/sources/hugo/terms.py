"""The titles of series, from the pages that Hugo's taxonomies give each term.

https://gohugo.io/content-management/taxonomies/#add-custom-metadata-to-a-taxonomy-or-term
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sharekit.sources.front import FrontMatterError, decode, split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.model import Post, Reading

SERIES = re.compile(r"s[ée]ries?|serien|reihen?|reeks(?:en)?|sagas?|feuilletons?", re.IGNORECASE)
LARGEST = 1_000_000


def with_term_titles(reading: Reading, root: Path) -> Reading:
    """The posts with the titles of their series beside the terms, where a term has a page with a title."""
    titles = _titles(root / "content", reading.site.language.partition("-")[0].lower())
    if not titles:
        return reading
    posts, upcoming = (tuple(_titled(post, titles) for post in group) for group in (reading.posts, reading.upcoming))
    return replace(reading, posts=posts, upcoming=upcoming)


def _titles(content: Path, language: str) -> dict[tuple[str, str, str], str]:
    """The title for each language, taxonomy and term. A page of the term's own address counts as its page."""
    found = {}
    for pattern in ("*/*.md", "*/*/*.md", "*/*/_index*.md", "*/*/*/_index*.md"):
        for path in sorted(content.glob(pattern)):
            *above, taxonomy, term = path.relative_to(content).with_suffix("").parts
            named = term
            if term.partition(".")[0] == "_index" and above:
                *above, taxonomy, term = (*above, taxonomy)
            term, _, after = term.partition(".")
            after = after or named.partition(".")[2]
            if not SERIES.fullmatch(taxonomy) or term == "_index" or path.stat().st_size > LARGEST:
                continue
            spoken = after or (above[0] if above else language)
            title = _title(path)
            if title:
                found[spoken.partition("-")[0].lower(), taxonomy.lower(), term.lower()] = title
    return found


def _title(path: Path) -> str:
    try:
        table = split(decode(path.read_bytes())[0]).table
    except (FrontMatterError, OSError):
        return ""
    return str({key.lower(): value for key, value in table.items()}.get("title") or "").strip()


def _titled(post: Post, titles: Mapping[tuple[str, str, str], str]) -> Post:
    language = post.language.partition("-")[0].lower()

    def titled(key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [titled(key, each) for each in value]
        term = re.sub(r"\s+", "-", value.strip().lower()) if isinstance(value, str) else ""
        title = titles.get((language, key, term))
        return {"name": title, "id": value} if title else value

    keys = [key for key in post.params if SERIES.fullmatch(key)]
    changed = {key: titled(key, post.params[key]) for key in keys}
    return replace(post, params={**post.params, **changed}) if changed else post
