"""Samples: how the newest article would look as a share and as an issue. No verb sends, counts or checks them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from sharekit.drafts import format_issue_draft, format_share_draft, read_drafts
from sharekit.errors import DraftError
from sharekit.files import write_if_changed
from sharekit.issue.compose import proposal
from sharekit.planning import Situation, make_plan
from sharekit.steps.drafting import Drafting
from sharekit.steps.issue import rendered_issue

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.config import Config
    from sharekit.drafts import Drafts
    from sharekit.model import Act
    from sharekit.steps.blog import Blog

# Below shares/ and issues/, where no reader of drafts looks.
SAMPLES = "samples"
# Where nobody has named a network yet.
USUAL = ("x", "mastodon", "bluesky", "linkedin")


def write_samples(blog: Blog, *, now: datetime) -> list[str]:
    """The newest article as a share and as an issue, the issue as a page too; the paths of the two drafts.

    Nothing is written for a blog without a published article.
    """
    if not blog.reading.posts:
        return []
    newest = blog.reading.posts[-1]
    made: list[str] = []
    config = blog.config
    if config.shares.enabled:
        if not config.channels:
            config = msgspec.structs.replace(config, channels={name: {} for name in USUAL})
        # In a folder without drafts: what sharekit would write, whatever a person made of it.
        alone = replace(blog, config=config, folders=replace(blog.folders, shares=blog.folders.shares / SAMPLES / "none"))
        for each in Drafting(alone, {}, now=now).draft([newest]):
            path = blog.folders.shares / SAMPLES / each.path.name
            write_if_changed(path, format_share_draft(each.fresh))
            made.append(blog.folders.relative(path))
    if config.issue.mode == "manual":
        return made
    issue = proposal([newest], blog.series, language=newest.language, zone=blog.zone)
    path = blog.folders.issues / SAMPLES / f"{issue.id}.md"
    write_if_changed(path, format_issue_draft(issue))
    try:
        rendered = rendered_issue(blog, issue)
    except DraftError:
        return made
    write_if_changed(path.with_suffix(".html"), rendered.html)
    write_if_changed(path.with_suffix(".txt"), rendered.text)
    return [*made, blog.folders.relative(path)]


def sample_acts(blog: Blog, *, now: datetime) -> list[Act]:
    """The samples as they lie there, as a preview shows them: in no plan, and never due."""
    shares, issues = blog.folders.shares / SAMPLES, blog.folders.issues / SAMPLES
    drafts = read_drafts(blog.folders.root, shares=shares, issues=issues)
    if not (drafts.shares or drafts.issues):
        return []
    plan = make_plan(
        Situation(
            drafts=drafts,
            posts=blog.posts,
            entries={},
            config=_open(blog.config, drafts),
            zone=blog.zone,
            now=now,
        )
    )
    return [replace(act, state="skipped", reason="a sample: it is never sent", hint="") for act in plan.acts]


def _open(config: Config, drafts: Drafts) -> Config:
    """The configuration in which every section of the samples has a channel."""
    named: dict[str, dict[str, object]] = {
        section.partition(" @ ")[0]: {} for draft in drafts.shares for section in draft.sections
    }
    return msgspec.structs.replace(config, since=None, channels={**named, **config.channels})
