"""``build``: feeds, issue and share drafts, written where they changed. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sharekit.errors import SourceError
from sharekit.model import NO_ADDRESS, REFUSED, parts_by_post
from sharekit.steps.blog import fresh_posts
from sharekit.steps.feeds import write_feeds
from sharekit.steps.issue import write_issue
from sharekit.steps.made import Account, Found, Made
from sharekit.steps.shares import write_shares

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sharekit.model import Finding, Series
    from sharekit.steps.blog import Blog
    from sharekit.steps.issue import Renderings

    Result = tuple[list[Made], list[Finding]]

Step = Literal["feed", "issue", "shares"]
STEPS: tuple[Step, ...] = ("feed", "issue", "shares")


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a build made, and what a person should know."""

    blog: Blog
    made: tuple[Made, ...]
    findings: tuple[Finding, ...]

    @property
    def account(self) -> Account:
        """What a person is told."""
        reading = self.blog.reading
        series = sorted(self.blog.series, key=_newest, reverse=True)
        return Account(
            posts=len(reading.posts),
            generator=reading.site.generator,
            skipped=reading.skipped,
            series=tuple(Found(each.name, len(each.members), each.evidence) for each in series),
            made=self.made,
            findings=(*self.blog.findings, *self.findings),
        )


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
        if finding.rule == NO_ADDRESS:
            raise SourceError(finding.message, path=finding.path, hint=finding.hint)
    parts = parts_by_post(blog.series)
    posts = fresh_posts(blog, everything=everything)
    renderings: Renderings = {}

    def drafts() -> Result:
        made: list[Made] = []
        findings: list[Finding] = []
        if "issue" in steps:
            more, found = write_issue(blog, posts, parts, renderings)
            made, findings = made + more, findings + found
        if "shares" in steps:
            more, found = write_shares(blog, posts, parts, channels)
            made, findings = made + more, findings + found
        return made, findings

    feeds = write_feeds(blog, now=now) if "feed" in steps else ([], [])
    drafted = drafts()
    return Build(blog=blog, made=(*feeds[0], *drafted[0]), findings=(*feeds[1], *drafted[1]))


def _newest(series: Series) -> datetime:
    return max(post.published for post in series.members)
