"""All that was read and planned → the pages. Pure: what is shown is passed in, and nothing is fetched or written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.model import IssueDraft
from sharekit.preview.calendar import DAYS, anchor, months
from sharekit.preview.cards import post_cards
from sharekit.report.plan import HEADINGS
from sharekit.templating import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.feeds.document import Feed
    from sharekit.model import Act, Finding, Image, Series, Site
    from sharekit.planning import Plan

# Of each feed, and of the posts whose shares are all out or old.
MOST_TITLES, MOST_POSTS = 10, 60


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the pages show. ``issues`` maps an issue's file to the address of its rendered page, where there is one.

    ``feeds`` has the address of each feed's file beside it, empty where it was not built; ``place`` says where the pages
    find a picture of the blog.
    """

    site: Site
    series: Sequence[Series]
    posts: int
    plan: Plan
    config: Config
    issues: Mapping[str, str]
    feeds: Sequence[tuple[Feed, str]]
    findings: Sequence[Finding]
    place: Callable[[Image], str]
    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The pages by file name, in the order in which they are read."""

    pages: Mapping[str, str]
    shares: int
    issues: int
    feeds: int


def render_preview(overview: Overview, *, overrides: Sequence[Path] = ()) -> Preview:
    """The pages. Their links to one another and their style need no server and no network."""
    jinja = environment(language="en", overrides=overrides, html=True)
    jinja.filters["web"] = web_address
    counts = Counter[str](each.state for each in overview.plan.acts)
    cards = post_cards(overview.plan.acts, overview.config, zone=overview.zone, place=overview.place)
    issues = [_issue(act, act.content, overview) for act in overview.plan.acts if isinstance(act.content, IssueDraft)]
    values = {
        "overview": overview,
        "counts": {HEADINGS[state]: counts[state] for state in HEADINGS if counts[state]},
        "out": counts["delivered"],
        "months": months(overview.plan.acts, overview.config, now=overview.now, zone=overview.zone),
        "days": DAYS,
        "posts": cards[:MOST_POSTS],
        "left_out": max(0, len(cards) - MOST_POSTS),
        "issues": issues,
        "anchor": anchor,
        "most_titles": MOST_TITLES,
        "moment": f"{overview.now.astimezone(overview.zone):%A %d %B %Y, %H:%M}",
    }
    names = ("index", "shares", "issues", "feeds")
    pages = {f"{name}.html": jinja.get_template(f"preview/{name}.html").render(values, page=name) for name in names}
    return Preview(
        pages=pages,
        shares=sum(len(post.cards) for post in cards),
        issues=len(issues),
        feeds=len(overview.feeds),
    )


def web_address(url: str) -> str:
    """The address where it leads to the web, else nothing: a draft may come from a fork's pull request."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def _issue(act: Act, file: IssueDraft, overview: Overview) -> dict[str, str]:
    return {
        "id": file.id,
        "subject": file.subject,
        "preheader": file.preheader,
        "sender": overview.config.issue.from_ or overview.site.title,
        "mailer": act.target,
        "state": act.state,
        "reason": act.reason,
        "moment": f"{act.at.astimezone(overview.zone):%a %d %b %Y %H:%M}",
        "source": act.source,
        "rendered": overview.issues.get(act.source, ""),
    }
