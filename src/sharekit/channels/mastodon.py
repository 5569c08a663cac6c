"""Mastodon: https://docs.joinmastodon.org/methods/statuses/, media/, accounts/, instance/.

``Idempotency-Key`` makes a repeated attempt within the hour answer with the status of the first; after that the
account's own statuses tell. Both look at what the instance has stored, so that "not there" is certain.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from sharekit.channels.base import credential, fetch_picture, origin, required, same_words, utc_now
from sharekit.config import THREAD, ChannelSettings, Thread, described
from sharekit.content import parse_fragment
from sharekit.counting import Counter
from sharekit.counting.mastodon import bound, length
from sharekit.errors import Refused, Unavailable
from sharekit.http import Answer, Client
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sharekit.model import Image, Share

PAGE = "docs/how-to/mastodon.md"
PAGES, PER_PAGE = 10, 40
LOOKS, PAUSE = 20, 1.0


class MastodonChannel:
    """Posts to the account that the token belongs to."""

    kind, label = "mastodon", "Mastodon"
    SECRETS = (
        Credential(
            variable="SHAREKIT_MASTODON_TOKEN",
            scope="write:statuses, write:media, read:statuses and read:accounts",
            page=PAGE,
        ),
    )
    counter = Counter(limit=500, measure=length, rule="Mastodon counts a link as 23", bound=bound)
    pictures = PictureRules(
        types=("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=2**24, most=4, longest_alt=1500
    )

    class Settings(ChannelSettings, frozen=True):
        """[channels.mastodon]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("reply", "none")

        thread: Annotated[Thread, described(THREAD)] = "reply"
        instance: Annotated[
            str | None, described("The server of the account.", example="https://mastodon.example", required=True)
        ] = None
        visibility: Annotated[Literal["public", "unlisted", "private"], described("Who sees the post.")] = "public"

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        name: str = "mastodon",
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._root = root
        self._clock = clock
        self._sleep = sleep
        setting = f"channels.{name}.instance"
        instance = required(settings.instance, setting=setting, hint='instance = "https://mastodon.example"')
        self._instance = origin(instance, setting=setting)
        token = credential(self.SECRETS[0], self.kind, name, environment)
        self._authorization = f"Bearer {token.reveal()}"
        login = f"{token.name} must allow {self.SECRETS[0].scope}: {PAGE}#permissions"
        self._client = Client("Mastodon", clock=clock, secrets=[token], login=login)

    @property
    def limit(self) -> int:
        """Characters as Mastodon counts them; the instance's own limit is asked before each post."""
        return self._settings.limit or self.counter.limit

    def measure(self, text: str) -> int:
        """Graphemes, a link as 23, a mention without its host."""
        return self.counter.measure(text)

    def post(self, share: Share, key: str) -> Receipt:
        """Post the status under ``key``."""
        self._check_length(share)
        fields: dict[str, Any] = {
            "status": share.text,
            "visibility": self._settings.visibility,
            # ISO 639-1 alone: an instance refuses a region that it does not list.
            "language": share.language.split("-")[0].lower(),
        }
        if share.images:
            fields["media_ids"] = [self._upload(image) for image in share.images]
        if share.answers and self._settings.thread == "reply":
            fields["in_reply_to_id"] = share.answers.id
        answer = self._call("POST", "/api/v1/statuses", json=fields, headers={"idempotency-key": key})
        if not answer.field("id"):
            self._client.unreadable(answer, "the status's id")
        return self._receipt(answer.json())

    def find(self, share: Share, key: str) -> Lookup:
        """Read the account's statuses back to the attempt."""
        account = self._call("GET", "/api/v1/accounts/verify_credentials").field("id")
        if not account:
            raise Unavailable("Mastodon did not say whose token this is")
        query: dict[str, str | int] = {"limit": PER_PAGE, "exclude_reblogs": "true"}
        alike = False
        for _ in range(PAGES):
            statuses = self._call("GET", f"/api/v1/accounts/{account}/statuses", params=query).json()
            if not isinstance(statuses, list):
                raise Unavailable("Mastodon did not list the account's statuses")
            for status in statuses:
                if same_words(_text(status), share.text):
                    return Lookup(receipt=self._receipt(status), certain=True)
                alike = alike or share.card.url in _text(status)
            if not statuses or _created(statuses[-1]) < share.earliest:
                # The same link in other words may be this share before an edit, or another slot of it.
                return Lookup(certain=not alike, repeat_is_harmless=not alike)
            query["max_id"] = statuses[-1]["id"]
        return Lookup()

    def _receipt(self, status: Mapping[str, Any]) -> Receipt:
        return Receipt(id=str(status["id"]), url=status.get("url"), at=_created(status))

    def _check_length(self, share: Share) -> None:
        answer = self._client.request("GET", f"{self._instance}/api/v2/instance")
        most = answer.field("configuration", "statuses", "max_characters")
        length = self.measure(share.text)
        if most.isdigit() and length > int(most):
            raise Refused(
                f"the text has {length} of the {most} characters that {self._instance} takes",
                path=share.source or None,
                hint=f"Shorten it, or set limit = {most} in [channels.mastodon] and run sharekit shares refresh.",
            )

    def _upload(self, image: Image) -> str:
        picture = fetch_picture(image, root=self._root, clock=self._clock)
        files = {"file": (picture.file_name, picture.data, picture.media_type)}
        answer = self._call("POST", "/api/v2/media", files=files, data={"description": image.alt}, harmless=True)
        media = answer.field("id")
        if not media:
            raise Unavailable(f"Mastodon answered {answer.status} to the picture without an id: {answer.words()}")
        for _ in range(LOOKS):
            # 202 and 206: it is taken, and still being worked on; a status must not name it yet.
            if answer.status == 200:
                return media
            self._sleep(PAUSE)
            answer = self._call("GET", f"/api/v1/media/{media}")
        raise Unavailable("Mastodon is still working on the picture")

    def _call(self, method: str, path: str, *, harmless: bool = False, **content: Any) -> Answer:
        headers = {**content.pop("headers", {}), "authorization": self._authorization}
        return self._client.request(method, self._instance + path, headers=headers, harmless=harmless, **content)


def _created(status: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(status["created_at"]))


def _text(status: Mapping[str, Any]) -> str:
    return str(parse_fragment(str(status.get("content", ""))).text_content())
