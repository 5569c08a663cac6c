"""What names a post, and the act of sending something: never made from a text, so that an edit does not repost."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


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
    parts = urlsplit(url)
    path = unquote(parts.path).removesuffix("index.html").strip("/")
    return f"{path}?{parts.query}" if parts.query else path or "index"
