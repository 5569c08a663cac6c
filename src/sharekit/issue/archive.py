"""What the web shows of the issues: each as its page, all of them as an index and an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from sharekit.issue.theme import theme_of
from sharekit.templating import environment, format_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sharekit.config import IssueSettings
    from sharekit.model import Issue, Site


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
