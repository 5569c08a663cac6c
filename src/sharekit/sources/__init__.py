"""Reading a blog. One file or folder per kind; each has a class with ``read() -> Reading``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
WORDPRESS = b"wordpress.org/export/"


def detect(root: Path) -> str:
    """The kind of source for a folder or a file. Raises SourceError when no blog is found there."""
    if root.is_file():
        return _file_kind(root)
    if not root.is_dir():
        raise SourceError("there is no such folder", path=str(root), hint="Name the folder of your blog.")
    from sharekit.sources.generators import generator_here, is_zola_site
    from sharekit.sources.hugo.program import is_hugo_site

    if is_hugo_site(root) and not is_zola_site(root):
        return "hugo"
    from sharekit.sources.markdown import generator_of

    built = generator_here(root)
    rules = generator_of(root)
    by_files = rules is None or rules.name == "Markdown"
    # Hexo's files look like Jekyll's; the others come after what is read from its sources.
    if built is not None and (built.name == "Hexo" or by_files) and not (root / "index.html").is_file():
        return "html"
    if rules is not None:
        return "markdown"
    if (root / "index.html").is_file():
        return "html"
    raise SourceError(
        "no blog was found here: no configuration of a known generator, no Markdown with front matter, no index.html.",
        path=str(root),
        hint="Name the folder of your blog, as in: sharekit build ~/blog",
    )


def _file_kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(8192)
    if WORDPRESS in start:
        return "wordpress"
    if FEED.search(start) or start.lstrip()[:1] == b"{":
        return "feed"
    raise SourceError("is neither a feed nor a WordPress export", path=str(path), hint="Name the folder of your blog.")
