"""``FeedSource``: the posts of a blog as its feed tells them, back to the first one where it has archives (RFC 5005)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sharekit.errors import SourceError
from sharekit.model import Finding, Reading, Skipped
from sharekit.sources.feed.json import parse_json
from sharekit.sources.feed.place import Local, Remote
from sharekit.sources.feed.xml import parse_xml
from sharekit.sources.pictures import Pictures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sharekit.config import SourceSettings
    from sharekit.model import Post
    from sharekit.sources.feed.parsed import Parsed
    from sharekit.sources.feed.place import Fetched, Place

# A feed may lead on for ever; 1,000 archives of 100 posts are more than any blog has.
MOST_DOCUMENTS = 1000
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
        place = self._place()
        documents = list(_documents(place))
        site = documents[0].site
        if not site.url or not site.title:
            raise SourceError(
                "the feed does not say which blog it is of: it has no title or no link",
                path=self.settings.path,
                hint="Name another of its feeds; most blogs have more than one.",
            )
        posts: dict[str, Post] = {}
        late: list[Skipped] = []
        for post in (post for document in documents for post in document.posts):
            if self.now is not None and post.published > self.now:
                late.append(Skipped(source=post.source, reason=f"it is dated {post.published.isoformat()}, in the future"))
            else:
                posts.setdefault(post.id, post)
        return Reading(
            site=site,
            posts=tuple(sorted(posts.values(), key=lambda post: (post.published, post.id))),
            skipped=(*(each for document in documents for each in document.skipped), *late),
            findings=tuple(each for document in documents for each in document.findings),
            picture=self._pictures(site.url).find,
        )

    def _place(self) -> Place:
        path = self.settings.path
        scheme, separator, _ = path.partition("://")
        if separator and scheme not in ("http", "https"):
            raise SourceError(
                f'source.path = "{path}": a feed is read from a file or from an http(s) address, not through {scheme}:',
                hint="For a file write its path alone.",
            )
        if separator:
            return Remote(url=path, clock=lambda: self.now or datetime.now(UTC))
        return Local(file=self._file())

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

    def _pictures(self, base: str) -> Pictures:
        local = "://" not in self.settings.path
        return Pictures(base=base, folders=(self._file().parent,) if local else ())


def _documents(place: Place) -> Iterator[Parsed]:
    fetched: Fetched | None = place.first()
    seen: set[str] = set()
    while fetched is not None:
        seen.add(fetched.url)
        parsed = _parse(fetched)
        older = place.archive(parsed.older, own=parsed.own or fetched.url, at=fetched.url) if parsed.older else None
        stopped = _stopped(parsed, older, seen)
        yield replace(parsed, findings=(*parsed.findings, *stopped))
        fetched = None if stopped else older


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


def _parse(fetched: Fetched) -> Parsed:
    is_json = fetched.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    return parse_json(fetched) if is_json else parse_xml(fetched)
