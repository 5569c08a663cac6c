"""All that was read and planned → the pages. Pure: what is shown is passed in, and nothing is fetched or written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

from sharekit.model import IssueDraft, State
from sharekit.preview.calendar import anchor, months
from sharekit.preview.cards import Cards
from sharekit.preview.moments import moment, weekdays
from sharekit.registry import outlet
from sharekit.report.plan import HEADINGS
from sharekit.templating import environment, translations
from sharekit.text.language import locale_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.feeds.document import Feed, FeedEntry
    from sharekit.model import Act, Finding, Image, Series, Site
    from sharekit.planning import Plan

# Of each feed, and of the posts whose shares are all out or old.
MOST_TITLES, MOST_POSTS = 10, 60
# What a person may have to decide, in the order in which it is urgent; of what is next only the first few.
STATES: tuple[State, ...] = ("unknown", "refused", "held", "due", "waiting", "scheduled")
MOST_NEXT = 5


@dataclass(frozen=True, kw_only=True)
class ShownFeed:
    """A feed, the address of its file (empty where it was not built), and its newest entries as readers get them."""

    feed: Feed
    file: str = ""
    entries: Sequence[FeedEntry] = ()


@dataclass(frozen=True, kw_only=True)
class ShownIssue:
    """The address of an issue's rendered page, and its text part; empty where it was not rendered."""

    page: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the pages show. ``issues`` has each issue's file; ``place`` says where the pages find a picture of the blog.

    ``fresh`` maps a draft's file and section to what sharekit would write there; ``samples`` are in no plan.
    """

    site: Site
    series: Sequence[Series]
    posts: int
    plan: Plan
    config: Config
    issues: Mapping[str, ShownIssue]
    feeds: Sequence[ShownFeed]
    findings: Sequence[Finding]
    place: Callable[[Image], str]
    now: datetime
    zone: ZoneInfo
    fresh: Mapping[tuple[str, str], str] = field(default_factory=dict)
    samples: Sequence[Act] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The pages by file name, in the order in which they are read."""

    pages: Mapping[str, str]
    shares: int
    issues: int
    feeds: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Acts of one draft that stand alike. ``places`` are the networks; ``command`` is empty where there is nothing to do."""

    state: State
    title: str
    places: str
    slot: str
    moment: str
    reason: str
    command: str
    anchor: str


def render_preview(overview: Overview, *, overrides: Sequence[Path] = ()) -> Preview:
    """The pages. Their links to one another and their style need no server and no network."""
    language = overview.site.language
    jinja = environment(language=language, overrides=overrides, html=True)
    jinja.filters["web"] = web_address
    say = partial(moment, zone=overview.zone, language=language)
    acts = overview.plan.acts
    counts = Counter[str](each.state for each in acts)
    make = Cards(config=overview.config, place=overview.place, say=say, fresh=overview.fresh)
    cards = make.of(acts)
    issues = [_issue(act, act.content, overview, say) for act in acts if isinstance(act.content, IssueDraft)]
    samples = [_issue(act, act.content, overview, say) for act in overview.samples if isinstance(act.content, IssueDraft)]
    gettext = translations(language).gettext
    shown_in = language if gettext("Plan") != "Plan" else "en"
    values = {
        "overview": overview,
        "language": shown_in,
        "direction": locale_of(shown_in).text_direction,
        "counts": {HEADINGS[state]: counts[state] for state in HEADINGS if counts[state]},
        "states": {state: gettext(HEADINGS.get(state) or state.capitalize()) for state in get_args(State)},
        "out": counts["delivered"],
        "decisions": _decisions(acts, overview.config, say),
        "standing": {(act.content.post_id): act.state for act in acts if not isinstance(act.content, IssueDraft)},
        "months": months(acts, overview.config, now=overview.now, zone=overview.zone, language=language),
        "days": weekdays(language),
        "posts": cards[:MOST_POSTS],
        "left_out": max(0, len(cards) - MOST_POSTS),
        "issues": issues,
        "sample_posts": make.of(overview.samples),
        "sample_issues": samples,
        "anchor": anchor,
        "most_titles": MOST_TITLES,
        "moment": say(overview.now),
        "day": say,
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


def _decisions(acts: Sequence[Act], config: Config, say: Callable[[datetime], str]) -> list[Decision]:
    """What is due, late, held, paused or next, with the command beside it."""
    found = []
    for state in STATES:
        own = [act for act in acts if act.state == state]
        rows = [_decision(list(group), config, say) for _, group in groupby(own, key=_alike)]
        found += rows[:MOST_NEXT] if state == "scheduled" else rows
    return found


def _alike(act: Act) -> tuple[str, str, datetime, str, bool]:
    return act.source, act.slot, act.at, act.reason, bool(act.hint)


def _decision(group: Sequence[Act], config: Config, say: Callable[[datetime], str]) -> Decision:
    act = group[0]
    issue = isinstance(act.content, IssueDraft)
    names = [each.target if issue else outlet(each.target, config.channels.get(each.target, {})).label for each in group]
    commands = dict.fromkeys(each.hint for each in group if each.hint)
    command = "sharekit deliver" if act.state == "due" else "\n".join(commands)
    return Decision(
        state=act.state,
        title=act.title,
        places=", ".join(dict.fromkeys(names)),
        slot=act.slot,
        moment=say(act.at),
        reason=act.reason,
        command=command,
        anchor=f"{'issues' if issue else 'shares'}.html#{anchor(act.source)}",
    )


def _issue(act: Act, file: IssueDraft, overview: Overview, say: Callable[[datetime], str]) -> dict[str, str]:
    rendered = overview.issues.get(act.source, ShownIssue())
    return {
        "id": file.id,
        "subject": file.subject,
        "preheader": file.preheader,
        "sender": overview.config.issue.from_ or overview.site.title,
        "mailer": act.target,
        "state": act.state,
        "reason": act.reason,
        "hint": act.hint,
        "moment": say(act.at),
        "source": act.source,
        "rendered": rendered.page,
        "text": rendered.text,
    }
