"""``build``: feeds, issue and share drafts, written where they changed. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sharekit.errors import SourceError
from sharekit.model import REFUSED, parts_by_post
from sharekit.pipeline.blog import fresh_posts
from sharekit.pipeline.feeds import write_feeds
from sharekit.pipeline.issue import write_issue
from sharekit.pipeline.shares import write_shares

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sharekit.model import Finding
    from sharekit.pipeline.blog import Blog
    from sharekit.pipeline.made import Made

Step = Literal["feed", "issue", "shares"]
STEPS: tuple[Step, ...] = ("feed", "issue", "shares")


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a build made, and what a person should know."""

    blog: Blog
    made: tuple[Made, ...]
    findings: tuple[Finding, ...]


def build(
    blog: Blog,
    *,
    steps: Sequence[Step],
    channels: Sequence[str],
    everything: bool = False,
    now: datetime | None = None,
) -> Build:
    """Write what changed; a post later than ``now`` is in no feed.

    Raises SourceError, with nothing written, for a post for which the generator refuses the whole site: the site cannot be
    published, and an article that was in the feed must not fall out of it in silence. Raises OutputError with everything
    before it written and nothing half written.
    """
    for finding in blog.reading.findings:
        if finding.rule == REFUSED:
            hint = "Hugo refuses the whole site for it, so nothing was written. Correct it and run again."
            raise SourceError(finding.message, path=finding.path, line=finding.line, hint=hint)
    parts = parts_by_post(blog.series)
    posts = fresh_posts(blog, everything=everything)
    made: list[Made] = []
    findings: list[Finding] = []
    if "feed" in steps:
        more, found = write_feeds(blog, now=now)
        made, findings = made + more, findings + found
    if "issue" in steps:
        more, found = write_issue(blog, posts, parts)
        made, findings = made + more, findings + found
    if "shares" in steps:
        more, found = write_shares(blog, posts, parts, channels)
        made, findings = made + more, findings + found
    return Build(blog=blog, made=tuple(made), findings=tuple(findings))
