"""The ids of entries: they never change with a title, a host or a build, and no two posts share one."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from sharekit.errors import SourceError
from sharekit.keys import path_of, post_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharekit.model import Post

# The name space of the ids that Atom shows: an Atom id has to be an IRI (RFC 4287 §4.2.6), ours is a path.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tag:sharekit,2026:post")
IRI = re.compile(r"(?:https?://[^\s/]+|urn:[A-Za-z0-9][A-Za-z0-9-]+:|tag:[^\s,]+,\d{4}[-\d]*:)\S*")


def stable_id(post: Post) -> str:
    """The declared id; else the path where the post was first published: that of its first alias, else its own.

    A post that moved keeps its old address as an alias, so it keeps its id.
    """
    declared = post.id != post_id(post.url)
    return post.id if declared or not post.aliases else post_id(post.aliases[0])


def first_permalink(post: Post) -> str | None:
    """The address under which the post was first published, as generators use it for an id; None where it declares an id."""
    if post.id != post_id(post.url):
        return None
    if not post.aliases:
        return post.url
    # Aliases redirect: the first one is still a permalink. Written as the generator writes its addresses.
    slash = "/" if post.url.endswith("/") else ""
    return urljoin(post.url, f"/{quote(path_of(post.aliases[0]))}{slash}")


def iri(identifier: str) -> str:
    """The id as an IRI: itself where it is one, else a name-based UUID of it (RFC 4122 §4.3)."""
    return identifier if IRI.fullmatch(identifier) else uuid.uuid5(NAMESPACE, identifier).urn


def refuse_duplicates(posts: Iterable[Post]) -> None:
    """Raise SourceError that names the two posts which have the same id: readers would show only one of them."""
    seen: dict[str, Post] = {}
    for post in posts:
        first = seen.setdefault(stable_id(post), post)
        if first is not post:
            raise SourceError(
                f'it has the same id as {first.source or first.url}: "{stable_id(post)}"',
                path=post.source or post.url,
                hint="Readers would show only one of them. Give one its own id: in its front matter, or another alias.",
            )
