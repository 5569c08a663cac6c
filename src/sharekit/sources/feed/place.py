"""Where the documents of a feed are: a URL and its archives on the same host, or a file and those beside it.

What a feed says is not trusted: an archive link leads neither to another host, nor out of the file's folder, nor to
any scheme but http(s).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, relpath
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.errors import DeliveryError, SourceError
from sharekit.http import Client

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

# One document of a feed, in bytes: 10,000 whole articles in one are a tenth of that.
MOST_BYTES = 2**28


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A document as it was found. ``url`` is its address or path, ``media_type`` the Content-Type that came with it."""

    url: str
    data: bytes
    media_type: str = ""


class Place(Protocol):
    """Gives the documents of a feed."""

    def first(self) -> Fetched:
        """The feed itself. Raises SourceError."""
        ...

    def archive(self, link: str, *, own: str, at: str) -> Fetched | None:
        """The document that ``link`` leads to, or None where it is not this feed's to name.

        ``own`` is the ``self`` link of the document with the link, ``at`` where that was found.
        Raises SourceError when it should be there and cannot be read.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A feed on the web."""

    url: str
    clock: Callable[[], datetime]

    def first(self) -> Fetched:
        """Fetch the feed, through redirects to http(s) addresses."""
        return self._fetch(self.url)

    def archive(self, link: str, *, own: str, at: str) -> Fetched | None:
        """Fetch an archive on the feed's own host."""
        target = urlsplit(urljoin(own or at, link))
        if target.scheme not in ("http", "https") or target.netloc.lower() != urlsplit(self.url).netloc.lower():
            return None
        return self._fetch(target.geturl())

    def _fetch(self, url: str) -> Fetched:
        client = Client("the feed", clock=self.clock, total=60, max_bytes=MOST_BYTES)
        try:
            answer = client.request("GET", url, follow=True)
        except DeliveryError as error:
            hint = "Open the address in a browser; if it moved, correct source.path."
            raise SourceError(str(error), path=url, hint=error.hint or hint) from error
        return Fetched(url=url, data=answer.body, media_type=answer.headers.get("content-type", ""))


@dataclass(frozen=True, kw_only=True)
class Local:
    """A feed in a file. Its archives lie beside it as they do on the web, seen from its ``self`` link."""

    file: Path

    def first(self) -> Fetched:
        """Read the file."""
        return self._read(self.file)

    def archive(self, link: str, *, own: str, at: str) -> Fetched | None:
        """Read the file that stands where the link leads, in the feed's own folder or below."""
        base = urlsplit(own)
        target = urlsplit(urljoin(own, link))
        if (target.scheme, target.netloc) != (base.scheme, base.netloc):
            return None
        file = Path(at).parent / unquote(relpath(target.path or "/", dirname(base.path) or "/"))
        if not file.resolve().is_relative_to(self.file.parent.resolve()):
            return None
        return self._read(file)

    def _read(self, file: Path) -> Fetched:
        try:
            if file.stat().st_size > MOST_BYTES:
                raise SourceError(f"is larger than {MOST_BYTES >> 20} MiB, which no feed is", path=str(file))
            return Fetched(url=str(file), data=file.read_bytes())
        except OSError as error:
            raise SourceError(
                f"the feed cannot be read: {error.strerror or error}",
                path=str(file),
                hint="Set source.path to the feed's file or URL; its archives belong into the same folder.",
            ) from error
