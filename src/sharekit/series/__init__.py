"""Posts → series, in the order of trust: named in the configuration, in the front matter, in lists of the articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.model import Finding
from sharekit.series.declared import series_in_configuration, series_in_front_matter
from sharekit.text.words import unaccented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.config import SeriesSettings
    from sharekit.model import Post, Series


def find_series(
    posts: Sequence[Post], named: Sequence[SeriesSettings] = (), accepted: Sequence[str] = ()
) -> tuple[tuple[Series, ...], tuple[Finding, ...]]:
    """Every series of the posts, and what a person should know of them.

    A group that a more trusted source has named is not found again by a less trusted one. ``accepted`` are the names of
    those that would only be proposed.
    """
    found, findings = series_in_configuration(posts, named)
    made, more = series_in_front_matter(posts)
    findings += more
    _add(found, made)
    made, _, more = _in_bodies(posts)
    findings += more
    _add(found, made)
    if accepted:
        wanted = {unaccented(name): name for name in accepted}
        _add(found, [each for each in propose_series(posts, found) if wanted.pop(unaccented(each.name), None)])
        known = {unaccented(each.name) for each in found}
        findings += [_unknown(name) for key, name in wanted.items() if key not in known]
    return tuple(found), tuple(findings)


def propose_series(posts: Sequence[Post], known: Sequence[Series]) -> tuple[Series, ...]:
    """The series that only titles tell of, or a list whose words may mean another one. They are proposed to the author, and
    are none until the author says so."""
    from sharekit.series.titles import propose_series as by_titles

    found = list(known)
    _add(found, _in_bodies(posts)[1])
    _add(found, by_titles(posts, found))
    return tuple(found[len(known) :])


def _in_bodies(posts: Sequence[Post]) -> tuple[list[Series], list[Series], list[Finding]]:
    if not any(post.may_list_parts and ("<a" in post.html or "<li" in post.html) for post in posts):
        return [], [], []
    # The words of many languages, compiled, cost more than all else: only where an article may need them.
    from sharekit.series.body import series_in_bodies

    return series_in_bodies(posts)


def _unknown(name: str) -> Finding:
    message = f'accept_series names "{name}", and no series of that name is proposed'
    return Finding(level="warn", rule="series-name", message=message, hint="sharekit series lists those that are.")


def _add(found: list[Series], made: Sequence[Series]) -> None:
    before = [{post.id for post in known.members} for known in found]
    found += [series for series in made if not any(_covers(known, {post.id for post in series.members}) for known in before)]


def _covers(known: set[str], members: set[str]) -> bool:
    """Whether a series is known already: all of its members, or nearly all of a longer list, are."""
    return members <= known or len(members & known) >= max(2, 0.6 * len(members | known))
