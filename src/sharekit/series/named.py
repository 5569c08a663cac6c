"""Series that the configuration names: ``[[series]]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.errors import ConfigError, did_you_mean
from sharekit.model import Finding, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.config import SeriesSettings
    from sharekit.model import Post


def series_in_configuration(posts: Sequence[Post], named: Sequence[SeriesSettings]) -> tuple[list[Series], list[Finding]]:
    """The series of the configuration. A member is a post's id, its URL or its file."""
    by_name = {name: post for post in posts for name in (post.source, post.url, post.id)}
    found = []
    for settings in named:
        members = tuple(_member(by_name, name, settings.name) for name in settings.members)
        if members:
            language = settings.language or members[0].language
            found.append(Series(name=settings.name, language=language, evidence="configuration", members=members))
    return found, []


def _member(by_name: dict[str, Post], name: str, series: str) -> Post:
    post = by_name.get(name) or by_name.get(name.strip("/"))
    if post is None:
        hint = did_you_mean(name, by_name, "A member is the id, the URL or the file of a published post.")
        raise ConfigError(f'[[series]] "{series}" names "{name}", which is no published post.', hint=hint)
    return post
