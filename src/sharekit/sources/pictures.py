"""The blog's own picture files: which one a URL means, and its size and type from its first bytes."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sharekit.model import Image

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Looks pictures up in the blog's folders; never asks the network. ``base`` is the site's URL."""

    base: str
    folders: tuple[Path, ...]

    def is_ours(self, url: str) -> bool:
        """Whether the URL is on the blog's own host."""
        return urlsplit(url).netloc == urlsplit(self.base).netloc

    def find(self, url: str) -> Image | None:
        """What is known of the picture at an absolute URL, or None when it is not among the blog's files."""
        if not self.is_ours(url):
            return None
        path = unquote(urlsplit(url).path).lstrip("/")
        for prefix in (urlsplit(self.base).path.strip("/"), ""):
            relative = path.removeprefix(prefix).lstrip("/") if prefix else path
            for folder in self.folders:
                file = folder / relative
                # A URL must not lead out of the blog's folder.
                if relative and file.is_file() and file.resolve().is_relative_to(folder.resolve()):
                    return _measured(url, file)
        return None


def _measured(url: str, file: Path) -> Image:
    import imagesize

    width, height = imagesize.get(file)
    media_type, _ = mimetypes.guess_type(file.name)
    return Image(
        url=url,
        width=width if width > 0 else None,
        height=height if height > 0 else None,
        media_type=media_type,
        length=file.stat().st_size,
    )
