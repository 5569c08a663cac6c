"""Bluesky, exactly once: a record's key is made from the act's key, and a record is only ever created, never replaced.

https://docs.bsky.app/docs/advanced-guides/posts and the lexicons ``com.atproto.repo.*``. ``putRecord`` with
``swapRecord: null`` creates; repeated with the same record it answers as if for the first time; with another it answers
``InvalidSwap``. In each case one record is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from sharekit.channels.base import NetworkChannel, add_note, moment
from sharekit.channels.bluesky_record import Parent, handles, post_record, record_key
from sharekit.channels.bluesky_session import PAGE, BlueskySession
from sharekit.channels.pictures import card_picture, post_pictures
from sharekit.config import THREAD, ChannelSettings, Thread, described, origin, required
from sharekit.counting import Counter
from sharekit.counting.bluesky import LIMIT, length
from sharekit.errors import Refused, Unavailable
from sharekit.http import credential
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.http import Answer
    from sharekit.model import Share

COLLECTION = "app.bsky.feed.post"
Handle = Annotated[str, msgspec.Meta(pattern=r"^@?[^\s@/]+\.[^\s@/]+$")]
# app.bsky.embed.external and .images: image/*, 1 MB and 2 MB, at most four.
TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
THUMBNAIL = PictureRules(types=TYPES, most_bytes=1_000_000)


class BlueskyChannel(NetworkChannel):
    """Posts to the account of ``settings.handle``, signed in with an app password."""

    kind, label = "bluesky", "Bluesky"
    aliases = ("bsky",)
    SECRETS = (Credential(variable="SHAREKIT_BLUESKY_APP_PASSWORD", scope="posting (an app password)", page=PAGE),)
    counter = Counter(limit=LIMIT, measure=length, rule="Bluesky counts a link in full")
    # The lexicon bounds no alternative text; the app does (social-app, src/lib/constants.ts: MAX_ALT_TEXT).
    pictures = PictureRules(types=TYPES, most_bytes=2_000_000, most=4, longest_alt=2000)

    class Settings(ChannelSettings, frozen=True):
        """[channels.bluesky]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("reply", "quote", "none")

        handle: Annotated[Handle | None, described("The account.", example="you.bsky.social", required=True)] = None
        thread: Annotated[Thread, described(THREAD)] = "reply"
        service: Annotated[str, described("The server of the account.")] = "https://bsky.social"

    _settings: Settings

    def _connect(self, name: str, environment: Mapping[str, str]) -> None:
        handle = required(self._settings.handle, setting=f"channels.{name}.handle", hint='handle = "you.bsky.social"')
        self._handle = handle.removeprefix("@")
        password = credential(self.SECRETS[0], self.kind, name, environment)
        service = origin(self._settings.service, setting=f"channels.{name}.service")
        self._session = BlueskySession(service, self._handle, password, clock=self._clock)

    def post(self, share: Share, key: str) -> Receipt:
        """Create the record of ``key``, or learn that it is there already."""
        if not share.text.strip():
            raise Refused("the text is empty; Bluesky would take it all the same", path=share.source or None)
        images = [
            {
                "image": self._session.upload(picture),
                "alt": picture.alt,
                "aspectRatio": {"width": picture.size[0], "height": picture.size[1]},
            }
            for picture in post_pictures(share, self.pictures, root=self._root, clock=self._clock)
        ]
        thumbnail, notes = card_picture(share, THUMBNAIL, self._session.upload, root=self._root, clock=self._clock)
        parent = self._parent(share.answers) if share.answers and self._settings.thread != "none" else None
        if share.answers and self._settings.thread != "none" and parent is None:
            notes = add_note(notes, "the part before is gone: posted on its own")
        record = post_record(
            share,
            identities=self._identities(share.text),
            thumbnail=thumbnail,
            images=images,
            parent=parent,
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
        return self._receipt(uri, cid, notes, self._clock())

    def account(self) -> Account:
        """The account's handle, as the server has it."""
        handle = self._session.handle
        if handle in ("", self._handle.lower()):
            return Account(name=f"@{self._handle}", facts=("app passwords do not end",))
        # com.atproto.server.createSession: handle.invalid where the domain does not name the account (any more).
        message = f"the account is called @{handle} and handle is {self._handle}"
        return Account(name=f"@{handle}", warnings=((message, f"Correct handle in [channels]: {PAGE}"),))

    def find(self, share: Share, key: str) -> Lookup:
        """Ask for the record of ``key``: there is no other place where it could be."""
        answer = self._record(record_key(key))
        if answer.status != 200:
            return Lookup(certain=True, repeat_is_harmless=True)
        uri, cid = answer.field("uri"), answer.field("cid")
        if not uri or not cid:
            raise Unavailable(f"Bluesky answered without the record's uri and cid: {answer.words()}")
        at = moment(answer.field("value", "createdAt"), share.created)
        return Lookup(receipt=self._receipt(uri, cid, {}, at), certain=True)

    def _receipt(self, uri: str, cid: str, notes: Mapping[str, str], at: datetime) -> Receipt:
        url = f"https://bsky.app/profile/{self._handle}/post/{uri.rpartition('/')[2]}"
        return Receipt(id=uri, url=url, at=at, detail={"cid": cid, **notes})

    def _parent(self, receipt: Receipt) -> Parent | None:
        """The part before as it stands now, None where it is gone: a server takes an answer to anything."""
        answer = self._record(receipt.id.rstrip("/").rpartition("/")[2])
        uri, cid = answer.field("uri"), answer.field("cid")
        if answer.status != 200 or not uri or not cid:
            return None
        root_uri, root_cid = answer.field("value", "reply", "root", "uri"), answer.field("value", "reply", "root", "cid")
        return Parent(uri=uri, cid=cid, root_uri=root_uri or uri, root_cid=root_cid or cid)

    def _record(self, rkey: str) -> Answer:
        """The answer to a question for a post of the account: 200, or one that says that it is not there."""
        query = {"repo": self._session.did, "collection": COLLECTION, "rkey": rkey}
        answer = self._session.call("GET", "com.atproto.repo.getRecord", params=query, also=(400, 404))
        if answer.status != 200 and answer.field("error") != "RecordNotFound":
            self._session.fail(answer, harmless=True)
        return answer

    def _identities(self, text: str) -> dict[str, str]:
        found = {}
        for handle in handles(text):
            answer = self._session.call(
                "GET", "com.atproto.identity.resolveHandle", params={"handle": handle}, also=(400, 404)
            )
            if did := answer.field("did"):
                found[handle] = did
        return found
