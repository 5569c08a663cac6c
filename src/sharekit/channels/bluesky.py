"""Bluesky, exactly once: a record's key is made from the act's key, and a record is only ever created, never replaced.

https://docs.bsky.app/docs/advanced-guides/posts and the lexicons ``com.atproto.repo.*``. ``putRecord`` with
``swapRecord: null`` creates; repeated with the same record it answers as if for the first time; with another it answers
``InvalidSwap``. In each case one record is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from sharekit.channels.base import credential, fetch_picture, origin, required, utc_now
from sharekit.channels.bluesky_record import Parent, handles, post_record, record_key, written_at
from sharekit.channels.bluesky_session import PAGE, Session
from sharekit.config import THREAD, ChannelSettings, Thread, described
from sharekit.counting import Counter
from sharekit.counting.bluesky import LIMIT, length
from sharekit.errors import Refused, Unavailable
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from sharekit.model import Share

COLLECTION = "app.bsky.feed.post"
LARGEST_THUMBNAIL, LARGEST_IMAGE, MOST_IMAGES = 1_000_000, 2_000_000, 4


class BlueskyChannel:
    """Posts to the account of ``settings.handle``, signed in with an app password."""

    kind, label = "bluesky", "Bluesky"
    SECRETS = (Credential(variable="SHAREKIT_BLUESKY_APP_PASSWORD", scope="posting (an app password)", page=PAGE),)
    counter = Counter(limit=LIMIT, measure=length, rule="Bluesky counts a link in full", bound=len)
    pictures = PictureRules(
        types=("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=LARGEST_IMAGE, most=MOST_IMAGES
    )

    class Settings(ChannelSettings, frozen=True):
        """[channels.bluesky]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("reply", "quote", "none")

        handle: Annotated[str | None, described("The account.", example="you.bsky.social", required=True)] = None
        thread: Annotated[Thread, described(THREAD)] = "reply"
        service: Annotated[str, described("The server of the account.")] = "https://bsky.social"

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        name: str = "bluesky",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._root = root
        self._clock = clock
        handle = required(settings.handle, setting=f"channels.{name}.handle", hint='handle = "you.bsky.social"')
        self._handle = handle.removeprefix("@")
        password = credential(self.SECRETS[0], self.kind, name, environment)
        service = origin(settings.service, setting=f"channels.{name}.service")
        self._session = Session(service, self._handle, password, clock=clock)

    @property
    def limit(self) -> int:
        """Graphemes."""
        return self._settings.limit or self.counter.limit

    def measure(self, text: str) -> int:
        """Graphemes; over the limit too where the text has more than 3,000 bytes."""
        return self.counter.measure(text)

    def post(self, share: Share, key: str) -> Receipt:
        """Create the record of ``key``, or learn that it is there already."""
        if not share.text.strip():
            raise Refused("the text is empty; Bluesky would take it all the same", path=share.source or None)
        thumbnail, notes = self._thumbnail(share)
        record = post_record(
            share,
            identities=self._identities(share.text),
            thumbnail=thumbnail,
            images=self._images(share),
            parent=_parent(share.answers) if self._settings.thread != "none" else None,
            quote=self._settings.thread == "quote",
        )
        body = {"repo": self._session.did, "collection": COLLECTION, "rkey": record_key(key), "record": record}
        answer = self._session.call("POST", "com.atproto.repo.putRecord", json={**body, "swapRecord": None}, also=(400,))
        if answer.status == 400:
            if answer.field("error") != "InvalidSwap":
                self._session.fail(answer)
            there = self.find(share, key).receipt
            if there is None:
                raise Unavailable("Bluesky says that the record is there and not there; another run may be at it")
            return there
        uri, cid = answer.field("uri"), answer.field("cid")
        if not uri or not cid:
            self._session.unreadable(answer, "the record's uri and cid")
        return self._receipt(uri, cid, record, notes, self._clock())

    def find(self, share: Share, key: str) -> Lookup:
        """Ask for the record of ``key``: there is no other place where it could be."""
        query = {"repo": self._session.did, "collection": COLLECTION, "rkey": record_key(key)}
        answer = self._session.call("GET", "com.atproto.repo.getRecord", params=query, also=(400, 404))
        if answer.status != 200:
            if answer.field("error") != "RecordNotFound":
                self._session.fail(answer, harmless=True)
            return Lookup(certain=True, repeat_is_harmless=True)
        uri, cid = answer.field("uri"), answer.field("cid")
        if not uri or not cid:
            raise Unavailable(f"Bluesky answered without the record's uri and cid: {answer.words()}")
        record = answer.json().get("value", {})
        return Lookup(receipt=self._receipt(uri, cid, record, {}, written_at(record, share.created)), certain=True)

    def _receipt(self, uri: str, cid: str, record: Mapping[str, Any], notes: Mapping[str, str], at: datetime) -> Receipt:
        root = record.get("reply", {}).get("root", {"uri": uri, "cid": cid})
        detail = {"cid": cid, "root_uri": root["uri"], "root_cid": root["cid"], **notes}
        url = f"https://bsky.app/profile/{self._handle}/post/{uri.rpartition('/')[2]}"
        return Receipt(id=uri, url=url, at=at, detail=detail)

    def _identities(self, text: str) -> dict[str, str]:
        found = {}
        for handle in handles(text):
            answer = self._session.call(
                "GET", "com.atproto.identity.resolveHandle", params={"handle": handle}, also=(400, 404)
            )
            if did := answer.field("did"):
                found[handle] = did
        return found

    def _thumbnail(self, share: Share) -> tuple[dict[str, Any] | None, dict[str, str]]:
        if share.card.image is None or share.images:
            return None, {}
        picture = fetch_picture(share.card.image, root=self._root, clock=self._clock)
        if len(picture.data) > LARGEST_THUMBNAIL:
            return None, {"note": f"the card has no picture: {len(picture.data)} of {LARGEST_THUMBNAIL} bytes"}
        return self._session.upload(picture), {}

    def _images(self, share: Share) -> list[dict[str, Any]]:
        made = []
        for image in share.images[:MOST_IMAGES]:
            picture = fetch_picture(image, root=self._root, clock=self._clock)
            if len(picture.data) > LARGEST_IMAGE:
                raise Refused(
                    f"Bluesky takes pictures of {LARGEST_IMAGE} bytes; {image.url} has {len(picture.data)}",
                    hint="Make it smaller.",
                )
            made.append({"image": self._session.upload(picture), "alt": image.alt})
        return made


def _parent(receipt: Receipt | None) -> Parent | None:
    if receipt is None or not receipt.detail.get("cid"):
        return None
    cid = receipt.detail["cid"]
    return Parent(
        uri=receipt.id,
        cid=cid,
        root_uri=receipt.detail.get("root_uri", receipt.id),
        root_cid=receipt.detail.get("root_cid", cid),
    )
