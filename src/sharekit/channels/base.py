"""What the channels share: how they are made, requests to an HTTP API, and when two texts are the same."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote

from sharekit.channels.pictures import card_picture, post_pictures
from sharekit.config import check_required, origin
from sharekit.errors import Unavailable
from sharekit.http import Client, credential
from sharekit.ports import Lookup, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from sharekit.channels.pictures import Picture, T
    from sharekit.config import ChannelSettings
    from sharekit.counting import Counter
    from sharekit.http import Answer
    from sharekit.model import Receipt, Share
    from sharekit.ports import Credential, PictureRules

# A receipt's note of a part that was to answer another one.
ALONE = "the part before is gone: posted on its own"


class NetworkChannel(ABC):
    """What the channels share: what they are made with, and how they count.

    Lengths are counted by the counter of the class, with the limit of the account's table.
    """

    kind: ClassVar[str]
    counter: Counter
    _settings: ChannelSettings

    def __init__(
        self,
        settings: ChannelSettings,
        *,
        environment: Mapping[str, str],
        root: Path,
        name: str = "",
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``root`` is the blog's folder, ``name`` the account's table. Raises ConfigError for what is missing."""
        self._settings, self._root, self._clock, self._sleep = settings, root, clock, sleep
        self._table = f"[channels.{name or self.kind}]"
        self._connect(name or self.kind, environment)

    @abstractmethod
    def _connect(self, name: str, environment: Mapping[str, str]) -> None:
        """Read the settings and the credentials. Nothing is sent yet."""

    @property
    def limit(self) -> int:
        """In the unit of the counter."""
        return self._settings.limit or self.counter.limit

    def measure(self, text: str) -> int:
        """The length as the network counts it; see the counter's rule."""
        return self.counter.measure(text)


class ApiChannel(NetworkChannel):
    """A channel that is reached through one API; a subclass declares what it needs and says what its answers mean."""

    label: ClassVar[str]
    SECRETS: ClassVar[tuple[Credential, ...]]
    # The setting with the address of the API.
    SERVER: ClassVar[str] = "api"
    # What must be true of the first credential, for the hint after an answer about the account.
    LOGIN: ClassVar[str]
    # The statuses that mean something of their own on this network: see :meth:`_judge`.
    JUDGED: ClassVar[tuple[int, ...]] = ()
    pictures: ClassVar[PictureRules]

    def _connect(self, name: str, environment: Mapping[str, str]) -> None:
        check_required(self._settings, self._table)
        self._api = origin(getattr(self._settings, self.SERVER), setting=f"channels.{name}.{self.SERVER}")
        self._secrets = [credential(each, self.kind, name, environment) for each in self.SECRETS]
        self._client = Client(self.label, clock=self._clock, secrets=self._secrets, login=self._login(), api=True)

    def _login(self) -> str:
        return f"{self._secrets[0].name} {self.LOGIN}"

    @abstractmethod
    def _headers(self) -> dict[str, str]:
        """What carries the credential, and what else every request has."""

    def _call(self, method: str, path: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any) -> Answer:
        """Send one request; an answer with a status in ``also`` is the caller's to judge. Raises as ``Client.request``."""
        headers = {**self._headers(), **content.pop("headers", {})}
        judged = (*also, *self.JUDGED)
        answer = self._client.request(method, self._api + path, headers=headers, harmless=harmless, also=judged, **content)
        if answer.status in self.JUDGED:
            self._judge(answer, path, expected=answer.status in also)
            if answer.status not in also:
                self._client.fail(answer, harmless=harmless or method == "GET")
        return answer

    def _judge(self, answer: Answer, path: str, *, expected: bool) -> None:
        """Raise what an answer with a status in ``JUDGED`` means here, where that is not what it means elsewhere."""

    def _needed(self, answer: Answer, *path: str) -> str:
        """What is at ``path`` of an answer before anything is out. Raises Unavailable where there is nothing."""
        found = answer.field(*path)
        if not found:
            raise Unavailable(f"{self._client.message(answer)} (without {'.'.join(path)})")
        return found

    def _wait(self, is_ready: Callable[[], bool], what: str, *, polls: int = 20, pause: float = 1.0) -> None:
        """Until it is ready, with ``pause`` seconds between two looks. Raises Unavailable after so many."""
        for _ in range(polls):
            if is_ready():
                return
            self._sleep(pause)
        raise Unavailable(f"{self.label} is still working on {what}")

    def _attached(self, share: Share) -> list[Picture]:
        """See :func:`post_pictures`."""
        return post_pictures(share, self.pictures, root=self._root, clock=self._clock)

    def _thumbnail(
        self, share: Share, upload: Callable[[Picture], T], rules: PictureRules | None = None
    ) -> tuple[T | None, dict[str, str]]:
        """See :func:`card_picture`."""
        return card_picture(share, rules or self.pictures, upload, root=self._root, clock=self._clock)


def add_note(detail: Mapping[str, str], note: str) -> dict[str, str]:
    """A receipt's detail with one more note for the person who reads it."""
    return {**detail, "note": "; ".join(filter(None, (detail.get("note"), note)))}


def digest_of_words(text: str) -> str:
    """SHA-256 (hex) of the text in NFC without white space: the same for what a network did to those."""
    return hashlib.sha256(_bare(text).encode(errors="surrogatepass")).hexdigest()


def matches(share: Share, text: str) -> bool:
    """Whether a text that is out is what an earlier attempt sent (the draft may differ since), or what this one would."""
    return digest_of_words(text) == share.sent.get("digest") or _bare(unquote(text)) == _bare(unquote(share.text))


def alike(share: Share, text: str) -> bool:
    """Whether a text that is out may be this share in other words: it holds the link that was sent, or would be."""
    shown = _bare(unquote(text)).lower()
    # Without their query: the parameters that count clicks may have changed since.
    links = (link.partition("?")[0] for link in (share.sent.get("url"), share.card.url) if link)
    return any(_bare(unquote(link)).lower().partition("://")[2].rstrip("/") in shown for link in links)


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A post that is out: its receipt, what may have been sent for it (``texts``), and its words with their links."""

    receipt: Receipt
    texts: Sequence[str]
    shown: str
    whole: bool = True  # whether all of its links could be read


def look_up(share: Share, posts: Iterable[Posted], *, complete: bool) -> Lookup:
    """What the account's posts say of a share, on a network that refuses the same words twice.

    ``complete`` says that no post since the attempt is missing.
    """
    similar = False
    for post in posts:
        if post.receipt.at < share.earliest:
            continue
        if any(matches(share, text) for text in post.texts):
            return Lookup(receipt=post.receipt, certain=True)
        similar = similar or not post.whole or alike(share, post.shown)
    gone = complete and not similar
    # Should it appear late after all, a repeat of the same words is refused; edited ones would not be.
    edited = share.sent.get("digest", digest := digest_of_words(share.text)) != digest
    return Lookup(certain=gone, repeat_is_harmless=gone and not edited)


def first_attempt(share: Share) -> datetime:
    """The moment (aware) of the first attempt to send the share: the same for each repeat of it."""
    return moment(share.sent.get("first"), share.claimed or share.created)


def moment(value: object, fallback: datetime) -> datetime:
    """A moment in ISO 8601 as a network writes it (aware), or the fallback."""
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return fallback
    return read if read.tzinfo else fallback


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))
