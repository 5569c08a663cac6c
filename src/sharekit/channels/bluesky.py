"""Bluesky, exactly once: a record's key is made from the act's key, and a record is only ever created, never replaced.

https://docs.bsky.app/docs/advanced-guides/posts and the lexicons ``com.atproto.repo.*``. ``putRecord`` with
``swapRecord: null`` creates; repeated with the same record it answers as if for the first time; with another it answers
``InvalidSwap``. In each case one record is there. A server checks neither that a facet lies inside of the text nor that an
answered post exists, so this does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NoReturn

import msgspec
import regex

from sharekit.channels.base import ALONE, ApiChannel, add_note, first_attempt, moment
from sharekit.config import THREAD, ChannelSettings, Thread, described
from sharekit.counting import Counter
from sharekit.counting.bluesky import LIMIT, length
from sharekit.counting.graphemes import count_graphemes
from sharekit.counting.urls import found_links
from sharekit.counting.x_links import top_level_domains
from sharekit.errors import ChannelPaused, Refused, Unavailable
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup, PictureRules
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Mapping
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


# TAG_REGEX and TRAILING_PUNCTUATION_REGEX of Bluesky's own app (packages/api/src/rich-text/util.ts): "#C++" is a tag of
# that name, and what follows a slash is none.
INVISIBLE = r"\s\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2"
TAG = regex.compile(
    rf"(?<!\S)#(?!\uFE0F)([^{INVISIBLE}]*[^\d\p{{P}}{INVISIBLE}][^{INVISIBLE}]*?)\p{{P}}*(?=[{INVISIBLE}]|$)"
)
# As the app links an address without its scheme, but only one with a path: "Node.js" and "README.md" are none.
BARE_LINK = regex.compile(
    r"(?<![^\s(])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<tld>[a-z]{2,})/(?:[^\s<>\"]*[^\s<>\"'.,;:!?…)\]}»”’])?",
    regex.IGNORECASE,
)
MENTION = regex.compile(
    r"(?<![\w@.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)"
)
LONGEST_TAG = 64
TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
# 2023 and 2024 in microseconds: record keys lie in the past for every reader, and far enough apart.
FIRST_MICROSECOND, MICROSECONDS = 1_672_531_200_000_000, 63_158_400_000_000


class BlueskyChannel(ApiChannel):
    """Posts to the account of ``settings.handle``, signed in with an app password."""

    kind, label = "bluesky", "Bluesky"
    aliases = ("bsky",)
    SECRETS = (Credential(variable="SHAREKIT_BLUESKY_APP_PASSWORD", scope="posting (an app password)", page=PAGE),)
    SERVER = "service"
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

    @property
    def _handle(self) -> str:
        return (self._settings.handle or "").removeprefix("@")

    def _login(self) -> str:
        return f"{self._secrets[0].name} must hold an app password of {self._handle}: {PAGE}#app-password"

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._session.field('accessJwt')}"}

    def post(self, share: Share, key: str) -> Receipt:
        """Create the record of ``key``, or learn that it is there already."""
        if not share.text.strip():
            raise Refused("the text is empty; Bluesky would take it all the same", path=share.source or None)
        images = [
            {
                "image": self._upload(picture),
                "alt": picture.alt,
                "aspectRatio": {"width": picture.size[0], "height": picture.size[1]},
            }
            for picture in self._attached(share)
        ]
        thumbnail, notes = self._thumbnail(share, self._upload, THUMBNAIL)
        parent = self._parent(share.answers) if share.answers and self._settings.thread != "none" else None
        if share.answers and self._settings.thread != "none" and parent is None:
            notes = add_note(notes, ALONE)
        record = post_record(
            share,
            identities=self._identities(share.text),
            thumbnail=thumbnail,
            images=images,
            parent=parent,
            quote=self._settings.thread == "quote",
        )
        body = {"repo": self._did, "collection": COLLECTION, "rkey": record_key(key), "record": record}
        answer = self._xrpc("POST", "com.atproto.repo.putRecord", json={**body, "swapRecord": None}, also=(400,))
        if answer.status == 400:
            if answer.field("error") != "InvalidSwap":
                self._fail(answer)
            there = self.find(share, key).receipt
            if there is None:
                raise Unavailable("Bluesky says that the record is there and not there; another run may be writing it")
            return there
        uri, cid = answer.field("uri"), answer.field("cid")
        if not uri or not cid:
            self._client.unreadable(answer, "the record's uri and cid")
        return self._receipt(uri, cid, notes, self._clock())

    def account(self) -> Account:
        """The account's handle, as the server has it."""
        handle = self._session.field("handle").lower()
        if handle in ("", self._handle.lower()):
            return Account(name=f"@{self._handle}", facts=("app passwords do not expire",))
        # com.atproto.server.createSession: handle.invalid where the domain does not name the account (any more).
        message = f"the account is called @{handle} and handle is {self._handle}"
        return Account(name=f"@{handle}", warnings=((message, f"Correct handle in {self._table}: {PAGE}"),))

    def find(self, share: Share, key: str) -> Lookup:
        """Ask for the record of ``key``: there is no other place where it could be."""
        answer = self._record(record_key(key))
        if answer.status != 200:
            return Lookup(certain=True, repeat_is_harmless=True)
        uri, cid = self._needed(answer, "uri"), self._needed(answer, "cid")
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
        query = {"repo": self._did, "collection": COLLECTION, "rkey": rkey}
        answer = self._xrpc("GET", "com.atproto.repo.getRecord", params=query, also=(400, 404))
        if answer.status != 200 and answer.field("error") != "RecordNotFound":
            self._fail(answer, harmless=True)
        return answer

    def _identities(self, text: str) -> dict[str, str]:
        found = {}
        for handle in handles(text):
            answer = self._xrpc("GET", "com.atproto.identity.resolveHandle", params={"handle": handle}, also=(400, 404))
            if did := answer.field("did"):
                found[handle] = did
        return found

    # --- XRPC: https://atproto.com/specs/xrpc -----------------------------------------------------------------------------

    @cached_property
    def _session(self) -> Answer:
        """The session, begun when first needed: a server may allow 300 sign-ins a day."""
        login = {"identifier": self._handle, "password": self._secrets[0].reveal()}
        url = f"{self._api}/xrpc/com.atproto.server.createSession"
        answer = self._client.request("POST", url, json=login, harmless=True, also=(400, 404))
        if answer.is_page():
            self._client.fail(answer, harmless=True)
        if answer.status >= 400:
            # Nothing was said of the text yet: whatever is wrong is wrong with the account.
            self._pause(answer)
        for name in ("did", "accessJwt"):
            self._needed(answer, name)
        return answer

    @property
    def _did(self) -> str:
        return self._session.field("did")

    def _xrpc(self, method: str, name: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any) -> Answer:
        """One call. A token that has expired is renewed, once."""
        path, judged = f"/xrpc/{name}", (*also, 400, 401)
        answer = self._call(method, path, harmless=harmless, also=judged, **content)
        if answer.field("error") == "ExpiredToken":
            # It is refused before anything is done, so that sending it again repeats nothing.
            del self._session
            answer = self._call(method, path, harmless=harmless, also=judged, **content)
        if answer.status >= 400 and answer.status not in also:
            self._fail(answer, harmless=harmless)
        return answer

    def _upload(self, picture: Picture) -> dict[str, Any]:
        """The picture as a blob to refer to. A blob that nothing refers to is forgotten by the server."""
        headers = {"content-type": picture.media_type}
        answer = self._xrpc("POST", "com.atproto.repo.uploadBlob", content=picture.data, headers=headers, harmless=True)
        body = answer.json()
        blob = body.get("blob") if isinstance(body, dict) else None
        if not isinstance(blob, dict):
            raise Unavailable(f"{self._client.message(answer)} (to the picture, without a blob)")
        return blob

    def _fail(self, answer: Answer, *, harmless: bool = False) -> NoReturn:
        """Raise what the answer means."""
        if answer.status < 500 and answer.field("error") in ABOUT_THE_ACCOUNT:
            self._pause(answer)
        self._client.fail(answer, harmless=harmless)

    def _pause(self, answer: Answer) -> NoReturn:
        raise ChannelPaused(self._client.message(answer), hint=self._client.login)


