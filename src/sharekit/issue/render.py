"""An Issue → its inlined HTML and its text alternative, from the templates in ``templates/issue``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.errors import DraftError
from sharekit.issue.articles import COLUMN, MailArticle, mail_article, neutral, shortened
from sharekit.issue.dates import format_day
from sharekit.issue.inline import inline
from sharekit.issue.text import render_text
from sharekit.issue.theme import theme_of
from sharekit.model import Finding, RenderedIssue
from sharekit.templating import IN_TEMPLATES, environment, template_failed, translations
from sharekit.text.hook import description

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jinja2 import Environment
    from markupsafe import Markup

    from sharekit.config import IssueSettings
    from sharekit.model import Entry, Image, Issue, Link, Post, Series, Site

EXCERPT = 280
# Gmail cuts a message beyond 102 KB, with the unsubscribe link (https://github.com/hteumeuleu/email-bugs/issues/41); a
# provider's link rewriting needs some of it.
MOST_BYTES = 98 * 1024
# Characters of an article that are tried in turn when all of it is too much.
LENGTHS = (12_000, 8_000, 5_000, 3_000, 1_500, 700)
# Inlining makes a shorter issue grow by a little less than a longer one.
CERTAIN = 0.9


@dataclass(frozen=True, kw_only=True)
class SeriesPart:
    """A line of the series box. ``url`` is empty for a part that is only announced."""

    title: str
    url: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class SeriesBox:
    """A series as an article shows it: its parts, and the one that comes next where its title is known."""

    name: str
    parts: tuple[SeriesPart, ...]
    next: str = ""
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class Article:
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

    An issue that Gmail would cut loses the colours of its code first, then the ends of its articles. Raises DraftError
    with the template's file and line when a template fails.
    """
    html, findings = _fitting(issue, context)
    words = translations(issue.language).gettext
    footer = "\n".join(filter(None, (context.site.licence, context.settings.address, _unsubscribe_text(context, words))))
    text = render_text(
        issue,
        title=context.site.title if _same_title(issue) else f"{context.site.title} – {issue.subject}",
        introduction=issue.introduction,
        translate=words,
        footer=footer,
    )
    return RenderedIssue(issue=issue, html=html, text=text), findings


def _same_title(issue: Issue) -> bool:
    """Whether the only post has the subject for its title, which then is the only heading."""
    return len(issue.entries) == 1 and shortened(issue.entries[0].post.title) == issue.subject


def _unsubscribe_text(context: Context, words: Callable[[str], str]) -> str:
    unsubscribe = context.settings.unsubscribe
    return f"{words('Unsubscribe')} {unsubscribe}" if unsubscribe else ""


def _fitting(issue: Issue, context: Context) -> tuple[str, list[Finding]]:
    tries: list[tuple[bool, int | None]] = [(True, None), (False, None), *((False, most) for most in LENGTHS)]
    html, findings, growth = "", list[Finding](), 1.0
    for colours, most in tries:
        drawn, articles = draw(issue, context, colours=colours, most=most)
        before = len(drawn.encode())
        shortest = context.settings.variant != "full" or most == LENGTHS[-1]
        # Inlining takes ten times as long as drawing, and is left out where its result could only be too long.
        if not shortest and before * growth * CERTAIN > MOST_BYTES:
            continue
        html = inline(drawn)
        size = len(html.encode())
        findings = _findings(issue, articles, colours=colours, size=size)
        if size <= MOST_BYTES or shortest:
            break
        growth = max(growth, size / before) if not colours else growth
    return html, findings


def draw(
    issue: Issue, context: Context, *, colours: bool = True, most: int | None = None
) -> tuple[str, dict[str, MailArticle]]:
    """The document before its styles are inlined, and the articles in it. See :func:`mail_article`."""
    jinja = _jinja(issue.language, tuple(context.overrides))
    words = translations(issue.language).gettext
    articles = {
        entry.post.id: mail_article(entry.post, picture=context.picture, words=words, colours=colours, most=most)
        for entry in issue.entries
    }
    return _document(issue, context, jinja, articles), articles


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


