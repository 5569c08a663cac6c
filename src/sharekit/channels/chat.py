"""Chat rooms, through Apprise: Discord, Slack, Telegram, Matrix and what else https://appriseit.com/services/ lists.

Apprise says whether it worked and nothing more: there is no id, no address and nothing to look up. So its requests are
watched on their way, for what the room answered; nothing of an answer or of Apprise's log is shown, because either may
hold the room's address with its secrets.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from urllib.parse import urlsplit

from sharekit.channels.base import NetworkChannel
from sharekit.config import ChannelSettings, described
from sharekit.counting import Counter
from sharekit.counting.urls import found_links
from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused, Unavailable, not_installed
from sharekit.http import Answer, Client, credential
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup, check_claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sharekit.model import Share

PAGE = "sharekit help chat"
LOOK = "Look at the room, then settle it by hand."
MOST_BYTES = 2**20
SECONDS = 60
# What Apprise hands on as it is, to a room that reads it as Markdown. For Slack, Telegram, Matrix … it escapes by itself.
READS_MARKDOWN = {"Discord", "Mattermost", "Zulip"}
MARKUP = re.compile(r"[\\*_~`|\[\]<]|^(?=[#>+-]|\d+[.)])(?:#{1,6}(?=\s)|-#|>|[+-](?=\s)|\d+(?=[.)]\s))", re.MULTILINE)
# Somebody's name in a title must not call a whole room.
EVERYBODY = re.compile(r"@(?=(?:everyone|here|all|channel|stream|topic)\b)")
# What requests says of a connection that never stood.
NOT_REACHED = re.compile("NewConnectionError|ConnectTimeoutError|NameResolutionError")


class ChatChannel(NetworkChannel):
    """Posts to one room."""

    kind, label = "chat", "Chat"
    aliases = ("discord", "slack", "telegram", "matrix")
    SECRETS = (Credential(variable="SHAREKIT_CHAT_URL", scope="posting to the room (its Apprise address)", page=PAGE),)
    counter = Counter(
        limit=2000,
        measure=lambda text: len(escaped(text, "Discord")),
        rule="Discord, the narrowest of the rooms, counts characters, with a backslash before what would be mark-up",
    )
    pictures = None

    class Settings(ChannelSettings, frozen=True):
        """[channels.chat]"""

        variable: Annotated[
            str | None,
            described("The environment variable with the room's Apprise address, if not the default one."),
        ] = None

    _settings: Settings

    def _connect(self, name: str, environment: Mapping[str, str]) -> None:
        self._address = credential(self.SECRETS[0], self.kind, name, environment, self._settings.variable)
        if len(self._address.reveal().split()) > 1:
            raise ConfigError(
                f"{self._address.name} holds more than one address",
                hint='A share goes to one room. Name the other room in a table of its own, with kind = "chat".',
            )

    def post(self, share: Share, key: str) -> Receipt:
        """Send it. Apprise's answer is yes or no: what that is worth the room's own answer tells."""
        if not share.text.strip():
            raise Refused("the text is empty", path=share.source or None)
        room = self._room(share)
        service = str(room[0].service_name)
        text = escaped(share.text, service)
        if len(text) > (most := room[0].body_maxlen):
            # Apprise would cut it, or make two messages of it where the address says so.
            raise Refused(
                f"the message has {len(text)} of the {most} characters that {service} takes, with the backslashes before "
                "what would be mark-up",
                path=share.source or None,
            )
        check_claim(self._clock())
        with _watching() as seen:
            sent = room.notify(body=text, body_format="text")
        if not sent:
            self._fail(service, seen)
        if seen.answer and (seen.answer.is_page() or seen.answer.status >= 300):
            raise OutcomeUnknown(f"{service} answered {seen.answer.status} with a web page", hint=LOOK)
        return Receipt(id=key, url=None, at=self._clock())

    def find(self, share: Share, key: str) -> Lookup:
        """Nothing can be learnt from a room: a person has to look."""
        return Lookup()

    def _room(self, share: Share) -> Any:
        try:
            import apprise
        except ImportError as error:
            raise not_installed("apprise, which the chat channel needs,", "chat") from error
        blog = urlsplit(share.card.url)
        name = self._settings.handle or share.card.site or blog.hostname or "blog"
        url = f"{blog.scheme}://{blog.netloc}"
        # Without it rooms show Apprise's own name and picture.
        asset = apprise.AppriseAsset(app_id=name, app_desc=name, app_url=url, image_url_mask="", image_url_logo="")
        room = apprise.Apprise(asset=asset)
        with _silence():
            added = room.add(self._address.reveal())
        if not added:
            raise ChannelPaused(f"{self._address.name} is not an address that Apprise knows", hint=self._hint)
        return room

    @property
    def _hint(self) -> str:
        return f"{self._address.name} must be the address of a room that takes messages: {PAGE}#address"

    def _fail(self, service: str, seen: _Seen) -> NoReturn:
        if seen.is_away:
            raise Unavailable(f"{service} cannot be reached")
        answer = seen.answer
        if answer is None or 200 <= answer.status < 300:
            raise OutcomeUnknown(f"{service} did not confirm the message", hint=LOOK)
        if answer.status in (404, 410):
            raise ChannelPaused(f"{service} answered {answer.status}: there is no such room", hint=self._hint)
        body = b"<html>" if answer.is_page() else b""
        shown = Answer(answer.status, {**answer.headers, "location": "another place"}, body)
        Client(service, clock=self._clock, login=self._hint).fail(shown)


def escaped(text: str, service: str) -> str:
    """The text as a room of this service shows it as it was written; links stay as they are."""
    if service not in READS_MARKDOWN:
        return text
    pieces = []
    end = 0
    for first, last in [*found_links(text), (len(text), len(text))]:
        # A number keeps its digits: it is the point after it that makes a list.
        plain = MARKUP.sub(lambda sign: f"{sign[0]}\\" if sign[0].isdigit() else f"\\{sign[0]}", text[end:first])
        pieces += [EVERYBODY.sub("@\u200b", plain), text[first:last]]
        end = last
    return "".join(pieces)


@dataclass
class _Seen:
    """What became of the last request: an answer, or no connection at all."""

    answer: Answer | None = None
    is_away: bool = False


@contextlib.contextmanager
def _watching() -> Iterator[_Seen]:
    import requests
    from requests.adapters import HTTPAdapter

    seen, send = _Seen(), HTTPAdapter.send

    def watched(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        seen.answer, seen.is_away = None, False
        # Apprise has the blog's name there, of which a header may not hold every letter.
        request.headers["user-agent"] = "sharekit"
        try:
            response = send(self, request, *args, **options)
        except requests.ConnectionError as error:
            seen.is_away = bool(NOT_REACHED.search(repr(error)))
            raise
        headers = {name.lower(): value for name, value in response.headers.items()}
        seen.answer = Answer(response.status_code, headers, b"")
        # A redirected message arrives nowhere: the next request is a GET, or goes to another host.
        response.headers.pop("location", None)
        try:
            body = _read(response.raw, time.monotonic() + SECONDS)
        except Exception as error:
            raise requests.ConnectionError("the answer was cut off") from error
        response.raw = io.BytesIO(body)
        seen.answer = Answer(response.status_code, headers, body)
        return response

    HTTPAdapter.send = watched  # type: ignore[method-assign]  # Apprise offers no hook, and makes a session for each request
    try:
        with _silence():
            yield seen
    finally:
        HTTPAdapter.send = send  # type: ignore[method-assign]  # as it was


def _read(raw: Any, deadline: float) -> bytes:
    """What comes until the deadline: requests bounds only the wait for each piece."""
    body = b""
    while len(body) < MOST_BYTES and (piece := raw.read1(MOST_BYTES, decode_content=True)):
        body += piece
        if time.monotonic() > deadline:
            raise TimeoutError("the answer does not end")
    return body


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    # Apprise's log holds the address, and what the room answered to it.
    logger = logging.getLogger("apprise")
    was = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = was
