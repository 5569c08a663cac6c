"""What a folder holds: which generator made the blog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.errors import SourceError
from sharekit.sources.hugo.site import is_hugo_site

if TYPE_CHECKING:
    from pathlib import Path

FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
ZOLA = re.compile(rb"^\s*base_url\s*=", re.MULTILINE)
WORDPRESS = b"wordpress.org/export/"


def detect(root: Path) -> str:
    """The kind of source for a folder or a file. Raises SourceError when no blog is found there."""
    if root.is_file():
        return _file_kind(root)
    if not root.is_dir():
        raise SourceError("there is no such folder", path=str(root), hint="Name the folder of your blog.")
    # Zola's config.toml beside content/ looks like an older Hugo's, but for one key.
    if is_hugo_site(root) and not _is_zolas(root / "config.toml"):
        return "hugo"
    from sharekit.sources.generators import generator_here
    from sharekit.sources.markdown.generators import knows, knows_by_settings

    built = generator_here(root)
    # Hexo's files look like Jekyll's; the others come after what is read from its sources.
    if built is not None and (built.name == "Hexo" or not knows_by_settings(root)) and not (root / "index.html").is_file():
        return "html"
    if knows(root):
        return "markdown"
    if (root / "index.html").is_file():
        return "html"
    raise SourceError(
        "no blog was found here: no configuration of a known generator, no Markdown with front matter, no index.html.",
        path=str(root),
        hint="Name the folder of your blog, as in: sharekit build ~/blog",
    )


def _is_zolas(path: Path) -> bool:
    return path.is_file() and ZOLA.search(path.read_bytes()) is not None


def _file_kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(8192)
    if WORDPRESS in start:
        return "wordpress"
    if FEED.search(start) or start.lstrip()[:1] == b"{":
        return "feed"
    raise SourceError("is neither a feed nor a WordPress export", path=str(path), hint="Name the folder of your blog.")
