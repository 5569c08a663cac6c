"""LinkedIn: https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api, and images-api beside it.

LinkedIn never reads the page behind a link, so the card goes along. It has no idempotency key, and members' posts cannot
be listed; but it refuses the same words again and names the post that has them (422 DUPLICATE_POST).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

import msgspec

from sharekit.channels.base import ALONE, ApiChannel, Posted, add_note, look_up
from sharekit.config import ChannelSettings, Thread, described, origin
from sharekit.counting import Counter
from sharekit.counting.linkedin import escaped, length, unescaped
from sharekit.errors import ChannelPaused, Refused, Unavailable
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup, PictureRules
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.channels.pictures import Picture
    from sharekit.http import Answer
    from sharekit.model import Share

PAGE = "sharekit help linkedin"
LISTED = 50
LONGEST_TITLE, LONGEST_DESCRIPTION = 400, 4086
# Seconds that a picture is given where nobody can ask for it.
UNSEEN = 10.0
Urn = Annotated[str, msgspec.Meta(pattern=r"^urn:li:(person|organization):[^\s:]+$")]
NO_IMAGE = "urn:li:image:sharekit"
TOKENS_END = f"LinkedIn does not say when the token expires: 60 days after it was made, {PAGE}#token"
OLD = timedelta(days=330)
# Certainly not out.
NOT_TAKEN = (400, 404, 422)
DUPLICATE = re.compile(r"urn:li:(?:share|ugcPost):\d+")
ABOUT_THE_PARENT = re.compile(r"reshare|parent", re.IGNORECASE)
ABOUT_THE_PICTURE = re.compile(r"image|thumbnail", re.IGNORECASE)


class LinkedInChannel(ApiChannel):
    """Posts as ``settings.author``."""

    kind, label = "linkedin", "LinkedIn"
    SECRETS = (
        Credential(
            variable="SHAREKIT_LINKEDIN_TOKEN",
            scope="w_member_social, or w_organization_social for an organization",
            page=PAGE,
        ),
    )
    counter = Counter(limit=3000, measure=length, rule="LinkedIn counts characters that it escapes twice")
    JUDGED = (400, 426, 429)
    # images-api and multiimage-post-api: JPG, PNG and GIF, below 36,152,320 pixels; up to twenty. Bytes are named
    # nowhere there; clients in production keep to 5 MB or to 8.
    pictures = PictureRules(
        types=("image/jpeg", "image/png", "image/gif"),
        most_bytes=5_000_000,
        most_pixels=36_152_319,
        most=20,
        longest_alt=4086,
    )

    class Settings(ChannelSettings, frozen=True):
        """[channels.linkedin]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("quote", "none")

        author: Annotated[
            Urn | None,
            described(
                "Who posts: the URN of a member or of an organization (sharekit help linkedin#author).",
                example="urn:li:person:AbC123",
                required=True,
            ),
        ] = None
        version: Annotated[
            str, described("The version of LinkedIn's API, YYYYMM.", example="202609", pattern=r"^\d{6}$")
        ] = "202609"
        visibility: Annotated[Literal["PUBLIC", "CONNECTIONS"], described("Who sees the post.")] = "PUBLIC"
        api: Annotated[str, described("The address of the API.")] = "https://api.linkedin.com"

    _settings: Settings

    @property
    def _author(self) -> str:
        return self._settings.author or ""

    @property
    def _is_organization(self) -> bool:
        return self._author.startswith("urn:li:organization:")

    def _login(self) -> str:
        scope = "w_organization_social" if self._is_organization else "w_member_social"
        return f"{self._secrets[0].name} must allow {scope} for {self._author}, and expires after 60 days: {PAGE}#token"

    def _headers(self) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self._secrets[0].reveal()}",
            "linkedin-version": self._settings.version,
            "x-restli-protocol-version": "2.0.0",
        }

    def post(self, share: Share, key: str) -> Receipt:
        """Post it; where LinkedIn says that these words are out, the post that it names is the receipt."""
        notes: dict[str, str] = {}
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
            sent["content"], notes = self._content(share)
        answer = self._call("POST", "/rest/posts", json=sent, also=NOT_TAKEN)
        if quotes and answer.status in NOT_TAKEN and self._is_gone(quotes.id, answer):
            del sent["reshareContext"]
            sent["content"], notes = self._content(share)
            notes = add_note(notes, ALONE)
            answer = self._call("POST", "/rest/posts", json=sent, also=NOT_TAKEN)
        article = sent.get("content", {}).get("article", {})
        if answer.status == 400 and "thumbnail" in article and ABOUT_THE_PICTURE.search(answer.words()):
            del article["thumbnail"]
            notes = add_note(notes, f"the card has no picture: {self._client.redact(answer.words())}")
            answer = self._call("POST", "/rest/posts", json=sent, also=NOT_TAKEN)
        if answer.status == 422:
            return self._duplicate(answer)
        if answer.status in NOT_TAKEN:
            self._client.fail(answer)
        urn = answer.headers.get("x-restli-id", "")
        if not urn:
            self._client.unreadable(answer, "the post's id (x-restli-id)")
        return _receipt(urn, self._clock(), notes)

    def account(self) -> Account:
        """Whether the version is active, and whose token it is, where it may say so (scope openid, profile)."""
        # Whatever LinkedIn says of a picture that is not there: it looked at token and version before.
        self._call("GET", f"/rest/images/{quote(NO_IMAGE, safe='')}", also=(400, 403, 404))
        facts = [f"version {self._settings.version} is active", TOKENS_END]
        headers = {"authorization": self._headers()["authorization"]}
        answer = self._client.request("GET", f"{self._api}/v2/userinfo", headers=headers, also=(403,))
        name, sub = answer.field("name"), answer.field("sub")
        if sub and not self._is_organization and self._author != f"urn:li:person:{sub}":
            hint = f'Set author = "urn:li:person:{sub}" in {self._table}, or use the token of {self._author}: {PAGE}#author'
            raise ChannelPaused(f"the token is of {name or 'somebody else'}, urn:li:person:{sub}", hint=hint)
        if not sub:
            facts.append("could not check whose token this is: it lacks openid and profile")
        made = datetime.strptime(self._settings.version, "%Y%m").replace(tzinfo=UTC)
        warnings = []
        if self._clock() - made > OLD:
            message = f"LinkedIn ends version {self._settings.version} about a year after its month"
            warnings.append((message, f"Set version in {self._table} to a newer one: {PAGE}#version"))
        return Account(name=name or self._author, facts=tuple(facts), warnings=tuple(warnings))

    def find(self, share: Share, key: str) -> Lookup:
        """List an organisation's posts. A member's cannot be listed: nothing is known of those."""
        if not self._is_organization:
            return Lookup()
        query = f"author={quote(self._author, safe='')}&q=author&count={LISTED}&sortBy=CREATED"
        answer = self._call("GET", f"/rest/posts?{query}", headers={"x-restli-method": "FINDER"}, also=(403,))
        if answer.status == 403:
            return Lookup()  # the token may post and not read
        body = answer.json()
        listed = body.get("elements") if isinstance(body, dict) else None
        if not isinstance(listed, list) or not all(isinstance(post, dict) and "id" in post for post in listed):
            raise Unavailable("LinkedIn did not list the author's posts")
        posts = [_posted(post, share.earliest) for post in listed]
        return look_up(share, posts, complete=len(posts) < LISTED or posts[-1].receipt.at < share.earliest)

    def _is_gone(self, parent: str, answer: Answer) -> bool:
        """Whether a refusal is about the part before: what LinkedIn says then is written nowhere, so it is asked for."""
        if DUPLICATE.search(answer.body.decode(errors="replace")) and answer.status == 422:
            return False
        seen = self._call("GET", f"/rest/posts/{quote(parent, safe='')}", also=(403, 404))
        return seen.status == 404 or (seen.status == 403 and ABOUT_THE_PARENT.search(answer.words()) is not None)

    def _duplicate(self, answer: Answer) -> Receipt:
        named = DUPLICATE.search(answer.body.decode(errors="replace"))
        if named is None:
            if re.search(r"\bauthor\b", answer.words()):
                raise ChannelPaused(self._client.message(answer), hint=self._client.login)
            return self._client.fail(answer)
        seen = self._call("GET", f"/rest/posts/{quote(named.group(), safe='')}", also=(403, 404))
        if seen.status == 404:
            hint = "It was deleted, and LinkedIn remembers its words for a day or two. Wait, or change the draft."
            return self._client.fail(answer, hint=hint)
        return _receipt(named.group(), self._clock(), {"note": "LinkedIn had these words already"})

    def _content(self, share: Share) -> tuple[dict[str, Any], dict[str, str]]:
        pictures = [{"id": self._upload(picture), "altText": picture.alt} for picture in self._attached(share)]
        if len(pictures) > 1:
            return {"multiImage": {"images": pictures}}, {}
        if pictures:
            return {"media": pictures[0]}, {}
        card = share.card
        article = {"source": uri(card.url), "title": card.title[:LONGEST_TITLE]}
        if card.description:
            article["description"] = card.description[:LONGEST_DESCRIPTION]
        thumbnail, notes = self._thumbnail(share, self._upload)
        if thumbnail:
            article["thumbnail"] = thumbnail
        return {"article": article}, notes

    def _upload(self, picture: Picture) -> str:
        asked = {"initializeUploadRequest": {"owner": self._author}}
        answer = self._call("POST", "/rest/images?action=initializeUpload", json=asked, harmless=True)
        urn, address = self._needed(answer, "value", "image"), self._needed(answer, "value", "uploadUrl")
        origin(address, setting="LinkedIn's upload address")
        headers = {"content-type": picture.media_type}
        if _is_same_site(address, self._api):
            headers["authorization"] = self._headers()["authorization"]
        self._client.request("PUT", address, content=picture.data, headers=headers, harmless=True)
        self._wait(lambda: self._is_available(urn), "the picture")
        return urn

    def _is_available(self, urn: str) -> bool:
        """Whether the picture can be used: a post must not name one that is not AVAILABLE (images-api)."""
        answer = self._call("GET", f"/rest/images/{quote(urn, safe='')}", also=(403, 404))
        if answer.status != 200:
            # A token that may only write cannot ask, and pictures take some seconds.
            self._sleep(UNSEEN)
            return True
        if answer.field("status") == "PROCESSING_FAILED":
            raise Refused("LinkedIn could not process the picture")
        return answer.field("status") == "AVAILABLE"

    def _judge(self, answer: Answer, path: str, *, expected: bool) -> None:
        message = self._client.message(answer)
        if answer.status == 426 or "VERSION" in answer.field("code"):
            # marketing/versioning: NONEXISTENT_VERSION (426), VERSION_MISSING (400). A version lives for about a year.
            hint = f"Set version in {self._table} to one that is active, as YYYYMM: {PAGE}#version"
            raise ChannelPaused(f"{message} (version {self._settings.version})", hint=hint)
        if answer.status == 429 and "DAY" in answer.words() and "retry-after" not in answer.headers:
            # shared/api-guide/concepts/rate-limits: they are reset at midnight UTC.
            tomorrow = self._clock().astimezone(UTC) + timedelta(days=1)
            raise Unavailable(message, retry_at=tomorrow.replace(hour=0, minute=0, second=0, microsecond=0))


def _is_same_site(address: str, api: str) -> bool:
    hosts = [urlsplit(each).hostname or "" for each in (address, api)]
    return hosts[0] == hosts[1] or all(host.endswith(".linkedin.com") for host in hosts)


def _posted(post: Mapping[str, Any], fallback: datetime) -> Posted:
    try:
        at = datetime.fromtimestamp(int(post.get("publishedAt") or post["createdAt"]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        at = fallback
    text = unescaped(str(post.get("commentary", "")))
    article = post.get("content", {}).get("article", {}) if isinstance(post.get("content"), dict) else {}
    return Posted(receipt=_receipt(str(post["id"]), at, {}), texts=[text], shown=f"{text} {article.get('source', '')}")


def _receipt(urn: str, at: datetime, detail: Mapping[str, str]) -> Receipt:
    return Receipt(id=urn, url=f"https://www.linkedin.com/feed/update/{urn}/", at=at, detail=detail)
