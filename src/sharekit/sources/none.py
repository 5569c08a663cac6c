"""What a source says when it found no post, and when the blog has no address."""

from __future__ import annotations

from sharekit.model import NO_ADDRESS, Finding

# Where posts stand in memory until the blog has an address; nothing that leaves is made with it (RFC 2606).
NOWHERE = "https://blog.invalid/"


def no_posts(reason: str) -> Finding:
    """A blog without a post is never told without the reason."""
    return Finding(
        level="warn",
        rule="no-posts",
        message=f"there is no post: {reason}",
        hint='Look into what was left out, or name the folders of the posts in sharekit.toml: [source] sections = ["posts"]',
    )


def no_address(reason: str, setting: str = "", path: str | None = None) -> Finding:
    """``setting`` is the generator's own for the address."""
    written = 'in sharekit.toml: [site] url = "https://blog.example/"'
    return Finding(
        level="error",
        rule=NO_ADDRESS,
        message=f"{reason}, so nothing can link to a post",
        path=path,
        hint=f"Write the address that readers use: {setting}, or {written}" if setting else f"Write it {written}",
    )
