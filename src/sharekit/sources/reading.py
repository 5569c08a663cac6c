"""From the posts that a source found to a reading: each address once, in order, and what is still to come apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sharekit.model import NO_ADDRESS, Finding, Post, Reading, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sharekit.model import Site

# CommonMark 4.5: a fence of code, which only one as long closes.
FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
# Code in the mark-up of HTML, Hugo, Jekyll and Zola.
CODE_BEGINS, CODE_ENDS = r"<pre\b|\{[{%][<%-]?\s*(?:highlight|raw)\b", r"</pre>|\bendhighlight\b|\bendraw\b|/\s*highlight\b"
MARKDOWN = (".md", ".markdown", ".mdx", ".qmd", ".Rmd", ".Rmarkdown")
# Where posts stand in memory until the blog has an address; nothing that leaves is made with it (RFC 2606).
NOWHERE = "https://blog.invalid/"


def reading(
    site: Site, found: Iterable[Post | Skipped], now: datetime | None, *, findings: Sequence[Finding] = (), **more: Any
) -> Reading:
    """The posts by date, those after ``now`` as upcoming; of two with one address the first. ``more`` is the reading's."""
    posts: dict[str, Post] = {}
    skipped: list[Skipped] = []
    for each in found:
        if isinstance(each, Skipped):
            skipped.append(each)
        elif each.url in posts:
            other = posts[each.url]
            named = other.source if other.source != each.source else f'"{other.title}"'
            reason = f"it has the same URL as {named}: {each.url}"
            skipped.append(Skipped(source=each.source, reason=reason))
        else:
            posts[each.url] = each
    made = sorted(posts.values(), key=lambda post: (post.published, post.id))
    now = now or datetime.now(UTC)
    return Reading(
        site=site,
        posts=tuple(post for post in made if post.published <= now),
        upcoming=tuple(post for post in made if post.published > now),
        skipped=tuple(skipped),
        findings=tuple(findings),
        **more,
    )


def conflicting(source: str, root: Path) -> Skipped | None:
    """What says that an article's file holds the two sides of a merge that nobody resolved; None for any other file.

    What shows such markers as code, as an article about Git does, is none.
    """
    try:
        data = (root / source).read_bytes() if source.endswith(MARKDOWN) else b""
    except OSError:
        return None
    if b"<<<<<<< " not in data or b">>>>>>> " not in data:
        return None
    lines = data.decode(errors="replace").splitlines()
    fence, first = "", 0
    for number, line in enumerate(lines, start=1):
        if fence:
            fence = "" if line.lstrip().startswith(fence) or re.search(CODE_ENDS, line) else fence
        elif opened := FENCE.match(line):
            fence = opened[1]
        elif re.search(CODE_BEGINS, line) and not re.search(CODE_ENDS, line):
            fence = "</pre>"
        elif line.startswith("<<<<<<< "):
            first = first or number
        elif first and line.startswith(">>>>>>> "):
            return Skipped(source=source, line=first, reason="a merge conflict marker: resolve the conflict")
    return None


def no_posts(reason: str) -> Finding:
    """A blog without a post is never reported without the reason."""
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
