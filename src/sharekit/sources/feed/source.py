"""``FeedSource``: the posts of a blog as its feed tells them, back to the first one where it has archives (RFC 5005).

What a feed says is not trusted: an archive link leads neither to another host, nor out of the file's folder, nor to a scheme
other than http(s).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from posixpath import dirname, relpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.errors import DeliveryError, SourceError
from sharekit.model import Finding, Reading, Skipped
from sharekit.sources.feed.documents import Fetched, parse
from sharekit.sources.pictures import Pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sharekit.config import SourceSettings
    from sharekit.model import Post
    from sharekit.sources.feed.documents import Parsed

# A feed may lead on for ever; 1,000 archives of 100 posts are more than any blog has.
MOST_DOCUMENTS = 1000
# One document of a feed, in bytes: 10,000 whole articles in one are a tenth of that.
MOST_BYTES = 2**28
NAMES = ("index.xml", "atom.xml", "feed.json", "feed.xml", "rss.xml")


@dataclass(frozen=True)
class FeedSource:
    """The feed in the file ``root``, or at the URL that ``settings.path`` is. ``now`` decides what is future."""

    kind, label = "feed", "Feed"

    root: Path
    settings: SourceSettings
    now: datetime | None = None

    def read(self) -> Reading:
        """Every post of the feed and of its archives; of two with one id the newer document's.

        Raises SourceError for what cannot be read, is no feed, or is not safe to read.
        """
        documents = list(self._documents())
        site = documents[0].site
        if not site.url or not site.title:
            raise SourceError(
                "the feed does not say which blog it is of: it has no title or no link",
                path=self.settings.path,
                hint="Name another of its feeds; most blogs have more than one.",
            )
        posts: dict[str, Post] = {}
        skipped: list[Skipped] = []
        for entry in (entry for document in documents for entry in document.entries):
            if isinstance(entry, Skipped):
                skipped.append(entry)
            elif self.now is not None and entry.published > self.now:
                reason = f"it is dated {entry.published.isoformat()}, in the future"
                skipped.append(Skipped(source=entry.source, reason=reason))
            else:
                posts.setdefault(entry.id, entry)
        return Reading(
            site=site,
            posts=tuple(sorted(posts.values(), key=lambda post: (post.published, post.id))),
            skipped=tuple(skipped),
            findings=tuple(each for document in documents for each in document.findings),
            picture=Pictures(base=site.url, folders=() if self._is_remote() else (self._file().parent,)).find,
        )

    def _is_remote(self) -> bool:
        scheme, separator, _ = self.settings.path.partition("://")
        if separator and scheme not in ("http", "https"):
            raise SourceError(
                f'source.path = "{self.settings.path}": a feed is read from a file or from an http(s) address, not through '
                f"{scheme}:",
                hint="For a file write its path alone.",
            )
        return bool(separator)

    def _file(self) -> Path:
        if not self.root.is_dir():
            return self.root
        found = next((self.root / name for name in NAMES if (self.root / name).is_file()), None)
        if found is None:
            raise SourceError(
                f"there is no feed in this folder: none of {', '.join(NAMES)}",
                path=str(self.root),
                hint='Name the feed in sharekit.toml: [source] kind = "feed", path = "https://…/index.xml"',
            )
        return found

    def _documents(self) -> Iterator[Parsed]:
        fetched: Fetched | None = self._fetch(self.settings.path) if self._is_remote() else _read(self._file())
        seen: set[str] = set()
        while fetched is not None:
            seen.add(fetched.url)
            parsed = parse(fetched)
            older = self._archive(parsed, fetched.url) if parsed.older else None
            stopped = _stopped(parsed, older, seen)
            yield replace(parsed, findings=(*parsed.findings, *stopped))
            fetched = None if stopped else older

    def _archive(self, parsed: Parsed, at: str) -> Fetched | None:
        """The document before one that was found ``at`` a place; None where it is not this feed's to name.

        Archives of a file lie beside it as they do on the web, seen from its ``self`` link. Raises SourceError for one that
        should be there and cannot be read.
        """
        own = urlsplit(parsed.own or at)
        target = urlsplit(urljoin(parsed.own or at, parsed.older))
        if self._is_remote():
            host = urlsplit(self.settings.path).netloc.lower()
            ours = target.scheme in ("http", "https") and target.netloc.lower() == host
            return self._fetch(target.geturl()) if ours else None
        if (target.scheme, target.netloc) != (own.scheme, own.netloc):
            return None
        file = Path(at).parent / unquote(relpath(target.path or "/", dirname(own.path) or "/"))
        return _read(file) if file.resolve().is_relative_to(self._file().parent.resolve()) else None

    def _fetch(self, url: str) -> Fetched:
        from sharekit.http import Client

        client = Client("the feed", clock=lambda: self.now or datetime.now(UTC), total=60, max_bytes=MOST_BYTES)
        try:
            answer = client.request("GET", url, follow=True)
        except DeliveryError as error:
            hint = "Open the address in a browser; if it moved, correct source.path."
            raise SourceError(str(error), path=url, hint=error.hint or hint) from error
        return Fetched(url=url, data=answer.body, media_type=answer.headers.get("content-type", ""))


def _read(file: Path) -> Fetched:
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


def _stopped(parsed: Parsed, older: Fetched | None, seen: set[str]) -> tuple[Finding, ...]:
    reason = ""
    if parsed.older and older is None:
        reason = "it leads away from the feed's own host or folder"
    elif older is not None and older.url in seen:
        reason = "it leads in a circle"
    elif len(seen) >= MOST_DOCUMENTS:
        reason = f"{MOST_DOCUMENTS} documents were read already"
    if not reason:
        return ()
    message = f"the archive {parsed.older} was not followed, because {reason}; older posts are missing"
    return (Finding(level="warn", rule="archive-not-followed", message=message),)
