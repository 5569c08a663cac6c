"""What names a post, and the act of sending something: never made from a text, so that an edit does not repost."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

# Nearly every permalink: what is more than a host and a path takes the general way, which takes longer.
PLAIN = re.compile(r"https?://[\w.-]+(?::\d+)?(/[\w./~%+,-]*)", re.ASCII)


def share_key(post_id: str, channel: str, slot: str) -> str:
    """The key of one share."""
    return f"share/{post_id}/{channel}/{slot}"


def issue_key(issue_id: str, mailer: str) -> str:
    """The key of sending one issue through one mailer."""
    return f"issue/{issue_id}/{mailer}"


def post_id(url: str, declared: object = None) -> str:
    """The stable id of a post: the ``id``/``guid`` of its front matter, else its permalink's path.

    The path has no scheme, host or outer slash and is decoded, so that a moved host or a changed escaping gives
    the same id. ``/a/index.html`` is ``a``.
    """
    if isinstance(declared, str) and declared.strip():
        return declared.strip()
    path = path_of(url)
    query = urlsplit(url).query if "?" in url else ""
    return f"{path}?{query}" if query else path or "index"


def path_of(url: str) -> str:
    """The path of a URL, decoded and without its outer slashes: ``/a/index.html`` is ``a``."""
    plain = PLAIN.fullmatch(url)
    path = plain[1] if plain else urlsplit(url).path
    return unquote(path).removesuffix("index.html").strip("/")
