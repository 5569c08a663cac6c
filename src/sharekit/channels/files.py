"""The channel of last resort: what would have gone out is written to a file, for a person to carry on by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from sharekit.channels.base import NetworkChannel
from sharekit.config import ChannelSettings, described
from sharekit.counting import Counter
from sharekit.errors import OutputError, Unavailable
from sharekit.files import relative, write_if_changed
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sharekit.model import Share


class FilesChannel(NetworkChannel):
    """Writes each share to ``<folder>/<key>.json``; a repeat writes the same file, so it is harmless."""

    kind, label = "files", "Files"
    SECRETS: tuple[Credential, ...] = ()
    counter = Counter(limit=63206, measure=len, rule="files take any text; `like` names a network to count as")
    pictures = None

    class Settings(ChannelSettings, frozen=True):
        """[channels.files]"""

        folder: Annotated[str, described("The folder, relative to the blog.")] = "outbox"
        like: Annotated[
            str | None,
            described("The network whose limit and counting apply; by default its name.", example="mastodon"),
        ] = None

    _settings: Settings

    def __init__(self, settings: Settings, *, counter: Counter | None = None, **world: Any) -> None:
        """``counter`` is the network's that it counts as."""
        super().__init__(settings, **world)
        self.counter = counter or self.counter

    def _connect(self, name: str, environment: Mapping[str, str]) -> None:
        self._folder = self._root / self._settings.folder

    def post(self, share: Share, key: str) -> Receipt:
        """Write it. Raises Unavailable when the folder cannot be written."""
        answers = share.answers.url or share.answers.id if share.answers else None
        content = {"key": key, "text": share.text, "url": share.card.url, "answers": answers}
        path = self._path(key)
        try:
            write_if_changed(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
        except OutputError as error:
            raise Unavailable(str(error), hint=error.hint) from error
        return Receipt(id=key, url=relative(path, self._root), at=datetime.now(UTC))

    def find(self, share: Share, key: str) -> Lookup:
        """A file that is there has been written whole; one that is not there has not."""
        path = self._path(key)
        if not path.is_file():
            return Lookup(certain=True, repeat_is_harmless=True)
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Lookup(receipt=Receipt(id=key, url=relative(path, self._root), at=at))

    def _path(self, key: str) -> Path:
        # A key holds a post's id, which an author may have written: no part of it may lead out of the folder.
        parts = [quote(part, safe=" ") if part.strip(".") else part.replace(".", "%2E") for part in key.split("/")]
        return self._folder.joinpath(*filter(None, parts[:-1]), f"{parts[-1]}.json")
