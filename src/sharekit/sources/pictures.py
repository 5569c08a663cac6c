"""The blog's own picture files: which one a URL means, and its size and type from its first bytes."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sharekit.model import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Looks pictures up in the blog's folders; never asks the network.

    ``base`` is the site's URL; ``bundles`` leads from the path of a page's URL, without the slash at its end, to the
    folder that the page's own files are in, since a page's URL need not look like its folder.
    """

    base: str
    folders: tuple[Path, ...]
    bundles: Mapping[str, Path] = field(default_factory=dict, hash=False)

    def is_ours(self, url: str) -> bool:
        """Whether the URL is on the blog's own host."""
        return urlsplit(url).netloc == urlsplit(self.base).netloc

    def find(self, url: str) -> Image | None:
        """What is known of the picture at an absolute URL, or None when it is not among the blog's files."""
        if not self.is_ours(url):
            return None
        path = unquote(urlsplit(url).path).lstrip("/")
        page, _, name = path.rpartition("/")
        while page and page not in self.bundles:
            page, _, folder_name = page.rpartition("/")
            name = f"{folder_name}/{name}"
        if page and (file := _inside(self.bundles[page], name)):
            return _measured(url, file)
        for prefix in (urlsplit(self.base).path.strip("/"), ""):
            relative = path.removeprefix(prefix).lstrip("/") if prefix else path
            for folder in self.folders:
                if relative and (file := _inside(folder, relative)):
                    return _measured(url, file)
        return None


def _inside(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder; a URL must not lead out of it."""
    file = folder / name
    return file if file.is_file() and file.resolve().is_relative_to(folder.resolve()) else None


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
        file=file,
    )
