"""Posts → series, in the order of trust: named in the configuration, in the front matter, in lists of the articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.series.body import series_in_bodies
from sharekit.series.declared import series_in_front_matter
from sharekit.series.named import series_in_configuration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.config import SeriesSettings
    from sharekit.model import Finding, Post, Series


def find_series(
    posts: Sequence[Post], named: Sequence[SeriesSettings] = ()
) -> tuple[tuple[Series, ...], tuple[Finding, ...]]:
    """Every series of the posts, and what a person should know of them.

    A group that a more trusted source has named is not found again by a less trusted one.
    """
    found, findings = series_in_configuration(posts, named)
    for finder in (series_in_front_matter, series_in_bodies):
        made, more = finder(posts)
        findings += more
        for series in made:
            members = {post.id for post in series.members}
            if not any(members <= {post.id for post in known.members} for known in found):
                found.append(series)
    return tuple(found), tuple(findings)
