"""``build``: feeds, issue and share drafts, written where they changed. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sharekit.errors import LedgerUnavailable, SourceError
from sharekit.model import NO_ADDRESS, REFUSED
from sharekit.registry import no_shares
from sharekit.steps.blog import fresh_posts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sharekit.model import Finding, Series
    from sharekit.ports import LedgerEntry
    from sharekit.session import Session
    from sharekit.steps.blog import Blog, Made

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


def build(session: Session, *, only: Collection[str] = (), everything: bool = False) -> Build:
    """Write what changed. ``only`` names the steps to take, ``everything`` drafts posts however old.

    Raises SourceError, with nothing written, for a post for which the generator refuses the whole site: the site cannot be
    published, and an article that was in the feed must not fall out of it silently. Raises OutputError with everything
    before it written and nothing half written.
    """
    blog, now = session.blog, session.clock()
    for finding in blog.reading.findings:
        if finding.rule == REFUSED:
            hint = "Hugo refuses the whole site for it, so nothing was written. Correct it and run again."
            raise SourceError(finding.message, path=finding.path, line=finding.line, hint=hint)
        if finding.rule == NO_ADDRESS:
            raise SourceError(finding.message, path=finding.path, hint=finding.hint)
    steps = [step for step in STEPS if not only or step in only]
    entries = session.entries_seen()[0] if {"issue", "shares"} & set(steps) else {}
    made: list[Made] = []
    findings: list[Finding] = []
    for step in steps:
        if step == "feed":
            from sharekit.steps.feeds import write_feeds

            more, found = write_feeds(blog)
            if "issue" not in steps and any(each.status == "approved" for each in session.drafts.issues):
                # Where the site is built, the pages of the issues are published with its feeds.
                from sharekit.steps.issue import write_archive_of

                more += write_archive_of(blog, _entries_if_known(session))
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


def _entries_if_known(session: Session) -> Mapping[str, LedgerEntry] | None:
    """The ledger; None where it cannot be reached: the job that publishes the site may not be allowed to."""
    try:
        return session.entries_seen()[0]
    except LedgerUnavailable:
        return None
