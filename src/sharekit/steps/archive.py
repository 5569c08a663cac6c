"""The archive of the mailing list: a page for each issue, an index, and a feed of issues, so that "read online" is true."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from sharekit.files import write_if_changed
from sharekit.issue.archive import Edition, archive_index, archive_page
from sharekit.steps.blog import Made

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from sharekit.model import IssueDraft, RenderedIssue
    from sharekit.steps.blog import Blog


def write_archive(
    blog: Blog, issues: Sequence[tuple[IssueDraft, RenderedIssue]], *, sent: Collection[str] = ()
) -> list[Made]:
    """Write the pages of the approved issues below ``[issue] archive`` of the output folder; without it, nothing.

    The page of an issue that is among the ids of ``sent`` stays as its subscribers have it.
    """
    folder = blog.config.issue.archive
    shown = [(file, issue) for file, issue in issues if file.status == "approved"]
    if not folder or not shown:
        return []
    base = urljoin(blog.site.url, f"{quote(folder)}/")
    place = blog.folders.output / folder
    editions = [
        Edition(
            issue=rendered.issue,
            url=urljoin(base, f"{quote(file.id)}/"),
            html=_kept(place / file.id / "index.html", file.id in sent) or archive_page(rendered.html, blog.config.issue),
        )
        for file, rendered in shown
    ]
    editions.sort(key=lambda each: (each.issue.date, each.issue.id), reverse=True)
    overrides = [blog.folders.templates] if blog.folders.templates.is_dir() else []
    index, feed = archive_index(editions, blog.site, blog.config.issue, base=base, overrides=overrides)
    files = {place / each.issue.id / "index.html": each.html for each in editions}
    files |= {place / "index.html": index, place / "index.xml": feed}
    return [
        Made(kind="issue", path=blog.folders.relative(path), what="archive", change=write_if_changed(path, content))
        for path, content in files.items()
    ]


def _kept(page: Path, sent: bool) -> str:
    return page.read_text(encoding="utf-8") if sent and page.is_file() else ""