def _findings(issue: Issue, articles: dict[str, MailArticle], *, colours: bool, size: int) -> list[Finding]:
    findings = [
        Finding(level="warn", rule="picture", message=f"{entry.post.title}: {change}", path=entry.post.source or None)
        for entry in issue.entries
        for change in articles[entry.post.id].told
    ]
    cut = [entry.post.title for entry in issue.entries if articles[entry.post.id].cut]
    if not colours:
        findings.append(
            Finding(
                level="warn",
                rule="size",
                message=f"the issue was too long for Gmail: its code has lost its colours, it is {size // 1024} KB now",
                path=issue.source or None,
                hint='Put fewer posts in it, or set [issue] variant = "cards".',
            )
        )
    if cut:
        findings.append(
            Finding(
                level="warn",
                rule="size",
                message=f"{len(cut)} articles end with a link to the rest: {', '.join(cut)}",
                path=issue.source or None,
            )
        )
    return findings


def _document(issue: Issue, context: Context, jinja: Environment, articles: dict[str, MailArticle]) -> str:
    from jinja2 import TemplateError
    from markupsafe import Markup, escape

    settings = context.settings
    name = f"issue/{settings.variant}.html"
    unsubscribe = settings.unsubscribe or ""
    try:
        html = jinja.get_template(name).render(
            issue=issue,
            site=context.site,
            settings=settings,
            theme=theme_of(settings, issue.language),
            introduction=Markup(neutral(markdown(issue.introduction))),  # noqa: S704 - comrak leaves raw HTML out
            date=format_day(issue.date.date(), issue.language),
            articles=[_article(entry, articles[entry.post.id], issue.language, context) for entry in issue.entries],
            same_title=_same_title(issue),
            online=context.online,
            unsubscribe=Markup(escape(unsubscribe)),  # noqa: S704 - escaped
        )
    except (TemplateError, *IN_TEMPLATES) as error:
        raise template_failed(error, name) from error
    if unsubscribe and f'href="{escape(unsubscribe)}"' not in html:
        raise DraftError(
            "the template has lost the unsubscribe link", path=name, hint='Start from {% extends "sharekit/' + name + '" %}.'
        )
    return html


def markdown(text: str) -> str:
    """CommonMark as HTML; raw HTML in it is left out."""
    from comrak import ExtensionOptions, render_markdown

    options = ExtensionOptions()
    options.strikethrough = options.table = options.autolink = True
    return str(render_markdown(text, extension_options=options)) if text.strip() else ""


def _article(entry: Entry, made: MailArticle, language: str, context: Context) -> Article:
    from markupsafe import Markup

    post = entry.post
    cover = post.image if post.image and post.image.url.startswith(("http://", "https://")) else None
    if cover and cover.url in made.html:
        cover = None
    return Article(
        entry=entry,
        date=format_day(post.published.date(), language),
        html=Markup(made.html),  # noqa: S704 - cleaned: nothing in it acts
        blurb=Markup(neutral(markdown(entry.blurb))),  # noqa: S704 - comrak leaves raw HTML out
        excerpt=description(post, EXCERPT),
        width=min(cover.width, COLUMN) if cover and cover.width else COLUMN,
        cover=cover,
        links=context.links(post),
        series=[_box(each, post) for each in context.series if each.part(post.id)],
        cut=made.cut,
    )


def _box(series: Series, post: Post) -> SeriesBox:
    parts = [SeriesPart(title=shortened(each.title), url=each.url, current=each.id == post.id) for each in series.members]
    parts += [SeriesPart(title=shortened(title)) for title in series.announced]
    at = next(number for number, part in enumerate(parts) if part.current)
    following = parts[at + 1].title if at + 1 < len(parts) else ""
    return SeriesBox(name=series.name, parts=tuple(parts), next=following, more=series.more)
