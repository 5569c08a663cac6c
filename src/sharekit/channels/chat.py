"""Chat rooms, through Apprise: Discord, Slack, Telegram, Matrix and what else https://appriseit.com/services/ lists.

Apprise says whether it worked and nothing more: there is no id, no address and nothing to look up. What went wrong stands
in its log, which is read here, and never shown as it is, because it may hold the address with its secrets.
"""

from __future__ import annotations

import contextlib
import logging
import re
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from sharekit.channels.base import credential, utc_now
from sharekit.config import ChannelSettings, described
from sharekit.counting import Counter
from sharekit.errors import ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from sharekit.model import Share

PAGE = "docs/how-to/chat.md"
LOOK = "Look at the room, then settle it by hand."
# What requests says of a connection that never stood.
NOT_REACHED = re.compile("NewConnectionError|ConnectTimeoutError|NameResolutionError")


class ChatChannel:
    """Posts to one room."""

    kind, label = "chat", "Chat"
    SECRETS = (Credential(variable="SHAREKIT_CHAT_URL", scope="posting to the room (its Apprise address)", page=PAGE),)
    counter = Counter(limit=2000, measure=len, rule="Discord, the narrowest of the rooms, counts characters", bound=len)
    pictures = None

    class Settings(ChannelSettings, frozen=True):
        """[channels.chat]"""

        variable: Annotated[
            str | None,
            described("The environment variable with the room's Apprise address, where it has a name of its own."),
        ] = None

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        name: str = "chat",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``root`` is not read: a room shows its own preview of the link."""
        self._settings = settings
        self._clock = clock
        self._address = credential(self.SECRETS[0], self.kind, name, environment, settings.variable)
        if len(self._address.reveal().split()) > 1:
            raise ConfigError(
                f"{self._address.name} holds more than one address",
                hint='A share goes to one room. Name the other room in a table of its own, with kind = "chat".',
            )

    @property
    def limit(self) -> int:
        """Characters: what the narrowest of the rooms, Discord's, takes."""
        return self._settings.limit or self.counter.limit

    def measure(self, text: str) -> int:
        """Characters."""
        return self.counter.measure(text)

    def post(self, share: Share, key: str) -> Receipt:
        """Send it. Apprise's answer is yes or no; a no without a status from the room is not known."""
        if not share.text.strip():
            raise Refused("the text is empty", path=share.source or None)
        room = self._room()
        with _listening() as log:
            sent = room.notify(body=share.text, body_format="text")
        if not sent:
            self._fail(room[0].service_name, log)
        return Receipt(id=key, url=None, at=self._clock())

    def find(self, share: Share, key: str) -> Lookup:
        """Nothing can be learnt from a room: a person has to look."""
        return Lookup()

    def _room(self) -> Any:
        try:
            import apprise
        except ImportError as error:
            raise ConfigError(
                "the chat channel needs Apprise", hint=f"Install sharekit with its extra chat: {PAGE}"
            ) from error
        room = apprise.Apprise()
        if not room.add(self._address.reveal()):
            raise Refused(
                f"{self._address.name} is not an address that Apprise knows",
                hint=f"{self._address.name}: {PAGE}#address",
            )
        return room

    def _fail(self, service: object, log: _Log) -> NoReturn:
        if log.not_reached:
            raise Unavailable(f"{service} cannot be reached")
        if log.status is None:
            raise OutcomeUnknown(f"{service} did not confirm the message", hint=LOOK)
        message = f"{service} answered {log.status}"
        if log.status == 429:
            raise Unavailable(message)
        if 400 <= log.status < 500:
            raise Refused(message, hint=f"{self._address.name} names a room that does not take it: {PAGE}#address")
        raise OutcomeUnknown(message, hint=LOOK)


class _Log(logging.Handler):
    """Keeps the status that Apprise wrote last (``error=404``) and whether it had a connection; nothing else of a line."""

    status: int | None = None
    not_reached: bool = False

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if found := re.search(r"\berror=(\d{3})\b", line):
            self.status = int(found.group(1))
        self.not_reached = self.not_reached or bool(NOT_REACHED.search(line))


@contextlib.contextmanager
def _listening() -> Iterator[_Log]:
    # Apprise tells what happened in its debug log alone, which must reach nobody else: it holds the address.
    logger, log = logging.getLogger("apprise"), _Log()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(log)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)
        logger.propagate = propagate
