"""What a source says when it found no post."""

from __future__ import annotations

from sharekit.model import Finding


def no_posts(reason: str) -> Finding:
    """A blog without a post is never told without the reason."""
    return Finding(
        level="warn",
        rule="no-posts",
        message=f"there is no post: {reason}",
        hint='Look into what was left out, or name the folders of the posts in sharekit.toml: [source] sections = ["posts"]',
    )
