"""``build``: feeds, issue and share drafts, written where they changed. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from sharekit.feeds.rss import render_rss
from sharekit.files import write_if_changed
from sharekit.model import parts_by_post
from sharekit.pipeline.blog import fresh_posts
from sharekit.pipeline.issue import write_issue
from sharekit.pipeline.made import Made
from sharekit.pipeline.shares import write_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Finding, Part
    from sharekit.pipeline.blog import Blog

Step = Literal["feed", "issue", "shares"]
STEPS: tuple[Step, ...] = ("feed", "issue", "shares")
FEED = "index.xml"


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a build made, and what a person should know."""

    blog: Blog
    made: tuple[Made, ...]
    findings: tuple[Finding, ...]


def build(blog: Blog, *, steps: Sequence[Step], channels: Sequence[str], everything: bool = False) -> Build:
    """Write what changed. Raises OutputError with everything before it written and nothing half written."""
    parts = parts_by_post(blog.series)
    posts = fresh_posts(blog, everything=everything)
    made: list[Made] = []
    findings: list[Finding] = []
    if "feed" in steps:
        made.append(_write_feed(blog, parts))
    if "issue" in steps:
        more, found = write_issue(blog, posts, parts)
        made, findings = made + more, findings + found
    if "shares" in steps:
        more, found = write_shares(blog, posts, parts, channels)
        made, findings = made + more, findings + found
    return Build(blog=blog, made=tuple(made), findings=tuple(findings))


def _write_feed(blog: Blog, parts: dict[str, tuple[Part, ...]]) -> Made:
    path = blog.folders.output / FEED
    feed = render_rss(
        blog.site,
        blog.reading.posts,
        settings=blog.config.feed,
        self_url=urljoin(blog.site.url, FEED),
        parts=parts,
    )
    entries = min(len(blog.reading.posts), blog.config.feed.limit or len(blog.reading.posts))
    noun = "entry" if entries == 1 else "entries"
    return Made(kind="feed", path=blog.folders.relative(path), what=f"{entries} {noun}", change=write_if_changed(path, feed))
