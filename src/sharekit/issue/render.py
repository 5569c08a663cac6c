"""An Issue → its inlined HTML and its text alternative, from the templates in ``templates/issue``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.content import excerpt, plain_text
from sharekit.errors import DraftError
from sharekit.issue.articles import COLUMN, article_html
from sharekit.issue.inline import inline
from sharekit.issue.text import render_text
from sharekit.model import RenderedIssue
from sharekit.templating import environment, translations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from markupsafe import Markup

    from sharekit.config import IssueSettings
    from sharekit.model import Entry, Image, Issue, Link, Post, Site

# Languages that are written from right to left.
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "yi")
EXCERPT = 320


@dataclass(frozen=True, kw_only=True)
class Article:
    """What the template shows of one post."""

    entry: Entry
    date: str
    html: Markup
    blurb: Markup
    excerpt: str
    width: int
    links: Sequence[Link]


def render(
    issue: Issue,
    site: Site,
    *,
    settings: IssueSettings,
    links: Callable[[Post], Sequence[Link]],
    picture: Callable[[str], Image | None],
    overrides: Sequence[Path] = (),
) -> RenderedIssue:
    """The issue as it leaves. Raises DraftError with the template's file and line when a template fails."""
    from jinja2 import TemplateError
    from markupsafe import Markup

    jinja = environment(language=issue.language, overrides=overrides, html=True)
    introduction = markdown(issue.introduction)
    try:
        html = jinja.get_template(f"issue/{settings.variant}.html").render(
            issue=issue,
            site=site,
            settings=settings,
            introduction=Markup(introduction),  # noqa: S704 - comrak leaves raw HTML out
            date=_date(issue, issue.language),
            articles=[_article(entry, issue.language, links=links, picture=picture) for entry in issue.entries],
            direction="rtl" if issue.language.split("-")[0] in RIGHT_TO_LEFT else "ltr",
            unsubscribe=settings.unsubscribe or "",
        )
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise DraftError(f"the template failed: {error}", path=f"issue/{settings.variant}.html", line=line) from error
    words = translations(issue.language).gettext
    footer = "\n".join(filter(None, (site.licence, settings.address, settings.unsubscribe)))
    text = render_text(
        issue, title=f"{site.title} – {issue.subject}", introduction=issue.introduction, translate=words, footer=footer
    )
    return RenderedIssue(issue=issue, html=inline(html), text=text)


def markdown(text: str) -> str:
    """CommonMark as HTML; raw HTML in it is left out."""
    from comrak import ExtensionOptions, render_markdown

    options = ExtensionOptions()
    options.strikethrough = options.table = options.autolink = True
    return str(render_markdown(text, extension_options=options)) if text.strip() else ""


def _article(
    entry: Entry, language: str, *, links: Callable[[Post], Sequence[Link]], picture: Callable[[str], Image | None]
) -> Article:
    from markupsafe import Markup

    post = entry.post
    html = article_html(post, picture=picture)
    width = post.image.width if post.image and post.image.width else COLUMN
    return Article(
        entry=entry,
        date=format_day(post, language),
        html=Markup(html),  # noqa: S704 - cleaned: nothing in it acts
        blurb=Markup(markdown(entry.blurb)),  # noqa: S704 - comrak leaves raw HTML out
        excerpt=excerpt(post.summary or plain_text(html), EXCERPT),
        width=min(width, COLUMN),
        links=links(post),
    )


def format_day(post: Post, language: str) -> str:
    """The day of publication in the reader's words, such as "20 mai 2022"."""
    return _format(post.published.date(), language)


def _date(issue: Issue, language: str) -> str:
    return _format(issue.date.date(), language)


def _format(day: object, language: str) -> str:
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date

    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    return str(format_date(day, format="long", locale=locale))  # type: ignore[arg-type]  # a date, given as object
