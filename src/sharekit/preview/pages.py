"""The pages: from an open blog to what they show, and from that to their HTML. Nothing is fetched."""

from __future__ import annotations

import calendar
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from html import escape as escape_html
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args
from urllib.parse import quote, urljoin, urlsplit

import msgspec
from babel.dates import format_date, format_datetime, get_day_names
from markupsafe import Markup, escape

from sharekit.drafts import share_draft_edited
from sharekit.errors import SharekitError
from sharekit.feeds.entries import Entries
from sharekit.files import write_if_changed
from sharekit.model import IssueDraft, Share, State
from sharekit.registry import outlet
from sharekit.report.acts import HEADINGS
from sharekit.shares.habits import FOLD, habit
from sharekit.steps.drafting import Drafting
from sharekit.steps.feeds import blog_feeds
from sharekit.steps.issue import rendered_issue
from sharekit.steps.sample import sample_acts
from sharekit.templating import environment, locale_of, translations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.feeds.document import Feed, FeedEntry
    from sharekit.model import Act, Finding, Image, Series, Site
    from sharekit.planning import Plan
    from sharekit.session import Session
    from sharekit.steps.blog import Blog

PAGES = ("index", "shares", "issues", "feeds")
# Of each feed, and of the posts whose shares are all out or old.
MOST_TITLES, MOST_POSTS = 10, 60
# What a person may have to decide, in the order in which it is urgent; of what is next only the first few.
STATES: tuple[State, ...] = ("unknown", "refused", "held", "due", "waiting", "scheduled")
MOST_NEXT = 5
# Of each feed, so many entries are shown in full.
ENTRIES = 3
SOURCE = re.compile(r"""(<img\b[^>]*?\bsrc=)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)
# How far the calendar reaches.
BEFORE, AFTER = timedelta(days=31), timedelta(days=92)
# These show an address without its scheme, and cut it after so many characters.
SHORTENING = {"x": 34, "mastodon": 30}
SPECIAL = re.compile(
    r"(?P<link>https?://\S*[^\s.,;:!?)\]»”’'\"])"
    r"|(?<![\w/&])(?P<tag>[#＃]\w*[^\W\d]\w*)"
    r"|(?<![\w/@])(?P<mention>@\w[\w.-]*\w(?:@[\w.-]+\w)?)"
)
# LinkedIn shows so many lines of a text on a telephone (reference: linkedinpreview.com, "LinkedIn Hook Preview").
LINES = 3


class ShownFeed(NamedTuple):
    """A feed, the address of its file (empty where it was not built), and its newest entries as readers get them."""

    feed: Feed
    file: str = ""
    entries: Sequence[FeedEntry] = ()


class ShownIssue(NamedTuple):
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


def write_pages(session: Session, place: Path) -> tuple[Overview, list[Path]]:
    """Write the pages into a folder: what they show, and their files, the first one first."""
    blog, now = session.blog, session.clock()
    plan, unseen = session.plan_without_ledger()
    samples = sample_acts(blog, now=now)
    pictures = _pictures(blog, place)
    issues = [act for act in (*plan.acts, *samples) if isinstance(act.content, IssueDraft)]
    overview = Overview(
        site=blog.site,
        series=blog.ahead,
        posts=len(blog.reading.posts),
        plan=plan,
        config=session.config,
        issues=_issues(issues, session, place, pictures),
        feeds=_feeds(blog, place, pictures),
        findings=tuple(dict.fromkeys((*unseen, *blog.findings, *plan.findings))),
        place=pictures,
        now=now,
        zone=session.zone,
        fresh=_fresh(session, plan),
        samples=samples,
    )
    files = []
    for name, text in render_preview(overview, overrides=blog.folders.overrides).items():
        write_if_changed(place / name, text)
        files.append(place / name)
    return overview, files


def _fresh(session: Session, plan: Plan) -> dict[tuple[str, str], str]:
    """What sharekit would write in the place of each section that a person edited."""
    edited = {draft.post for draft in session.drafts.shares if share_draft_edited(draft)}
    if not edited:
        return {}
    drafting = Drafting(session.blog, plan.entries, now=session.clock())
    posts = [post for post in session.blog.posts if post.id in drafting.of_post and drafting.of_post[post.id].post in edited]
    made = [each for each in drafting.draft(posts) if each.known]
    return {(each.known.path, name): text for each in made if each.known for name, text in each.fresh.sections.items()}


def _issues(acts: Sequence[Act], session: Session, place: Path, pictures: Callable[[str], str]) -> dict[str, ShownIssue]:
    """The page and the text part of each issue, with the blog's own pictures, which may not be published yet."""
    made = {}
    for act in acts:
        html, text = _rendered(act, session)
        if html:
            name = f"issue-{'sample-' if 'samples' in act.source.split('/') else ''}{Path(act.source).stem}.html"
            write_if_changed(place / name, _with_pictures(html, pictures))
            made[act.source] = ShownIssue(page=quote(name), text=text)
    return made


def _rendered(act: Act, session: Session) -> tuple[str, str]:
    """An issue as it was rendered; anew where its draft was saved since, unless it is out."""
    draft, page, text = ((session.root / act.source).with_suffix(ending) for ending in (".md", ".html", ".txt"))
    known = page.is_file() and text.is_file()
    if known and (act.state == "delivered" or page.stat().st_mtime >= draft.stat().st_mtime):
        return page.read_text(encoding="utf-8"), text.read_text(encoding="utf-8")
    if act.state == "delivered" or not isinstance(act.content, IssueDraft):
        return "", ""
    try:
        made = rendered_issue(session.blog, act.content)
    except SharekitError:
        return "", ""
    return made.html, made.text


def _feeds(blog: Blog, place: Path, pictures: Callable[[str], str]) -> list[ShownFeed]:
    entries = Entries(settings=blog.config.feed, places={}, picture=blog.reading.picture)
    made = []
    for feed in blog_feeds(blog):
        file = blog.folders.output / feed.address.path(feed.formats[0])
        newest = [entries.of(post) for post in list(feed.posts)[: -ENTRIES - 1 : -1]]
        shown = [msgspec.structs.replace(each, html=_with_pictures(each.html, pictures)) for each in newest]
        made.append(ShownFeed(feed=feed, file=_address(file, place) if file.is_file() else "", entries=shown))
    return made


def _address(file: Path, place: Path) -> str:
    return quote(os.path.relpath(file, place).replace(os.sep, "/"))


def _pictures(blog: Blog, place: Path) -> Callable[[Image | str], str]:
    """Where the pages find a picture: the blog's own file where there is one, since its address may not be published yet."""

    def address(image: Image | str) -> str:
        url = urljoin(blog.site.url, image if isinstance(image, str) else image.url)
        known = blog.reading.picture(url)
        return _address(known.file, place) if known and known.file else url

    return address


def _with_pictures(html: str, pictures: Callable[[str], str]) -> str:
    return SOURCE.sub(lambda found: f"{found[1]}{found[2]}{escape_html(pictures(unescape(found[3])))}{found[2]}", html)


# --- their HTML. Pure: what is shown is passed in ----------------------------------------------------------------------


def render_preview(overview: Overview, *, overrides: Sequence[Path] = ()) -> dict[str, str]:
    """The pages by file name, in the order in which they are read. They need no server and no network."""
    language, acts = overview.site.language, overview.plan.acts
    gettext = translations(language).gettext
    shown_in = language if gettext("Plan") != "Plan" else "en"
    targets = {act.target for act in (*acts, *overview.samples) if act.kind == "share"}
    outlets = {name: outlet(name, overview.config.channels.get(name, {})) for name in targets}
    jinja = environment(language=language, overrides=overrides, html=True)
    jinja.filters |= {
        "web": web_address,
        "host": lambda url: urlsplit(url).netloc.removeprefix("www."),
        "moment": lambda at: moment(at, overview.zone, language),
        "text": shown,
        "outlet": lambda act: outlets[act.target],
    }
    counts = Counter[str](each.state for each in acts)
    posts = by_post(acts)
    months, events = calendar_of(acts, now=overview.now, zone=overview.zone)
    values = {
        "overview": overview,
        "language": shown_in,
        "direction": locale_of(shown_in).text_direction,
        "counts": {HEADINGS[state]: counts[state] for state in HEADINGS if counts[state]},
        "states": {state: gettext(HEADINGS.get(state) or state.capitalize()) for state in get_args(State)},
        "out": counts["delivered"],
        "decisions": decisions(acts),
        "standing": {act.content.post_id: act.state for act in acts if isinstance(act.content, Share)},
        "months": {month(first, language): weeks for first, weeks in months.items()},
        "events": events,
        "days": weekdays(language),
        "today": overview.now.astimezone(overview.zone).date(),
        "posts": posts[:MOST_POSTS],
        "left_out": max(0, len(posts) - MOST_POSTS),
        "issues": [act for act in acts if act.kind == "issue"],
        "sample_posts": by_post(overview.samples),
        "sample_issues": [act for act in overview.samples if act.kind == "issue"],
        "anchor": anchor,
        "folded": folded,
        "name": lambda act: act.content.subject if isinstance(act.content, IssueDraft) else act.title,
        "reason": partial(_reason, gettext),
        "rendered": lambda act: overview.issues.get(act.source, ShownIssue()),
        "most_titles": MOST_TITLES,
    }
    return {f"{name}.html": jinja.get_template(f"preview/{name}.html").render(values, page=name) for name in PAGES}


def _reason(gettext: Callable[[str], str], act: Act) -> str:
    """Why an act stands as it does: in the reader's language where that is known, else marked as English."""
    known = gettext(act.reason)
    return known if known != act.reason else Markup('<span lang="en">{}</span>').format(act.reason)


def web_address(url: str) -> str:
    """The address where it leads to the web, else nothing: a draft may come from a fork's pull request."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def anchor(act: Act) -> str:
    """The name by which a draft's place on its page is found."""
    return act.source.rpartition("/")[2].removesuffix(".md")


def folded(text: str, like: str) -> tuple[str, str]:
    """What a network shows of a text at once, and what it hides until a reader asks for it.

    LinkedIn cuts it after its third line, or after so many characters, between two words.
    """
    if not habit(like).more:
        return text, ""
    most = min(FOLD, len("".join(text.splitlines(keepends=True)[:LINES])))
    if most == FOLD < len(text):
        most = max(text.rfind(" ", 0, most + 1), text.rfind("\n", 0, most + 1)) + 1 or most
    return text[:most], text[most:]


def shown(text: str, like: str) -> Markup:
    """The text as HTML, every character of it escaped. ``like`` is the network whose habits it follows."""
    made = Markup()
    end = 0
    for found in SPECIAL.finditer(text):
        link = _link(found["link"], like) if found["link"] else Markup("<b>{}</b>").format(found.group())
        made += escape(text[end : found.start()]) + link
        end = found.end()
    return made + escape(text[end:])


def _link(url: str, like: str) -> Markup:
    most = SHORTENING.get(like)
    label = url
    if most is not None:
        label = url.partition("://")[2].removeprefix("www.")
        label = label if len(label) <= most else f"{label[:most]}…"
    return Markup('<a href="{}">{}</a>').format(url, label)


def decisions(acts: Sequence[Act]) -> list[list[Act]]:
    """What is due, late, held, paused or next: acts of one draft that stand alike together."""
    found = []
    for state in STATES:
        own = [act for act in acts if act.state == state]
        rows = [
            list(group) for _, group in groupby(own, lambda act: (act.source, act.slot, act.at, act.reason, bool(act.hint)))
        ]
        found += rows[:MOST_NEXT] if state == "scheduled" else rows
    return found


def by_post(acts: Iterable[Act]) -> list[list[Act]]:
    """The shares of each post: what is to be decided, the newest first; then what is next; then what is out or skipped."""
    posts: dict[str, list[Act]] = {}
    for act in acts:
        if isinstance(act.content, Share):
            posts.setdefault(act.content.post_id, []).append(act)
    return sorted(posts.values(), key=_rank)


def _rank(shares: Sequence[Act]) -> tuple[int, float, str]:
    """Where a post stands on the page."""
    first = shares[0]
    newest = -(first.published or first.at).timestamp()
    if {act.state for act in shares} & {"unknown", "refused", "held", "due", "waiting"}:
        return 0, newest, first.source
    coming = [act.at.timestamp() for act in shares if act.state == "scheduled"]
    return (1, min(coming), first.source) if coming else (2, newest, first.source)


# --- the calendar -------------------------------------------------------------------------------------------------------


def calendar_of(
    acts: Iterable[Act], *, now: datetime, zone: ZoneInfo
) -> tuple[dict[date, list[list[date]]], dict[date, list[list[Act]]]]:
    """The first of each month around ``now`` in which something is planned → its days in whole weeks, Monday first; and a
    day → what goes out on it, the acts of one file and moment together.
    """
    events: dict[date, list[list[Act]]] = {}
    near = [each for each in acts if now - BEFORE <= each.at <= now + AFTER and each.state != "skipped"]
    for (at, _, _), group in groupby(sorted(near, key=_together), key=_together):
        events.setdefault(at.astimezone(zone).date(), []).append(list(group))
    months = sorted({day.replace(day=1) for day in events})
    return {first: calendar.Calendar().monthdatescalendar(first.year, first.month) for first in months}, events


def _together(act: Act) -> tuple[datetime, str, str]:
    return act.at, act.source, act.state


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A day and a time in a language (CLDR): "Thu 21 May 2026 11:00"."""
    return str(format_datetime(at, "EEE d MMM y HH:mm", tzinfo=zone, locale=locale_of(language)))


def month(day: date, language: str) -> str:
    """The name of a month and its year, as a heading."""
    name = str(format_date(day, "LLLL y", locale=locale_of(language)))
    return name[:1].upper() + name[1:]


def weekdays(language: str) -> Sequence[str]:
    """The short names of the days, Monday first."""
    names = get_day_names("abbreviated", context="stand-alone", locale=locale_of(language))
    return [names[number] for number in range(7)]