# --- the record: app.bsky.feed.post and app.bsky.richtext.facet ---------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The post that is answered, and the first post of its thread: each an ``at://`` URI and its CID."""

    uri: str
    cid: str
    root_uri: str
    root_cid: str


def record_key(key: str) -> str:
    """The record key (a TID, https://atproto.com/specs/tid) for the act ``key``.

    It is made from the key alone, so that every attempt, on every machine, writes the same record.
    """
    number = int.from_bytes(hashlib.sha256(key.encode()).digest())
    microseconds = FIRST_MICROSECOND + number % MICROSECONDS
    clock = number // MICROSECONDS % 1024
    value = microseconds << 10 | clock
    return "".join(TID_ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


def facets(text: str, identities: Mapping[str, str]) -> list[dict[str, Any]]:
    """Links, hashtags and mentions with the bytes of UTF-8 that they select, in order and without overlap.

    ``identities`` maps a handle to its DID; a handle that is not in it stays plain text.
    """
    found: list[tuple[int, int, dict[str, str]]] = [
        (first, last, {"$type": "app.bsky.richtext.facet#link", "uri": uri(text[first:last])})
        for first, last in found_links(text)
    ]
    found += [
        (link.start(), link.end(), {"$type": "app.bsky.richtext.facet#link", "uri": uri(f"https://{link.group()}")})
        for link in BARE_LINK.finditer(text)
        if link["tld"].lower() in top_level_domains()
    ]
    found += [
        (tag.start(), tag.end(1), {"$type": "app.bsky.richtext.facet#tag", "tag": tag.group(1)})
        for tag in TAG.finditer(text)
        if count_graphemes(tag.group(1)) <= LONGEST_TAG
    ]
    found += [
        (name.start(), name.end(), {"$type": "app.bsky.richtext.facet#mention", "did": identities[name.group(1).lower()]})
        for name in MENTION.finditer(text)
        if name.group(1).lower() in identities
    ]
    made = []
    last = 0
    for start, end, feature in sorted(found, key=lambda each: each[:2]):
        if start < last:
            continue  # a tag or a name inside of a link belongs to the link
        last = end
        index = {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}
        made.append({"$type": "app.bsky.richtext.facet", "index": index, "features": [feature]})
    return made


def handles(text: str) -> list[str]:
    """The handles that a text mentions, in lower case."""
    return sorted({name.group(1).lower() for name in MENTION.finditer(text)})


def post_record(
    share: Share,
    *,
    identities: Mapping[str, str],
    thumbnail: Mapping[str, Any] | None,
    images: list[dict[str, Any]],
    parent: Parent | None,
    quote: bool,
) -> dict[str, Any]:
    """The ``app.bsky.feed.post`` of a share. ``thumbnail`` and ``images`` hold uploaded blobs."""
    # Readers sort by the earlier of this and the moment of indexing, and label what is a day older as archived: so it is
    # not the moment of the plan. And a repeat must be the same record: so it is not the moment of this attempt either.
    created = first_attempt(share).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "text": share.text,
        "createdAt": created,
        "langs": [share.language],
    }
    if found := facets(share.text, identities):
        record["facets"] = found
    card: dict[str, Any] = {"uri": uri(share.card.url), "title": share.card.title, "description": share.card.description}
    card |= {"thumb": thumbnail} if thumbnail else {}
    media: dict[str, Any] = {"$type": "app.bsky.embed.external", "external": card}
    if images:
        media = {"$type": "app.bsky.embed.images", "images": images}
    if parent and quote:
        quoted = {"$type": "app.bsky.embed.record", "record": {"uri": parent.uri, "cid": parent.cid}}
        media = {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": media}
    elif parent:
        record["reply"] = {
            "root": {"uri": parent.root_uri, "cid": parent.root_cid},
            "parent": {"uri": parent.uri, "cid": parent.cid},
        }
    record["embed"] = media
    return record
