"""An Issue → its inlined HTML and its text alternative, from the templates in ``templates/issue``."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sharekit.content import cleaned, serialise
from sharekit.errors import DraftError
from sharekit.issue.articles import MailArticle, mail_article, neutral, one_line
from sharekit.issue.inline import inline
from sharekit.issue.media import COLUMN
from sharekit.issue.text import render_text
from sharekit.issue.theme import theme_of
from sharekit.model import Finding, RenderedIssue
from sharekit.templating import IN_TEMPLATES, environment, format_day, template_failed, translations
from sharekit.text.hook import description, story
from sharekit.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment
    from markupsafe import Markup

    from sharekit.config import IssueSettings
    from sharekit.model import Entry, Image, Issue, Link, Part, Post, Series, Site

# A card has up to three sentences, of so many characters together.
ENOUGH = 3
EXCERPT = 280
# Gmail cuts a message beyond 102 KB, with the unsubscribe link (https://github.com/hteumeuleu/email-bugs/issues/41); the
# rest is for what a provider adds, such as its addresses for each link.
MOST_BYTES = 90 * 1024
# Inlining makes a document at most a little smaller: its plain rules go.
CERTAIN = 0.9
# What rspamd counts: it adds a point to a letter with an odd number of them (URI_COUNT_ODD).
LINKED = re.compile(r'<(?:a|img)\b[^<>]*\s(?:href|src)="(?!#|mailto:)')
# Bytes of an article below which a card says more.
LEAST = 500


@dataclass(frozen=True, kw_only=True)
class SeriesPart:
    """A line of the series box. ``url`` is empty for a part that is only announced."""

    number: int
    title: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class SeriesBox:
    """A series as an article shows it: which part it is, and the parts that are not in the issue."""

    place: Part
    parts: tuple[SeriesPart, ...]


@dataclass(frozen=True, kw_only=True)
class IssueArticle:
    """What the template shows of one post."""

    entry: Entry
    date: str
    html: Markup
    blurb: Markup
    excerpt: str
    width: int
    cover: Image | None
    links: Sequence[Link]
    series: Sequence[SeriesBox]
    cut: bool


@dataclass(frozen=True, kw_only=True)
class Detail:
    """How much of each article an issue shows, so that it fits.

    ``most`` is the bytes of each; of the articles only the first ``shown`` are, the next up to ``named`` by their title.
    """

    colours: bool = True
    most: int | None = None
    cards: bool = False
    shown: int | None = None
    named: int | None = None


@dataclass(frozen=True, kw_only=True)
class Context:
    """What rendering needs beside the issue. ``online`` is where the issue is read on the web, empty where it is not."""

    site: Site
    settings: IssueSettings
    links: Callable[[Post], Sequence[Link]]
    picture: Callable[[str], Image | None]
    series: Sequence[Series] = ()
    online: str = ""
    overrides: Sequence[Path] = ()


def render(issue: Issue, context: Context) -> tuple[RenderedIssue, list[Finding]]:
    """The issue as it leaves, and what a person should know of it.

    An issue that Gmail would cut loses the colours of its code first, then the ends of its articles, then all but their
    first sentences, then all but their titles. Raises DraftError with the template's file and line when a template fails.
    """
    html, findings = _fitting(issue, context)
    translate = translations(issue.language).gettext
    full = variant(issue, context.settings) == "full"
    unsubscribe = context.settings.unsubscribe and f"{translate('Unsubscribe')} {context.settings.unsubscribe}"
    footer = "\n".join(filter(None, (context.site.licence, context.settings.address, unsubscribe)))
    text = render_text(
        issue,
        title=context.site.title if _same_title(issue) else f"{context.site.title} – {issue.subject}",
        introduction=markdown(issue.introduction, context.site.url),
        footer=footer,
        translate=translate,
        openings=None if full else {entry.post.id: opening(entry.post) for entry in issue.entries},
    )
    return RenderedIssue(issue=issue, html=html, text=text), findings


def _same_title(issue: Issue) -> bool:
    """Whether the only post has the subject for its title, which then is the only heading."""
    return len(issue.entries) == 1 and one_line(issue.entries[0].post.title) == issue.subject


def variant(issue: Issue, settings: IssueSettings) -> str:
    """The layout of an issue: as configured, else one article in full and several as cards."""
    return settings.variant or ("full" if len(issue.entries) == 1 else "cards")


def _fitting(issue: Issue, context: Context) -> tuple[str, list[Finding]]:
    detail: Detail | None = Detail(cards=variant(issue, context.settings) != "full")
    total = len(issue.entries)
    html, findings = "", list[Finding]()
    while detail is not None:
        drawn, articles = draw(issue, context, detail)
        # Inlining takes ten times as long as drawing, and is left out where its result could only be too long.
        size = len(drawn.encode())
        if size * CERTAIN <= MOST_BYTES:
            html = inline(drawn)
            size = len(html.encode())
            findings = _findings(issue, articles, detail, size=size)
            if size <= MOST_BYTES:
                break
        detail = _less(detail, size, articles, total)
    return html, findings


def _less(detail: Detail, size: int, articles: Mapping[str, MailArticle], total: int) -> Detail | None:
    """What to show of ``total`` posts where ``size`` bytes were too many; None where nothing is left to leave out."""
    share = 0.95 * MOST_BYTES / size
    if detail.colours and not detail.cards and any("<pre" in each.html for each in articles.values()):
        return replace(detail, colours=False)
    if not detail.cards:
        longest = max(each.weight for each in articles.values())
        most = int((detail.most or longest) * share)
        return replace(detail, most=most) if most >= LEAST else replace(detail, cards=True)
    shown = total if detail.shown is None else detail.shown
    if shown:
        return replace(detail, shown=int(shown * share))
    named = total if detail.named is None else detail.named
    return replace(detail, named=int(named * share)) if named else None


def draw(issue: Issue, context: Context, detail: Detail | None = None) -> tuple[str, dict[str, MailArticle]]:
    """The document before its styles are inlined, and the articles in it. See :func:`mail_article`."""
    detail = detail or Detail(cards=variant(issue, context.settings) != "full")
    jinja = _jinja(issue.language, tuple(context.overrides))
    words = translations(issue.language).gettext
    articles = {
        entry.post.id: mail_article(
            entry.post, picture=context.picture, translate=words, colours=detail.colours, most=detail.most
        )
        for entry in issue.entries[: detail.shown]
    }
    return _document(issue, context, jinja, articles, detail), articles


@functools.lru_cache(maxsize=16)
def _jinja(language: str, overrides: tuple[Path, ...]) -> Environment:
    # Kept, because compiling the templates takes as long as the rest; jinja2 looks itself whether a file has changed.
    made = environment(language=language, overrides=overrides, html=True)
    made.finalize = _finalized
    return made


def _finalized(value: object) -> object:
    """Values in a template: what a post says is never a placeholder of a mail provider."""
    from markupsafe import Markup, escape

    if isinstance(value, str) and not isinstance(value, Markup):
        return Markup(neutral(str(escape(value))))  # noqa: S704 - escaped just before
    return value


def _findings(issue: Issue, articles: Mapping[str, MailArticle], detail: Detail, *, size: int) -> list[Finding]:
    findings = []
    if not detail.cards:
        findings = [
            Finding(level="warn", rule="picture", message=f"{entry.post.title}: {change}", path=entry.post.source or None)
            for entry in issue.entries
            for change in articles[entry.post.id].lost
        ]
    cut = [entry.post.title for entry in issue.entries[: detail.shown] if articles[entry.post.id].cut]
    said = []
    if not detail.colours:
        said.append(f"its code has lost its colours, it is {size // 1024} KB now")
    if detail.shown is not None:
        said.append(f"only the first {detail.shown} of {len(issue.entries)} articles are more than a title")
    elif detail.cards and detail.most is not None:
        said.append("its articles became cards")
    elif cut:
        said.append(f"it ends with a link to the rest of {', '.join(cut)}")
    return findings + [
        Finding(
            level="warn",
            rule="size",
            message=f"the issue was too long for Gmail: {each}",
            path=issue.source or None,
            hint="Put fewer posts in it." if detail.cards else 'Put fewer posts in it, or set [issue] variant = "cards".',
        )
        for each in said
    ]


def _document(
    issue: Issue, context: Context, jinja: Environment, articles: Mapping[str, MailArticle], detail: Detail
) -> str:
    from jinja2 import TemplateError
    from markupsafe import Markup, escape

    settings = context.settings
    chosen = variant(issue, settings)
    name = f"issue/{'cards' if detail.cards and chosen == 'full' else chosen}.html"
    unsubscribe = settings.unsubscribe or ""
    entries = issue.entries
    made = [_article(entry, articles[entry.post.id], issue, context) for entry in entries[: detail.shown]]
    named = len(entries) if detail.named is None else detail.named
    # A file of the blog, with or without the slash.
    logo = settings.logo and urljoin(context.site.root, settings.logo.removeprefix("/"))
    values = {
        "issue": issue,
        "logo": logo,
        "site": context.site,
        "settings": settings,
        "theme": theme_of(settings, issue.language),
        "introduction": Markup(neutral(markdown(issue.introduction, context.site.url))),  # noqa: S704 - comrak leaves raw HTML out
        "date": format_day(issue.date.date(), issue.language),
        "articles": made,
        "listed": entries[len(made) : named],
        "left_out": len(entries) - max(len(made), named),
        "same_title": _same_title(issue),
        "online": context.online,
        "unsubscribe": Markup(escape(unsubscribe)),  # noqa: S704 - escaped
    }
    try:
        template = jinja.get_template(name)
        html = template.render(values, online_below=context.online)
        if context.online and len(LINKED.findall(html)) % 2:
            html = template.render(values, online_below="")
    except (TemplateError, *IN_TEMPLATES) as error:
        raise template_failed(error, name) from error
    if unsubscribe and f'href="{escape(unsubscribe)}"' not in html:
        raise DraftError(
            "the template has lost the unsubscribe link", path=name, hint='Start from {% extends "sharekit/' + name + '" %}.'
        )
    return html


def markdown(text: str, base: str) -> str:
    """CommonMark as HTML, with links from ``base``; raw HTML in it is left out."""
    from comrak import ExtensionOptions, render_markdown

    options = ExtensionOptions()
    options.strikethrough = options.table = options.autolink = True
    return serialise(cleaned(render_markdown(text, extension_options=options), base)) if text.strip() else ""


def _article(entry: Entry, made: MailArticle, issue: Issue, context: Context) -> IssueArticle:
    from markupsafe import Markup

    post = entry.post
    cover = post.image if post.image and post.image.url.startswith(("http://", "https://")) else None
    if cover and cover.url in made.html:
        cover = None
    shown = {each.post.id for each in issue.entries}
    return IssueArticle(
        entry=entry,
        date=format_day(post.published.date(), issue.language),
        html=Markup(made.html),  # noqa: S704 - cleaned: nothing in it acts
        blurb=Markup(neutral(markdown(entry.blurb, post.url))),  # noqa: S704 - comrak leaves raw HTML out
        excerpt=opening(post),
        width=min(cover.width, COLUMN) if cover and cover.width else COLUMN,
        cover=cover,
        links=context.links(post),
        series=[_box(each, part, shown) for each in context.series if (part := each.part(post.id))],
        cut=made.cut,
    )


def opening(post: Post) -> str:
    """What a card says of an article: the author's words for it, else its best sentences; up to three."""
    offer = story(post)
    said = sentences(description(offer, EXCERPT))
    for passage in offer.passages:
        more = [*said, *passage]
        if not set(passage) & set(said) and len(more) <= ENOUGH and len(" ".join(more)) <= EXCERPT:
            said = more
    return " ".join(said)


