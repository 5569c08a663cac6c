"""What a folder holds: which generator made the blog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.errors import SourceError
from sharekit.sources.hugo.site import is_hugo_site

if TYPE_CHECKING:
    from pathlib import Path


def detect(root: Path) -> str:
    """The kind of source for a folder. Raises SourceError when no blog is found in it."""
    if not root.is_dir():
        raise SourceError("there is no such folder", path=str(root), hint="Name the folder of your blog.")
    if is_hugo_site(root):
        return "hugo"
    raise SourceError(
        "no blog was found here: there is no hugo.toml, hugo.yaml or config folder.",
        path=str(root),
        hint="Name the folder of your blog, as in: sharekit build ~/blog",
    )
