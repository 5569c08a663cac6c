"""Hugo blogs: Hugo itself renders the posts, through an overlay, and the blog's folder is left as it was."""

from __future__ import annotations

from sharekit.sources.hugo.program import is_hugo_site
from sharekit.sources.hugo.source import HugoSource

__all__ = ["HugoSource", "is_hugo_site"]
