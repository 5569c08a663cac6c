"""Bluesky, exactly once: a record's key is made from the act's key, and a record is only ever created, never replaced.

https://docs.bsky.app/docs/advanced-guides/posts and the lexicons ``com.atproto.repo.*``. ``putRecord`` with
``swapRecord: null`` creates; repeated with the same record it answers as if for the first time; with another it answers
``InvalidSwap``. In each case one record is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NoReturn

import msgspec

from sharekit.channels.base import NetworkChannel, add_note, moment
from sharekit.channels.bluesky_record import Parent, handles, post_record, record_key
from sharekit.channels.pictures import card_picture, post_pictures
from sharekit.config import THREAD, ChannelSettings, Thread, described, origin, required
from sharekit.counting import Counter
from sharekit.counting.bluesky import LIMIT, length
from sharekit.errors import ChannelPaused, Refused, Unavailable
from sharekit.http import Answer, Client, Secret, credential
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sharekit.channels.pictures import Picture
    from sharekit.http import Answer
    from sharekit.model import Share

PAGE = "sharekit help bluesky"
COLLECTION = "app.bsky.feed.post"
Handle = Annotated[str, msgspec.Meta(pattern=r"^@?[^\s@/]+\.[^\s@/]+$")]
# app.bsky.embed.external and .images: image/*, 1 MB and 2 MB, at most four.
TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
THUMBNAIL = PictureRules(types=TYPES, most_bytes=1_000_000)
# The error names of com.atproto.server.createSession and of the reference server that are about the account
# (packages/pds/src/auth-verifier.ts, account-manager); most of them come as 400.
ABOUT_THE_ACCOUNT = {
    "AccountDeactivated",
    "AccountNotFound",
    "AccountSuspended",
    "AccountTakedown",
    "AuthFactorTokenRequired",
    "AuthMissing",
    "AuthenticationRequired",
    "ExpiredToken",
    "InvalidToken",
    "RepoDeactivated",
    "RepoNotFound",
    "RepoSuspended",
    "RepoTakendown",
}


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


class BlueskySession:
    """Calls by XRPC (https://atproto.com/specs/xrpc). Signs in when first used: a server may allow 300 sign-ins a day."""

    def __init__(self, service: str, handle: str, password: Secret, *, clock: Callable[[], datetime]) -> None:
        self._service = service
        self._handle = handle
        self._password = password
        self._login = f"{password.name} must hold an app password of {handle}: {PAGE}#app-password"
        self._client = Client("Bluesky", clock=clock, secrets=[password], login=self._login, api=True)
        self._token = ""
        self._did = ""
        self._called = ""

    @property
    def did(self) -> str:
        """The account's identity."""
        if not self._did:
            self._sign_in()
        return self._did

    @property
    def handle(self) -> str:
        """The account's handle, in lower case; a name of its own where its domain does not name it."""
        if not self._token:
            self._sign_in()
        return self._called

    def call(self, method: str, name: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any) -> Answer:
        """One call; see :meth:`sharekit.http.Client.request`. A token that has expired is renewed, once."""
        if not self._token:
            self._sign_in()
        answer = self._send(method, name, also, harmless=harmless, **content)
        if answer.field("error") == "ExpiredToken":
            # It is refused before anything is done, so that sending it again repeats nothing.
            self._sign_in()
            answer = self._send(method, name, also, harmless=harmless, **content)
        if not 200 <= answer.status < 300 and answer.status not in also:
            self.fail(answer, harmless=harmless)
        return answer

    def upload(self, picture: Picture) -> dict[str, Any]:
        """The picture as a blob to refer to. A blob that nothing refers to is forgotten by the server."""
        headers = {"content-type": picture.media_type}
        answer = self.call("POST", "com.atproto.repo.uploadBlob", content=picture.data, headers=headers, harmless=True)
        body = answer.json()
        blob = body.get("blob") if isinstance(body, dict) else None
        if not isinstance(blob, dict):
            raise Unavailable(f"Bluesky answered {answer.status} to the picture without a blob: {answer.words()}")
        return blob

    def fail(self, answer: Answer, *, harmless: bool = False) -> NoReturn:
        """Raise what the answer means."""
        if answer.status < 500 and answer.field("error") in ABOUT_THE_ACCOUNT:
            self._pause(answer)
        self._client.fail(answer, harmless=harmless)

    def unreadable(self, answer: Answer, missing: str) -> NoReturn:
        """Raise OutcomeUnknown: a success that lacks what it must hold."""
        self._client.unreadable(answer, missing)

    def _pause(self, answer: Answer) -> NoReturn:
        said = self._client.redact(answer.words())
        error = answer.field("error")
        raise ChannelPaused(f"Bluesky answered {answer.status} {error}: {said}", hint=self._login)

    def _sign_in(self) -> None:
        login = {"identifier": self._handle, "password": self._password.reveal()}
        url = f"{self._service}/xrpc/com.atproto.server.createSession"
        answer = self._client.request("POST", url, json=login, harmless=True, also=(400, 404))
        if answer.status >= 400:
            # Nothing was said of the text yet: whatever is wrong is wrong with the account, or with its server's address.
            self._pause(answer)
        self._did, self._token = answer.field("did"), answer.field("accessJwt")
        self._called = answer.field("handle").lower()
        if not self._did or not self._token:
            raise Unavailable(f"Bluesky answered {answer.status} to the sign-in without a session: {answer.words()}")

    def _send(self, method: str, name: str, also: tuple[int, ...], *, harmless: bool, **content: Any) -> Answer:
        headers = {**content.pop("headers", {}), "authorization": f"Bearer {self._token}"}
        url = f"{self._service}/xrpc/{name}"
        return self._client.request(method, url, headers=headers, harmless=harmless, also=(*also, 400, 401), **content)