def _box(series: Series, place: Part, shown: Collection[str]) -> SeriesBox:
    # A title that stands in the issue already is not said again.
    parts = [
        SeriesPart(number=number, title=one_line(each.title), url=each.url)
        for number, each in enumerate(series.members, start=1)
        if each.id not in shown
    ]
    parts += [
        SeriesPart(number=number, title=one_line(title))
        for number, title in enumerate(series.announced, start=len(series.members) + 1)
    ]
    return SeriesBox(place=place, parts=tuple(parts))


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An issue on the web."""

    issue: Issue
    url: str
    html: str


def archive_page(html: str, settings: IssueSettings) -> str:
    """The mail as a page: the link that unsubscribes is a subscriber's own, and belongs to no page."""
    if not settings.unsubscribe:
        return html
    link = re.escape(escape(settings.unsubscribe, quote=False))
    return re.sub(rf'<a\b[^>]*\bhref="{link}"[^>]*>.*?</a>', "", html, flags=re.DOTALL)


def archive_index(
    editions: Sequence[Edition], site: Site, settings: IssueSettings, *, base: str, overrides: Sequence[Path] = ()
) -> tuple[str, str]:
    """The index page and the feed, newest issue first."""
    jinja = environment(language=site.language, overrides=overrides, html=True)
    values = {
        "editions": editions,
        "site": site,
        "settings": settings,
        "base": base,
        "theme": theme_of(settings, site.language),
        "day": lambda edition: format_day(edition.issue.date.date(), site.language),
    }
    return jinja.get_template("issue/archive.html").render(values), jinja.get_template("issue/archive.xml").render(values)
