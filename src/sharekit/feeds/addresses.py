"""Where each feed is published, and under which name its files lie in the folder for what is published."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from sharekit.errors import ConfigError
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharekit.config import Format

# The names that readers and themes already know: Hugo's own RSS is index.xml.
FILES: dict[Format, str] = {"rss": "index.xml", "atom": "atom.xml", "json": "feed.json"}
MEDIA_TYPES: dict[Format, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, kw_only=True)
class FeedAddress:
    """A feed's place. ``folder`` is relative to the site, ``""`` or ending in ``/``; ``name`` replaces the usual one.

    ``stem`` is what a person calls the file of their ``first`` format, without the ending. ``root`` is the folder of what is
    published that is the root of the site.
    """

    site: str
    folder: str = ""
    root: str = ""
    name: str | None = None
    stem: str | None = None
    first: Format = "rss"

    def path(self, form: Format, archive: int | None = None) -> str:
        """The file of one format, or of its archive document number ``archive`` (from 1, the oldest)."""
        name = self.name or self._name(form)
        if archive is not None:
            stem, _, ending = name.rpartition(".")
            name = f"archive/{stem}-{archive}.{ending}"
        return self.root + self.folder + name

    def _name(self, form: Format) -> str:
        if not self.stem:
            return FILES[form]
        ending = "json" if self.first == "json" else "xml"
        if form == self.first:
            return f"{self.stem}.{ending}"
        return f"{self.stem}.{form}.{ending}" if FILES[form] == f"{self.stem}.{ending}" else FILES[form]

    def url(self, form: Format, archive: int | None = None) -> str:
        """The absolute URL of that file."""
        return uri(urljoin(self.site, quote(self.path(form, archive).removeprefix(self.root))))


def feed_name(given: str | None) -> str | None:
    """The name of the feed's file without its ending. Raises ConfigError for one that is no place below the site."""
    if given is None:
        return None
    stem = re.sub(r"\.(?:xml|rss|atom|json)\Z", "", given.strip().strip("/"))
    if not re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*", stem) or ".." in stem:
        hint = 'Write [feed] name = "feed" for /feed.xml, or "blog/index" for /blog/index.xml.'
        raise ConfigError(f'[feed] name = "{given}" cannot name a file', hint=hint)
    return stem


def slug(words: str) -> str:
    """A name as a folder: lower case, without accents, words joined by hyphens. Other alphabets are kept."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", words) if not unicodedata.combining(each))
    return re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", plain).casefold()).strip("-_") or "_"


def slugs(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name; names that would share one get a digest of the name, whatever their order."""
    made = {name: slug(name) for name in names}
    shared = [each for each in made.values() if list(made.values()).count(each) > 1]
    return {
        name: f"{each}-{hashlib.sha256(name.encode()).hexdigest()[:4]}" if each in shared else each
        for name, each in made.items()
    }
