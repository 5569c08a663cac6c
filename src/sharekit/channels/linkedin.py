"""LinkedIn: https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api, and images-api beside it.

LinkedIn never reads the page behind a link, so the card goes along. It has no idempotency key, and members' posts cannot
be listed; but it refuses the same words again and names the post that has them (422 DUPLICATE_POST).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from urllib.parse import quote

import msgspec

from sharekit.channels.base import credential, fetch_picture, origin, required, same_words, utc_now
from sharekit.config import ChannelSettings, Thread, described
from sharekit.counting import Counter
from sharekit.counting.linkedin import bound, escaped, length
from sharekit.errors import Unavailable
from sharekit.http import Answer, Client
from sharekit.model import Receipt
from sharekit.ports import Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sharekit.model import Image, Share

PAGE = "docs/how-to/linkedin.md"
LISTED = 50
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_ALT = 400, 4086, 4086
Urn = Annotated[str, msgspec.Meta(pattern=r"^urn:li:(person|organization):[^\s:]+$")]
DUPLICATE = re.compile(r"urn:li:(?:share|ugcPost):\d+")


class LinkedInChannel:
    """Posts as ``settings.author``."""

    kind, label = "linkedin", "LinkedIn"
    SECRETS = (
        Credential(
            variable="SHAREKIT_LINKEDIN_TOKEN",
            scope="w_member_social, or w_organization_social for an organization",
            page=PAGE,
        ),
    )
    counter = Counter(limit=3000, measure=length, rule="LinkedIn counts characters that it escapes twice", bound=bound)
    pictures = PictureRules(
        types=("image/jpeg", "image/png", "image/gif"), most_bytes=2**24, most=20, longest_alt=LONGEST_ALT
    )

    class Settings(ChannelSettings, frozen=True):
        """[channels.linkedin]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("quote", "none")

        author: Annotated[
            Urn | None,
            described(
                "Who posts: the URN of a member or of an organization (docs/how-to/linkedin.md#author).",
                example="urn:li:person:AbC123",
                required=True,
            ),
        ] = None
        version: Annotated[
            str, described("The version of LinkedIn's API, YYYYMM.", example="202610", pattern=r"^\d{6}$")
        ] = "202610"
        visibility: Annotated[Literal["PUBLIC", "CONNECTIONS"], described("Who sees the post.")] = "PUBLIC"
        api: Annotated[str, described("The address of the API.")] = "https://api.linkedin.com"

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        name: str = "linkedin",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._root = root
        self._clock = clock
        hint = f'author = "urn:li:person:…"; {PAGE}#author says how to learn it'
        self._author = required(settings.author, setting=f"channels.{name}.author", hint=hint)
        self._organisation = self._author.startswith("urn:li:organization:")
        scope = "w_organization_social" if self._organisation else "w_member_social"
        token = credential(self.SECRETS[0], self.kind, name, environment)
        self._api = origin(settings.api, setting=f"channels.{name}.api")
        self._headers = {
            "authorization": f"Bearer {token.reveal()}",
            "linkedin-version": settings.version,
            "x-restli-protocol-version": "2.0.0",
        }
        login = f"{token.name} must allow {scope}, and ends after 60 days: {PAGE}#token"
        self._client = Client("LinkedIn", clock=clock, secrets=[token], login=login)

    @property
    def limit(self) -> int:
        """Characters of the escaped text."""
        return self._settings.limit or self.counter.limit

    def measure(self, text: str) -> int:
        """The length of the text as it is sent, with what LinkedIn reserves escaped."""
        return self.counter.measure(text)

    def post(self, share: Share, key: str) -> Receipt:
        """Post it; where LinkedIn says that these words are out, what it names is the receipt."""
        quotes = share.answers if self._settings.thread == "quote" else None
        sent: dict[str, Any] = {
            "author": self._author,
            "commentary": escaped(share.text),
            "visibility": self._settings.visibility,
            "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        if quotes:
            sent["reshareContext"] = {"parent": quotes.id}
        else:
            sent["content"] = self._content(share)
        answer = self._call("POST", "/rest/posts", json=sent, also=(422,))
        if answer.status == 422:
            return self._duplicate(answer)
        urn = answer.headers.get("x-restli-id", "")
        if not urn:
            self._client.unreadable(answer, "the post's id (x-restli-id)")
        return _receipt(urn, self._clock())

    def find(self, share: Share, key: str) -> Lookup:
        """List an organisation's posts. A member's cannot be listed; there a repeat is answered with the post itself."""
        if not self._organisation:
            return Lookup(repeat_is_harmless=True)
        query = f"author={quote(self._author, safe='')}&q=author&count={LISTED}&sortBy=CREATED"
        answer = self._call("GET", f"/rest/posts?{query}", headers={"x-restli-method": "FINDER"}, also=(403,))
        body = answer.json()
        if answer.status == 403:
            return Lookup(repeat_is_harmless=True)  # the token may post and not read
        if not isinstance(body, dict) or not isinstance(body.get("elements"), list):
            raise Unavailable("LinkedIn did not list the author's posts")
        for post in body["elements"]:
            if same_words(str(post.get("commentary", "")), escaped(share.text)):
                at = datetime.fromtimestamp(int(post.get("publishedAt", 0)) / 1000, UTC)
                return Lookup(receipt=_receipt(str(post["id"]), at), certain=True)
        return Lookup(certain=len(body["elements"]) < LISTED, repeat_is_harmless=True)

    def _duplicate(self, answer: Answer) -> Receipt:
        named = DUPLICATE.search(answer.body.decode(errors="replace"))
        if named is None:
            return self._client.fail(answer)
        seen = self._call("GET", f"/rest/posts/{quote(named.group(), safe='')}", also=(401, 403, 404))
        if seen.status == 404:
            hint = "It was deleted, and LinkedIn remembers its words for a day or two. Wait, or change the draft."
            return self._client.fail(answer, hint=hint)
        return _receipt(named.group(), self._clock(), note="LinkedIn had these words already")

    def _content(self, share: Share) -> dict[str, Any]:
        pictures = [{"id": self._upload(image), "altText": image.alt[:LONGEST_ALT]} for image in share.images]
        if len(pictures) > 1:
            return {"multiImage": {"images": pictures}}
        if pictures:
            return {"media": pictures[0]}
        card = share.card
        article = {"source": card.url, "title": card.title[:LONGEST_TITLE]}
        if card.description:
            article["description"] = card.description[:LONGEST_DESCRIPTION]
        if card.image:
            article["thumbnail"] = self._upload(card.image)
        return {"article": article}

    def _upload(self, image: Image) -> str:
        picture = fetch_picture(image, root=self._root, clock=self._clock)
        asked = {"initializeUploadRequest": {"owner": self._author}}
        answer = self._call("POST", "/rest/images?action=initializeUpload", json=asked, harmless=True)
        urn, address = answer.field("value", "image"), answer.field("value", "uploadUrl")
        if not urn or not address:
            raise Unavailable(f"LinkedIn answered {answer.status} without a place for the picture: {answer.words()}")
        origin(address, setting="LinkedIn's upload address")
        headers = {"authorization": self._headers["authorization"], "content-type": picture.media_type}
        self._client.request("PUT", address, content=picture.data, headers=headers, harmless=True)
        return urn

    def _call(self, method: str, path: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any) -> Answer:
        headers = {**self._headers, **content.pop("headers", {})}
        return self._client.request(method, self._api + path, headers=headers, harmless=harmless, also=also, **content)


def _receipt(urn: str, at: datetime, **detail: str) -> Receipt:
    return Receipt(id=urn, url=f"https://www.linkedin.com/feed/update/{urn}/", at=at, detail=detail)
