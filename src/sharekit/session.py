"""An open blog: its configuration, its articles, its drafts, its ledger and its adapters, each opened when first needed.

The command line and a library user share it (:mod:`sharekit`).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.configuration import load_config
from sharekit.errors import LedgerUnavailable
from sharekit.git import git_output
from sharekit.model import Finding
from sharekit.outbox import Outbox, is_over, run_name
from sharekit.planning import Plan, Situation, make_plan
from sharekit.registry import NoLedger, open_channel, open_ledger, open_mailer, open_source
from sharekit.steps.blog import Blog, folders, read_blog

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.drafts import Drafts
    from sharekit.model import IssueDraft, LedgerEntry, Post, RenderedIssue, Series
    from sharekit.ports import Channel, Ledger, Mailer
    from sharekit.steps.blog import Folders
    from sharekit.steps.build import Build
    from sharekit.steps.deliver import Delivery


class Session:
    """The blog in a folder. ``now`` stands for the clock, ``environment`` holds the secrets."""

    def __init__(
        self,
        root: Path,
        *,
        config: Path | Config | None = None,
        now: datetime | None = None,
        output: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        self.now = now
        self.environment = os.environ if environment is None else environment
        self._given = config
        self._output = output
        self._channels: dict[str, Channel] = {}
        self._mailers: dict[str, Mailer] = {}
        self._checked_issues: dict[str, str] = {}

    # --- what there is ---

    @cached_property
    def config(self) -> Config:
        """``sharekit.toml``, checked. Raises ConfigError with file and line."""
        if self._given is None or isinstance(self._given, Path):
            return load_config(self.root, self._given)
        return self._given

    @cached_property
    def folders(self) -> Folders:
        """Where the blog's files are."""
        return folders(self.root, self.config, output=self._output)

    @cached_property
    def blog(self) -> Blog:
        """The articles and their series, as the generator has them. Raises SourceError."""
        return read_blog(open_source(self.root, self.config, now=self.now), self.config, self.folders)

    @property
    def posts(self) -> Sequence[Post]:
        """The published articles, oldest first."""
        return self.blog.reading.posts

    @property
    def series(self) -> Sequence[Series]:
        """The series of the published articles."""
        return self.blog.series

    @property
    def zone(self) -> ZoneInfo:
        """The blog's time zone: configured, else the generator's, else UTC."""
        return self.blog.zone

    @cached_property
    def drafts(self) -> Drafts:
        """The draft files as they lie there."""
        return self.blog.read_drafts()

    @cached_property
    def ledger(self) -> Ledger:
        """What went out. Raises ConfigError where there is no place to keep it."""
        return open_ledger(self.root, self.config, environment=self.environment)

    @cached_property
    def run(self) -> str:
        """The name of this run, in the ledger."""
        return run_name(self.environment)

    def clock(self) -> datetime:
        """The moment to act at: the given one, else now (aware)."""
        return self.now or datetime.now(UTC)

    over = staticmethod(is_over)

    @property
    def outbox(self) -> Outbox:
        """What sends each key once."""
        return Outbox(self.ledger, run=self.run, clock=self.clock, over=self.over)

    # --- adapters ---

    def channel(self, name: str) -> Channel:
        """The channel, opened once. Raises ConfigError for a missing secret or setting."""
        if name not in self._channels:
            self._channels[name] = open_channel(name, self.config, environment=self.environment, root=self.root)
        return self._channels[name]

    def mailer(self, name: str) -> Mailer:
        """The mailer, opened once. Raises ConfigError for a missing secret or setting."""
        if name not in self._mailers:
            self._mailers[name] = open_mailer(
                name, self.config, environment=self.environment, root=self.root, site=self.blog.site
            )
        return self._mailers[name]

    def rendered(self, issue: IssueDraft) -> RenderedIssue:
        """An issue for a mailer, rendered from its draft and the blog's articles."""
        from sharekit.steps.issue import issue_to_send

        return issue_to_send(self.blog, issue, clock=self.clock)

    # --- steps ---

    def build(self, *, only: Collection[str] = (), everything: bool = False) -> Build:
        """Write feeds, issue proposals and share drafts where they changed. Sends nothing."""
        from sharekit.steps.build import build

        made = build(self.blog, lambda: self.entries_seen()[0], now=self.clock(), only=only, everything=everything)
        self.__dict__.pop("drafts", None)
        return made

    def plan(
        self,
        now: datetime | None = None,
        *,
        entries: Mapping[str, LedgerEntry] | None = None,
        stuck: Collection[str] = (),
        at_once: str = "",
        force: bool = False,
    ) -> Plan:
        """Where every drafted act stands at ``now``, with ``force`` in spite of the errors of issues.

        Raises LedgerUnavailable.
        """
        if entries is None:
            entries = {entry.key: entry for entry in self.ledger.entries()}
        return make_plan(
            Situation(
                drafts=self.drafts,
                posts=self.blog.posts,
                entries=entries,
                config=self.config,
                zone=self.zone,
                now=now or self.clock(),
                uncommitted=self._uncommitted,
                issue_errors=(lambda _issue: "") if force else self._issue_errors,
                over=self.over,
                stuck=stuck,
                at_once=at_once,
                site=self.blog.site.title,
            )
        )

    def plan_without_ledger(self) -> tuple[Plan, list[Finding]]:
        """The plan for display: works without the ledger too, and then with a finding that says so."""
        entries, findings = self.entries_seen()
        return self.plan(entries=entries), findings

    def entries_seen(self) -> tuple[dict[str, LedgerEntry], list[Finding]]:
        """The ledger by key, else what is known of it, with a finding that says so.

        Nothing is out where there is none yet; where it cannot be reached it is what this clone saw last. Raises
        LedgerUnavailable where that is nothing.
        """
        try:
            return {entry.key: entry for entry in self.ledger.entries()}, []
        except NoLedger as error:
            return {}, [Finding("warn", "no-ledger", error.message, hint=error.hint)]
        except LedgerUnavailable as error:
            last_seen = getattr(self.ledger, "last_seen", None)
            if last_seen is None:
                raise
            message = f"{error.message.rstrip('.')}. This shows what was out when it was last reached."
            finding = Finding("warn", "ledger-away", message, hint=error.hint)
            return {entry.key: entry for entry in last_seen()}, [finding]

    def deliver(self, *, only: Collection[str] = (), most: int | None = None) -> Delivery:
        """Send what is due, once. Raises LedgerError when what went out cannot be known or kept."""
        from sharekit.steps.deliver import Deliver

        run = Deliver(self, only=only, most=most)
        for _ in run.run():
            pass
        return run.report_news()

    @cached_property
    def _uncommitted(self) -> frozenset[str]:
        """The drafts whose text is in no commit: with ``approve = "merge"`` nobody has merged them."""
        if self.config.shares.approve != "merge":
            return frozenset()
        shares = self.folders.shares.name
        added = git_output(self.root, "ls-files", "--others", "-z", "--", shares)
        if added is None:  # there is no repository
            return frozenset()
        changed = git_output(self.root, "diff", "--name-only", "--relative", "-z", "HEAD", "--", shares)
        if changed is None:  # there is no commit yet
            return frozenset(draft.path for draft in self.drafts.shares)
        return frozenset(filter(None, (*changed.split("\0"), *added.split("\0"))))

    def _issue_errors(self, issue: IssueDraft) -> str:
        """The first error of an issue that is to be sent, empty where there is none."""
        from sharekit.steps.issue import issue_error

        if issue.id not in self._checked_issues:
            self._checked_issues[issue.id] = issue_error(self.blog, issue)
        return self._checked_issues[issue.id]


def open_session(path: str | Path, *, config: Path | None = None, now: datetime | None = None) -> Session:
    """The blog in a folder."""
    return Session(Path(path).expanduser().resolve(), config=config, now=now)
