"""``build``: feeds, issue and share drafts, written where they changed. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from sharekit.errors import SourceError
from sharekit.model import REFUSED, parts_by_post
from sharekit.steps.blog import fresh_posts
from sharekit.steps.feeds import write_feeds
from sharekit.steps.issue import write_issue
from sharekit.steps.made import Account, Found, Made
from sharekit.steps.shares import outlets, write_shares

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sharekit.config import Config
    from sharekit.model import Finding, Series
    from sharekit.steps.blog import Blog
    from sharekit.steps.issue import Renderings

    Result = tuple[list[Made], list[Finding]]

Step = Literal["feed", "issue", "shares"]
STEPS: tuple[Step, ...] = ("feed", "issue", "shares")


# What the steps import where they use it.
LIBRARIES = ("sharekit.series", "feedgen.feed", "sharekit.sandbox", "babel.messages.mofile", "premailer")


def prepare(config: Config, channels: Sequence[str]) -> None:
    """Do now, because there is time, what the steps do first whatever the posts are: import and compile."""
    for name in LIBRARIES:
        import_module(name)
    for each in outlets(config, channels):
        each.counter.measure("https://example.org/")


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a build made, and what a person should know. ``then`` is what the same build says right after it."""

    blog: Blog
    made: tuple[Made, ...]
    findings: tuple[Finding, ...]
    then: Callable[[], Build] = field(repr=False, compare=False)

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

    def then() -> Build:
        # A feed reads nothing that was written before; issues and drafts are read again, for a person may have edited them.
        again = drafts() if any(each.written for each in drafted[0]) else drafted
        return _build(blog, ([each.again() for each in feeds[0]], feeds[1]), again, then)

    feeds = write_feeds(blog, now=now) if "feed" in steps else ([], [])
    drafted = drafts()
    return _build(blog, feeds, drafted, then)


def _build(blog: Blog, feeds: Result, drafted: Result, then: Callable[[], Build]) -> Build:
    return Build(blog=blog, made=(*feeds[0], *drafted[0]), findings=(*feeds[1], *drafted[1]), then=then)


def _newest(series: Series) -> datetime:
    return max(post.published for post in series.members)
