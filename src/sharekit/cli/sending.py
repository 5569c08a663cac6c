"""What the verbs that look at the ledger have in common: the plan, and what opens a channel or renders an issue."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sharekit.errors import LedgerUnavailable
from sharekit.model import Finding, parts_by_post
from sharekit.registry import NoLedger, load_config, open_channel, open_ledger, open_mailer
from sharekit.sources.zone import declared_zone
from sharekit.steps.acts import read_items
from sharekit.steps.blog import folders
from sharekit.steps.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.issue.files import IssueFile
    from sharekit.model import RenderedIssue
    from sharekit.ports import Channel, Ledger, LedgerEntry, Mailer
    from sharekit.steps.blog import Blog


@dataclass(frozen=True)
class Desk:
    """A blog's folder and what is at hand there, each opened when it is first asked for."""

    root: Path
    config_path: Path | None
    now: datetime | None = None
    _channels: dict[str, Channel] = field(default_factory=dict)
    _mailers: dict[str, Mailer] = field(default_factory=dict)

    @cached_property
    def config(self) -> Config:
        return load_config(self.root, self.config_path)

    @cached_property
    def ledger(self) -> Ledger:
        return open_ledger(self.root, self.config, environment=os.environ)

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.config.zone(declared_zone(self.root / self.config.source.path))

    @cached_property
    def blog(self) -> Blog:
        from sharekit.cli.blog import open_blog

        return open_blog(self.root, self.config_path, now=self.now)

    def clock(self) -> datetime:
        """The moment to act at: the given one, else now."""
        return self.now or datetime.now(UTC)

    def plan(self) -> Plan:
        """Drafts − ledger, at this moment. The blog's posts are not read."""
        return self._plan(self.ledger.entries())

    def look(self) -> tuple[Plan, Finding | None]:
        """The plan for a look alone: without the ledger too, and then with what is to be said of that."""
        try:
            return self._plan(self.ledger.entries()), None
        except NoLedger as error:
            return self._plan(()), Finding(level="warn", rule="no-ledger", message=error.message, hint=error.hint)
        except LedgerUnavailable as error:
            last_seen = getattr(self.ledger, "last_seen", None)
            if last_seen is None:
                raise
            message = f"{error}. Shown is what was out when it was last reached."
            return self._plan(last_seen()), Finding(level="warn", rule="ledger-away", message=message, hint=error.hint)

    def _plan(self, known: Iterable[LedgerEntry]) -> Plan:
        now = self.clock()
        entries = {entry.key: entry for entry in known}
        items = read_items(folders(self.root, self.config), self.config, now=now, zone=self.zone)
        return plan(items, entries, self.config, now=now, since=self.config.since_moment(self.zone), zone=self.zone)

    def channel(self, name: str) -> Channel:
        """The channel, opened once."""
        if name not in self._channels:
            self._channels[name] = open_channel(name, self.config, environment=os.environ, root=self.root)
        return self._channels[name]

    def mailer(self, name: str) -> Mailer:
        """The mailer, opened once. It is told what the site is called, so the posts are read."""
        if name not in self._mailers:
            site = self.blog.site
            self._mailers[name] = open_mailer(name, self.config, environment=os.environ, root=self.root, site=site)
        return self._mailers[name]

    def issue(self, file: IssueFile) -> RenderedIssue:
        """An issue for a mailer, rendered from its file and the blog's posts."""
        from sharekit.steps.issue import issue_to_send

        return issue_to_send(self.blog, file, parts_by_post(self.blog.series))
