"""X, through tweepy: https://docs.x.com/x-api/posts/create-post.

tweepy writes and signs the requests (OAuth 1.0a). They leave through :class:`sharekit.http.Client`, because tweepy has no
timeout and waits without end on a 429 without a reset time. X has no idempotency key: what is out is read from the
account's own posts, at the price of each post read.
"""

from __future__ import annotations

import base64
import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from sharekit.channels.base import credential, fetch_picture, origin, same_words, utc_now
from sharekit.config import THREAD, ChannelSettings, Thread, described
from sharekit.counting import Counter
from sharekit.counting.x import bound, weighted_length
from sharekit.errors import Refused, Unavailable
from sharekit.http import Answer, Client
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sharekit.model import Image, Share

PAGE = "docs/how-to/x.md"
VARIABLES = ("SHAREKIT_X_API_KEY", "SHAREKIT_X_API_SECRET", "SHAREKIT_X_ACCESS_TOKEN", "SHAREKIT_X_ACCESS_SECRET")
SIGNED_FOR = "https://api.twitter.com"
LARGEST_IMAGE, LONGEST_ALT, MOST_IMAGES = 5_000_000, 1000, 4
LOOKED_AT = 20


class XChannel:
    """Posts to the account that the access token belongs to."""

    kind, label = "x", "X"
    aliases = ("twitter",)
    SECRETS = tuple(Credential(variable=name, scope='posting ("Read and write")', page=PAGE) for name in VARIABLES)
    counter = Counter(limit=280, measure=weighted_length, rule="X counts a link as 23 and each emoji as 2", bound=bound)
    pictures = PictureRules(
        types=("image/jpeg", "image/png", "image/gif", "image/webp"),
        most_bytes=LARGEST_IMAGE,
        most=MOST_IMAGES,
        longest_alt=LONGEST_ALT,
    )

    class Settings(ChannelSettings, frozen=True):
        """[channels.x]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("reply", "quote", "none")

        thread: Annotated[Thread, described(f"{THREAD} X takes neither by API from the plans that one can buy.")] = "none"
        api: Annotated[str, described("The address of the API.")] = SIGNED_FOR

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        name: str = "x",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._root = root
        self._clock = clock
        self._api = origin(settings.api, setting=f"channels.{name}.api")
        self._keys = [credential(each, self.kind, name, environment) for each in self.SECRETS]
        token = self._keys[2].name
        login = f'The app needs "Read and write", and {token} must be made after it was granted: {PAGE}#permissions'
        self._client = Client("X", clock=clock, secrets=self._keys, login=login)

    @property
    def limit(self) -> int:
        """Weighted characters."""
        return self._settings.limit or self.counter.limit

    def measure(self, text: str) -> int:
        """X's weighted length: a link as 23, an emoji as 2."""
        return self.counter.measure(text)

    def post(self, share: Share, key: str) -> Receipt:
        """Post it. X refuses the same text twice; then the post that is there is the receipt."""
        fields: dict[str, Any] = {"text": share.text}
        if share.images:
            fields["media"] = {"media_ids": [self._upload(image) for image in share.images[:MOST_IMAGES]]}
        if share.answers and self._settings.thread == "reply":
            fields["reply"] = {"in_reply_to_tweet_id": share.answers.id}
        elif share.answers and self._settings.thread == "quote":
            fields["quote_tweet_id"] = share.answers.id
        answer = self._call("POST", "/2/tweets", json=fields, also=(403,))
        if answer.status == 403:
            return self._forbidden(answer, share, key)
        made = answer.field("data", "id")
        if not made:
            self._client.unreadable(answer, "the post's id")
        return self._receipt(made, self._clock())

    def find(self, share: Share, key: str) -> Lookup:
        """Read the account's posts since the attempt: at most 20, at $0.005 each."""
        # An OAuth 1.0a access token begins with the number of its user: asking X for it would cost.
        user = self._keys[2].reveal().partition("-")[0]
        query = {
            "max_results": LOOKED_AT,
            "start_time": _moment(share.earliest),
            "post.fields": "created_at,entities,text",
        }
        body = self._call("GET", f"/2/users/{user}/tweets", params=query).json()
        if not isinstance(body, dict) or not isinstance(body.get("meta"), dict):
            raise Unavailable("X did not list the account's posts")
        alike = False
        for post in body.get("data") or ():
            text = _text(post)
            if same_words(text, share.text):
                return Lookup(receipt=self._receipt(post["id"], _created(post, self._clock())), certain=True)
            alike = alike or share.card.url in text
        gone = not alike and "next_token" not in body["meta"]
        # Should it appear late after all: X refuses the same words twice.
        return Lookup(certain=gone, repeat_is_harmless=gone)

    def _forbidden(self, answer: Answer, share: Share, key: str) -> Receipt:
        words = answer.words()
        hint = None
        if "duplicate" in words:
            if there := self.find(share, key).receipt:
                return there
            hint = "The same words are out already, further back than was looked. Change the draft, or settle it by hand."
        elif share.answers and re.search(r"repl(y|ies)|quot", words, re.IGNORECASE):
            hint = f'X does not let this app answer here. Set thread = "quote" or "none" in [channels.x]: {PAGE}#threads'
        return self._client.fail(answer, hint=hint)

    def _upload(self, image: Image) -> str:
        picture = fetch_picture(image, root=self._root, clock=self._clock)
        if len(picture.data) > LARGEST_IMAGE:
            raise Refused(f"X takes pictures of {LARGEST_IMAGE} bytes; {image.url} has {len(picture.data)}")
        sent = {"media": base64.b64encode(picture.data).decode(), "media_category": "tweet_image"}
        answer = self._call("POST", "/2/media/upload", json=sent, harmless=True)
        media = answer.field("data", "id")
        if not media:
            raise Unavailable(f"X answered {answer.status} to the picture without an id: {answer.words()}")
        if image.alt:
            alt = {"id": media, "metadata": {"alt_text": {"text": image.alt[:LONGEST_ALT]}}}
            self._call("POST", "/2/media/metadata", json=alt, harmless=True)
        return media

    def _receipt(self, number: str, at: datetime) -> Receipt:
        name = (self._settings.handle or "i").lstrip("@")
        return Receipt(id=number, url=f"https://x.com/{name}/status/{number}", at=at)

    def _call(
        self, method: str, route: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any
    ) -> Answer:
        from sharekit.channels.x_transport import send_signed

        def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
            place = url.replace(SIGNED_FOR, self._api, 1)
            return self._client.request(method, place, headers=dict(headers), content=body, harmless=harmless, also=also)

        return send_signed([key.reveal() for key in self._keys], send, method, route, **content)


def _text(post: Mapping[str, Any]) -> str:
    # X shortens each link to t.co in the text, and escapes &, < and > in it.
    text = str(post.get("text", ""))
    for link in post.get("entities", {}).get("urls", ()):
        text = text.replace(link["url"], link.get("expanded_url", link["url"]))
    return html.unescape(text)


def _created(post: Mapping[str, Any], fallback: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(post.get("created_at")))
    except ValueError:
        return fallback


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
