"""``build``: the feeds, the issues and the share drafts of a blog, written where they changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sharekit.errors import LedgerUnavailable, SourceError
from sharekit.model import NO_ADDRESS, REFUSED
from sharekit.registry import no_shares
from sharekit.steps.blog import fresh_posts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from sharekit.model import Finding, LedgerEntry, Series
    from sharekit.steps.blog import Blog, Made

    Records = Callable[[], Mapping[str, LedgerEntry]]

Step = Literal["feed", "issue", "shares"]
STEPS: tuple[Step, ...] = ("feed", "issue", "shares")


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a build made, and what a person should know; ``no_shares`` says why none were drafted."""

    blog: Blog
    made: tuple[Made, ...]
    findings: tuple[Finding, ...]
    no_shares: str | None = None

    @property
    def series(self) -> list[Series]:
        return sorted(self.blog.series, key=lambda each: max(post.published for post in each.members), reverse=True)


def build(blog: Blog, records: Records, *, now: datetime, only: Collection[str] = (), everything: bool = False) -> Build:
    """Write what changed. ``only`` names the steps to take, ``everything`` drafts posts however old.

    ``records`` reads the ledger by key, and raises LedgerUnavailable. Raises SourceError, with nothing written, where the
    generator refuses the whole site for one post: an article must not fall out of the feed silently. Raises OutputError for
    a file that cannot be written; no file is half written.
    """
    for finding in blog.reading.findings:
        if finding.rule == REFUSED:
            hint = "Hugo refuses the whole site for it, so nothing was written. Correct it and run again."
            raise SourceError(finding.message, path=finding.path, line=finding.line, hint=hint)
        if finding.rule == NO_ADDRESS:
            raise SourceError(finding.message, path=finding.path, hint=finding.hint)
    steps = [step for step in STEPS if not only or step in only]
    entries = records() if {"issue", "shares"} & set(steps) else {}
    made: list[Made] = []
    findings: list[Finding] = []
    for step in steps:
        if step == "feed":
            from sharekit.steps.feeds import write_feeds

            more, found = write_feeds(blog)
            if "issue" not in steps and any(each.status == "approved" for each in blog.read_drafts().issues):
                # Where the site is built, the pages of the issues are published with its feeds.
                from sharekit.steps.issue import write_archive_of

                more += write_archive_of(blog, _entries_if_known(records))
        elif step == "issue":
            from sharekit.steps.issue import write_issue

            posts = fresh_posts(blog, everything=everything)
            more, found = write_issue(blog, posts, entries)
        else:
            from sharekit.steps.shares import write_shares

            more, found = write_shares(blog, entries, now=now, everything=everything)
        made += more
        findings += found
    reason = no_shares(blog.config) if "shares" in steps else None
    unique = tuple(dict.fromkeys((*blog.findings, *findings)))
    return Build(blog=blog, made=tuple(made), findings=unique, no_shares=reason)


def _entries_if_known(records: Records) -> Mapping[str, LedgerEntry] | None:
    """The ledger; None where it cannot be reached: the job that publishes the site may not be allowed to."""
    try:
        return records()
    except LedgerUnavailable:
        return None
