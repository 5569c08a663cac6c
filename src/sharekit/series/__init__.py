"""Posts → series, in the order of trust: named in the configuration, in the front matter, in lists of the articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    made, more = series_in_front_matter(posts)
    findings += more
    _add(found, made)
    if any(post.may_list_parts for post in posts):
        # The words of many languages, compiled, cost more than all else: only where an article may need them.
        from sharekit.series.body import series_in_bodies

        made, more = series_in_bodies(posts)
        findings += more
        _add(found, made)
    return tuple(found), tuple(findings)


def propose_series(posts: Sequence[Post], known: Sequence[Series]) -> tuple[Series, ...]:
    """The series that only titles tell of. They are proposed to the author, and are none until the author says so."""
    from sharekit.series.titles import propose_series as propose

    return propose(posts, known)


def _add(found: list[Series], made: Sequence[Series]) -> None:
    before = [{post.id for post in known.members} for known in found]
    found += [series for series in made if not any(_covers(known, {post.id for post in series.members}) for known in before)]


def _covers(known: set[str], members: set[str]) -> bool:
    """Whether a series is known already: all of its members, or nearly all of a longer list, are."""
    return members <= known or len(members & known) >= max(2, 0.6 * len(members | known))
