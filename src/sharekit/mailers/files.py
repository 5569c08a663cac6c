"""The default mailer: nothing is sent. The issue is an ``.eml`` file, and a mail in a Maildir to look at."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parseaddr
from typing import TYPE_CHECKING, Annotated, NoReturn

from sharekit.config import Settings as Table
from sharekit.config import described
from sharekit.errors import ConfigError, OutputError, Unavailable
from sharekit.files import relative, write_if_changed
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sharekit.config import IssueSettings
    from sharekit.list.letter import Leaving
    from sharekit.model import RenderedIssue, Site


class FilesMailer:
    """Writes ``<folder>/<key>.eml`` and delivers into ``<folder>/Maildir``; a repeat writes the same, so it is harmless."""

    kind, label = "files", "Files"
    SECRETS: tuple[Credential, ...] = ()

    class Settings(Table, frozen=True):
        """[mailers.files]"""

        folder: Annotated[str, described("The folder, relative to the blog.")] = "outbox"

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        site: Site,
        issue: IssueSettings,
        name: str = "files",
    ) -> None:
        """``environment`` is not read: files need no credential."""
        self._folder = root / settings.folder
        self._root = root
        self._site = site
        self._issue = issue

    def subscribers(self) -> int:
        """One: you, who read the folder."""
        return 1

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        """Write it. Raises Unavailable when the folder cannot be written."""
        return self._write(issue, key)

    def test(self, issue: RenderedIssue, key: str, addresses: Sequence[str]) -> str:
        """Write one file for each address."""
        paths = [self._write(issue, f"{key}/test-{_name(address)}", address).url for address in addresses]
        return ", ".join(str(path) for path in paths)

    def schedule(self, issue: RenderedIssue, key: str, at: datetime) -> NoReturn:
        """Raises ConfigError: nobody is there later."""
        raise ConfigError(
            "files are written at once; they cannot be scheduled",
            hint="Run it at that time, or deliver from CI with when = … in [issue].",
        )

    def find(self, key: str) -> Lookup:
        """A file that is there has been written whole; one that is not there has not."""
        path = self._path(key)
        if not path.is_file():
            return Lookup(certain=True, repeat_is_harmless=True)
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Lookup(receipt=Receipt(id=key, url=relative(path, self._root), at=at), certain=True)

    def _write(self, issue: RenderedIssue, key: str, to: str | None = None) -> Receipt:
        from sharekit.list.letter import header_value, make_template, quoted

        written = message_from_bytes(issue.message)
        own = parseaddr(str(written["from"]))[1]
        to = to or own
        unsubscribe = self._issue.unsubscribe or f"mailto:{own}?subject=unsubscribe"
        leave: Leaving = "one-click" if unsubscribe.startswith("https://") else "mail"
        template = make_template(issue.message, address=self._issue.address or self._site.title, leave=leave)
        name = hashlib.sha256(f"{self._site.url} {key}".encode()).hexdigest()[:24]
        filled = {
            "date": str(written["date"]).encode(),
            "to": header_value(to, what=to),
            "message-id": f"{name}@{own.rpartition('@')[2]}".encode(),
            "unsubscribe-header": header_value(unsubscribe, what="[issue] unsubscribe"),
            "unsubscribe": quoted(unsubscribe),
        }
        message = b"".join(piece if isinstance(piece, bytes) else filled[piece] for piece in template.pieces)
        path, maildir = self._path(key), self._folder / "Maildir"
        try:
            for part in ("tmp", "new", "cur"):
                (maildir / part).mkdir(parents=True, exist_ok=True)
            write_if_changed(path, message)
            # One name for one key: a mail that was read meanwhile is not delivered again.
            if not any((maildir / "cur").glob(f"{name}*")):
                write_if_changed(maildir / "new" / f"{name}.sharekit", message)
        except OutputError as error:
            raise Unavailable(str(error), hint=error.hint) from error
        except OSError as error:
            raise Unavailable(f"{maildir} cannot be made: {error.strerror}") from error
        return Receipt(id=key, url=relative(path, self._root), at=datetime.now(UTC))

    def _path(self, key: str) -> Path:
        # A key holds an issue's id, which a person wrote: no part of it may lead out of the folder.
        *parts, last = [_name(part) for part in key.split("/") if part]
        return self._folder.joinpath(*parts, f"{last}.eml")


def _name(part: str) -> str:
    safe = re.sub(r"[^\w.@+-]", "_", part)
    return safe if safe.strip(".") else safe.replace(".", "_") + "_"
